import type { ResponseItem } from "@codex-ts/protocol/models";
import { isAzure, isOpenAi, ModelError, type StreamOptions } from "@codex-ts/model-provider";
import { initialContext } from "../context/context-updates.ts";
import { throwIfInterrupted } from "../errors.ts";
import { isUserTurnBoundary, messageText } from "../history/contextual.ts";
import { approxTokenCount, truncateMiddle } from "../history/truncate.ts";
import { COMPACT_PROMPT, COMPACTION_WARNING, NO_SUMMARY, SUMMARY_PREFIX } from "../prompts/compaction.ts";
import { compactedLine } from "../rollout/projection.ts";
import { turnContextRecord } from "../rollout/turn-context-line.ts";
import type { Session } from "../thread/session.ts";
import { compactionRequest } from "./request.ts";
import { observedRequest, tellUsage } from "../telemetry/turn-telemetry.ts";
import { withStreamRetries } from "./sampling.ts";
import { compactedByServer } from "./server-compaction.ts";
import type { TurnContext } from "./turn-context.ts";
import type { TurnScope } from "./turn-scope.ts";

/** `downshift`: before a turn whose model has less room than the one before. */
export type CompactionMoment = "manual" | "pre-turn" | "downshift" | "mid-turn";

/** Tokens of the user's own messages that survive beside the summary. */
const KEPT_USER_TOKENS = 20_000;

/**
 * Replaces the history by a shorter one: what the model server makes of it where the server can do that, else the user's own messages and
 * a summary that the model writes of everything. Throws when that fails; the history stays as it was.
 *
 * @param context what the model is asked under: the turn's own, or that of the model before it
 */
export async function compact(
  turn: TurnScope,
  moment: CompactionMoment,
  context: TurnContext = turn.context,
): Promise<void> {
  const { session } = turn;
  const item = { type: "contextCompaction" as const, id: session.services.ids.uuid4() };
  turn.itemStarted(item);

  const byServer = serverCompacts(session);
  const { message, history } = byServer ? await serverHistory(turn, context) : await summarizedHistory(turn, context);
  const ghosts = session.history.items.filter(entry => entry.type === "ghost_snapshot");
  const replacement = [...(moment === "mid-turn" ? withContext(history, initialContext(turn)) : history), ...ghosts];

  session.history.replace(replacement);
  session.rollout.append([compactedLine(message, replacement)]);
  if (moment === "mid-turn") {
    const record = turnContextRecord(turn);
    session.rollout.append([{ type: "turn_context", payload: { ...record } }]);
    session.baseline = record;
  } else {
    session.baseline = null;
  }
  session.windowGeneration++;
  // What was prepared for the first turn has seen nothing of the conversation: it serves the new window as well.
  if (session.prewarm === null) session.client.disconnect();
  session.tokens.replaceLast(session.history.estimateTokens(session.baseInstructions), context.contextWindow);
  session.emitTokenCount(turn.id);
  turn.itemCompleted(item);
  if (!byServer) turn.warn(COMPACTION_WARNING);
}

/** Only OpenAI's own servers and Azure's compact by themselves. */
export function serverCompacts({ client }: Pick<Session, "client">): boolean {
  return isOpenAi(client.provider) || isAzure(client.provider);
}

/** What the history becomes, and the note that the session file keeps of it. */
interface Compacted {
  message: string;
  history: ResponseItem[];
}

async function serverHistory(turn: TurnScope, context: TurnContext): Promise<Compacted> {
  return { message: "", history: await compactedByServer(turn, context) };
}

async function summarizedHistory(turn: TurnScope, context: TurnContext): Promise<Compacted> {
  const summary = await summarize(turn, context);
  const message = summaryText(summary);
  return { message, history: compactedHistory(turn.session.history.items, message) };
}

