import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { blockedMessage, type BlockedDecision, type NetworkProtocol, proxyErrorHeader } from "../decision/model.ts";

export interface Reply {
  status: number;
  headers: readonly (readonly [name: string, value: string])[];
  body: string;
}

const statusTexts: Readonly<Record<number, string>> = {
  400: "Bad Request",
  403: "Forbidden",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
};

export function textReply(status: number, body: string): Reply {
  return { status, headers: [["content-type", "text/plain"]], body };
}

/** The refusal of a plain request: JSON, with its keys in this order (section 5.1). */
export function blockedJson(
  blocked: BlockedDecision,
  about: { host: string; protocol: NetworkProtocol; port: number },
): Reply {
  const body = {
    status: "blocked",
    host: about.host,
    reason: blocked.reason,
    decision: blocked.decision,
    source: blocked.source,
    protocol: about.protocol,
    port: about.port,
    message: blockedMessage(blocked.reason),
  };
  return jsonReply(blocked.reason, body);
}

/** The refusal of a unix socket, which says less. */
export function blockedSocketJson(reason: string): Reply {
  return jsonReply(reason, { status: "blocked", host: "unix-socket", reason });
}

function jsonReply(reason: string, body: Readonly<Record<string, unknown>>): Reply {
  return {
    status: 403,
    headers: [
      ["content-type", "application/json"],
      ["x-proxy-error", proxyErrorHeader(reason)],
    ],
    body: JSON.stringify(body),
  };
}

/** The refusal of a tunnel. */
export function blockedText(reason: string): Reply {
  return {
    status: 403,
    headers: [
      ["content-type", "text/plain"],
      ["x-proxy-error", proxyErrorHeader(reason)],
    ],
    body: blockedMessage(reason),
  };
}

export function sendReply(response: ServerResponse, { status, headers, body }: Reply): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const all = [...headers, ["content-length", String(Buffer.byteLength(body))] as const];
  response.writeHead(status, statusTexts[status] ?? "", all.flat());
  response.end(body);
}

/** Answers a CONNECT that gets no tunnel, and ends the connection. */
export function sendOnSocket(socket: Duplex, { status, headers, body }: Reply): void {
  const lines = [
    `HTTP/1.1 ${status} ${statusTexts[status] ?? ""}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
}
