import { encodeMessage, type OutgoingMessage, parseMessage } from "@codex-ts/protocol/rpc";
import type { WebSocket } from "ws";
import type { Link, LinkEvents, LinkKind } from "./link.ts";

/** A client that leaves more than this unread is disconnected, bytes: it would take the memory that others need. */
const MAX_UNREAD_BYTES = 64 * 1024 * 1024;
/** The same for messages. Spec: app-server, "Queues and back-pressure". */
const MAX_UNREAD_MESSAGES = 32_768;
const OVERLOADED = 1013;
/** How long a client may take to say goodbye, milliseconds. */
const GOODBYE_MS = 1_000;

/** One JSON message a text frame, over an open WebSocket of the `ws` package. Binary frames are dropped. */
export class SocketLink implements Link {
  readonly kind: LinkKind;
  readonly trusted = false;
  private unread = 0;
  private readonly written = () => void this.unread--;

  constructor(
    private readonly socket: WebSocket,
    private readonly options: { kind?: LinkKind; log?: (text: string) => void } = {},
  ) {
    this.kind = options.kind ?? "websocket";
  }

  start(events: LinkEvents): void {
    const log = this.options.log ?? (() => {});
    this.socket.on("message", (data, isBinary) => {
      if (isBinary) {
        log("dropped a binary frame");
        return;
      }
      const message = parseMessage(String(data));
      if (message === null) log("dropped a frame that is no message");
      else events.message(message);
    });
    this.socket.on("error", error => log(`a WebSocket failed: ${error.message}`));
    this.socket.on("close", () => events.close());
  }

  send(message: OutgoingMessage): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.unread++;
    this.socket.send(encodeMessage(message), this.written);
    if (this.unread <= MAX_UNREAD_MESSAGES && this.socket.bufferedAmount <= MAX_UNREAD_BYTES) return;
    this.options.log?.("a client does not read: it is disconnected");
    this.socket.close(OVERLOADED);
    this.socket.terminate();
  }

  async close(): Promise<void> {
    const { socket } = this;
    if (socket.readyState === socket.CLOSED) return;
    await new Promise<void>(resolve => {
      const timer = setTimeout(() => socket.terminate(), GOODBYE_MS);
      socket.once("close", () => {
        clearTimeout(timer);
        resolve();
      });
      socket.close(1001);
    });
  }
}
