import type { AuthSource } from "./auth/credential.ts";
import { providerAuth } from "./auth/resolve.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { Env } from "./providers/builtin.ts";
import { isOpenAi, type ProviderDefinition } from "./providers/definition.ts";
import { compressZstd } from "./request/compress.ts";
import { isHeaderSafe, providerHeaders, providerSecrets } from "./request/headers.ts";
import { rateLimitsOf } from "./stream/rate-limits.ts";
import { decodeSse } from "./stream/sse.ts";
import { type HttpAnswer, type HttpServices, send } from "./transport/http.ts";
import { brokenStream } from "./transport/network-errors.ts";
import type { ModelEvent, ResponsesRequest } from "./wire.ts";

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
  /** Compresses bodies where that is allowed (ChatGPT login at OpenAI). */
  requestCompression?: boolean;
  fetch?: typeof fetch;
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
}

class ResponsesClient implements ModelClient {
  readonly provider: ProviderDefinition;
  readonly #options: ModelClientOptions;
  readonly #http: HttpServices;

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
      fetch: options.fetch ?? fetch,
      clock,
      random: options.random ?? Math.random,
      secrets: providerSecrets(options.provider, options.env),
    };
  }

  get streamMaxRetries(): number {
    return this.provider.streamMaxRetries;
  }

  async *stream(prompt: Prompt, options: StreamOptions = {}): AsyncGenerator<ModelEvent> {
    for await (const batch of this.#batches(prompt, options)) {
      for (const event of batch) yield event;
    }
  }

  async *#batches(prompt: Prompt, { signal, turn = {} }: StreamOptions): AsyncGenerator<ModelEvent[]> {
    const whole = signal ?? new AbortController().signal;
    const answer = await this.#post(prompt, turn, whole);
    try {
      yield* this.#read(answer, turn, whole);
    } finally {
      answer.release();
    }
  }

  async *#read(answer: HttpAnswer, turn: TurnContext, signal: AbortSignal): AsyncGenerator<ModelEvent[]> {
    const first: ModelEvent[] = [];
    const { headers } = answer.response;
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
    yield first;
    yield* decodeSse(answer.response.body ?? new ReadableStream({ start: controller => controller.close() }), {
      clock: this.#http.clock,
      idleTimeoutMs: this.provider.streamIdleTimeoutMs,
      serverModel: headers.get("openai-model"),
      abort: () => answer.abort(),
      readError: error => (signal.aborted ? signal.reason : brokenStream(error)),
    });
  }

  #post(prompt: Prompt, turn: TurnContext, signal: AbortSignal): Promise<HttpAnswer> {
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
        ...this.#baseHeaders(),
        ...safeHeaders(prompt.headers),
        ...(turn.turnState === undefined ? {} : { "x-codex-turn-state": turn.turnState }),
        accept: "text/event-stream",
        "content-type": "application/json",
        ...(compressFor(auth.login) === null ? {} : { "content-encoding": "zstd" }),
        ...auth.headers,
      }),
      body: auth => compressFor(auth.login) ?? body,
      timeoutMs: this.provider.streamIdleTimeoutMs,
      recovery: this.#http.auth.recovery(),
      signal,
    });
  }

  /** Headers of every request, credentials excepted. */
  #baseHeaders(): Record<string, string> {
    const { originator, userAgent, residency, sessionHeaders = {}, env } = this.#options;
    return {
      originator,
      "user-agent": userAgent,
      ...(residency ? { "x-openai-internal-codex-residency": residency } : {}),
      ...providerHeaders(this.provider, env),
      ...safeHeaders(sessionHeaders),
    };
  }
}

/** Leaves out what cannot be sent. */
function safeHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name, value]) => isHeaderSafe(name, value)));
}

/** Creates the client of a provider. */
export function createModelClient(options: ModelClientOptions): ModelClient {
  return new ResponsesClient(options);
}
