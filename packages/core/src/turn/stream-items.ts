import type { StreamedItem } from "@codex-ts/model-provider";
import type { ThreadItem, WebSearchAction } from "@codex-ts/protocol";
import type { ResponseItem } from "@codex-ts/protocol/models";
import { PlanModeMessage } from "./plan-items.ts";
import type { TurnScope } from "./turn-scope.ts";

type Visible = Extract<ThreadItem, { type: "agentMessage" | "reasoning" | "webSearch" }>;

/**
 * Follows the visible items of one response through added, deltas and done, and emits what a client sees of them.
 * Deltas belong to the item that was added last and is not done yet.
 */
export class StreamItems {
  private readonly turn: TurnScope;
  /** The message that streams now, when its plan is to be told apart. */
  private planMessage: PlanModeMessage | null = null;
  private active: { id: string; type: Visible["type"] } | null = null;

  constructor(turn: TurnScope) {
    this.turn = turn;
  }

  added(item: StreamedItem): void {
    const visible = visibleItem(item, this.idOf(item));
    if (visible === null) return;
    this.active = { id: visible.id, type: visible.type };
    if (visible.type === "agentMessage" && this.inPlanMode)
      this.planMessage = new PlanModeMessage(this.turn, visible.id);
    else this.turn.itemStarted(visible);
  }

  /** Completes a visible item (starting it first when the stream never did). Returns the text of an assistant message. */
  done(item: StreamedItem): string | null {
    const active = this.active;
    const started =
      active !== null && active.type === visibleType(item) && (item.id === undefined || item.id === active.id);
    const visible = visibleItem(item, started ? active.id : this.idOf(item));
    if (visible === null) return null;
    if (started) this.active = null;
    if (visible.type === "agentMessage" && this.inPlanMode) {
      const message = (started ? this.planMessage : null) ?? new PlanModeMessage(this.turn, visible.id);
      this.planMessage = null;
      return message.done(visible);
    }
    if (!started) this.turn.itemStarted(visible);
    this.turn.itemCompleted(visible);
    return visible.type === "agentMessage" ? visible.text : null;
  }

  textDelta(delta: string): void {
    if (this.active?.type !== "agentMessage") return;
    if (this.planMessage !== null) this.planMessage.delta(delta);
    else this.turn.emit("item/agentMessage/delta", { itemId: this.active.id, delta });
  }

  summaryDelta(delta: string, summaryIndex: number): void {
    if (this.active?.type !== "reasoning") return;
    this.turn.emit("item/reasoning/summaryTextDelta", { itemId: this.active.id, delta, summaryIndex });
  }

  summaryPartAdded(summaryIndex: number): void {
    if (this.active?.type !== "reasoning") return;
    this.turn.emit("item/reasoning/summaryPartAdded", { itemId: this.active.id, summaryIndex });
  }

  reasoningDelta(delta: string, contentIndex: number): void {
    if (this.active?.type !== "reasoning") return;
    this.turn.emit("item/reasoning/textDelta", { itemId: this.active.id, delta, contentIndex });
  }

  private get inPlanMode(): boolean {
    return this.turn.context.settings.collaborationMode === "plan";
  }

  private idOf(item: StreamedItem): string {
    return item.id ?? this.turn.session.services.ids.uuid4();
  }
}

function visibleType(item: StreamedItem): Visible["type"] | null {
  switch (item.type) {
    case "message":
      return item.role === "assistant" ? "agentMessage" : null;
    case "reasoning":
      return "reasoning";
    case "web_search_call":
      return "webSearch";
    default:
      return null;
  }
}

function visibleItem(item: StreamedItem, id: string): Visible | null {
  switch (item.type) {
    case "message": {
      if (item.role !== "assistant") return null;
      const text = item.content.map(part => (part.type === "output_text" ? part.text : "")).join("");
      return { type: "agentMessage", id, text, phase: item.phase ?? null, memoryCitation: null };
    }
    case "reasoning":
      return {
        type: "reasoning",
        id,
        summary: item.summary.map(part => part.text),
        content: (item.content ?? []).map(part => part.text),
      };
    case "web_search_call": {
      const action = item.action ?? null;
      return { type: "webSearch", id, query: searchQuery(action), action: searchAction(action) };
    }
    default:
      return null;
  }
}

type ModelSearchAction = NonNullable<Extract<ResponseItem, { type: "web_search_call" }>["action"]>;

function searchQuery(action: ModelSearchAction | null): string {
  if (action === null) return "";
  switch (action.type) {
    case "search":
      return action.query || severalQueries(action.queries ?? []);
    case "open_page":
      return action.url ?? "";
    case "find_in_page":
      return pageSearch(action.pattern ?? null, action.url ?? null);
    default:
      return "";
  }
}

function severalQueries(queries: readonly string[]): string {
  const [first = ""] = queries;
  return queries.length > 1 && first !== "" ? `${first} ...` : first;
}

function pageSearch(pattern: string | null, url: string | null): string {
  if (pattern === null) return url ?? "";
  return url === null ? `'${pattern}'` : `'${pattern}' in ${url}`;
}

function searchAction(action: ModelSearchAction | null): WebSearchAction | null {
  if (action === null) return null;
  switch (action.type) {
    case "search":
      return { type: "search", query: action.query ?? null, queries: action.queries ?? null };
    case "open_page":
      return { type: "openPage", url: action.url ?? null };
    case "find_in_page":
      return { type: "findInPage", url: action.url ?? null, pattern: action.pattern ?? null };
    default:
      return { type: "other" };
  }
}
