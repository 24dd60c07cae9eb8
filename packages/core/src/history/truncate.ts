import type { FunctionCallOutputBody, FunctionCallOutputContentItem } from "@codex-ts/protocol/models";

/** How much of a tool's output a model is shown. One token counts as four bytes of UTF-8. */
export interface TruncationPolicy {
  mode: "bytes" | "tokens";
  limit: number;
}

const BYTES_PER_TOKEN = 4;

export function approxTokens(byteCount: number): number {
  return Math.ceil(byteCount / BYTES_PER_TOKEN);
}

export function approxTokenCount(text: string): number {
  return approxTokens(Buffer.byteLength(text));
}

export function policyByteBudget(policy: TruncationPolicy): number {
  return policy.mode === "bytes" ? policy.limit : policy.limit * BYTES_PER_TOKEN;
}

export function policyTokenBudget(policy: TruncationPolicy): number {
  return policy.mode === "tokens" ? policy.limit : approxTokens(policy.limit);
}

export function scalePolicy(policy: TruncationPolicy, factor: number): TruncationPolicy {
  return { mode: policy.mode, limit: Math.ceil(policy.limit * factor) };
}

/** Keeps the two ends of a text and says in the middle how much is gone. A text within the budget comes back as it is. */
export function truncateMiddle(text: string, policy: TruncationPolicy): string {
  const budget = policyByteBudget(policy);
  // A UTF-16 unit is at most three bytes, so most short texts need no counting.
  if (text.length * 3 <= budget) return text;
  const total = Buffer.byteLength(text);
  if (total <= budget) return text;
  if (budget === 0) return marker(policy, total, text.length === 0 ? 0 : codePoints(text));
  const bytes = Buffer.from(text);
  const left = Math.floor(budget / 2);
  const prefixEnd = floorCharBoundary(bytes, left);
  const suffixStart = ceilCharBoundary(bytes, Math.max(total - (budget - left), prefixEnd));
  const removed = codePoints(bytes.toString("utf8", prefixEnd, suffixStart));
  return (
    bytes.toString("utf8", 0, prefixEnd) + marker(policy, total - budget, removed) + bytes.toString("utf8", suffixStart)
  );
}

/** As `truncateMiddle`, with a first line that gives the line count of the whole text when something was removed. */
export function truncateWithLineCount(text: string, policy: TruncationPolicy): string {
  const cut = truncateMiddle(text, policy);
  return cut === text ? text : `Total output lines: ${countLines(text)}\n\n${cut}`;
}

/** Lines as a person counts them: a final newline does not open another line. */
export function countLines(text: string): number {
  if (text === "") return 0;
  let lines = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines++;
  return text.endsWith("\n") ? lines : lines + 1;
}

/** Truncates the text of a tool output; images stay, and texts after the budget are named in one last part. */
export function truncateOutputBody(body: FunctionCallOutputBody, policy: TruncationPolicy): FunctionCallOutputBody {
  if (typeof body === "string") return truncateMiddle(body, policy);
  let left = policyByteBudget(policy);
  let omitted = 0;
  const kept: FunctionCallOutputContentItem[] = [];
  for (const part of body) {
    if (part.type !== "input_text") {
      kept.push(part);
      continue;
    }
    if (left <= 0) {
      omitted++;
      continue;
    }
    const size = Buffer.byteLength(part.text);
    if (size <= left) {
      kept.push(part);
      left -= size;
      continue;
    }
    const limit = policy.mode === "bytes" ? left : Math.floor(left / BYTES_PER_TOKEN);
    kept.push({ type: "input_text", text: truncateMiddle(part.text, { mode: policy.mode, limit }) });
    left = 0;
  }
  if (omitted > 0) kept.push({ type: "input_text", text: `[omitted ${omitted} text items ...]` });
  return kept;
}

function marker(policy: TruncationPolicy, overBytes: number, removedChars: number): string {
  return policy.mode === "bytes"
    ? `…${removedChars} chars truncated…`
    : `…${approxTokens(overBytes)} tokens truncated…`;
}

function codePoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xdc00 || unit > 0xdfff) count++;
  }
  return count;
}

function floorCharBoundary(bytes: Uint8Array, at: number): number {
  let index = Math.min(at, bytes.length);
  while (index > 0 && index < bytes.length && isContinuation(bytes[index]!)) index--;
  return index;
}

function ceilCharBoundary(bytes: Uint8Array, at: number): number {
  let index = at;
  while (index < bytes.length && isContinuation(bytes[index]!)) index++;
  return index;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
