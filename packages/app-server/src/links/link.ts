import type { Message, OutgoingMessage } from "@codex-ts/protocol";

/** What a link tells the server. */
export interface LinkEvents {
  message(message: Message): void;
  /** The client is gone; called once. */
  close(): void;
}

export type LinkKind = "inProcess" | "stdio" | "websocket" | "unix";

/** One client's way in and out, whatever carries it. */
export interface Link {
  readonly kind: LinkKind;
  /** The client is part of this program: its params need no decoding. */
  readonly trusted: boolean;
  /** Begins to deliver; called once. */
  start(events: LinkEvents): void;
  /** Never waits and never throws; a client that does not read is the link's business. */
  send(message: OutgoingMessage): void;
  /** Lets what was sent go out, then ends the connection. */
  close(): Promise<void>;
}

/** The transport of an embedding program: envelopes as plain objects. `createPair()` of `@codex-ts/client` makes two. */
export interface Transport {
  start(events: { message(message: unknown): void; close(error?: Error): void }): void;
  send(message: Readonly<Record<string, unknown>>): void | Promise<void>;
  close(): Promise<void>;
}
