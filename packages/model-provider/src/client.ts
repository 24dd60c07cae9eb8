import { readResponseItem } from "@codex-ts/protocol/lines";
import type { AuthSource } from "./auth/credential.ts";
import { providerAuth } from "./auth/resolve.ts";
import { type Clock, systemClock } from "./clock.ts";
import { ModelError, streamError } from "./errors.ts";
import type { Env } from "./providers/builtin.ts";
import { isOpenAi, type ProviderDefinition } from "./providers/definition.ts";
import { withoutId } from "./request/body.ts";
import { compressZstd } from "./request/compress.ts";
import { isHeaderSafe, providerHeaders, providerSecrets } from "./request/headers.ts";
import { rateLimitsOf } from "./stream/rate-limits.ts";
import { replayed, replayedFile } from "./stream/replay.ts";
import { decodeSse } from "./stream/sse.ts";
import { type HttpFetch, nodeFetch } from "./transport/http-client.ts";
import { type HttpAnswer, type HttpServices, readText, send } from "./transport/http.ts";
import { brokenStream } from "./transport/network-errors.ts";
import type { ModelObserver } from "./transport/observer.ts";
import { withoutSecrets } from "./transport/redact.ts";
import { Prewarm } from "./transport/prewarm.ts";
import { type SocketRequest, WebSocketTransport } from "./transport/websocket.ts";
import { isObject, type ModelEvent, type ResponseItem, type ResponsesRequest } from "./wire.ts";

export interface ModelClientOptions {
  provider: ProviderDefinition;
  /** The session's logins; a provider with its own credentials does not ask it. */
  auth: AuthSource;
  /** The environment, for `env_key` and `env_http_headers`. */
  env: Env;
  /** Who asks: `codex_cli_rs`, `codex_exec`, or the client's name. */
  originator: string;
  userAgent: string;
  /** Headers of every request of this client. */
  sessionHeaders?: Record<string, string>;
  /** `us` when the administrator demands it. */
  residency?: string | null;
  /**
   * Uses WebSockets where the provider has them. The caller then falls back by `switchToHttp` when its retries are used
   * up, and ends the session with `close`.
   */
  webSockets?: boolean;
  /** Compresses bodies where that is allowed (ChatGPT login at OpenAI). */
  requestCompression?: boolean;
  fetch?: HttpFetch;
  clock?: Clock;
  random?: () => number;
  /** Told what went wrong without ending a request. Never told a secret. */
  warn?: (message: string) => void;
}

/** One request: its body and the headers of its thread and turn. */
export interface Prompt {
  body: ResponsesRequest;
  headers: Record<string, string>;
}

/** What the requests of one turn share. Make one a turn. */
export interface TurnContext {
  /** Sticky routing token: set by the first answer, sent with every later request of the turn. */
  turnState?: string;
}

export interface StreamOptions {
  signal?: AbortSignal;
  turn?: TurnContext;
  /** Leaves the kept connection as it is, for whoever goes on with it, and asks over another one. */
  ownConnection?: boolean;
  /** Told about the request, for whoever measures. */
  observer?: ModelObserver | undefined;
}

/** Talks to one provider. */
export interface ModelClient {
  readonly provider: ProviderDefinition;
  /** How often a broken stream may be sampled again. */
  readonly streamMaxRetries: number;
  /**
   * Samples the model once. Repeats the request itself on 5xx answers and refused connections; a stream that breaks
   * is the caller's to repeat (`ModelError.retryable`).
   * @throws {ModelError} as the last step of the iteration
   * @throws the signal's reason
   */
  stream(prompt: Prompt, options?: StreamOptions): AsyncGenerator<ModelEvent>;
  /** How the next request goes out. */
  readonly transport: "http" | "websocket";
  /** Gives WebSockets up for the rest of the session; false when they were not in use. */
  switchToHttp(): boolean;
  /**
   * Opens the connection and shows the server tools and instructions ahead of the first turn, in the background.
   * Does nothing over HTTP, and once a request was made.
   */
  startPrewarm(prompt: Prompt, observer?: ModelObserver): Prewarm;
  /**
   * Has the server condense a conversation (OpenAI and Azure only).
   * @returns the items that take its place
   * @throws {ModelError}
   */
  compact(
    request: CompactRequest,
    options?: StreamOptions & { headers?: Record<string, string> },
  ): Promise<ResponseItem[]>;
  /** Cuts the kept connection; the next request opens another one. */
  disconnect(): void;
  /** Cuts the kept connection; none is kept from now on. */
  close(): void;
}

/** The body of `POST /responses/compact`. */
export type CompactRequest = Pick<ResponsesRequest, "model" | "input" | "tools" | "parallel_tool_calls"> &
  Partial<Pick<ResponsesRequest, "instructions" | "reasoning" | "text">>;

class ResponsesClient implements ModelClient {
  readonly provider: ProviderDefinition;
  readonly #options: ModelClientOptions;
  readonly #http: HttpServices;
  readonly #replayed: string | null;
  /** Null once the session goes over HTTP. */
  #webSocket: WebSocketTransport | null;
  #wasUsed = false;

