import { readmeExamples } from "@codex-ts-tools/build/readme";
import { describe, it } from "vitest";

describe("the examples of the README", () => {
  for (const example of readmeExamples(`${import.meta.dirname}/..`)) {
    it(`runs ${example.name}`, async () => {
      await example.run();
    });
  }
});
