import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { bodyOf, type Exchange, headersOf } from "./exchange.ts";
import type { Json } from "./json.ts";
import { Player } from "./player.ts";
import { RecordedRequest } from "./request.ts";
import type { Reply, Script } from "./script.ts";
import { answerHttp } from "./sse.ts";

export interface ModelServerOptions {
  /** TCP port; 0 (default) takes a free one. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Told of every request, model requests and others, before it is answered. */
  onRequest?: (request: RecordedRequest) => void;
}

/** A running scripted server. */
export interface ModelServer {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  /** The base URL for a provider definition: `url` + `/v1`. */
  readonly baseUrl: string;
  readonly port: number;
  /** Model requests in order: `POST …/responses`, and `response.create` messages of WebSockets. */
  readonly requests: readonly RecordedRequest[];
  /** Every HTTP request, handshakes included. */
  readonly log: readonly RecordedRequest[];
  /** WebSocket handshakes in order. */
  readonly handshakes: readonly RecordedRequest[];
  /**
   * Waits for model request `n` (from 0).
   * @throws {Error} when it has not come within `timeoutMs` (default 60 000), or the server is closed
   */
  waitForRequest(n: number, timeoutMs?: number): Promise<RecordedRequest>;
  /** Cuts every connection and frees the port. */
  close(): Promise<void>;
}

/** Starts a scripted server of the Responses API. */
export async function startModelServer(script: Script, options: ModelServerOptions = {}): Promise<ModelServer> {
  const player = new Player(script);
  const requests: RecordedRequest[] = [];
  const log: RecordedRequest[] = [];
  const handshakes: RecordedRequest[] = [];
  const waiters = new Set<{ n: number; done: (request?: RecordedRequest) => void }>();
  const exchange: Exchange = {
    player,
    requests,
    handshakes,
    record: request => {
      if (request.transport === "http") log.push(request);
      options.onRequest?.(request);
    },
    reply: async request => {
      requests.push(request);
      exchange.record(request);
      for (const waiter of waiters) if (waiter.n < requests.length) waiter.done(requests[waiter.n]);
      try {
        return await player.replyTo(request, requests);
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        return { status: 400, body: { error: { message: `The model script failed: ${text}`, type: "script_error" } } };
      }
    },
  };
  const server = createServer((request, response) => {
    answer(request, response, exchange).catch(() => response.destroy());
  });
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    import("./websocket.ts")
      .then(({ answerUpgrade }) => answerUpgrade(request, socket, head, exchange))
      .catch(() => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.host ?? "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", socket => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const url = `http://${options.host ?? "127.0.0.1"}:${port}`;
  return {
    url,
    baseUrl: `${url}/v1`,
    port,
    requests,
    log,
    handshakes,
    waitForRequest: (n, timeoutMs = 60_000) => {
      const present = requests[n];
      if (present !== undefined) return Promise.resolve(present);
      return new Promise((resolve, reject) => {
        const waiter = {
          n,
          done: (request?: RecordedRequest) => {
            clearTimeout(timer);
            waiters.delete(waiter);
            if (request === undefined)
              reject(new Error(`Model request ${n} did not come: ${requests.length} were made.`));
            else resolve(request);
          },
        };
        const timer = setTimeout(() => waiter.done(), timeoutMs);
        waiters.add(waiter);
      });
    },
    close: async () => {
      for (const waiter of waiters) waiter.done();
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, exchange: Exchange): Promise<void> {
  const body = await bodyOf(request);
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  const method = request.method ?? "GET";
  const recorded = (n: number) =>
    new RecordedRequest(n, method, request.url ?? "/", headersOf(request), body, Date.now(), "http", -1);
  if (method === "POST" && path.endsWith("/responses")) {
    const n = exchange.requests.length;
    return answerHttp(await exchange.reply(recorded(n)), n, response);
  }
  const other = recorded(-1);
  exchange.record(other);
  return answerHttp(await exchange.player.otherReply(other), -1, response);
}

/** An HTTP error in the form of the API, for scripts. */
export function errorReply(status: number, error: Json, headers: Record<string, string> = {}): Reply {
  return { status, body: { error }, headers };
}