  constructor(options: ModelClientOptions) {
    this.provider = options.provider;
    this.#options = options;
    const clock = options.clock ?? systemClock;
    const { warn } = options;
    this.#http = {
      provider: options.provider,
      auth: providerAuth(options.provider, {
        env: options.env,
        clock,
        session: options.auth,
        ...(warn === undefined ? {} : { warn }),
      }),
      fetch: options.fetch ?? nodeFetch,
      clock,
      random: options.random ?? Math.random,
      secrets: providerSecrets(options.provider, options.env),
    };
    this.#replayed = replayedFile(options.env);
    const usesWebSockets =
      options.webSockets === true && options.provider.supportsWebsockets && this.#replayed === null;
    this.#webSocket = usesWebSockets ? new WebSocketTransport(this.#http) : null;
  }

  get transport(): "http" | "websocket" {
    return this.#webSocket === null ? "http" : "websocket";
  }

  switchToHttp(): boolean {
    this.#webSocket?.close();
    const wasInUse = this.#webSocket !== null;
    this.#webSocket = null;
    return wasInUse;
  }

  disconnect(): void {
    this.#webSocket?.disconnect();
  }

  close(): void {
    this.#webSocket?.close();
  }

  startPrewarm(prompt: Prompt, observer?: ModelObserver): Prewarm {
    const { clock } = this.#http;
    if (this.#webSocket === null || this.#wasUsed) return new Prewarm(clock, 0, async () => false);
    return new Prewarm(clock, this.provider.websocketConnectTimeoutMs, async signal => {
      const body = { ...prompt.body, input: [] };
      for await (const _batch of this.#overWebSocket({ ...prompt, body }, {}, signal, { generate: false, observer })) {
        // Only its end matters.
      }
      return this.#webSocket !== null;
    });
  }

  async compact(
    request: CompactRequest,
    { signal, headers = {}, observer }: StreamOptions & { headers?: Record<string, string> } = {},
  ): Promise<ResponseItem[]> {
    const { model, instructions, tools, parallel_tool_calls, reasoning, text } = request;
    // Without ids, even where responses are stored.
    const input = request.input.map(withoutId);
    const body = JSON.stringify({ model, input, instructions, tools, parallel_tool_calls, reasoning, text });
    const whole = signal ?? new AbortController().signal;
    const answer = await send(this.#http, {
      method: "POST",
      path: "/responses/compact",
      headers: auth => ({
        ...this.#baseHeaders(),
        ...safeHeaders(headers),
        "content-type": "application/json",
        ...auth.headers,
      }),
      body: () => body,
      timeoutMs: this.provider.streamIdleTimeoutMs,
      recovery: this.#http.auth.recovery(),
      signal: whole,
      observer,
    });
    try {
      const json: unknown = JSON.parse(await readText(answer, this.#http.clock, COMPACT_LIMIT));
      const output = isObject(json) ? json.output : undefined;
      if (Array.isArray(output)) return output.map(readResponseItem).filter(item => item !== null);
    } catch (error) {
      if (whole.aborted) throw whole.reason;
      if (!(error instanceof SyntaxError)) throw error;
    } finally {
      answer.release();
    }
    throw streamError("the compacted conversation could not be read");
  }

  get streamMaxRetries(): number {
    return this.provider.streamMaxRetries;
  }

  async *stream(prompt: Prompt, options: StreamOptions = {}): AsyncGenerator<ModelEvent> {
    for await (const batch of this.#batches(prompt, options)) {
      for (const event of batch) yield event;
    }
  }

  async *#batches(prompt: Prompt, options: StreamOptions): AsyncGenerator<ModelEvent[]> {
    const { signal, turn = {}, ownConnection = false, observer } = options;
    const whole = signal ?? new AbortController().signal;
    this.#wasUsed = true;
    if (this.#replayed !== null) {
      yield* this.#replay(this.#replayed, whole, observer);
      return;
    }
    if (this.#webSocket !== null) {
      yield* this.#overWebSocket(prompt, turn, whole, { generate: true, ownConnection, observer });
      // The server may have asked for HTTP instead.
      if (this.#webSocket !== null) return;
    }
    const answer = await this.#post(prompt, turn, whole, observer);
    let isRead = false;
    try {
      yield this.#opening(answer, turn);
      isRead = true;
      yield* this.#read(answer, whole, observer);
    } finally {
      if (!isRead) answer.abort();
      answer.release();
    }
  }

  async *#overWebSocket(
    prompt: Prompt,
    turn: TurnContext,
    signal: AbortSignal,
    how: Pick<SocketRequest, "generate" | "ownConnection" | "observer">,
  ): AsyncGenerator<ModelEvent[]> {
    const webSocket = this.#webSocket;
    if (webSocket === null) return;
    const headers = this.#threadHeaders(prompt, turn);
    // Over a WebSocket only the provider's own headers name a user agent.
    const handshakeHeaders = { ...this.#baseHeaders({}), ...headers };
    const recovery = this.#http.auth.recovery();
    try {
      const request = { body: prompt.body, headers, handshakeHeaders, recovery, signal, ...how };
      for await (const batch of webSocket.request(request)) {
        const [first] = batch;
        if (first?.type === "turn_state") turn.turnState ??= first.value;
        yield batch;
      }
    } catch (error) {
      if (!(error instanceof ModelError) || error.code !== "websocket_upgrade_required") throw error;
      this.switchToHttp();
    }
  }

  /** What the headers of an answer say. */
  #opening(answer: HttpAnswer, turn: TurnContext): ModelEvent[] {
    const first: ModelEvent[] = [];
    const { headers } = answer.response;
    const model = headers.get("openai-model");
    if (model) first.push({ type: "server_model", model });
    const turnState = headers.get("x-codex-turn-state");
    if (turnState !== null) {
      turn.turnState ??= turnState;
      first.push({ type: "turn_state", value: turnState });
    }
    for (const snapshot of rateLimitsOf(headers.keys(), name => headers.get(name))) {
      first.push({ type: "rate_limits", snapshot });
    }
    const etag = headers.get("x-models-etag");
    if (etag !== null) first.push({ type: "models_etag", etag });
    if (headers.has("x-reasoning-included")) first.push({ type: "reasoning_included" });
    return first;
  }

  async *#read(answer: HttpAnswer, signal: AbortSignal, observer?: ModelObserver): AsyncGenerator<ModelEvent[]> {
    const { headers } = answer.response;
    try {
      yield* decodeSse(answer.response.body ?? nothing(), {
        clock: this.#http.clock,
        idleTimeoutMs: this.provider.streamIdleTimeoutMs,
        serverModel: headers.get("openai-model"),
        contentType: headers.get("content-type"),
        abort: () => answer.abort(),
        readError: error => (signal.aborted ? signal.reason : brokenStream(error)),
        observer,
      });
    } catch (error) {
      const told = withoutSecrets(error, [...answer.auth.secrets, ...this.#http.secrets]);
      if (told instanceof ModelError) observer?.streamFailed?.(told.message);
      throw told;
    }
  }

  #replay(file: string, signal: AbortSignal, observer?: ModelObserver): AsyncGenerator<ModelEvent[]> {
    return decodeSse(replayed(file), {
      clock: this.#http.clock,
      idleTimeoutMs: this.provider.streamIdleTimeoutMs,
      abort: () => undefined,
      readError: error => (signal.aborted ? signal.reason : error),
      observer,
    });
  }

  #post(prompt: Prompt, turn: TurnContext, signal: AbortSignal, observer?: ModelObserver): Promise<HttpAnswer> {
    const body = JSON.stringify(prompt.body);
    const { requestCompression } = this.#options;
    let compressed: Uint8Array | null | undefined;
    const compressFor = (login: string) => {
      if (!requestCompression || login !== "chatgpt" || !isOpenAi(this.provider)) return null;
      compressed ??= compressZstd(body);
      return compressed;
    };
    return send(this.#http, {
      method: "POST",
      path: "/responses",
      headers: auth => ({
        "content-type": "application/json",
        ...this.#baseHeaders(),
        ...this.#threadHeaders(prompt, turn),
        accept: "text/event-stream",
        // A compressed stream would be held back by whoever compresses it.
        "accept-encoding": "identity",
        ...(compressFor(auth.login) === null ? {} : { "content-encoding": "zstd" }),
        ...auth.headers,
      }),
      body: auth => compressFor(auth.login) ?? body,
      timeoutMs: Math.max(this.provider.streamIdleTimeoutMs, ANSWER_LIMIT_MS),
      recovery: this.#http.auth.recovery(),
      signal,
      observer,
    });
  }

  #threadHeaders(prompt: Prompt, turn: TurnContext): Record<string, string> {
    const state = turn.turnState === undefined ? {} : { "x-codex-turn-state": turn.turnState };
    return { ...safeHeaders(prompt.headers), ...state };
  }

  /** Headers of every request, credentials excepted. */
  #baseHeaders(agent: Record<string, string> = { "user-agent": this.#options.userAgent }): Record<string, string> {
    const { originator, residency, sessionHeaders = {}, env } = this.#options;
    return {
      originator,
      ...agent,
      ...(residency ? { "x-openai-internal-codex-residency": residency } : {}),
      ...providerHeaders(this.provider, env),
      ...safeHeaders(sessionHeaders),
    };
  }
}

const COMPACT_LIMIT = 256 << 20;
/** A server may think before it answers at all, however short the silence that is allowed between events. */
const ANSWER_LIMIT_MS = 300_000;

/** Leaves out what cannot be sent. */
function safeHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name, value]) => isHeaderSafe(name, value)));
}

/** Creates the client of a provider. */
export function createModelClient(options: ModelClientOptions): ModelClient {
  return new ResponsesClient(options);
}

/** The body of an answer that has none. */
async function* nothing(): AsyncGenerator<Uint8Array> {}
