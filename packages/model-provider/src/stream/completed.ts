import { isObject, type Json, type TokenUsage } from "../wire.ts";

/** What a `response.completed` event says, or why it cannot be read. */
export type Completed = { responseId: string; usage: TokenUsage | null } | { problem: string };

/**
 * Reads the `response` of a `response.completed` event (model-provider.md section 7). Counts that are missing or of another
 * kind make it unreadable: a thread that counted them as nothing would outgrow its window unnoticed.
 */
export function readCompleted(response: unknown): Completed {
  try {
    const { id, usage } = struct(response, "ResponseCompleted");
    if (usage !== undefined && usage !== null) struct(usage, "ResponseCompletedUsage");
    return { responseId: string(id, "id"), usage: isObject(usage) ? counts(usage) : null };
  } catch (error) {
    if (error instanceof Unreadable) return { problem: error.message };
    throw error;
  }
}

function counts(usage: Json): TokenUsage {
  const input = details(usage, "input_tokens_details", "ResponseCompletedInputTokensDetails", "cached_tokens");
  const output = details(usage, "output_tokens_details", "ResponseCompletedOutputTokensDetails", "reasoning_tokens");
  // What is there and of another kind comes before what is missing.
  for (const key of ["input_tokens", "output_tokens", "total_tokens"])
    if (usage[key] !== undefined) integer(usage[key], key);
  return {
    inputTokens: integer(usage.input_tokens, "input_tokens"),
    cachedInputTokens: input,
    outputTokens: integer(usage.output_tokens, "output_tokens"),
    reasoningOutputTokens: output,
    totalTokens: integer(usage.total_tokens, "total_tokens"),
  };
}

function details(usage: Json, key: string, name: string, count: string): number {
  const value = usage[key];
  return value === undefined || value === null ? 0 : integer(struct(value, name)[count], count);
}

class Unreadable extends Error {}

function struct(value: unknown, name: string): Json {
  if (isObject(value)) return value;
  throw new Unreadable(`invalid type: ${kind(value)}, expected struct ${name}`);
}

function string(value: unknown, key: string): string {
  if (typeof value === "string") return value;
  throw new Unreadable(
    value === undefined ? `missing field \`${key}\`` : `invalid type: ${kind(value)}, expected a string`,
  );
}

function integer(value: unknown, key: string): number {
  if (Number.isInteger(value)) return value as number;
  throw new Unreadable(value === undefined ? `missing field \`${key}\`` : `invalid type: ${kind(value)}, expected i64`);
}

/** A JSON value in the words of such messages. */
function kind(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return `string ${JSON.stringify(value)}`;
  if (typeof value === "number")
    return Number.isInteger(value) ? `integer \`${value}\`` : `floating point \`${value}\``;
  if (typeof value === "boolean") return `boolean \`${value}\``;
  return Array.isArray(value) ? "sequence" : "map";
}
