import { createConnection } from "node:net";
import { opened, WebSocketTransport } from "./transport/websocket.ts";

export interface WebSocketOptions {
  /** Sent with the upgrade request as `Authorization: Bearer ...`. */
  token?: string;
  headers?: Readonly<Record<string, string>>;
  /** Longest wait for the connection, milliseconds. Default 10 000. */
  handshakeTimeoutMs?: number;
}

const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Connects to a server that listens on `ws://HOST:PORT`. @throws ClientError `connect_failed` */
export function connectWebSocket(url: string, options: WebSocketOptions = {}): Promise<WebSocketTransport> {
  return open(url, options, {});
}

/** Connects to a server that listens on a unix socket. @throws ClientError `connect_failed` */
export function connectUnixSocket(path: string, options: WebSocketOptions = {}): Promise<WebSocketTransport> {
  return open(`unix socket ${path}`, options, { createConnection: () => createConnection(path) });
}

async function open(where: string, options: WebSocketOptions, more: object): Promise<WebSocketTransport> {
  const { WebSocket } = await import("ws");
  const { token, headers = {}, handshakeTimeoutMs = HANDSHAKE_TIMEOUT_MS } = options;
  const socket = new WebSocket(where.startsWith("unix") ? "ws://localhost/" : where, {
    headers: token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` },
    handshakeTimeout: handshakeTimeoutMs,
    perMessageDeflate: false,
    ...more,
  });
  return new WebSocketTransport(await opened(socket, where));
}
