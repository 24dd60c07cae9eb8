import { apiReport } from "@codex-ts-tools/build/api";
import { expect, it } from "vitest";

it("has the public face that stands in api-report.md", async () => {
  await expect(apiReport(`${import.meta.dirname}/..`)).toMatchFileSnapshot("../api-report.md");
});
