import type { StreamedItem } from "@codex-ts/model-provider";
import type { ThreadItem, UserInput, WebSearchAction } from "@codex-ts/protocol";
import type { ResponseItem } from "@codex-ts/protocol/models";
import { isContextualUserMessage } from "../history/contextual.ts";
import { CitationFilter, withoutCitations } from "./citations.ts";
import { completeGeneratedImage } from "./generated-image.ts";
import { PatchPreview } from "./patch-preview.ts";
import { PlanModeMessage } from "./plan-items.ts";
import type { TurnScope } from "./turn-scope.ts";

type Visible = Extract<
  ThreadItem,
  { type: "userMessage" | "agentMessage" | "reasoning" | "webSearch" | "imageGeneration" }
>;

interface OpenItem {
  id: string;
  type: Visible["type"];
  /** A message whose plan is to be told apart. */
  plan: PlanModeMessage | null;
  /** Holds back what is not for the person's eyes. */
  citations: CitationFilter;
}

/**
 * Follows the visible items of one response through added, deltas and done, and emits what a client sees of them.
 * Deltas belong to the item that was added last and is not done yet.
 */
export class StreamItems {
  private readonly turn: TurnScope;
  /** Items that were added and are not done, the newest last. */
  private readonly open: OpenItem[] = [];
  /** The patch that is being written. */
  private patch: PatchPreview | null = null;

  constructor(turn: TurnScope) {
    this.turn = turn;
  }

  added(item: StreamedItem): void {
    this.patch = PatchPreview.of(this.turn, item) ?? this.patch;
    const visible = visibleItem(item, this.idOf(item));
    if (visible === null) return;
    const { id, type } = visible;
    const plan = type === "agentMessage" && this.inPlanMode ? new PlanModeMessage(this.turn, id) : null;
    this.open.push({ id, type, plan, citations: new CitationFilter() });
    if (plan === null) this.turn.itemStarted(visible);
  }

  /** Completes a visible item (starting it first when the stream never did). Returns the text of an assistant message. */
  done(item: StreamedItem): string | null {
    const started = this.take(item);
    const visible = visibleItem(item, started?.id ?? this.idOf(item));
    if (visible === null) return null;
    if (started?.type === "agentMessage") this.tell(started, started.citations.finish());
    if (visible.type === "agentMessage" && this.inPlanMode) {
      return (started?.plan ?? new PlanModeMessage(this.turn, visible.id)).done(visible);
    }
    if (visible.type === "imageGeneration") {
      completeGeneratedImage(this.turn, visible, started !== null);
      return null;
    }
    if (started === null) this.turn.itemStarted(visible);
    this.turn.itemCompleted(visible);
    return visible.type === "agentMessage" ? visible.text : null;
  }

  /** More of the text of a freeform call. */
  patchDelta(delta: string, callId: string | undefined): void {
    this.patch?.push(delta, callId);
  }

  /** A call is complete. */
  callDone(): void {
    this.patch?.finish();
    this.patch = null;
  }

  textDelta(delta: string): void {
    const active = this.active;
    if (active?.type !== "agentMessage") return;
    this.tell(active, active.citations.push(delta));
  }

  private tell({ id, plan }: OpenItem, text: string): void {
    if (text === "") return;
    if (plan !== null) plan.delta(text);
    else this.turn.emit("item/agentMessage/delta", { itemId: id, delta: text });
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

  private get active(): OpenItem | undefined {
    return this.open.at(-1);
  }

  /** The open item that a finished one was, by its id; without an id the newest of its kind. */
  private take(item: StreamedItem): OpenItem | null {
    const type = visibleType(item);
    const at = this.open.findLastIndex(open => open.type === type && (item.id === undefined || item.id === open.id));
    return at < 0 ? null : this.open.splice(at, 1)[0]!;
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
      if (item.role === "user") return "userMessage";
      return item.role === "assistant" ? "agentMessage" : null;
    case "reasoning":
      return "reasoning";
    case "web_search_call":
      return "webSearch";
    case "image_generation_call":
      return "imageGeneration";
    default:
      return null;
  }
}

function visibleItem(item: StreamedItem, id: string): Visible | null {
  switch (item.type) {
    case "message": {
      if (item.role === "user") return isContextualUserMessage(item) ? null : personsMessage(item, id);
      if (item.role !== "assistant") return null;
      const whole = item.content.map(part => (part.type === "input_image" ? "" : part.text)).join("");
      const { text, memoryCitation } = withoutCitations(whole);
      return { type: "agentMessage", id, text, phase: item.phase ?? null, memoryCitation };
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
    case "image_generation_call": {
      const { status, revised_prompt: revisedPrompt = null, result } = item;
      return { type: "imageGeneration", id, status, revisedPrompt, result };
    }
    default:
      return null;
  }
}

/** What a server says in a person's place. */
function personsMessage({ content }: Extract<StreamedItem, { type: "message" }>, id: string): Visible {
  const parts = content.flatMap((part): UserInput[] => {
    if (part.type === "input_text") return [{ type: "text", text: part.text, text_elements: [] }];
    return part.type === "input_image" ? [{ type: "image", url: part.image_url }] : [];
  });
  return { type: "userMessage", id, content: parts };
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

function searchAction(action: ModelSearchAction | null): WebSearchAction {
  if (action === null) return { type: "other" };
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
