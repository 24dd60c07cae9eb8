import type { ResponseItem } from "@codex-ts/protocol/models";
import type { RolloutItem } from "@codex-ts/thread-store";
import { isContextualDeveloperMessage, isContextualUserMessage, isUserTurnBoundary } from "../history/contextual.ts";
import { History } from "../history/history.ts";
import type { TokenInfo } from "../history/tokens.ts";
import type { TruncationPolicy } from "../history/truncate.ts";
import { compactedHistory } from "../turn/compaction.ts";
import type { TurnContextRecord } from "./turn-context-line.ts";

/** What a session file says about a thread that goes on. */
export interface Reconstructed {
  history: ResponseItem[];
  /** What the model was last told about its surroundings; null: the next turn tells everything. */
  baseline: TurnContextRecord | null;
  previousModel: string | null;
  tokenInfo: TokenInfo | null;
  /** Number of compactions so far. */
  compactions: number;
}

/** A stretch of the file that ends where a turn starts, as the backward scan sees it. */
interface Segment {
  turnId: string | null;
  userTurn: boolean;
  settings: TurnContextRecord | null;
  baseline: TurnContextRecord | "cleared" | null;
  base: { history: readonly ResponseItem[]; index: number } | null;
  /** Where its compactions stand in the file. */
  compactions: number[];
}

interface Scan {
  /** Newest history that replaced everything before it, and where in the file that happened. */
  base: { history: readonly ResponseItem[]; index: number } | null;
  settings: TurnContextRecord | null;
  baseline: TurnContextRecord | null;
  /** Compactions that were rolled back, by where they stand in the file. */
  undone: Set<number>;
}

export function reconstruct(items: readonly RolloutItem[], options: { policy: TruncationPolicy }): Reconstructed {
  const scan = scanBackwards(items);
  const replayed = replay(items, scan, options.policy);
  return {
    history: [...replayed.history],
    baseline: replayed.baselineLost ? null : scan.baseline,
    previousModel: scan.settings?.model ?? null,
    tokenInfo: lastTokenInfo(items),
    compactions: items.reduce((count, item) => (item.type === "compacted" ? count + 1 : count), 0),
  };
}

/** Finds, from the end, the newest surviving base, the newest user turn's settings and the baseline; turns that were rolled back are skipped. */
function scanBackwards(items: readonly RolloutItem[]): Scan {
  const scan: Scan = { base: null, settings: null, baseline: null, undone: new Set() };
  let baselineKnown = false;
  let toSkip = 0;
  let segment = emptySegment();

  const finish = () => {
    if (toSkip > 0) {
      if (segment.userTurn) toSkip--;
      for (const index of segment.compactions) scan.undone.add(index);
    } else {
      scan.base ??= segment.base;
      if (segment.userTurn) scan.settings ??= segment.settings;
      if (!baselineKnown && (segment.userTurn || segment.baseline === "cleared") && segment.baseline !== null) {
        scan.baseline = segment.baseline === "cleared" ? null : segment.baseline;
        baselineKnown = true;
      }
    }
    segment = emptySegment();
  };

  for (let index = items.length - 1; index >= 0; index--) {
    const item = items[index]!;
    switch (item.type) {
      case "compacted": {
        segment.baseline ??= "cleared";
        segment.compactions.push(index);
        const replacement = item.payload["replacement_history"];
        if (Array.isArray(replacement) && segment.base === null) {
          segment.base = { history: replacement as ResponseItem[], index };
        }
        break;
      }
      case "turn_context": {
        const record = item.payload as unknown as TurnContextRecord;
        segment.turnId ??= record.turn_id ?? null;
        if (record.turn_id === undefined || segment.turnId === null || record.turn_id === segment.turnId) {
          segment.settings ??= record;
          segment.baseline ??= record;
        }
        break;
      }
      case "response_item":
        if (isUserTurnBoundary(item.payload as ResponseItem)) segment.userTurn = true;
        break;
      case "event_msg":
        switch (item.payload.type) {
          case "thread_rolled_back":
            toSkip += numberOf(item.payload["num_turns"]);
            break;
          case "task_complete":
          case "turn_aborted":
            segment.turnId ??= stringOf(item.payload["turn_id"]);
            break;
          case "user_message":
            segment.userTurn = true;
            break;
          case "task_started":
            finish();
            break;
          default:
        }
        break;
      default:
    }
    if (toSkip === 0 && scan.base !== null && scan.settings !== null && baselineKnown) return scan;
  }
  finish();
  return scan;
}

