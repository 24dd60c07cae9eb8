import { createServer, type IncomingMessage, type Server as HttpServer, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { LinkKind } from "../links/link.ts";
import { SocketLink } from "../links/socket-link.ts";
import type { AppServer } from "../server.ts";
import type { Authorize } from "./bearer-auth.ts";

/** Headers must be complete after this long, milliseconds: who sends them drop by drop keeps no socket. */
const HEADERS_TIMEOUT_MS = 5_000;
const CHECK_TIMEOUTS_EVERY_MS = 1_000;
/** The longest message a client may send, bytes. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
/** Clients that vanished without a word are noticed by the operating system's probes, started after this long, milliseconds. */
const KEEP_ALIVE_MS = 30_000;
/** Answered to everybody, so that a supervisor needs no secret. */
const HEALTH_PATHS = new Set(["/readyz", "/healthz"]);

export interface DoorOptions {
  kind: LinkKind;
  authorize?: Authorize;
  log: (text: string) => void;
}

/**
 * The HTTP side of a listener: health checks, the refusal of browsers, authorisation and the upgrade to WebSocket, in the
 * order of the spec (app-server, "WebSocket listener"). Every socket that comes through becomes a client of the server.
 */
export function httpDoor(server: AppServer, options: DoorOptions): HttpServer {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES });
  const http = createServer({
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: HEADERS_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_TIMEOUTS_EVERY_MS,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
    noDelay: true,
  });
  http.on("request", (request, response) => {
    const status = plainStatus(request);
    response.writeHead(status, { "content-length": 0, ...(status === 400 ? { connection: "close" } : {}) }).end();
    request.resume();
  });
  http.on("upgrade", (request, socket, head) => {
    socket.on("error", error => options.log(`a client failed before its upgrade: ${error.message}`));
    void admit(request, options).then(refusal => {
      if (socket.destroyed) return;
      if (refusal !== null) {
        refuse(socket, refusal);
        return;
      }
      sockets.handleUpgrade(request, socket, head, webSocket =>
        server.attach(new SocketLink(webSocket, { kind: options.kind, log: options.log })),
      );
    });
  });
  return http;
}

interface Refusal {
  status: number;
  body: string;
}

/** A page that a browser shows is never let in: it would speak with the rights of whoever opened it. */
function fromBrowser(request: IncomingMessage): boolean {
  return request.headers.origin !== undefined;
}

function isHealthCheck(request: IncomingMessage): boolean {
  return request.method === "GET" && HEALTH_PATHS.has((request.url ?? "").split("?")[0]!);
}

function plainStatus(request: IncomingMessage): number {
  if (fromBrowser(request)) return 403;
  return isHealthCheck(request) ? 200 : 400;
}

async function admit(request: IncomingMessage, options: DoorOptions): Promise<Refusal | null> {
  if (fromBrowser(request)) return { status: 403, body: "" };
  if (isHealthCheck(request)) return { status: 200, body: "" };
  try {
    const refusal = (await options.authorize?.(request.headers.authorization)) ?? null;
    return refusal === null ? null : { status: 401, body: refusal };
  } catch (error) {
    options.log(`authorisation failed: ${String(error)}`);
    return { status: 500, body: "" };
  }
}

function refuse(socket: Duplex, { status, body }: Refusal): void {
  const type = body === "" ? "" : "content-type: text/plain; charset=utf-8\r\n";
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\n${type}`;
  socket.end(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
