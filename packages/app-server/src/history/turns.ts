import { randomUUID } from "node:crypto";
import { parseHookPrompt } from "@codex-ts/hooks/prompt";
import type { CodexErrorInfo, ThreadItem, Turn } from "@codex-ts/protocol";
import type { RolloutItem } from "@codex-ts/thread-store";
import { agentMessage, itemOfEvent, reviewItem, userMessage } from "./items.ts";
import { isPayload, list, number, type Payload, text } from "./read.ts";

interface OpenTurn {
  turn: Turn;
  /** Opened by a record of its own; the others are made up for records that stand outside of any. */
  explicit: boolean;
  compacted: boolean;
}

/**
 * The turns of a thread, from its records. Items that had no recorded id are numbered `item-1`, `item-2` ... over the
 * whole thread. A turn without an end stays `inProgress`; callers that know better say `interrupted` (see `settled`).
 */
export function turnsOf(items: readonly RolloutItem[]): Turn[] {
  const builder = new TurnBuilder();
  for (const [index, item] of items.entries()) {
    if (item.type === "event_msg") builder.event(item.payload, index);
    else if (item.type === "compacted") builder.compacted(index);
    else if (item.type === "response_item") builder.modelItem(item.payload, index);
  }
  return builder.finish();
}

/** Turns of a thread that does nothing: what was left open was interrupted. */
export function settled(turns: readonly Turn[]): Turn[] {
  return turns.map(turn => (turn.status === "inProgress" ? { ...turn, status: "interrupted" } : turn));
}

class TurnBuilder {
  private turns: Turn[] = [];
  /** The same by id, so that a record finds its turn among thousands. */
  private closed = new Map<string, Turn>();
  private open: OpenTurn | null = null;
  private nextItem = 1;

  event(event: Payload, index: number): void {
    switch (event["type"]) {
      case "task_started":
        this.close();
        this.open = newTurn(text(event, "turn_id") ?? `rollout-${index}`, true);
        this.open.turn.startedAt = number(event, "started_at");
        return;
      case "task_complete":
        this.end(event, "completed");
        return;
      case "turn_aborted":
        this.end(event, "interrupted");
        return;
      case "thread_rolled_back":
        this.rollBack(number(event, "num_turns") ?? 0);
        return;
      case "error":
        this.fail(event);
        return;
      case "user_message":
        // Without a record that opened it, a turn begins with what the user said.
        if (this.open !== null && !this.open.explicit && this.open.turn.items.length > 0) this.close();
        this.add(userMessage(this.itemId(), event), index);
        return;
      case "agent_message":
        if ((text(event, "message") ?? "") !== "") this.add(agentMessage(this.itemId(), event), index);
        return;
      case "agent_reasoning":
        this.reasoning("summary", text(event, "text") ?? "", index);
        return;
      case "agent_reasoning_raw_content":
        this.reasoning("content", text(event, "text") ?? "", index);
        return;
      case "context_compacted":
        this.add({ type: "contextCompaction", id: this.itemId() }, index);
        return;
      case "entered_review_mode":
      case "exited_review_mode":
        this.add(reviewItem(this.itemId(), event), index);
        return;
      default:
        this.withOwnId(event, index);
    }
  }

  /** Of the model's items only the prompts of Stop hooks are shown: no event tells of them. */
  modelItem(item: Payload, index: number): void {
    if (item["type"] !== "message" || item["role"] !== "user") return;
    const parts = list(item, "content").map(part => (isPayload(part) ? (text(part, "text") ?? "") : ""));
    if (!parts.every(part => part.startsWith("<hook_prompt "))) return;
    const fragments = parseHookPrompt(parts);
    if (fragments !== null) this.add({ type: "hookPrompt", id: randomUUID(), fragments }, index);
  }

  compacted(index: number): void {
    this.current(index).compacted = true;
  }

  finish(): Turn[] {
    this.close();
    return this.turns;
  }

  private itemId(): string {
    return `item-${this.nextItem++}`;
  }

  private current(index: number): OpenTurn {
    this.open ??= newTurn(`rollout-${index}`, false);
    return this.open;
  }

  private add(item: ThreadItem, index: number): void {
    this.current(index).turn.items.push(item);
  }

  /** Items that name their turn go there, in place of what stands there under their id. */
  private withOwnId(event: Payload, index: number): void {
    const item = itemOfEvent(event);
    if (item === null) return;
    const turnId = text(event, "turn_id");
    const owner = this.closed.get(turnId ?? "") ?? this.current(index).turn;
    const known = owner.items.findIndex(other => other.id === item.id && other.type === item.type);
    if (known === -1) owner.items.push(item);
    else owner.items[known] = item;
  }

  private reasoning(part: "summary" | "content", value: string, index: number): void {
    if (value === "") return;
    const last = this.current(index).turn.items.at(-1);
    if (last?.type === "reasoning") last[part].push(value);
    else this.add({ type: "reasoning", id: this.itemId(), summary: [], content: [], [part]: [value] }, index);
  }

  private fail(event: Payload): void {
    const { open } = this;
    if (open === null) return;
    const info = event["codex_error_info"];
    open.turn.status = "failed";
    open.turn.error = {
      message: text(event, "message") ?? "",
      codexErrorInfo: errorInfo(info),
      additionalDetails: null,
    };
  }

  /**
   * Ends the turn that the record names, and else the one that is open: a review's end names the review, not its turn. What comes
   * between an interrupt and the next turn belongs to the turn that was interrupted, which its end does not complete.
   */
  private end(event: Payload, status: "completed" | "interrupted"): void {
    const id = text(event, "turn_id") ?? "";
    const open = this.open?.turn;
    const turn = open?.id === id ? open : (this.closed.get(id) ?? open);
    if (turn === undefined) return;
    if (status === "interrupted" ? turn.status !== "failed" : turn.status === "inProgress") turn.status = status;
    turn.completedAt = number(event, "completed_at");
    turn.durationMs = number(event, "duration_ms");
    if (status === "completed" && turn === open) this.close();
  }

  private rollBack(count: number): void {
    this.close();
    this.turns = count >= this.turns.length ? [] : this.turns.slice(0, this.turns.length - count);
    this.closed = new Map();
    for (const turn of this.turns) this.remember(turn);
    this.nextItem = this.turns.reduce((sum, turn) => sum + turn.items.length, 0) + 1;
  }

  private remember(turn: Turn): void {
    if (!this.closed.has(turn.id)) this.closed.set(turn.id, turn);
  }

  private close(): void {
    const { open } = this;
    this.open = null;
    if (open === null) return;
    if (open.turn.items.length === 0 && !open.explicit && !open.compacted) return;
    if (!open.explicit && open.turn.status === "inProgress") open.turn.status = "completed";
    this.turns.push(open.turn);
    this.remember(open.turn);
  }
}

function newTurn(id: string, explicit: boolean): OpenTurn {
  const turn: Turn = {
    id,
    items: [],
    status: "inProgress",
    error: null,
    startedAt: null,
    completedAt: null,
    durationMs: null,
  };
  return { turn, explicit, compacted: false };
}

/** Recorded in snake_case, shown in camelCase; variants with a body carry an HTTP status. */
function errorInfo(info: unknown): CodexErrorInfo | null {
  if (typeof info === "string") return camelCase(info) as CodexErrorInfo;
  if (!isPayload(info)) return null;
  const [[kind, body] = []] = Object.entries(info);
  if (kind === undefined) return null;
  const members = isPayload(body) ? Object.entries(body).map(([name, value]) => [camelCase(name), value]) : [];
  return { [camelCase(kind)]: Object.fromEntries(members) } as CodexErrorInfo;
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