function emptySegment(): Segment {
  return { turnId: null, userTurn: false, settings: null, baseline: null, base: null, compactions: [] };
}

/**
 * Builds the history forwards from the base. A compaction that was rolled back is passed over, so that a rollback finds the turns that it
 * had replaced; where a rollback leaves none of them, nothing is left but what was told first after that compaction.
 */
function replay(
  items: readonly RolloutItem[],
  scan: Scan,
  policy: TruncationPolicy,
): { history: readonly ResponseItem[]; baselineLost: boolean } {
  const history = new History();
  let baselineLost = false;
  /** Where in the history the last compaction that was passed over stood. */
  let passedOver: number | null = null;
  if (scan.base !== null) history.replace(scan.base.history);
  for (const [index, item] of items.entries()) {
    if (scan.base !== null && index <= scan.base.index) continue;
    if (scan.undone.has(index)) {
      passedOver = history.items.length;
      continue;
    }
    switch (item.type) {
      case "response_item":
        history.append([item.payload as ResponseItem], policy);
        break;
      case "compacted": {
        const replacement = item.payload["replacement_history"];
        if (Array.isArray(replacement)) history.replace(replacement as ResponseItem[]);
        else {
          // Files from before replacement histories were kept: the same rule makes one.
          history.replace(compactedHistory(history.items, item.payload.message));
          baselineLost = true;
        }
        break;
      }
      case "event_msg":
        if (item.payload.type === "undo_completed" && item.payload["success"] === true) {
          const used = history.items.findLastIndex(entry => entry.type === "ghost_snapshot");
          history.replace(history.items.filter((_, index) => index !== used));
        } else if (item.payload.type === "thread_rolled_back") {
          // Which turn's context is in force, the scan knows: it passed over the turns that are dropped here.
          const left = dropUserTurns(history.items, numberOf(item.payload["num_turns"]));
          if (passedOver === null || left.some(isUserTurnBoundary)) history.replace(left);
          else history.replace(dropUserTurns(history.items.slice(passedOver), Number.POSITIVE_INFINITY));
        }
        break;
      default:
    }
  }
  return { history: history.items, baselineLost };
}

/** Drops the last `count` user turns, and the context messages that were written for the first of them. */
export function dropUserTurns(items: readonly ResponseItem[], count: number): ResponseItem[] {
  const boundaries = items.flatMap((item, index) => (isUserTurnBoundary(item) ? [index] : []));
  const first = boundaries[0];
  if (first === undefined || count <= 0) return [...items];
  if (count >= boundaries.length) return items.slice(0, first);
  let cut = boundaries[boundaries.length - count]!;
  const ofContext = (item: ResponseItem) => isContextualDeveloperMessage(item) || isContextualUserMessage(item);
  while (cut > first + 1 && ofContext(items[cut - 1]!)) cut--;
  return items.slice(0, cut);
}

function lastTokenInfo(items: readonly RolloutItem[]): TokenInfo | null {
  for (let index = items.length - 1; index >= 0; index--) {
    const item = items[index]!;
    if (item.type !== "event_msg" || item.payload.type !== "token_count") continue;
    const info = item.payload["info"];
    if (!isRecord(info)) continue;
    return {
      total: usageOf(info["total_token_usage"]),
      last: usageOf(info["last_token_usage"]),
      contextWindow: typeof info["model_context_window"] === "number" ? info["model_context_window"] : null,
    };
  }
  return null;
}

function usageOf(value: unknown) {
  const fields = isRecord(value) ? value : {};
  return {
    inputTokens: numberOf(fields["input_tokens"]),
    cachedInputTokens: numberOf(fields["cached_input_tokens"]),
    outputTokens: numberOf(fields["output_tokens"]),
    reasoningOutputTokens: numberOf(fields["reasoning_output_tokens"]),
    totalTokens: numberOf(fields["total_tokens"]),
  };
}

function isRecord(value: unknown): value is { [member: string]: unknown } {
  return typeof value === "object" && value !== null;
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function stringOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
