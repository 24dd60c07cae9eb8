import { type AuthRecovery, type RequestAuth, requestAuth } from "../auth/credential.ts";
import { ModelError, streamError } from "../errors.ts";
import { endpointUrl } from "../providers/definition.ts";
import { endedEarly, ResponseReader } from "../stream/events.ts";
import { isObject, type Json, type ModelEvent, type ResponsesRequest, type StreamedItem } from "../wire.ts";
import type { HttpServices } from "./http.ts";
import { httpError } from "./http-errors.ts";
import { createMessage, inputToSend, type Remembered, shellOf } from "./incremental.ts";
import { type AnswerIds, answerIds, kindOf, type ModelObserver, WatchedRecovery } from "./observer.ts";
import { publicUrl, redact, withoutSecrets } from "./redact.ts";
import { connect, Socket, upgradeRequired } from "./socket.ts";

const BETA = "responses_websockets=2026-02-06";

export interface SocketRequest {
  body: ResponsesRequest;
  /** Headers of the thread and turn. */
  headers: Record<string, string>;
  /** Headers of a handshake besides the credentials. */
  handshakeHeaders: Record<string, string>;
  recovery: AuthRecovery;
  signal: AbortSignal;
  /** False only warms the connection up. */
  generate: boolean;
  /** Leaves the kept connection alone and opens one for this request. */
  ownConnection?: boolean;
  observer?: ModelObserver | undefined;
}

/** A connection, and what its server remembers. */
interface Line {
  socket: Socket;
  remembered: Remembered | null;
  isNew: boolean;
  secrets: readonly string[];
}

/** Sends requests over a WebSocket that is kept from request to request and from turn to turn. */
export class WebSocketTransport {
  readonly #services: HttpServices;
  /** The connection that nobody uses right now. */
  #idle: Line | null = null;
  #closed = false;

  constructor(services: HttpServices) {
    this.#services = services;
  }

  /** Cuts the kept connection; the next request opens another one, which is kept again. */
  disconnect(): void {
    this.#idle?.socket.drop();
    this.#idle = null;
  }

  /** Cuts the kept connection; none is kept from now on. */
  close(): void {
    this.#closed = true;
    this.disconnect();
  }

