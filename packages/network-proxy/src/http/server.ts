import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { dial, dialThrough } from "../connect/dial.ts";
import { joinEnds } from "../connect/tunnel.ts";
import { type ParentEnvironment, upstreamProxy } from "../connect/upstream.ts";
import { type Gate, methodNotAllowed, mitmRequired, type NetworkRequest, proxyDisabled } from "../decision/gate.ts";
import { isSocketAllowed, unixSocketsSupported } from "../unix-sockets.ts";
import type { Forwarder } from "./forward.ts";
import { headerPairs, valuesOf } from "./headers.ts";
import {
  blockedJson,
  blockedSocketJson,
  blockedText,
  type Reply,
  sendOnSocket,
  sendReply,
  textReply,
} from "./responses.ts";
import { readConnectTarget, readTarget } from "./target.ts";

export interface HttpServerOptions {
  gate: Gate;
  forwarder: Forwarder;
  parentEnv: ParentEnvironment;
  platform: NodeJS.Platform;
  /** Ends every connection attempt that is under way. */
  signal: AbortSignal;
  /** Called before every request: the chance to read the policy anew. */
  refresh: () => Promise<void>;
}

/** Methods that only read: all that limited mode lets through. */
const readingMethods = new Set(["GET", "HEAD", "OPTIONS"]);
const MAX_HEADER_BYTES = 64 * 1024;
const KEEP_ALIVE_MS = 75_000;

/** The HTTP listener: plain requests are forwarded, CONNECT becomes a tunnel (section 5.1). */
export function httpServer(options: HttpServerOptions): Server {
  const handler = new HttpHandler(options);
  const server = createServer(
    {
      requireHostHeader: false,
      maxHeaderSize: MAX_HEADER_BYTES,
      requestTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      noDelay: true,
    },
    (request, response) => void handler.plain(request, response),
  );
  server.on("connect", (request, socket, head) => void handler.connect(request, socket, head));
  return server;
}

class HttpHandler {
  private readonly options: HttpServerOptions;

  constructor(options: HttpServerOptions) {
    this.options = options;
  }

  async plain(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.options.refresh();
      const reply = await this.forwardOrRefuse(request, response);
      if (reply !== null) {
        request.resume();
        sendReply(response, reply);
      }
    } catch {
      sendReply(response, textReply(500, "error"));
    }
  }

  /** Null when the answer was passed on, or there is nobody left to answer. */
  private async forwardOrRefuse(request: IncomingMessage, response: ServerResponse): Promise<Reply | null> {
    const { gate, forwarder, parentEnv } = this.options;
    const pairs = headerPairs(request.rawHeaders);
    const sockets = valuesOf(pairs, "x-unix-socket");
    if (sockets.length > 0) return this.unixSocket(request, response, sockets);
    const target = readTarget(request.url ?? "", valuesOf(pairs, "host"));
    if (typeof target === "string") return textReply(400, target);
    const { policy } = gate.policy;
    const asked: NetworkRequest = {
      protocol: "http",
      label: "http",
      host: target.host,
      port: target.port,
      ...facts(request),
    };
    if (!policy.enabled) {
      gate.refuse(asked, proxyDisabled);
      return textReply(503, "network proxy is disabled");
    }
    const admission = await gate.admit(asked);
    if (!admission.allowed) return blockedJson(admission.blocked, { ...asked, host: admission.host });
    if (gate.policy.policy.mode === "limited" && !readingMethods.has(request.method ?? "")) {
      gate.refuse({ ...asked, host: admission.host }, methodNotAllowed);
      return blockedJson(methodNotAllowed, { ...asked, host: admission.host });
    }
    if (response.destroyed) return null;
    const upstream = gate.policy.policy.allowUpstreamProxy ? upstreamProxy(target.scheme, parentEnv()) : null;
    const where = { ...target, host: admission.host, addresses: admission.addresses };
    return (await forwarder.forward(request, response, pairs, where, upstream))
      ? null
      : textReply(502, "upstream failure");
  }

  private async unixSocket(
    request: IncomingMessage,
    response: ServerResponse,
    values: readonly string[],
  ): Promise<Reply | null> {
    const { gate, platform, forwarder } = this.options;
    const about: NetworkRequest = { protocol: "http", label: "http", host: "unix-socket", port: 0, ...facts(request) };
    if (!gate.policy.policy.enabled) {
      gate.refuse(about, proxyDisabled);
      return textReply(503, "network proxy is disabled");
    }
    if (gate.policy.policy.mode === "limited" && !readingMethods.has(request.method ?? "")) {
      gate.refuse(about, methodNotAllowed);
      return blockedSocketJson("method_not_allowed");
    }
    const [socket = ""] = values;
    if (values.length > 1 || !/^[\x20-\x7e]*$/.test(socket)) {
      return textReply(400, "invalid x-unix-socket header");
    }
    if (!unixSocketsSupported(platform)) {
      gate.refuse(about, { decision: "deny", source: "proxy_state", reason: "unix_socket_unsupported" });
      return textReply(501, "unix sockets unsupported");
    }
    if (!(await isSocketAllowed(gate.policy, socket))) {
      gate.refuse(about, { decision: "deny", source: "baseline_policy", reason: "not_allowed" });
      return blockedSocketJson("not_allowed");
    }
    gate.audit(about, { scope: "non_domain", decision: "allow", source: "baseline_policy", reason: "allow" });
    const done = await forwarder.forwardToSocket(request, response, headerPairs(request.rawHeaders), socket);
    return done ? null : textReply(502, "unix socket proxy failed");
  }

  async connect(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const ended = new AbortController();
    socket.on("error", () => socket.destroy());
    socket.once("close", () => ended.abort());
    try {
      await this.options.refresh();
      const reply = await this.tunnelOrRefuse(
        request,
        socket,
        head,
        AbortSignal.any([ended.signal, this.options.signal]),
      );
      if (reply !== null) sendOnSocket(socket, reply);
    } catch {
      socket.destroy();
    }
  }

  private async tunnelOrRefuse(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    signal: AbortSignal,
  ): Promise<Reply | null> {
    const { gate, parentEnv } = this.options;
    const target = readConnectTarget(request.url ?? "");
    if (typeof target === "string") return textReply(400, target);
    const asked: NetworkRequest = { protocol: "https_connect", label: "http-connect", ...target, ...facts(request) };
    if (!gate.policy.policy.enabled) {
      gate.refuse(asked, proxyDisabled);
      return textReply(503, "network proxy is disabled");
    }
    const admission = await gate.admit(asked);
    if (!admission.allowed) return blockedText(admission.blocked.reason);
    if (gate.policy.policy.mode === "limited") {
      gate.refuse({ ...asked, host: admission.host }, mitmRequired);
      return blockedText(mitmRequired.reason);
    }
    const upstream = gate.policy.policy.allowUpstreamProxy ? upstreamProxy("https", parentEnv()) : null;
    const where = { host: admission.host, port: target.port, addresses: admission.addresses };
    // The client hears of the grant before anybody knows whether the target answers; if it does not, the tunnel closes.
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    const origin = upstream === null ? await dial(where, signal) : await dialThrough(upstream, where, signal);
    if (head.length > 0) origin.write(head);
    if (socket.destroyed) origin.destroy();
    else joinEnds(socket, origin);
    return null;
  }
}

function facts(request: IncomingMessage): Pick<NetworkRequest, "client" | "method"> {
  return { client: clientOf(request.socket), method: request.method };
}

export function clientOf({ remoteAddress, remotePort }: Socket): string | undefined {
  if (remoteAddress === undefined) return undefined;
  return remoteAddress.includes(":") ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`;
}
