import type { ResponseItem } from "@codex-ts/protocol/models";
import { isUserTurnBoundary } from "./contextual.ts";
import { estimateItemTokens, estimateTextTokens } from "./tokens.ts";
import { scalePolicy, truncateOutputBody, type TruncationPolicy } from "./truncate.ts";

/** Outputs are cut once more when they enter the history, a little above the model's own limit. */
const RECORD_FACTOR = 1.2;

/** The conversation as the model knows it: appended to by turns, replaced by compaction and rollback. */
export class History {
  private record: ResponseItem[] = [];

  get items(): readonly ResponseItem[] {
    return this.record;
  }

  append(items: readonly ResponseItem[], policy: TruncationPolicy): void {
    for (const item of items) {
      if (!belongsInHistory(item)) continue;
      this.record.push(cutOutput(item, policy));
    }
  }

  replace(items: readonly ResponseItem[]): void {
    this.record = [...items];
  }

  /** Puts a note in place of the images of the newest tool output of this turn. False when it has none. */
  dropImagesOfLastOutput(): boolean {
    for (let i = this.record.length - 1; i >= 0; i--) {
      const item = this.record[i]!;
      if (isUserTurnBoundary(item)) return false;
      if (item.type !== "function_call_output" && item.type !== "custom_tool_call_output") continue;
      if (typeof item.output === "string" || !item.output.some(part => part.type === "input_image")) return false;
      const output = item.output.map(part =>
        part.type === "input_image" ? { type: "input_text" as const, text: "Invalid image" } : part,
      );
      this.record[i] = { ...item, output };
      return true;
    }
    return false;
  }

  /** Estimated tokens of what was added after the model's last item: the server has not counted these yet. */
  tokensSinceLastModelItem(): number {
    let tokens = 0;
    for (let i = this.record.length - 1; i >= 0; i--) {
      const item = this.record[i]!;
      if (isModelItem(item)) break;
      tokens += estimateItemTokens(item);
    }
    return tokens;
  }

  /** Estimated tokens of the encrypted reasoning before the last user message, which some servers leave out of their count. */
  reasoningTokensBeforeLastUserMessage(): number {
    let end = this.record.length - 1;
    while (end >= 0 && !isUserTurnBoundary(this.record[end]!)) end--;
    let tokens = 0;
    for (let i = 0; i < end; i++) {
      const item = this.record[i]!;
      if (item.type === "reasoning" && item.encrypted_content) tokens += estimateItemTokens(item);
    }
    return tokens;
  }

  estimateTokens(instructions: string): number {
    let tokens = estimateTextTokens(instructions);
    for (const item of this.record) tokens += estimateItemTokens(item);
    return tokens;
  }
}

/** Unknown items and `system` messages are never kept. */
export function belongsInHistory(item: ResponseItem): boolean {
  if (item.type === "other") return false;
  return !(item.type === "message" && item.role === "system");
}

function cutOutput(item: ResponseItem, policy: TruncationPolicy): ResponseItem {
  if (item.type !== "function_call_output" && item.type !== "custom_tool_call_output") return item;
  const output = truncateOutputBody(item.output, scalePolicy(policy, RECORD_FACTOR));
  return output === item.output ? item : { ...item, output };
}

function isModelItem(item: ResponseItem): boolean {
  switch (item.type) {
    case "message":
      return item.role === "assistant";
    case "function_call_output":
    case "custom_tool_call_output":
    case "tool_search_output":
    case "ghost_snapshot":
      return false;
    default:
      return true;
  }
}
