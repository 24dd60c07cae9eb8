import {
  backoffMs,
  isAzure,
  keepServerId,
  ModelError,
  type ModelEvent,
  type Prompt,
  type StreamedItem,
} from "@codex-ts/model-provider";
import type { RateLimitSnapshot } from "@codex-ts/protocol";
import type { ResponseItem } from "@codex-ts/protocol/models";
import { throwIfInterrupted, TurnFailure, TurnInterrupted } from "../errors.ts";
import { messageText } from "../history/contextual.ts";
import { modelWarning } from "../prompts/fragments.ts";
import { observedRequest, tellFirstMessage, tellUsage } from "../telemetry/turn-telemetry.ts";
import type { ToolRegistry } from "../tools/registry.ts";
import { CallDispatcher, readCall } from "./dispatch.ts";
import { StreamItems } from "./stream-items.ts";
import type { TurnScope } from "./turn-scope.ts";

export interface SamplingResult {
  /** The model called a tool, so it wants to see the answers. */
  needsFollowUp: boolean;
}

/**
 * Asks the model once, trying again as long as the failure is one that may pass. Items of a broken attempt stay in the history, so each
 * attempt builds its request anew.
 */
export async function sampleWithRetries(
  turn: TurnScope,
  tools: ToolRegistry,
  request: () => Prompt,
): Promise<SamplingResult> {
  const outcome = { needsFollowUp: false };
  await withStreamRetries(turn, async () => {
    const result = await sampleOnce(turn, tools, request()).catch((error: unknown) => {
      // The server cannot read an image that a tool gave: the model is told so and goes on.
      const unreadable = error instanceof ModelError && error.code === "invalid_image";
      if (!unreadable || !turn.session.history.dropImagesOfLastOutput()) throw error;
      return sampleOnce(turn, tools, request());
    });
    outcome.needsFollowUp ||= result.needsFollowUp;
  });
  return outcome;
}

/**
 * Repeats `attempt` on retryable model errors, as often as the provider allows, telling the client each time. `retryAll`: on every other
 * model error, too.
 */
export async function withStreamRetries(
  turn: TurnScope,
  attempt: () => Promise<void>,
  options: { retryAll?: boolean } = {},
): Promise<void> {
  const { client } = turn.session;
  const maxRetries = client.streamMaxRetries;
  for (let retry = 1; ; retry++) {
    throwIfInterrupted(turn.signal);
    try {
      await attempt();
      return;
    } catch (error) {
      throwIfInterrupted(turn.signal);
      if (!(error instanceof ModelError)) throw error;
      if (error.code === "context_window_exceeded") markWindowFull(turn);
      if (error.rateLimits !== undefined) tellRateLimits(turn, error.rateLimits);
      if (!error.retryable && options.retryAll !== true) throw failed(turn, error);
      if (retry > maxRetries) {
        if (!client.switchToHttp()) throw failed(turn, error);
        turn.warn(`Falling back from WebSockets to HTTPS transport. ${error.message}`);
        retry = 0;
        continue;
      }
      // A WebSocket that was kept too long breaks at its next use; that is not worth a word.
      if (retry > 1 || client.transport === "http") tellRetry(turn, error, retry, maxRetries);
      await turn.session.services.clock.sleep(error.retryAfterMs ?? backoffMs(retry, Math.random), turn.signal);
    }
  }
}

function tellRetry(turn: TurnScope, error: ModelError, retry: number, maxRetries: number): void {
  turn.emit("error", {
    error: {
      message: `Reconnecting... ${retry}/${maxRetries}`,
      codexErrorInfo: { responseStreamDisconnected: { httpStatusCode: statusOf(error) } },
      additionalDetails: error.message,
    },
    willRetry: true,
  });
}

/** Clients know the server's own failure by its text, without a status. */
function statusOf(error: ModelError): number | null {
  return error.code === "internal_server_error" ? null : (error.httpStatus ?? null);
}

/** The failure that ends the turn. What to do about it goes beside the wire, to whoever runs the program. */
function failed(turn: TurnScope, error: ModelError): TurnFailure {
  if (error.hint !== undefined) turn.session.services.advise(error.hint);
  return new TurnFailure(error.message, error.codexErrorInfo);
}

function tellRateLimits(turn: TurnScope, snapshot: RateLimitSnapshot): void {
  turn.session.rateLimits = snapshot;
  turn.session.emitTokenCount(turn.id);
}

function markWindowFull(turn: TurnScope): void {
  if (turn.context.contextWindow === null) return;
  turn.session.tokens.markFull(turn.context.contextWindow);
  turn.session.emitTokenCount(turn.id);
}

