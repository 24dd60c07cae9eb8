import {
  Agent,
  type ClientRequest,
  type IncomingMessage,
  request as httpRequest,
  type RequestOptions,
  type ServerResponse,
} from "node:http";
import { request as httpsRequest } from "node:https";
import { isIPv6, type Socket } from "node:net";
import { connect as tlsConnect } from "node:tls";
import { dial, dialThrough, pinnedLookup, serverName, type Target } from "../connect/dial.ts";
import type { UpstreamProxy } from "../connect/upstream.ts";
import { forwardable, headerPairs, type HeaderPairs, valuesOf } from "./headers.ts";
import type { HttpTarget } from "./target.ts";

export type ForwardTarget = HttpTarget & Pick<Target, "addresses">;

/** Passes requests on to their origins, over connections that are kept for a while. */
export class Forwarder {
  private agent = newAgent();
  private readonly signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.signal = signal;
    signal.addEventListener("abort", () => this.agent.destroy(), { once: true });
  }

  /** Closes kept connections: they were opened under rules that do not hold any more. */
  reset(): void {
    const { agent } = this;
    this.agent = newAgent();
    agent.destroy();
  }

  /** False when the origin cannot be reached and nothing has been answered. */
  async forward(
    request: IncomingMessage,
    response: ServerResponse,
    pairs: HeaderPairs,
    target: ForwardTarget,
    upstream: UpstreamProxy | null,
  ): Promise<boolean> {
    const headers = originHeaders(request, pairs, target.hostHeader);
    const common = { method: request.method ?? "GET", path: target.path };
    if (target.scheme === "https") {
      const plain = await this.open(target, upstream);
      if (plain === null) return false;
      const secured = () =>
        tlsConnect({ socket: plain, servername: serverName(target.host), ALPNProtocols: ["http/1.1"] });
      // Any `agent`, also `false`, would make a connection of its own: to port 443, and by another look-up of the name.
      const options = { ...common, headers: headers.flat(), host: target.host, createConnection: secured };
      return await exchange(request, response, httpsRequest(options));
    }
    if (upstream !== null) {
      if (upstream.authorization !== null) headers.push(["Proxy-Authorization", upstream.authorization]);
      const authority = `${bracketed(target.host)}${target.port === 80 ? "" : `:${target.port}`}`;
      const path = `http://${authority}${target.path === "*" ? "" : target.path}`;
      const options = { ...common, path, headers: headers.flat(), host: upstream.host, port: upstream.port };
      const outgoing = upstream.secure ? httpsRequest(options) : httpRequest({ ...options, agent: this.agent });
      return await exchange(request, response, outgoing);
    }
    const options: RequestOptions = { ...common, headers: headers.flat(), host: target.host, port: target.port };
    if (target.addresses !== null) options.lookup = pinnedLookup(target.addresses);
    return await exchange(request, response, httpRequest({ ...options, agent: this.agent }));
  }

  /** The same to a unix socket: the request keeps its path, and loses the header that named the socket. */
  async forwardToSocket(
    request: IncomingMessage,
    response: ServerResponse,
    pairs: HeaderPairs,
    socketPath: string,
  ): Promise<boolean> {
    const url = request.url ?? "/";
    const path = url.startsWith("/") ? url : url.replace(/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/?#]*/, "") || "/";
    const [host = "localhost"] = valuesOf(pairs, "host");
    const headers = originHeaders(request, pairs, host, ["x-unix-socket"]).flat();
    const options = { method: request.method ?? "GET", path, headers, socketPath, agent: false };
    return await exchange(request, response, httpRequest(options));
  }

  private async open(target: Target, upstream: UpstreamProxy | null): Promise<Socket | null> {
    try {
      return await (upstream === null ? dial(target, this.signal) : dialThrough(upstream, target, this.signal));
    } catch {
      return null;
    }
  }
}

function newAgent(): Agent {
  return new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 64, noDelay: true });
}

function bracketed(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/** The headers for the origin. A body keeps its length, or goes in chunks as it came. */
function originHeaders(
  request: IncomingMessage,
  pairs: HeaderPairs,
  host: string,
  dropped: readonly string[] = [],
): HeaderPairs {
  const headers: HeaderPairs = [["Host", host], ...forwardable(pairs, ["host", ...dropped])];
  const sized = valuesOf(headers, "content-length").length > 0;
  if (request.headers["transfer-encoding"] !== undefined) headers.push(["Transfer-Encoding", "chunked"]);
  else if (!sized && !bodiless.has(request.method ?? "")) headers.push(["Content-Length", "0"]);
  return headers;
}

/** Methods that Node sends without any framing when there is no body. */
const bodiless = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"]);

/** Sends the request and passes the answer back. False when there was none and the client can still be told. */
function exchange(request: IncomingMessage, response: ServerResponse, outgoing: ClientRequest): Promise<boolean> {
  return new Promise(resolve => {
    const gone = () => outgoing.destroy();
    response.once("close", gone);
    outgoing.once("response", answer => {
      const headers = forwardable(headerPairs(answer.rawHeaders));
      response.sendDate = false;
      try {
        response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? "", headers.flat());
      } catch {
        answer.destroy();
        resolve(false);
        return;
      }
      answer.pipe(response);
      // An answer that breaks off must not look complete.
      answer.once("error", () => response.destroy());
      answer.once("aborted", () => response.destroy());
      resolve(true);
    });
    outgoing.once("error", () => {
      if (response.headersSent) response.destroy();
      resolve(response.headersSent || response.destroyed);
    });
    request.once("error", gone);
    request.pipe(outgoing);
  });
}
