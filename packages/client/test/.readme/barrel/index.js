// src/errors.ts
var ClientError = class extends Error {
  code;
  constructor(code, message, options) {
    super(message, options);
    this.name = "ClientError";
    this.code = code;
  }
};
var RpcError = class extends Error {
  /** The JSON-RPC code, for example -32600. */
  code;
  data;
  constructor(code, message, data) {
    super(message);
    this.name = "RpcError";
    this.code = code;
    this.data = data;
  }
};

// src/pending.ts
var PendingRequests = class {
  constructor(defaultTimeoutMs) {
    this.defaultTimeoutMs = defaultTimeoutMs;
  }
  defaultTimeoutMs;
  entries = /* @__PURE__ */ new Map();
  nextId = 1;
  closed = null;
  /** Gives the request an id, lets `send` send it, and waits. */
  add(method, options, send) {
    if (this.closed !== null) return Promise.reject(this.closed);
    const signal = options?.signal;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const id = this.nextId++;
    const timeoutMs = options?.timeoutMs ?? this.defaultTimeoutMs ?? 0;
    return new Promise((resolve, reject) => {
      const entry = { resolve, reject, cleanup: null };
      this.entries.set(id, entry);
      if (signal !== void 0 || timeoutMs > 0) entry.cleanup = this.guard(id, method, signal, timeoutMs);
      send(id);
    });
  }
  resolve(id, result) {
    this.take(id)?.resolve(result);
  }
  reject(id, error) {
    this.take(id)?.reject(error);
  }
  /** Fails everything that waits, and everything to come. */
  close(error) {
    if (this.closed !== null) return;
    this.closed = error;
    for (const id of [...this.entries.keys()]) this.take(id)?.reject(error);
  }
  guard(id, method, signal, timeoutMs) {
    const onAbort = () => this.take(id)?.reject(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    const timer =
      timeoutMs > 0
        ? setTimeout(() => {
            this.take(id)?.reject(new ClientError("timeout", `no answer to ${method} within ${timeoutMs} ms`));
          }, timeoutMs)
        : void 0;
    return () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
  }
  take(id) {
    const entry = this.entries.get(id);
    this.entries.delete(id);
    entry?.cleanup?.();
    return entry;
  }
};

// src/client.ts
var HANDLER_FAILED = -32e3;
var Client = class {
  /** Resolves when the connection has ended, with the reason if it was not in order. Never rejects. */
  closed;
  transport;
  pending;
  listeners = /* @__PURE__ */ new Map();
  allListeners = /* @__PURE__ */ new Set();
  handlers = /* @__PURE__ */ new Map();
  fallback = null;
  asked = /* @__PURE__ */ new Map();
  resolveClosed;
  constructor(transport, options = {}) {
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
  request(method, ...args) {
    const [params, options] = args;
    return this.pending.add(method, options, id => {
      this.transport.send(params === void 0 ? { id, method } : { id, method, params });
    });
  }
  notify(method) {
    this.transport.send({ method });
  }
  /** The handshake: `initialize`, then the `initialized` notification. */
  async initialize(params, options) {
    const result = await this.request("initialize", params, options);
    this.notify("initialized");
    return result;
  }
  /** Calls `listener` for every notification of this method. Returns the way to stop. */
  on(method, listener) {
    const set = this.listeners.get(method) ?? /* @__PURE__ */ new Set();
    this.listeners.set(method, set);
    set.add(listener);
    return () => set.delete(listener);
  }
  /** Calls `listener` for every notification, before the listeners of its method. Returns the way to stop. */
  onNotification(listener) {
    this.allListeners.add(listener);
    return () => this.allListeners.delete(listener);
  }
  /** Answers the server's requests of this method; the last handler given counts. Throw `RpcError` to refuse. */
  handle(method, handler) {
    this.handlers.set(method, handler);
    return () => {
      if (this.handlers.get(method) === handler) this.handlers.delete(method);
    };
  }
  /** Answers every request of the server that has no handler of its own. Without it they are refused. */
  handleRest(handler) {
    this.fallback = handler;
  }
  /** Ends the connection; open requests fail with ClientError `closed`. */
  async close() {
    await this.transport.close();
    this.end(null);
  }
  receive(message) {
    if (typeof message !== "object" || message === null) return;
    const { id, method, params, result, error } = message;
    if (typeof method === "string") {
      if (typeof id === "number" || typeof id === "string") void this.answer({ id, method, params });
      else this.deliver(method, params);
    } else if (typeof id === "number") {
      if (error === void 0) this.pending.resolve(id, result);
      else this.pending.reject(id, asRpcError(error));
    }
  }
  deliver(method, params) {
    if (method === "serverRequest/resolved") this.withdraw(params);
    for (const listener of this.allListeners) listener({ method, params });
    for (const listener of this.listeners.get(method) ?? []) listener(params);
  }
  async answer(request) {
    const { id, method, params } = request;
    const controller = new AbortController();
    this.asked.set(id, controller);
    const context = { id, signal: controller.signal };
    try {
      const handler = this.handlers.get(method);
      let result;
      if (handler !== void 0) result = await handler(params, context);
      else if (this.fallback !== null) result = await this.fallback(request, context);
      else throw new RpcError(HANDLER_FAILED, `this client does not answer ${method}`);
      if (!controller.signal.aborted) this.transport.send({ id, result: result ?? null });
    } catch (error) {
      if (!controller.signal.aborted) this.transport.send({ error: errorBody(error), id });
    } finally {
      if (this.asked.get(id) === controller) this.asked.delete(id);
    }
  }
  withdraw(params) {
    const id = params?.requestId;
    if (typeof id === "number" || typeof id === "string")
      this.asked.get(id)?.abort(new ClientError("closed", "the request was resolved"));
  }
  end(reason) {
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
};
function connect(transport, options) {
  return new Client(transport, options);
}
function asRpcError(error) {
  const { code, message, data } = error ?? {};
  return new RpcError(
    typeof code === "number" ? code : -32603,
    typeof message === "string" ? message : "unknown error",
    data,
  );
}
function errorBody(error) {
  if (error instanceof RpcError) {
    const { code, message, data } = error;
    return data === void 0 ? { code, message } : { code, data, message };
  }
  return { code: HANDLER_FAILED, message: error instanceof Error ? error.message : String(error) };
}

// src/transport/pair.ts
function createPair() {
  const a = new PairEnd();
  const b = new PairEnd();
  a.other = b;
  b.other = a;
  return [a, b];
}
var PairEnd = class {
  other;
  events = null;
  inbox = [];
  scheduled = false;
  ended = false;
  start(events) {
    this.events = events;
    this.schedule();
  }
  send(message) {
    if (!this.ended) this.other.receive(message);
  }
  async close() {
    this.end();
    this.other.end();
  }
  receive(message) {
    this.inbox.push(message);
    this.schedule();
  }
  end() {
    if (this.ended) return;
    this.ended = true;
    this.schedule();
  }
  schedule() {
    if (this.scheduled || this.events === null) return;
    this.scheduled = true;
    queueMicrotask(() => this.deliver());
  }
  deliver() {
    const events = this.events;
    this.scheduled = false;
    if (events === null) return;
    for (let message = this.inbox.shift(); message !== void 0; message = this.inbox.shift()) events.message(message);
    if (!this.ended) return;
    this.events = null;
    events.close();
  }
};

// src/transport/websocket.ts
var WebSocketTransport = class {
  constructor(socket) {
    this.socket = socket;
    this.gone = new Promise(resolve => socket.addEventListener("close", () => resolve()));
  }
  socket;
  ended = false;
  gone;
  start(events) {
    let failure;
    this.socket.addEventListener("message", event => {
      if (typeof event.data !== "string") return;
      let message;
      try {
        message = JSON.parse(event.data);
      } catch {
        return;
      }
      events.message(message);
    });
    this.socket.addEventListener("error", event => {
      failure = new ClientError("closed", messageOf(event) ?? "the WebSocket failed");
    });
    this.socket.addEventListener("close", event => {
      this.ended = true;
      const abnormal = event.code !== 1e3 && event.code !== 1001 && event.code !== 1005;
      failure ??= abnormal
        ? new ClientError("closed", `the WebSocket closed with ${event.code} ${event.reason}`.trim())
        : void 0;
      events.close(failure);
    });
  }
  send(message) {
    if (!this.ended) this.socket.send(JSON.stringify(message));
  }
  async close() {
    this.socket.close();
    await this.gone;
  }
};
function opened(socket, where) {
  return new Promise((resolve, reject) => {
    socket.addEventListener("open", () => resolve(socket));
    socket.addEventListener("error", event => {
      reject(new ClientError("connect_failed", `cannot connect to ${where}: ${messageOf(event) ?? "refused"}`));
    });
  });
}
function messageOf(event) {
  return "message" in event && typeof event.message === "string" ? event.message : void 0;
}
export { Client, ClientError, RpcError, WebSocketTransport, connect, createPair, opened };