async function sampleOnce(turn: TurnScope, tools: ToolRegistry, request: Prompt): Promise<SamplingResult> {
  const items = new StreamItems(turn);
  const calls = new CallDispatcher(turn, tools);
  const observed = observedRequest(turn);
  const options = { signal: turn.signal, turn: turn.routing, observer: observed?.observer };
  let failure: unknown = null;
  // The last message of a turn is one of its last answer, or there is none.
  turn.lastAgentMessage = null;
  try {
    for await (const event of turn.session.client.stream(request, options)) {
      handleEvent(turn, items, calls, event);
    }
  } catch (error) {
    failure = error;
  }
  observed?.end();
  // Calls that were made are answered even when the stream broke: their effects are real.
  await calls.recordOutputs();
  throwIfInterrupted(turn.signal);
  if (failure !== null) throw failure;
  await turn.emitDiff();
  return { needsFollowUp: calls.started > 0 };
}

function handleEvent(turn: TurnScope, items: StreamItems, calls: CallDispatcher, event: ModelEvent): void {
  if (turn.signal.aborted) throw new TurnInterrupted();
  switch (event.type) {
    case "item_added":
      items.added(event.item);
      break;
    case "custom_tool_input_delta":
      items.patchDelta(event.delta, event.callId);
      break;
    case "item_done":
      if (saysSomething(event.item)) turn.markFirstToken();
      itemDone(turn, items, calls, event.item);
      break;
    case "text_delta":
      turn.markFirstToken();
      items.textDelta(event.delta);
      break;
    case "reasoning_summary_delta":
      turn.markFirstToken();
      items.summaryDelta(event.delta, event.summaryIndex);
      break;
    case "reasoning_summary_part_added":
      items.summaryPartAdded(event.summaryIndex);
      break;
    case "reasoning_delta":
      turn.markFirstToken();
      items.reasoningDelta(event.delta, event.contentIndex);
      break;
    default:
      accounting(turn, event);
  }
}

/** An empty message is no first token. */
function saysSomething(item: StreamedItem): boolean {
  if (item.type === "message") return messageText(item) !== "";
  if (item.type === "reasoning") return item.summary.length > 0 || (item.content ?? []).length > 0;
  return true;
}

function accounting(turn: TurnScope, event: ModelEvent): void {
  const { session } = turn;
  switch (event.type) {
    case "completed":
      if (event.usage !== null) session.tokens.add(event.usage, turn.context.contextWindow);
      tellUsage(turn, event.usage);
      session.emitTokenCount(turn.id);
      break;
    case "rate_limits":
      tellRateLimits(turn, event.snapshot);
      break;
    case "reasoning_included":
      session.serverCountsReasoning = true;
      break;
    case "models_etag":
      // The list is for later turns; this one does not wait for it.
      session.noteModelsEtag(event.etag).catch(() => {});
      break;
    case "server_model":
      reportReroute(turn, event.model);
      break;
    case "account_verification":
      reportVerification(turn);
      break;
    default:
      break;
  }
}

/** The server says that the account should be verified: told once a turn. */
function reportVerification(turn: TurnScope): void {
  if (turn.verificationTold) return;
  turn.verificationTold = true;
  turn.emit("model/verification", { verifications: ["trustedAccessForCyber"] });
}

/** The server answered with another model than the one asked for: said once a turn. */
function reportReroute(turn: TurnScope, servedBy: string): void {
  const asked = turn.context.model.slug;
  if (turn.rerouted || servedBy === asked) return;
  turn.rerouted = true;
  turn.emit("model/rerouted", { fromModel: asked, toModel: servedBy, reason: "highRiskCyberActivity" });
  const text = `The model server answered with \`${servedBy}\` although \`${asked}\` was asked for.`;
  turn.warn(text);
  turn.record([{ type: "message", role: "user", content: [{ type: "input_text", text: modelWarning(text) }] }]);
}

function itemDone(turn: TurnScope, items: StreamItems, calls: CallDispatcher, streamed: StreamedItem): void {
  const item = recordedForm(streamed, isAzure(turn.session.client.provider));
  const call = readCall(streamed);
  if (call !== null) {
    items.callDone();
    turn.record([item]);
    if ("call" in call) calls.start(call.call);
    else calls.refuse(call.answer);
    return;
  }
  const text = items.done(streamed);
  if (text) {
    turn.lastAgentMessage = text;
    tellFirstMessage(turn);
  }
  turn.record([item]);
}

/**
 * Items are kept without the server's ids, but for images, whose files bear them, and where the provider wants them back; the
 * status of a finished message says nothing. Content of reasoning is kept where some of it is raw.
 */
function recordedForm(streamed: StreamedItem, keepsIds: boolean): ResponseItem {
  if (streamed.type === "image_generation_call") return streamed;
  const { id, ...item } = streamed;
  const isRaw =
    item.type !== "reasoning" || !item.content || item.content.some(({ type }) => type === "reasoning_text");
  if (!isRaw && item.type === "reasoning") delete item.content;
  return keepsIds ? keepServerId(item as ResponseItem, id) : (item as ResponseItem);
}
