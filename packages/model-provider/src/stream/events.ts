import { readResponseItem } from "@codex-ts/protocol/lines";
import { type ModelError, streamError } from "../errors.ts";
import { isObject, type Json, type ModelEvent } from "../wire.ts";
import { readCompleted } from "./completed.ts";
import { failedResponse } from "./failed.ts";
import { rateLimitOfEvent } from "./rate-limits.ts";

/** Turns the JSON events of one response into model events. Owns what must be remembered until the stream ends. */
export class ResponseReader {
  /** The response is complete; nothing that follows counts. */
  completed = false;
  /** What the stream ends with when it is not completed. */
  error: ModelError | undefined;

  /**
   * Nothing that follows can change the outcome. An error over HTTP is told when the stream closes: until then another one may
   * take its place, or the response may be completed after all. A WebSocket, which stays open, is given up at once.
   */
  get ended(): boolean {
    return this.completed || (this.error !== undefined && this.#transport === "websocket");
  }

  readonly #emit: (event: ModelEvent) => void;
  readonly #transport: "sse" | "websocket";
  #serverModel: string | undefined;

  constructor(emit: (event: ModelEvent) => void, transport: "sse" | "websocket", serverModel?: string | null) {
    this.#emit = emit;
    this.#transport = transport;
    if (serverModel) this.#noteModel(serverModel);
  }

  /** The model that is known to answer; it is told when another one does. */
  expectModel(model: string): void {
    this.#serverModel = model;
  }

  /** The data of one event as it came over the wire. What does not parse is skipped. */
  readText(data: string): void {
    if (this.ended || isIgnorable(data)) return;
    const plain = PLAIN_TEXT_DELTA.exec(data);
    if (plain !== null) return this.#textDelta(plain[2] as string, plain[1]);
    let event: unknown;
    try {
      event = JSON.parse(data);
    } catch {
      return;
    }
    if (isObject(event)) this.read(event);
  }

  read(event: Json): void {
    this.#noteHeaders(event);
    switch (event.type) {
      case "response.created":
        if (isObject(event.response)) this.#emit({ type: "created" });
        return;
      case "response.output_item.added":
        return this.#item("item_added", event.item);
      case "response.output_item.done":
        return this.#item("item_done", event.item);
      case "response.completed":
        return this.#complete(event.response);
      case "response.failed":
        this.error = failedResponse(isObject(event.response) ? event.response.error : undefined);
        return;
      case "response.incomplete": {
        const details = isObject(event.response) ? event.response.incomplete_details : undefined;
        const reason = isObject(details) && typeof details.reason === "string" ? details.reason : "unknown";
        this.error = streamError(`Incomplete response returned, reason: ${reason}`);
        return;
      }
      case "response.metadata":
        return this.#metadata(event.metadata);
      case "codex.rate_limits": {
        const snapshot = this.#transport === "websocket" ? rateLimitOfEvent(event) : null;
        if (snapshot !== null) this.#emit({ type: "rate_limits", snapshot });
        return;
      }
      default:
        if (typeof event.delta === "string" || event.type === "response.reasoning_summary_part.added") {
          this.#delta(event, typeof event.delta === "string" ? event.delta : "");
        }
    }
  }

  /** Items that are not what they claim to be are dropped: a model server's mistake must not end the turn. */
  #item(type: "item_added" | "item_done", value: unknown): void {
    const item = readResponseItem(value);
    if (item !== null) this.#emit({ type, item });
  }

