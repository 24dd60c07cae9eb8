import type { ClientRequestMethod, InitializeParams } from "@codex-ts/protocol";
import { errorCodes, type RequestMessage } from "@codex-ts/protocol/rpc";
import { TRACKED, trackError, trackRequest, trackResponse } from "../analytics/rpc-facts.ts";
import type { Connection } from "../connection.ts";
import { invalidRequest, rpcErrorOf } from "../errors.ts";
import type { AppServer } from "../server.ts";
import type * as TablesModule from "./tables.ts";
import { background, domainOf, domains } from "./domains.ts";
import { initialize } from "../handlers/initialize.ts";
import { type HandlerTable, LATER, type RequestContext } from "./handler.ts";

type Tables = typeof TablesModule;
type AnyHandler = (params: never, context: RequestContext) => unknown;

/** Methods whose files were loaded; shared by all connections of the process. */
const loaded = new Map<string, AnyHandler>();
let tables: Tables | null = null;

/**
 * Answers one connection's requests in the order they came: decode, handshake, gate, handler. A request waits for the
 * one before it unless that one works in the background.
 */
export class Dispatcher {
  private readonly queue: { request: RequestMessage; counted: boolean }[] = [];
  private busy = false;
  /** Code is being loaded: that is our doing, so what comes meanwhile is kept however much it is. */
  private loading = false;
  private stopped = false;

  constructor(
    private readonly server: AppServer,
    private readonly connection: Connection,
  ) {}

  /** Nothing waits: a request that comes now may be answered before it is queued. */
  get idle(): boolean {
    return !this.busy && this.queue.length === 0;
  }

  add(request: RequestMessage): void {
    const counted = !this.loading;
    if (counted && !this.server.ingress.take()) {
      const error = { code: errorCodes.overloaded, message: "Server overloaded; retry later." };
      this.connection.refuse(request.id, error);
      return;
    }
    this.queue.push({ request, counted });
    if (!this.busy) this.next();
  }

  /** Requests wait for something that is our own doing, so they are kept however many come. It never rejects. */
  holdFor(step: Promise<void>): void {
    this.busy = true;
    this.loading = true;
    void step.then(() => {
      this.loading = false;
      this.busy = false;
      if (!this.stopped) this.next();
    });
  }

  /** The client is gone: what it still wanted is not done. */
  stop(): void {
    this.stopped = true;
    for (const { counted } of this.queue.splice(0)) if (counted) this.server.ingress.give();
  }

  /** Answers as many requests as need no waiting. */
  private next(): void {
    for (let entry = this.queue.shift(); entry !== undefined; entry = this.queue.shift()) {
      if (entry.counted) this.server.ingress.give();
      const waiting = this.handle(entry.request);
      if (waiting === null) continue;
      this.busy = true;
      void waiting.then(() => {
        this.busy = false;
        if (!this.stopped) this.next();
      });
      return;
    }
  }

  /** Null when the answer is out (or comes in the background), else settles when the next request may start. Never rejects. */
  private handle(request: RequestMessage): Promise<void> | null {
    const handler = loaded.get(request.method);
    if (tables !== null && handler !== undefined && this.server.isSettled) return this.run(tables, request, handler);
    this.loading = true;
    const loading = this.load(request).finally(() => {
      this.loading = false;
    });
    return loading.then(
      found => (found === null ? undefined : (this.run(found.tables, request, found.handler) ?? undefined)),
      (error: unknown) => this.connection.refuse(request.id, rpcErrorOf(error)),
    );
  }

