import type {
  ClientNotificationMethod,
  ClientRequestInput,
  ClientRequestMethod,
  ClientRequestResult,
  RequestId,
  ServerNotification,
  ServerNotificationMethod,
  ServerNotificationParams,
  ServerRequest,
  ServerRequestMethod,
  ServerRequestParams,
  ServerRequestReply,
} from "@codex-ts/protocol";
import { RpcError, type RpcErrorObject } from "@codex-ts/protocol/rpc";
import { ClientError } from "./errors.ts";
import { PendingRequests, type RequestOptions } from "./pending.ts";
import type { Transport } from "./transport/transport.ts";

export interface ConnectOptions {
  /** How long a request may take unless it says otherwise, milliseconds. Default: no limit. */
  timeoutMs?: number;
}

/** Params may be left out where the method takes none or all of them are optional. */
export type RequestArgs<M extends ClientRequestMethod> =
  undefined extends ClientRequestInput<M>
    ? [params?: undefined, options?: RequestOptions]
    : [params: ClientRequestInput<M>, options?: RequestOptions];

/** What a handler of a server's request gets besides the params. */
export interface ServerRequestContext {
  id: RequestId;
  /** Aborted when the answer is no longer wanted: somebody else gave it, its turn ended, or the connection did. */
  signal: AbortSignal;
}

export type ServerRequestHandler<M extends ServerRequestMethod> = (
  params: ServerRequestParams<M>,
  context: ServerRequestContext,
) => ServerRequestReply<M> | Promise<ServerRequestReply<M>>;

type AnyHandler = (params: never, context: ServerRequestContext) => unknown;
type AnyListener = (params: never) => void;

/** Code of the answer to a server's request that nobody here handles, or whose handler failed. */
const HANDLER_FAILED = -32000;

/** A connection to an app-server, typed by the protocol's tables. Made by `connect`. */
export class Client {
  /** Resolves when the connection has ended, with the reason if it was not in order. Never rejects. */
  readonly closed: Promise<Error | null>;
  private readonly transport: Transport;
  private readonly pending: PendingRequests;
  private readonly listeners = new Map<string, Set<AnyListener>>();
  private readonly allListeners = new Set<(notification: ServerNotification) => void>();
  private readonly handlers = new Map<string, AnyHandler>();
  private fallback: ((request: ServerRequest, context: ServerRequestContext) => unknown) | null = null;
  private readonly asked = new Map<RequestId, AbortController>();
  private resolveClosed!: (reason: Error | null) => void;

  constructor(transport: Transport, options: ConnectOptions = {}) {
    this.transport = transport;
    this.pending = new PendingRequests(options.timeoutMs);
    this.closed = new Promise(resolve => {
      this.resolveClosed = resolve;
    });
    transport.start({
      message: message => this.receive(message),
      close: error => this.end(error ?? null),
    });
  }

  /**
   * Sends a request and waits for its answer.
   * @throws RpcError when the server refuses, ClientError `timeout` or `closed`, the signal's reason when aborted
   *   (the server is not told: JSON-RPC has no such message; use `turn/interrupt` to end a turn)
   */
  request<M extends ClientRequestMethod>(method: M, ...args: RequestArgs<M>): Promise<ClientRequestResult<M>> {
    const [params, options] = args;
    return this.pending.add(method, options, id => {
      this.transport.send(params === undefined ? { id, method } : { id, method, params });
    }) as Promise<ClientRequestResult<M>>;
  }

  notify(method: ClientNotificationMethod): void {
    this.transport.send({ method });
  }

  /** The handshake: `initialize`, then the `initialized` notification. */
  async initialize(
    params: ClientRequestInput<"initialize">,
    options?: RequestOptions,
  ): Promise<ClientRequestResult<"initialize">> {
    const result = await this.request("initialize", params, options);
    this.notify("initialized");
    return result;
  }

  /** Calls `listener` for every notification of this method. Returns the way to stop. */
  on<M extends ServerNotificationMethod>(
    method: M,
    listener: (params: ServerNotificationParams<M>) => void,
  ): () => void {
    const set = this.listeners.get(method) ?? new Set();
    this.listeners.set(method, set);
    set.add(listener as AnyListener);
    return () => set.delete(listener as AnyListener);
  }

