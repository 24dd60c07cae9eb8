import { describe, expect, it } from "vitest";
import { parsePolicy } from "../src/index.ts";

describe("rules files", () => {
  it("make a policy that decides about commands", () => {
    const policy = parsePolicy([
      { path: "p.rules", text: 'prefix_rule(pattern=["git", ["push", "pull"]], decision="prompt")' },
    ]);
    expect(policy.evaluate([["git", "pull", "-f"]]).decision).toBe("prompt");
    expect(policy.evaluate([["git", "log"]]).decision).toBeNull();
  });
});
