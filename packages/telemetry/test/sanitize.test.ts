import { describe, expect, it } from "vitest";
import { isMetricName, isTagName, tagValue } from "../src/index.ts";

describe("tag values", () => {
  it.each([
    ["bad value!", "bad_value"],
    ["///", "unspecified"],
    ["a".repeat(300), "a".repeat(256)],
    ["", "unspecified"],
    ["__x__", "x"],
    ["workspace/write-1.2", "workspace/write-1.2"],
    ["naïve 😀 text", "na_ve___text"],
  ])("%j becomes %j (D21)", (value, tag) => expect(tagValue(value)).toBe(tag));
});

it("takes names of metrics and tags that collectors take", () => {
  expect(["codex.tool.call", "a-b_c.9"].map(isMetricName)).toEqual([true, true]);
  expect(["", "a b", "a/b", "é"].map(isMetricName)).toEqual([false, false, false, false]);
  expect(["app.version", "a/b"].map(isTagName)).toEqual([true, true]);
  expect(["", "a b"].map(isTagName)).toEqual([false, false]);
});
