import type { ClientInfo, Message, MessageId, OutgoingMessage, RequestMessage } from "@codex-ts/protocol";
import { answerInitialize } from "./handlers/initialize.ts";
import { Dispatcher } from "./dispatch/dispatcher.ts";
import type { Link } from "./links/link.ts";
import type { AppServer } from "./server.ts";

/** What a client said about itself in its handshake. */
export interface ClientFacts {
  info: ClientInfo;
  experimentalApi: boolean;
  /** It named its capabilities at all. */
  saidCapabilities: boolean;
  /** Notifications it does not want. */
  optOut: ReadonlySet<string>;
}

/** One client: its handshake, its requests in order, and what it wants to hear. */
export class Connection {
  /** Null until `initialize` succeeded. */
  client: ClientFacts | null = null;
  readonly link: Link;
  /** Its number among all clients of the server. */
  readonly id: number;
  private readonly server: AppServer;
  private readonly dispatcher: Dispatcher;
  private readonly cleanups = new Set<() => void>();
  private open = true;

  constructor(server: AppServer, link: Link, id: number) {
    this.server = server;
    this.id = id;
    this.link = link;
    this.dispatcher = new Dispatcher(server, this);
    link.start({
      message: message => this.receive(message),
      close: () => this.closed(),
    });
  }

  get isOpen(): boolean {
    return this.open;
  }

  /** Sends a notification, unless the handshake is not done or the client does not want this kind. */
  notify(method: string, params: unknown): void {
    this.forward(method, { kind: "notification", method, params });
  }

  /** As `notify`, with a message that several connections share. */
  forward(method: string, message: OutgoingMessage): void {
    if (this.client === null || !this.open || this.client.optOut.has(method)) return;
    this.link.send(message);
  }

  send(message: OutgoingMessage): void {
    if (this.open) this.link.send(message);
  }

  /** Runs when the client is gone (at once if it already is). Returns the way to take it back. */
  onClose(cleanup: () => void): () => void {
    if (this.open) this.cleanups.add(cleanup);
    else cleanup();
    return () => this.cleanups.delete(cleanup);
  }

  private receive(message: Message): void {
    switch (message.kind) {
      case "request":
        this.request(message);
        return;
      case "response":
        this.server.serverRequests.resolve(message.id, message.result);
        return;
      case "error":
        this.server.serverRequests.reject(message.id, message.error);
        return;
      case "notification":
        return;
    }
  }

  private request(request: RequestMessage): void {
    const first = request.method === "initialize" && this.dispatcher.idle;
    const answered = first ? answerInitialize(this.server, this, request) : null;
    if (answered === null) this.dispatcher.add(request);
    else if (answered.greeting !== null) this.dispatcher.holdFor(answered.greeting);
  }

  refuse(id: MessageId, error: { code: number; message: string; data?: unknown }): void {
    this.send({ kind: "error", id, error });
  }

  private closed(): void {
    if (!this.open) return;
    this.open = false;
    this.dispatcher.stop();
    for (const cleanup of this.cleanups) cleanup();
    this.cleanups.clear();
    this.server.forget(this);
  }
}
