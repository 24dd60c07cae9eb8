import { describe, expect, it } from "vitest";
import { checkReviewFlags, reviewLabel, reviewTarget } from "../src/exec/review-target.ts";

describe("the target of a review", () => {
  it.each([
    [{ uncommitted: true }, undefined, { type: "uncommittedChanges" }, "current changes"],
    [{ base: "main" }, undefined, { type: "baseBranch", branch: "main" }, "changes against 'main'"],
    [{ commit: "0123456789" }, undefined, { type: "commit", sha: "0123456789", title: null }, "commit 0123456"],
    [
      { commit: "0123456789", title: "Mend it" },
      undefined,
      { type: "commit", sha: "0123456789", title: "Mend it" },
      "commit 0123456: Mend it",
    ],
    [{}, " look at a.ts ", { type: "custom", instructions: "look at a.ts" }, "look at a.ts"],
  ] as const)("%j with prompt %j", async (flags, argument, target, label) => {
    checkReviewFlags(flags, argument);
    expect(await reviewTarget(flags, argument, async () => argument ?? "")).toEqual(target);
    expect(reviewLabel(target)).toBe(label);
  });

  it("is refused when there is none, or nothing in it", async () => {
    await expect(reviewTarget({}, undefined, async () => "")).rejects.toThrow(
      "Specify --uncommitted, --base, --commit, or provide custom review instructions",
    );
    await expect(reviewTarget({}, "-", async () => " \n")).rejects.toThrow("Review prompt cannot be empty");
  });

  it.each([
    [{ uncommitted: true, base: "b" }, undefined, "the argument '--uncommitted' cannot be used with '--base <BRANCH>'"],
    [{ uncommitted: true }, "p", "the argument '--uncommitted' cannot be used with '[PROMPT]'"],
    [{ base: "b", commit: "c" }, undefined, "the argument '--base <BRANCH>' cannot be used with '--commit <SHA>'"],
    [{ commit: "c", title: "t" }, "p", "the argument '--commit <SHA>' cannot be used with '[PROMPT]'"],
    [{ title: "t" }, undefined, "the following required arguments were not provided:\n  --commit <SHA>"],
  ])("is one alone: %j with %j", (flags, argument, message) => {
    expect(() => checkReviewFlags(flags, argument)).toThrow(message);
  });
});
