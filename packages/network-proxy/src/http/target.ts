import { isIPv6 } from "node:net";
import { canBeNamed } from "../hosts/names.ts";

/** Host and port as a client wrote them. */
export interface Authority {
  /** Without brackets. */
  host: string;
  port: number | null;
}

/** What stands for a request line that cannot be served: the text of a 400 answer. */
export type TargetProblem =
  | "missing host"
  | "missing authority"
  | "invalid host"
  | "invalid Host header"
  | "Host header does not match request target";

export interface HttpTarget {
  scheme: "http" | "https";
  host: string;
  port: number;
  /** Path and query, as written. */
  path: string;
  /** `Host` for the origin. */
  hostHeader: string;
}

/** Reads `host`, `host:port` or `[v6]:port`; null when it is none of them. An empty host is kept: callers tell it apart. */
export function parseAuthority(text: string): Authority | null {
  const bracketed = /^\[([0-9a-fA-F:.]+(?:%[\w.~-]+)?)\](?::(\d*))?$/.exec(text);
  const plain = /^([\w.~!$&'()*+,;=%-]*)(?::(\d*))?$/.exec(text);
  const [, host, digits] = bracketed ?? plain ?? [];
  if (host === undefined || (bracketed !== null && !isIPv6(host))) return null;
  const port = digits === undefined || digits === "" ? null : Number(digits);
  return port !== null && port > 65_535 ? null : { host, port };
}

/** Host header values of a request; more than one is a disguise. */
export function readTarget(url: string, hosts: readonly string[]): HttpTarget | TargetProblem {
  if (hosts.length > 1) return "invalid Host header";
  const [header] = hosts;
  const named = header === undefined || header.trim() === "" ? null : parseAuthority(header.trim());
  if (header !== undefined && header.trim() !== "" && (named === null || named.host === ""))
    return "invalid Host header";
  const absolute = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^/?#]*)([^#]*)/.exec(url);
  if (absolute === null) {
    if (!url.startsWith("/") && url !== "*") return "missing host";
    if (named === null || header === undefined || !canBeNamed(named.host)) return "missing host";
    return { scheme: "http", host: named.host, port: named.port ?? 80, path: url, hostHeader: header.trim() };
  }
  const [, rawScheme = "", rawAuthority = "", rest = ""] = absolute;
  const scheme = rawScheme.toLowerCase();
  if (scheme !== "http" && scheme !== "https") return "invalid host";
  const text = rawAuthority.slice(rawAuthority.lastIndexOf("@") + 1);
  const authority = parseAuthority(text);
  if (authority === null || authority.host === "") return "invalid host";
  if (!canBeNamed(authority.host)) return "missing host";
  const defaultPort = scheme === "https" ? 443 : 80;
  const port = authority.port ?? defaultPort;
  if (named !== null && !sameOrigin(named, authority.host, port, defaultPort)) {
    return "Host header does not match request target";
  }
  const path = rest.startsWith("/") ? rest : `/${rest}`;
  return { scheme, host: authority.host, port, path, hostHeader: header?.trim() || text };
}

function sameOrigin(named: Authority, host: string, port: number, defaultPort: number): boolean {
  return named.host.toLowerCase() === host.toLowerCase() && (named.port ?? defaultPort) === port;
}

/** The target of CONNECT. */
export function readConnectTarget(url: string): { host: string; port: number } | TargetProblem {
  const authority = parseAuthority(url.slice(url.lastIndexOf("@") + 1));
  if (authority === null) return "invalid host";
  if (!canBeNamed(authority.host)) return "missing authority";
  return { host: authority.host, port: authority.port ?? 443 };
}
