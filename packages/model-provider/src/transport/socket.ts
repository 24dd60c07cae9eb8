import type { IncomingMessage } from "node:http";
import type { Socket as NetSocket } from "node:net";
import type { WebSocket } from "ws";
import type { Clock } from "../clock.ts";
import { ModelError, streamError } from "../errors.ts";
import type { HeaderLookup } from "../stream/rate-limits.ts";
import { connectionError } from "./network-errors.ts";

/** A handshake that the server answered with something else than an upgrade. */
export interface RefusedHandshake {
  status: number;
  header: HeaderLookup;
  body: string;
}

export interface ConnectOptions {
  url: string;
  headers: Record<string, string>;
  timeoutMs: number;
  clock: Clock;
  signal: AbortSignal;
}

type Incoming = { text: string } | { error: ModelError };

/** An open WebSocket whose messages are read one by one. */
export class Socket {
  /** Headers of the handshake's answer. */
  readonly header: HeaderLookup;
  readonly #socket: WebSocket;
  readonly #queue: Incoming[] = [];
  #wake: (() => void) | undefined;
  #closed = false;

  /** The connection below, to let the process end while nobody waits for it. */
  readonly #net: NetSocket | undefined;

  constructor(socket: WebSocket, header: HeaderLookup, net: NetSocket | undefined) {
    this.#socket = socket;
    this.header = header;
    this.#net = net;
    const push = (incoming: Incoming) => {
      this.#queue.push(incoming);
      this.#wake?.();
    };
    const end = (why: string) => {
      if (this.#closed) return;
      this.#closed = true;
      push({ error: streamError(why) });
    };
    socket.on("message", (data, isBinary) => {
      if (isBinary) end("unexpected binary websocket event");
      else push({ text: String(data) });
    });
    socket.on("close", () => end("websocket closed by server before response.completed"));
    socket.on("error", () => end("websocket closed by server before response.completed"));
  }

  get isOpen(): boolean {
    return !this.#closed && this.#socket.readyState === this.#socket.OPEN;
  }

  send(text: string): void {
    this.#socket.send(text, error => {
      if (error) this.#socket.terminate();
    });
  }

  /** The next message; a broken connection is an error once, after everything that came before. */
  async next(): Promise<string> {
    for (;;) {
      const incoming = this.#queue.shift();
      if (incoming === undefined) {
        await new Promise<void>(resolve => {
          this.#wake = resolve;
        });
        continue;
      }
      if ("error" in incoming) throw incoming.error;
      return incoming.text;
    }
  }

  /** Makes `next` fail, now or when it is called. */
  fail(error: ModelError): void {
    this.#closed = true;
    this.#queue.length = 0;
    this.#queue.push({ error });
    this.#wake?.();
    this.#socket.terminate();
  }

  /** Somebody waits for messages: those that nobody asked for are forgotten, and the process stays up. */
  take(): void {
    this.#queue.length = 0;
    this.#net?.ref();
  }

  /** Nobody waits: the connection alone does not keep the process up. */
  rest(): void {
    this.#net?.unref();
  }

  drop(): void {
    this.#closed = true;
    this.#socket.terminate();
  }
}

/**
 * Opens a WebSocket.
 * @returns the refusal, when the server answers with a status
 * @throws {ModelError} nobody answers, or not in time
 * @throws the signal's reason
 */
export async function connect(options: ConnectOptions): Promise<Socket | RefusedHandshake> {
  const { url, headers, timeoutMs, clock, signal } = options;
  const { WebSocket } = await import("ws");
  if (signal.aborted) throw signal.reason;
  const socket = new WebSocket(url, { headers, perMessageDeflate: true, maxPayload: 1 << 28, followRedirects: false });
  return new Promise((resolve, reject) => {
    let header: HeaderLookup = () => null;
    let net: NetSocket | undefined;
    const settle = (finish: () => void) => {
      timer.cancel();
      signal.removeEventListener("abort", onAbort);
      finish();
    };
    const giveUp = (reason: unknown) => {
      settle(() => reject(reason));
      socket.terminate();
    };
    const onAbort = () => giveUp(signal.reason);
    const timer = clock.timer(timeoutMs, () => {
      giveUp(streamError(`websocket connection timed out after ${timeoutMs} ms`));
    });
    signal.addEventListener("abort", onAbort, { once: true });
    socket.on("upgrade", response => {
      header = lookup(response);
      net = response.socket;
    });
    socket.once("open", () => settle(() => resolve(new Socket(socket, header, net))));
    socket.once("unexpected-response", (_request, response) => {
      void readBody(response).then(body => {
        settle(() => resolve({ status: response.statusCode ?? 0, header: lookup(response), body }));
        socket.terminate();
      });
    });
    socket.on("error", error => settle(() => reject(connectionError(error, url))));
  });
}

function lookup(response: IncomingMessage): HeaderLookup {
  return name => {
    const value = response.headers[name];
    return value === undefined ? null : Array.isArray(value) ? value.join(", ") : value;
  };
}

async function readBody(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of response as AsyncIterable<Buffer>) {
      pieces.push(piece);
      size += piece.length;
      if (size > 1 << 20) break;
    }
  } catch {
    // What has come so far must do.
  }
  return Buffer.concat(pieces).toString("utf8");
}

/** The server does not speak WebSocket: the session goes on over HTTP. */
export function upgradeRequired(): ModelError {
  return new ModelError("websocket_upgrade_required", "the server does not accept WebSocket connections", {
    retryable: true,
    codexErrorInfo: "other",
    httpStatus: 426,
  });
}