  private async load(request: RequestMessage): Promise<{ tables: Tables; handler: AnyHandler } | null> {
    tables ??= await import("./tables.ts");
    if (request.method === "initialize") {
      await this.initialize(decodeParams(tables, request) as InitializeParams, request);
      return null;
    }
    const method = request.method as keyof typeof domainOf;
    const domain = Object.hasOwn(domainOf, method) ? domainOf[method] : undefined;
    if (domain === undefined) {
      this.run(tables, request, () => undefined);
      return null;
    }
    const handlers: HandlerTable = await domains[domain]();
    for (const [name, handler] of Object.entries(handlers)) loaded.set(name, handler as AnyHandler);
    const handler = loaded.get(method);
    if (handler === undefined) throw new Error(`no handler for ${method}`);
    await this.server.settle();
    return { tables, handler };
  }

  /** A handshake that took a closer look (see `answerInitialize`). */
  private async initialize(params: InitializeParams, request: RequestMessage): Promise<void> {
    const { connection, server } = this;
    if (connection.client !== null) throw invalidRequest("Already initialized");
    const result = initialize(server, connection, params);
    connection.send({ kind: "response", id: request.id, result });
    await server.greet(connection);
  }

  private run(tables: Tables, request: RequestMessage, handler: AnyHandler): Promise<void> | null {
    const { connection } = this;
    const context = new Reply(this.server, connection, request);
    try {
      const params = this.decoded(tables, request);
      context.track(params);
      const result = handler(params as never, context);
      if (result === LATER) return null;
      if (!(result instanceof Promise)) {
        context.respond(result);
        return null;
      }
      const done = result.then(
        value => (value === LATER ? undefined : context.respond(value)),
        (error: unknown) => context.fail(error),
      );
      return background.has(request.method) ? null : done;
    } catch (error) {
      context.fail(error);
      return null;
    }
  }

  private decoded(tables: Tables, request: RequestMessage): unknown {
    const { connection } = this;
    const { client } = connection;
    if (connection.link.trusted && client?.experimentalApi === true && loaded.has(request.method))
      return request.params;
    const params = decodeParams(tables, request);
    const method = request.method as ClientRequestMethod;
    if (client === null) throw invalidRequest("Not initialized");
    if (!client.experimentalApi) {
      const reason = tables.requestGate(method, params);
      if (reason !== null) throw invalidRequest(`${reason} requires experimentalApi capability`);
    }
    return params;
  }
}

/** Decodes a request; what is wrong with it becomes the refusal that clients know. */
function decodeParams(tables: Tables, request: RequestMessage): unknown {
  try {
    return tables.decodeClientRequest(request.method, request.params, request.numbers).params;
  } catch (error) {
    if (error instanceof tables.DecodeError) throw invalidRequest(`Invalid request: ${error.message}`);
    throw error;
  }
}

/** The way to answer one request. */
class Reply implements RequestContext {
  readonly id;
  readonly trace;
  readonly received;
  private steps: (() => void)[] | null = null;
  private answered = false;
  private readonly method: string;

  constructor(
    readonly server: AppServer,
    readonly connection: Connection,
    request: RequestMessage,
  ) {
    this.id = request.id;
    this.trace = request.trace;
    this.received = request;
    this.method = request.method;
  }

  /** Tells analytics of the request, and later of its answer. */
  track(params: unknown): void {
    const { analytics } = this.server;
    if (analytics !== null && TRACKED.has(this.method)) trackRequest(analytics, this.call, params);
  }

  private get call() {
    return { connectionId: this.connection.id, requestId: this.id, method: this.method };
  }

  respond(result: unknown): void {
    if (this.answered) return;
    this.answered = true;
    this.connection.send({ kind: "response", id: this.id, result });
    const { analytics } = this.server;
    if (analytics !== null && TRACKED.has(this.method)) trackResponse(analytics, this.call, result);
    for (const step of this.steps ?? []) step();
  }

  fail(error: unknown): void {
    if (this.answered) return;
    this.answered = true;
    this.connection.refuse(this.id, rpcErrorOf(error));
    const { analytics } = this.server;
    if (analytics !== null && TRACKED.has(this.method)) trackError(analytics, this.call, error);
  }

  afterReply(step: () => void): void {
    this.steps ??= [];
    this.steps.push(step);
  }
}
