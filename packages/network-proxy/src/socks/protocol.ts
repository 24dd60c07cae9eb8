import { isIPv4 } from "node:net";
import { canonicalAddress } from "../hosts/address.ts";
import { isDomainName } from "../hosts/names.ts";

/** Reply codes of SOCKS5 that this server uses. */
export const SocksReply = {
  granted: 0,
  failed: 1,
  notAllowed: 2,
  refused: 5,
  commandUnsupported: 7,
  addressUnsupported: 8,
} as const;

export const SOCKS_VERSION = 5;
export const CONNECT = 1;
export const UDP_ASSOCIATE = 3;
const IPV4 = 1;
const DOMAIN = 3;
const IPV6 = 4;

export interface SocksAddress {
  host: string;
  port: number;
}

/**
 * Reads address and port at an offset; null when more bytes are needed, `unsupported` for an unknown kind, `invalid` for a
 * name that there cannot be.
 */
export function readAddress(
  bytes: Buffer,
  offset: number,
): { address: SocksAddress; end: number } | "unsupported" | "invalid" | null {
  const kind = bytes[offset];
  if (kind === undefined) return null;
  if (kind !== IPV4 && kind !== DOMAIN && kind !== IPV6) return "unsupported";
  const nameLength = kind === DOMAIN ? bytes[offset + 1] : 0;
  if (nameLength === undefined) return null;
  const start = offset + (kind === DOMAIN ? 2 : 1);
  const end = start + (kind === IPV4 ? 4 : kind === IPV6 ? 16 : nameLength);
  if (bytes.length < end + 2) return null;
  const host = hostOf(kind, bytes.subarray(start, end));
  if (kind === DOMAIN && !isDomainName(host)) return "invalid";
  return { address: { host, port: bytes.readUInt16BE(end) }, end: end + 2 };
}

function hostOf(kind: number, raw: Buffer): string {
  if (kind === IPV4) return raw.join(".");
  if (kind === DOMAIN) return raw.toString("latin1");
  const groups = Array.from({ length: 8 }, (_, index) => raw.readUInt16BE(index * 2).toString(16));
  const long = groups.join(":");
  return canonicalAddress(long) ?? long;
}

/** Address and port as SOCKS writes them. */
export function writeAddress({ host, port }: SocksAddress): Buffer {
  const tail = Buffer.alloc(2);
  tail.writeUInt16BE(port);
  if (isIPv4(host)) return Buffer.concat([Buffer.from([IPV4, ...host.split(".").map(Number)]), tail]);
  const bytes = Buffer.alloc(16);
  const [head = "", after] = host.replace(/%.*$/, "").split("::");
  const groups = (text: string | undefined) => (text ? text.split(":").map(group => Number.parseInt(group, 16)) : []);
  const [left, right] = [groups(head), groups(after)];
  left.forEach((group, index) => bytes.writeUInt16BE(group & 0xffff, index * 2));
  right.forEach((group, index) => bytes.writeUInt16BE(group & 0xffff, (8 - right.length + index) * 2));
  return Buffer.concat([Buffer.from([IPV6]), bytes, tail]);
}

export function reply(code: number, bound: SocksAddress = { host: "0.0.0.0", port: 0 }): Buffer {
  return Buffer.concat([Buffer.from([SOCKS_VERSION, code, 0]), writeAddress(bound)]);
}