/** Asks for the summary, dropping the oldest items while the request is too long for the model. */
async function summarize(turn: TurnScope, context: TurnContext): Promise<string> {
  const { session } = turn;
  const prompt: ResponseItem = {
    type: "message",
    role: "user",
    content: [{ type: "input_text", text: session.config.compactPrompt ?? COMPACT_PROMPT }],
  };
  // A compaction is a conversation beside its turn's: the turn goes on over its connection, and where its answers come from.
  const way: Way = { turn: {}, ownConnection: turn.holdsConnection || session.prewarm !== null };
  let kept: readonly ResponseItem[] = session.history.items;
  for (;;) {
    throwIfInterrupted(turn.signal);
    try {
      return await askForSummary(turn, context, [...kept, prompt], way);
    } catch (error) {
      if (!(error instanceof WindowExceeded) || kept.length <= 1)
        throw error instanceof WindowExceeded ? error.cause : error;
      kept = withoutOldest(kept);
    }
  }
}

class WindowExceeded extends Error {}

type Way = Pick<StreamOptions, "turn" | "ownConnection">;

async function askForSummary(
  turn: TurnScope,
  context: TurnContext,
  items: readonly ResponseItem[],
  way: Way,
): Promise<string> {
  const { session } = turn;
  let text = "";
  await withStreamRetries(
    turn,
    async () => {
      text = "";
      const observed = observedRequest(turn);
      try {
        for await (const event of session.client.stream(compactionRequest(turn, context, items), {
          ...way,
          signal: turn.signal,
          observer: observed?.observer,
        })) {
          if (event.type === "item_done") text = assistantText(event.item) ?? text;
          else if (event.type === "rate_limits") {
            session.rateLimits = event.snapshot;
            session.emitTokenCount(turn.id);
          } else if (event.type === "completed") {
            if (event.usage !== null) session.tokens.add(event.usage, context.contextWindow);
            tellUsage(turn, event.usage);
            session.emitTokenCount(turn.id);
          }
        }
      } catch (error) {
        if (error instanceof ModelError && error.code === "context_window_exceeded")
          throw new WindowExceeded("too long", { cause: error });
        throw error;
      } finally {
        observed?.end();
      }
    },
    { retryAll: true },
  );
  return text;
}

function assistantText(item: ResponseItem): string | null {
  return item.type === "message" && item.role === "assistant" ? messageText(item) : null;
}

/** Drops the oldest item, and its counterpart if it is a call or an output. */
function withoutOldest(items: readonly ResponseItem[]): readonly ResponseItem[] {
  const [first, ...rest] = items;
  const id = first !== undefined && "call_id" in first ? first.call_id : null;
  return id === null || id === undefined ? rest : rest.filter(item => !("call_id" in item && item.call_id === id));
}

/** The user's messages (newest first within the budget, then in order) and the hand-over note. */
export function compactedHistory(items: readonly ResponseItem[], note: string): ResponseItem[] {
  const kept: ResponseItem[] = [];
  let left = KEPT_USER_TOKENS;
  for (let i = items.length - 1; i >= 0 && left > 0; i--) {
    const item = items[i]!;
    if (!isUserTurnBoundary(item) || isSummary(item)) continue;
    const text = messageText(item);
    const tokens = approxTokenCount(text);
    kept.push(userMessage(tokens <= left ? text : truncateMiddle(text, { mode: "tokens", limit: left })));
    left -= tokens;
  }
  kept.reverse();
  return [...kept, userMessage(note === "" ? NO_SUMMARY : note)];
}

/** The hand-over note as it stands in the conversation and in files. */
function summaryText(summary: string): string {
  return `${SUMMARY_PREFIX}\n${summary === "" ? NO_SUMMARY : summary}`;
}

function isSummary(item: ResponseItem): boolean {
  return messageText(item).startsWith(`${SUMMARY_PREFIX}\n`);
}

/** Puts the context before the last real user message, or else before what stands for the conversation. */
function withContext(history: readonly ResponseItem[], context: readonly ResponseItem[]): ResponseItem[] {
  const places = [
    history.findLastIndex(item => isUserTurnBoundary(item) && !isSummary(item)),
    history.findLastIndex(isSummary),
    history.findLastIndex(item => item.type === "compaction"),
  ];
  const at = places.find(index => index >= 0) ?? history.length;
  return [...history.slice(0, at), ...context, ...history.slice(at)];
}

function userMessage(text: string): ResponseItem {
  return { type: "message", role: "user", content: [{ type: "input_text", text }] };
}
