/** One JSON-RPC message: a request, a notification, a response or an error, without the `jsonrpc` member. */
export type Message = Readonly<Record<string, unknown>>;

/** What a transport tells its owner. */
export interface TransportEvents {
  message(message: unknown): void;
  /** The other side is gone; called once, after the last message. `error` says why when it was not in order. */
  close(error?: Error): void;
}

/** Carries messages in order, both ways. Nothing is delivered before `start`. */
export interface Transport {
  /** Begins to deliver; called once. */
  start(events: TransportEvents): void;
  /** Hands a message over. A promise means: wait for it before sending much more. Messages after the end are dropped. */
  send(message: Message): void | Promise<void>;
  /** Ends the connection; resolves when the other side cannot be reached any more. */
  close(): Promise<void>;
}