  /** Calls `listener` for every notification, before the listeners of its method. Returns the way to stop. */
  onNotification(listener: (notification: ServerNotification) => void): () => void {
    this.allListeners.add(listener);
    return () => this.allListeners.delete(listener);
  }

  /** Answers the server's requests of this method; the last handler given counts. Throw `RpcError` to refuse. */
  handle<M extends ServerRequestMethod>(method: M, handler: ServerRequestHandler<M>): () => void {
    this.handlers.set(method, handler as AnyHandler);
    return () => {
      if (this.handlers.get(method) === (handler as AnyHandler)) this.handlers.delete(method);
    };
  }

  /** Answers every request of the server that has no handler of its own. Without it they are refused. */
  handleRest(handler: (request: ServerRequest, context: ServerRequestContext) => unknown): void {
    this.fallback = handler;
  }

  /** Ends the connection; open requests fail with ClientError `closed`. */
  async close(): Promise<void> {
    await this.transport.close();
    this.end(null);
  }

  private receive(message: unknown): void {
    if (typeof message !== "object" || message === null) return;
    const { id, method, params, result, error } = message as Record<string, unknown>;
    if (typeof method === "string") {
      if (typeof id === "number" || typeof id === "string") void this.answer({ id, method, params });
      else this.deliver(method, params);
    } else if (typeof id === "number") {
      if (error === undefined) this.pending.resolve(id, result);
      else this.pending.reject(id, asRpcError(error));
    }
  }

  private deliver(method: string, params: unknown): void {
    if (method === "serverRequest/resolved") this.withdraw(params);
    for (const listener of this.allListeners) listener({ method, params } as ServerNotification);
    for (const listener of this.listeners.get(method) ?? []) listener(params as never);
  }

  private async answer(request: { id: RequestId; method: string; params: unknown }): Promise<void> {
    const { id, method, params } = request;
    const controller = new AbortController();
    this.asked.set(id, controller);
    const context = { id, signal: controller.signal };
    try {
      const handler = this.handlers.get(method);
      let result: unknown;
      if (handler !== undefined) result = await handler(params as never, context);
      else if (this.fallback !== null) result = await this.fallback(request as ServerRequest, context);
      else throw new RpcError(HANDLER_FAILED, `this client does not answer ${method}`);
      if (!controller.signal.aborted) this.transport.send({ id, result: result ?? null });
    } catch (error) {
      if (!controller.signal.aborted) this.transport.send({ error: errorBody(error), id });
    } finally {
      if (this.asked.get(id) === controller) this.asked.delete(id);
    }
  }

  private withdraw(params: unknown): void {
    const id = (params as { requestId?: unknown } | null)?.requestId;
    if (typeof id === "number" || typeof id === "string")
      this.asked.get(id)?.abort(new ClientError("closed", "the request was resolved"));
  }

  private end(reason: Error | null): void {
    const error = new ClientError(
      "closed",
      reason === null ? "the connection is closed" : `the connection is closed: ${reason.message}`,
      {
        cause: reason,
      },
    );
    this.pending.close(error);
    for (const controller of this.asked.values()) controller.abort(error);
    this.asked.clear();
    this.resolveClosed(reason);
  }
}

/**
 * Speaks to an app-server over a transport. Add handlers and listeners before `initialize`; reconnecting is up to the caller
 * (a new transport, a new client, `thread/resume`).
 */
export function connect(transport: Transport, options?: ConnectOptions): Client {
  return new Client(transport, options);
}

function asRpcError(error: unknown): RpcError {
  const { code, message, data } = (error ?? {}) as Record<string, unknown>;
  return new RpcError(
    typeof code === "number" ? code : -32603,
    typeof message === "string" ? message : "unknown error",
    data,
  );
}

function errorBody(error: unknown): RpcErrorObject {
  if (error instanceof RpcError) return error.toObject();
  return { code: HANDLER_FAILED, message: error instanceof Error ? error.message : String(error) };
}
