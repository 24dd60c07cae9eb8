import { describe, expect, it } from "vitest";
import { compileMatcher, MatcherError, matches } from "../src/index.ts";

const hit = async (matcher: string | null | undefined, ...inputs: string[]): Promise<boolean> =>
  matches(await compileMatcher(matcher), inputs);

describe("a matcher", () => {
  it.each([
    [undefined, "Bash", true],
    [null, "Bash", true],
    ["", "Bash", true],
    ["*", "mcp__a__b", true],
    ["Edit|Write", "Edit", true],
    ["Edit|Write", "Write", true],
    ["Edit|Write", "Bash", false],
    ["Bash", "Bash", true],
    ["Bash", "bash", false],
    ["Bash", "BashOutput", false],
    ["^Bash", "BashOutput", true],
    ["^Bash$", "BashOutput", false],
    ["mcp__memory", "mcp__memory__create_entities", false],
    ["mcp__memory__.*", "mcp__memory__create_entities", true],
    ["mcp__.*__write.*", "mcp__filesystem__write_file", true],
    ["mcp__.*__write.*", "mcp__filesystem__read_file", false],
    ["a|", "", true],
    ["|", "a", false],
    ["ash-?", "Bash", true],
    ["(?i)^bash$", "Bash", true],
    ["^(?P<tool>Bash)$", "Bash", true],
    ["[[:upper:]]ash ?", "Bash", true],
    ["^\\pL+$", "Bäsh", true],
  ])("%j matches %j: %j", async (matcher, input, expected) => {
    expect(await hit(matcher, input)).toBe(expected);
  });

  it("selects by the name or by an alias", async () => {
    expect(await hit("Write|Edit", "apply_patch", "Write", "Edit")).toBe(true);
    expect(await hit("^apply_patch$", "apply_patch", "Write", "Edit")).toBe(true);
    expect(await hit("Bash", "apply_patch", "Write", "Edit")).toBe(false);
  });

  it.each([
    "[",
    "(",
    "a{2,1}",
    "(?=a)",
    "(?!a)",
    "(?<=a)b",
    "(a)\\1",
    "*a",
    "[a-z&&[^b]]",
    "[a--b]",
    "[a[b]]",
    "[\\d-z]",
  ])("%j is no expression", async matcher => {
    await expect(compileMatcher(matcher)).rejects.toThrow(MatcherError);
  });

  it("takes its time from the length of the input alone", async () => {
    expect(await hit("^(a+)+$", `${"a".repeat(5000)}!`)).toBe(false);
  });
});
