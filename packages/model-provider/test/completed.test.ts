import { describe, expect, it } from "vitest";
import { readCompleted } from "../src/stream/completed.ts";

const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };

describe("a completed response", () => {
  it("tells its id and what it took", () => {
    expect(readCompleted({ id: "r" })).toEqual({ responseId: "r", usage: null });
    expect(readCompleted({ id: "r", usage: null })).toEqual({ responseId: "r", usage: null });
    const details = { input_tokens_details: { cached_tokens: 3 }, output_tokens_details: { reasoning_tokens: 2 } };
    expect(readCompleted({ id: "r", usage: { ...usage, ...details } })).toEqual({
      responseId: "r",
      usage: { inputTokens: 10, cachedInputTokens: 3, outputTokens: 5, reasoningOutputTokens: 2, totalTokens: 15 },
    });
    expect(readCompleted({ id: "r", usage: { ...usage, input_tokens_details: null } })).toMatchObject({
      usage: { cachedInputTokens: 0, reasoningOutputTokens: 0 },
    });
  });

  it.each([
    [{}, "missing field `id`"],
    [{ id: null }, "invalid type: null, expected a string"],
    [{ id: 7 }, "invalid type: integer `7`, expected a string"],
    ["r", 'invalid type: string "r", expected struct ResponseCompleted'],
    [[], "invalid type: sequence, expected struct ResponseCompleted"],
    [{ id: "r", usage: { input_tokens: 5, output_tokens: 1 } }, "missing field `total_tokens`"],
    [{ id: "r", usage: { ...usage, input_tokens: "5" } }, 'invalid type: string "5", expected i64'],
    [{ id: "r", usage: { total_tokens: 1.5 } }, "invalid type: floating point `1.5`, expected i64"],
    [{ id: "r", usage: { ...usage, output_tokens: null } }, "invalid type: null, expected i64"],
    [{ id: "r", usage: { ...usage, output_tokens_details: {} } }, "missing field `reasoning_tokens`"],
    [{ id: "r", usage: { ...usage, total_tokens: [true] } }, "invalid type: sequence, expected i64"],
    [{ id: "r", usage: { ...usage, total_tokens: {} } }, "invalid type: map, expected i64"],
    [{ id: "r", usage: { ...usage, total_tokens: true } }, "invalid type: boolean `true`, expected i64"],
    [{ id: "r", usage: 7 }, "invalid type: integer `7`, expected struct ResponseCompletedUsage"],
  ])("%j cannot be read", (response, problem) => {
    expect(readCompleted(response)).toEqual({ problem });
  });
});