  /**
   * Samples the model once; batches of events, the last one with `completed`.
   * @throws {ModelError} `websocket_upgrade_required` when the server wants HTTP
   */
  async *request(request: SocketRequest): AsyncGenerator<ModelEvent[]> {
    const { signal } = request;
    if (signal.aborted) throw signal.reason;
    const line = await this.#take(request);
    const { clock, provider } = this.#services;
    const onAbort = () => line.socket.fail(streamError("the request was interrupted"));
    signal.addEventListener("abort", onAbort, { once: true });
    const watchdog = clock.timer(provider.streamIdleTimeoutMs, () => {
      line.socket.fail(streamError("idle timeout waiting for websocket"));
    });
    let isWhole = false;
    const { observer } = request;
    const reused = !line.isNew;
    let waitingSince = clock.now();
    try {
      const output: StreamedItem[] = [];
      let responseId = "";
      let batch: ModelEvent[] = handshakeEvents(line.socket, line.isNew);
      const reader = new ResponseReader(
        event => {
          if (event.type === "item_done") output.push(event.item);
          if (event.type === "completed") responseId = event.responseId;
          batch.push(event);
        },
        "websocket",
        line.socket.header("openai-model"),
      );
      const toSend = inputToSend(request.body, line.remembered);
      line.isNew = false;
      line.remembered = null;
      line.socket.take();
      line.socket.send(createMessage(request.body, request.headers, toSend, request.generate));
      observer?.webSocketRequest?.({ durationMs: clock.now() - waitingSince, error: null, reused });
      waitingSince = clock.now();
      while (!reader.ended) {
        if (batch.length > 0) {
          yield batch;
          batch = [];
        }
        const text = await line.socket.next();
        watchdog.refresh();
        const error = text.includes('"error"') ? this.#wrappedError(text, line) : null;
        if (error === null) reader.readText(text);
        if (observer?.streamEvent !== undefined) {
          const failure = (error ?? reader.error)?.message ?? null;
          const durationMs = clock.now() - waitingSince;
          waitingSince = clock.now();
          observer.streamEvent({ transport: "websocket", kind: kindOf(text), durationMs, error: failure });
        }
        if (error !== null) throw error;
      }
      if (!reader.completed) throw endedEarly(reader);
      line.remembered = { shell: shellOf(request.body), input: request.body.input, output, responseId };
      isWhole = true;
      yield batch;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const told = withoutSecrets(error, [...line.secrets, ...this.#services.secrets]);
      if (told instanceof ModelError) observer?.streamFailed?.(told.message);
      throw told;
    } finally {
      watchdog.cancel();
      signal.removeEventListener("abort", onAbort);
      // A consumer that stops at `completed` never comes back here by itself: the flag says whether the line is whole.
      const isKept = isWhole && request.ownConnection !== true && this.#idle === null && !this.#closed;
      if (isKept && line.socket.isOpen) {
        line.socket.rest();
        this.#idle = line;
      } else line.socket.drop();
    }
  }

  /** The kept connection, when it may be used, else a new one. */
  async #take(request: SocketRequest): Promise<Line> {
    if (request.ownConnection !== true) {
      const kept = this.#idle;
      this.#idle = null;
      if (kept !== null && kept.socket.isOpen) return kept;
      kept?.socket.drop();
    }
    const recovery = new WatchedRecovery(request.recovery, request.observer);
    for (;;) {
      const auth = requestAuth(await this.#services.auth.credential());
      const socket = await this.#connect(request, auth, recovery);
      if (socket instanceof Socket) return { socket, remembered: null, isNew: true, secrets: auth.secrets };
      if (!(await recovery.next(socket.answer))) throw socket.error;
    }
  }

  /** A connection, or the error of a 401 that a new credential may mend. */
  async #connect(
    request: SocketRequest,
    auth: RequestAuth,
    recovery: WatchedRecovery,
  ): Promise<Socket | { error: ModelError; answer: AnswerIds }> {
    const { provider, clock } = this.#services;
    const url = endpointUrl(provider, auth.login, "/responses").replace(/^http/, "ws");
    const startedAt = clock.now();
    const tell = (status: number | null, error: string | null, header: (name: string) => string | null) =>
      request.observer?.webSocketConnect?.({
        durationMs: clock.now() - startedAt,
        status,
        success: error === null,
        error,
        endpoint: "/responses",
        headerAttached: auth.login !== "none" || auth.secrets.length > 0,
        ...recovery.facts,
        ...answerIds(status, header),
      });
    const answer = await connect({
      url,
      headers: { ...request.handshakeHeaders, "openai-beta": BETA, ...auth.headers },
      timeoutMs: provider.websocketConnectTimeoutMs,
      clock,
      signal: request.signal,
    }).catch((error: unknown) => {
      tell(null, error instanceof Error ? error.message : String(error), () => null);
      throw error;
    });
    if (answer instanceof Socket) {
      tell(101, null, () => null);
      return answer;
    }
    tell(answer.status, `http ${answer.status}`, answer.header);
    if (answer.status === 426) throw upgradeRequired();
    const error = this.#errorOf(answer.status, answer.body, answer.header, auth.secrets, publicUrl(url));
    if (answer.status === 401) return { error, answer: answerIds(answer.status, answer.header) };
    throw error;
  }

  #errorOf(
    status: number,
    body: string,
    header: (name: string) => string | null,
    secrets: readonly string[],
    url: string | null,
  ): ModelError {
    const clean = (text: string) => redact(text, [...secrets, ...this.#services.secrets]);
    const cleanHeader = (name: string) => {
      const value = header(name);
      return value === null ? null : clean(value);
    };
    return httpError({ status, header: cleanHeader, body: clean(body), url }, this.#services.clock.now());
  }

  /** The error in a message `{"type":"error", …}`; null for any other message, and for one without a status. */
  #wrappedError(text: string, line: Line): ModelError | null {
    const message = parse(text);
    if (message?.type !== "error") return null;
    const { error } = message;
    if (isObject(error) && error.code === "websocket_connection_limit_reached") {
      return streamError(typeof error.message === "string" ? error.message : "websocket connection limit reached");
    }
    const status = message.status ?? message.status_code;
    if (typeof status !== "number" || (status >= 200 && status < 300)) return null;
    const headers = isObject(message.headers) ? message.headers : {};
    const header = (name: string) => {
      const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
      return typeof found === "string" || typeof found === "number" ? String(found) : null;
    };
    return this.#errorOf(status, text, header, line.secrets, null);
  }
}

/** What the handshake's answer says holds for each request of its connection; the turn's state for the first one alone. */
function handshakeEvents(socket: Socket, isFirst: boolean): ModelEvent[] {
  const events: ModelEvent[] = [];
  const turnState = socket.header("x-codex-turn-state");
  if (turnState !== null && isFirst) events.push({ type: "turn_state", value: turnState });
  const etag = socket.header("x-models-etag");
  if (etag !== null) events.push({ type: "models_etag", etag });
  if (socket.header("x-reasoning-included") !== null) events.push({ type: "reasoning_included" });
  return events;
}

function parse(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
