import type { ResponseItem } from "@codex-ts/protocol/models";

/** What an inline image counts for, whatever its real size. */
const IMAGE_BYTES = 7373;
/** Overhead of an encrypted blob that never reaches the model. */
const ENCRYPTED_OVERHEAD_BYTES = 650;

/** Estimated tokens of one history item: its JSON length over four, with inline images and encrypted blobs at a flat rate. */
export function estimateItemTokens(item: ResponseItem): number {
  return Math.ceil(estimateItemBytes(item) / 4);
}

/** Estimated tokens of a text: its bytes over four. */
export function estimateTextTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}

function estimateItemBytes(item: ResponseItem): number {
  switch (item.type) {
    case "ghost_snapshot":
      return 0;
    case "reasoning":
    case "compaction":
      if (item.encrypted_content) return encryptedBytes(item.encrypted_content);
      break;
    default:
  }
  const json = JSON.stringify(item);
  return Buffer.byteLength(json) - inlineImageDiscount(item);
}

function encryptedBytes(content: string): number {
  return Math.max(0, Math.floor((content.length * 3) / 4) - ENCRYPTED_OVERHEAD_BYTES);
}

function inlineImageDiscount(item: ResponseItem): number {
  const parts =
    item.type === "message"
      ? item.content
      : (item.type === "function_call_output" || item.type === "custom_tool_call_output") &&
          typeof item.output !== "string"
        ? item.output
        : [];
  let discount = 0;
  for (const part of parts) {
    if (part.type !== "input_image" || !part.image_url.startsWith("data:")) continue;
    const payload = part.image_url.length - (part.image_url.indexOf(",") + 1);
    discount += payload - IMAGE_BYTES;
  }
  return discount;
}

/** Usage of one model response. */
export interface TokenUsage {
  inputTokens: number;
  cachedInputTokens: number;
  outputTokens: number;
  reasoningOutputTokens: number;
  totalTokens: number;
}

export interface TokenInfo {
  total: TokenUsage;
  last: TokenUsage;
  contextWindow: number | null;
}

export const NO_USAGE: TokenUsage = {
  totalTokens: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  reasoningOutputTokens: 0,
};

/** Counts what a thread has used: the sum over all responses, and the last one alone. */
export class TokenTracker {
  info: TokenInfo | null = null;

  add(usage: TokenUsage, contextWindow: number | null): void {
    this.info = { total: sum(this.info?.total ?? NO_USAGE, usage), last: usage, contextWindow };
  }

  /** After compaction or rollback nothing has been measured: only the estimated total is known. */
  replaceLast(totalTokens: number, contextWindow: number | null): void {
    this.info = { total: this.info?.total ?? NO_USAGE, last: { ...NO_USAGE, totalTokens }, contextWindow };
  }

  /** The server refused the request as too long: from here on the window counts as full, and the sums stay what they are. */
  markFull(contextWindow: number): void {
    const before = this.info?.total ?? NO_USAGE;
    const last = { ...NO_USAGE, totalTokens: contextWindow };
    this.info = { total: { ...before, totalTokens: Math.max(before.totalTokens, contextWindow) }, last, contextWindow };
  }
}

function sum(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    totalTokens: a.totalTokens + b.totalTokens,
    inputTokens: a.inputTokens + b.inputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    reasoningOutputTokens: a.reasoningOutputTokens + b.reasoningOutputTokens,
  };
}
