import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect, isIPv6, type LookupFunction, type Socket, type TcpNetConnectOpts } from "node:net";
import type { UpstreamProxy } from "./upstream.ts";

/** Where a request goes, with the addresses that were checked; null addresses: look the name up. */
export interface Target {
  host: string;
  port: number;
  addresses: readonly string[] | null;
}

/** A lookup that answers with the checked addresses and nothing else: a name cannot lead elsewhere afterwards. */
export function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const entries = addresses.map(address => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_host, options, callback) => {
    const wanted =
      options.family === 4 || options.family === "IPv4" ? 4 : options.family === 6 || options.family === "IPv6" ? 6 : 0;
    const fitting = wanted === 0 ? entries : entries.filter(({ family }) => family === wanted);
    const [first] = fitting;
    if (first === undefined) {
      callback(Object.assign(new Error("no checked address of this family"), { code: "ENOTFOUND" }), "", 0);
    } else if (options.all) callback(null, fitting);
    else callback(null, first.address, first.family);
  };
}

/** Connects a socket to a target, only to its checked addresses where it has them. Rejects when it cannot be reached. */
export function dial(target: Target, signal: AbortSignal): Promise<Socket> {
  const { host, port, addresses } = target;
  const options: TcpNetConnectOpts = { host, port, allowHalfOpen: true, noDelay: true };
  if (addresses !== null) options.lookup = pinnedLookup(addresses);
  return new Promise((resolve, reject) => {
    const socket = connect(options);
    const abort = () => socket.destroy(new Error("aborted"));
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      signal.removeEventListener("abort", abort);
      resolve(socket);
    });
  });
}

/** The name that a TLS server is asked for by; addresses have none. */
export function serverName(host: string): string {
  return /^[\d.]+$|:/.test(host) ? "" : host;
}

/** Opens a tunnel through another proxy. Rejects when it does not grant one. */
export function dialThrough(proxy: UpstreamProxy, target: Target, signal: AbortSignal): Promise<Socket> {
  const authority = `${isIPv6(target.host) ? `[${target.host}]` : target.host}:${target.port}`;
  const headers = {
    host: authority,
    ...(proxy.authorization === null ? {} : { "proxy-authorization": proxy.authorization }),
  };
  const start = proxy.secure ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = start({
      host: proxy.host,
      port: proxy.port,
      // Without it the certificate is held against the Host header: the target's name, not the proxy's.
      ...(proxy.secure ? { servername: serverName(proxy.host) } : {}),
      method: "CONNECT",
      path: authority,
      headers,
      agent: false,
      signal,
    });
    request.once("error", reject);
    request.once("response", response => {
      response.destroy();
      reject(new Error(`the upstream proxy answered ${response.statusCode} to CONNECT`));
    });
    request.once("connect", (response, socket, head) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        reject(new Error(`the upstream proxy answered ${response.statusCode} to CONNECT`));
        return;
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.end();
  });
}
