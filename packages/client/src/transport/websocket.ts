import { ClientError } from "../errors.ts";
import type { Message, Transport, TransportEvents } from "./transport.ts";

/** The part of the standard WebSocket that is used here; the platform's, or one of a library. */
export interface WebSocketLike {
  send(data: string): void;
  close(): void;
  addEventListener(type: "open", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  addEventListener(type: "error", listener: (event: object) => void): void;
  addEventListener(type: "close", listener: (event: { code: number; reason: string }) => void): void;
}

/**
 * One JSON message a text frame, over an open WebSocket (a browser's, Node's or a library's).
 * Use `connectWebSocket` of `@codex-ts/client/websocket` in Node to open one with headers.
 */
export class WebSocketTransport implements Transport {
  private ended = false;
  private readonly gone: Promise<void>;

  constructor(private readonly socket: WebSocketLike) {
    this.gone = new Promise(resolve => socket.addEventListener("close", () => resolve()));
  }

  start(events: TransportEvents): void {
    let failure: Error | undefined;
    this.socket.addEventListener("message", event => {
      if (typeof event.data !== "string") return;
      let message: unknown;
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
      const abnormal = event.code !== 1000 && event.code !== 1001 && event.code !== 1005;
      failure ??= abnormal
        ? new ClientError("closed", `the WebSocket closed with ${event.code} ${event.reason}`.trim())
        : undefined;
      events.close(failure);
    });
  }

  send(message: Message): void {
    if (!this.ended) this.socket.send(JSON.stringify(message));
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.gone;
  }
}

/** Waits until a WebSocket is open. @throws ClientError `connect_failed` */
export function opened<S extends WebSocketLike>(socket: S, where: string): Promise<S> {
  return new Promise((resolve, reject) => {
    socket.addEventListener("open", () => resolve(socket));
    socket.addEventListener("error", event => {
      reject(new ClientError("connect_failed", `cannot connect to ${where}: ${messageOf(event) ?? "refused"}`));
    });
  });
}

/** Browsers keep the reason to themselves; libraries tell it. */
function messageOf(event: object): string | undefined {
  return "message" in event && typeof event.message === "string" ? event.message : undefined;
}
