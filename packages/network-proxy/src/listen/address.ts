import { isIP, isIPv6 } from "node:net";
import { NetworkProxyError } from "../errors.ts";
import { isNonPublicAddress } from "../hosts/address.ts";
import { allowedSockets } from "../policy/settings.ts";
import type { NetworkPolicy } from "../policy/types.ts";

export interface ListenAddress {
  host: string;
  port: number;
}

/**
 * Reads a listener setting: `scheme://host:port`, `host:port`, `host` or a bare IPv6 address (section 3.1). `localhost`
 * and names of other machines mean 127.0.0.1.
 * @throws NetworkProxyError `listen`
 */
export function parseListenAddress(setting: string, defaultPort: number): ListenAddress {
  const fail = (): never => {
    throw new NetworkProxyError("listen", `invalid proxy address: ${setting}; write it as http://127.0.0.1:3128`);
  };
  const authority = setting
    .trim()
    .replace(/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\//, "")
    .replace(/[/?#].*$/, "")
    .replace(/^.*@/, "");
  if (authority === "") fail();
  if (isIPv6(authority)) return { host: authority, port: defaultPort };
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(authority);
  if (match === null) fail();
  const [, bracketed, plain, digits] = match ?? [];
  const port = digits === undefined ? defaultPort : Number(digits);
  if (port > 65_535 || (bracketed !== undefined && !isIPv6(bracketed))) fail();
  const host = bracketed ?? plain ?? "";
  return { host: isIP(host) === 0 ? "127.0.0.1" : host, port };
}

/** Keeps a listener on this machine unless the policy says otherwise; always when it can reach unix sockets. */
export function clampToLoopback(address: ListenAddress, policy: NetworkPolicy): ListenAddress {
  if (isLoopback(address.host)) return address;
  const sockets = policy.dangerouslyAllowAllUnixSockets || allowedSockets(policy.unixSockets).length > 0;
  return policy.dangerouslyAllowNonLoopbackProxy && !sockets ? address : { host: "127.0.0.1", port: address.port };
}

function isLoopback(host: string): boolean {
  return host === "::1" || (host.startsWith("127.") && isNonPublicAddress(host));
}

export interface BindPlan {
  /** Addresses to try, in order. */
  http: readonly ListenAddress[];
  /** Empty without SOCKS5. */
  socks: readonly ListenAddress[];
}

const anyPort: ListenAddress = { host: "127.0.0.1", port: 0 };

/**
 * Where the listeners go: a managed proxy takes free ports of its own (on Windows, whose firewall rules name ports, only
 * when the configured ones are taken); another one takes what is configured.
 */
export function bindPlan(policy: NetworkPolicy, managed: boolean, platform: NodeJS.Platform): BindPlan {
  const configured = {
    http: clampToLoopback(parseListenAddress(policy.proxyUrl, 3128), policy),
    socks: clampToLoopback(parseListenAddress(policy.socksUrl, 8081), policy),
  };
  const choose = (address: ListenAddress): readonly ListenAddress[] => {
    if (!managed) return [address];
    return platform === "win32" ? [{ host: "127.0.0.1", port: address.port }, anyPort] : [anyPort];
  };
  return { http: choose(configured.http), socks: policy.enableSocks5 ? choose(configured.socks) : [] };
}
