import { BlockList, isIP } from "node:net";

/** Where the server takes its clients from. */
export type ListenTarget =
  | { kind: "stdio" }
  /** `path` is null for the control socket in the configuration folder. */
  | { kind: "unix"; path: string | null }
  | { kind: "websocket"; host: string; port: number }
  | { kind: "off" };

/** A `--listen` value that names no transport. */
export class ListenUrlError extends Error {
  override readonly name = "ListenUrlError";
  readonly code = "bad_listen_url";
}

const EXPECTED = "expected `stdio://`, `unix://`, `unix://PATH`, `ws://IP:PORT`, or `off`";

/**
 * Reads a `--listen` value. Only IP addresses are taken, so that no name server decides where we listen.
 * Spec: app-server, section 2. @throws ListenUrlError
 */
export function parseListenUrl(url: string): ListenTarget {
  if (url === "off") return { kind: "off" };
  if (url === "stdio://") return { kind: "stdio" };
  if (url.startsWith("unix://")) return { kind: "unix", path: url.slice("unix://".length) || null };
  if (url.startsWith("ws://")) {
    const address = parseAddress(url.slice("ws://".length));
    if (address === null) {
      throw new ListenUrlError(`invalid websocket --listen URL \`${url}\`; expected \`ws://IP:PORT\``);
    }
    return { kind: "websocket", ...address };
  }
  throw new ListenUrlError(`unsupported --listen URL \`${url}\`; ${EXPECTED}`);
}

function parseAddress(text: string): { host: string; port: number } | null {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  if (match === null) return null;
  const [, six, four, digits] = match;
  const host = six ?? four ?? "";
  const port = Number(digits);
  if (port > 65_535 || isIP(host) !== (six === undefined ? 4 : 6)) return null;
  return { host, port };
}

/** The address never leaves this machine. */
export function isLoopback(host: string): boolean {
  const own = new BlockList();
  own.addSubnet("127.0.0.0", 8, "ipv4");
  own.addAddress("::1", "ipv6");
  return own.check(host, isIP(host) === 6 ? "ipv6" : "ipv4");
}

/** `IP:PORT`, with brackets where the address has colons. */
export function formatAddress({ host, port }: { host: string; port: number }): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}