  #delta(event: Json, delta: string): void {
    const { item_id, call_id, summary_index, content_index } = event;
    const itemId = typeof item_id === "string" ? item_id : undefined;
    switch (event.type) {
      case "response.output_text.delta":
        return this.#textDelta(delta, itemId);
      case "response.reasoning_summary_text.delta":
        if (typeof summary_index !== "number") return;
        this.#emit({ type: "reasoning_summary_delta", delta, summaryIndex: summary_index, ...optional({ itemId }) });
        return;
      case "response.reasoning_summary_part.added":
        if (typeof summary_index !== "number") return;
        this.#emit({ type: "reasoning_summary_part_added", summaryIndex: summary_index, ...optional({ itemId }) });
        return;
      case "response.reasoning_text.delta":
        if (typeof content_index !== "number") return;
        this.#emit({ type: "reasoning_delta", delta, contentIndex: content_index, ...optional({ itemId }) });
        return;
      case "response.custom_tool_call_input.delta": {
        const callId = typeof call_id === "string" ? call_id : undefined;
        if (itemId === undefined && callId === undefined) return;
        this.#emit({ type: "custom_tool_input_delta", delta, ...optional({ itemId, callId }) });
        return;
      }
    }
  }

  /** By far the most frequent event: no copying of objects here. */
  #textDelta(delta: string, itemId: string | undefined): void {
    this.#emit(itemId === undefined ? { type: "text_delta", delta } : { type: "text_delta", delta, itemId });
  }

  #complete(response: unknown): void {
    if (response === undefined || response === null) return;
    const read = readCompleted(response);
    if ("problem" in read) {
      this.error = streamError(`failed to parse ResponseCompleted: ${read.problem}`);
      return;
    }
    this.completed = true;
    this.#emit({ type: "completed", ...read });
  }

  #metadata(metadata: unknown): void {
    const list = isObject(metadata) ? metadata.openai_verification_recommendation : undefined;
    if (!Array.isArray(list) || !list.includes("trusted_access_for_cyber")) return;
    this.#emit({ type: "account_verification", recommendations: ["trusted_access_for_cyber"] });
  }

  #noteHeaders(event: Json): void {
    const nested = isObject(event.response) ? event.response.headers : undefined;
    for (const headers of [nested, event.headers]) {
      if (!isObject(headers)) continue;
      for (const [name, value] of Object.entries(headers)) {
        if (!/^(x-)?openai-model$/i.test(name)) continue;
        const model: unknown = Array.isArray(value) ? value[0] : value;
        if (typeof model === "string") this.#noteModel(model);
      }
    }
  }

  #noteModel(model: string): void {
    if (model === "" || model === this.#serverModel) return;
    this.#serverModel = model;
    this.#emit({ type: "server_model", model });
  }
}

const USED = new Set([
  "response.created",
  "response.output_item.added",
  "response.output_item.done",
  "response.output_text.delta",
  "response.reasoning_summary_text.delta",
  "response.reasoning_summary_part.added",
  "response.reasoning_text.delta",
  "response.custom_tool_call_input.delta",
  "response.completed",
  "response.failed",
  "response.incomplete",
  "response.metadata",
  "codex.rate_limits",
]);

const FREQUENT = '{"type":"response.output_text.delta"';

/**
 * A text delta as servers write it, without anything that needs unescaping: the one event that comes so often that building an
 * object of it would be most of the work. All others take the long way.
 */
const PLAIN_TEXT_DELTA =
  /^\{"type":"response\.output_text\.delta"(?:,"sequence_number":(?:0|[1-9]\d*))?(?:,"item_id":"([^"\\\u0000-\u001f]*)")?(?:,"output_index":(?:0|[1-9]\d*))?(?:,"content_index":(?:0|[1-9]\d*))?,"delta":"([^"\\\u0000-\u001f]*)"(?:,"logprobs":\[\])?(?:,"obfuscation":"[^"\\\u0000-\u001f]*")?\}$/;

/** Events that say nothing to us need not be parsed, unless they may name the model. */
function isIgnorable(data: string): boolean {
  if (!data.startsWith('{"type":"') || data.startsWith(FREQUENT)) return false;
  const end = data.indexOf('"', 9);
  return end > 0 && !USED.has(data.slice(9, end)) && !data.includes('"headers"');
}

/** The members that are there. */
function optional<T extends Record<string, string | undefined>>(members: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}

/** The error of a stream that ended before the response was complete. */
export function endedEarly(reader: ResponseReader, hint?: string): ModelError {
  return reader.error ?? streamError("stream closed before response.completed", { hint });
}
