import { isIP, isIPv4, isIPv6 } from "node:net";
import { withoutScope } from "./normalize.ts";

/** IPv4 ranges that are not the public internet (section 4.3), as network and prefix length. */
const nonPublicV4: readonly (readonly [network: string, bits: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  // Multicast, reserved and broadcast.
  ["224.0.0.0", 3],
];

const rangesV4 = nonPublicV4.map(([network, bits]) => {
  const mask = (0xffffffff << (32 - bits)) >>> 0;
  return { mask, network: (numberOf(network) & mask) >>> 0 };
});

/** Whether a text is `localhost` or a literal of an address that is not public. Names that must be looked up are not. */
export function isLocalLiteral(host: string): boolean {
  const address = canonicalAddress(host);
  return withoutScope(host) === "localhost" || (address !== null && isNonPublicAddress(address));
}

/**
 * The usual spelling of an address, whatever spelling came in: `2130706433`, `0x7f.1` and `127.1` are 127.0.0.1 to the
 * system that connects. Null for names.
 */
export function canonicalAddress(host: string): string | null {
  const plain = withoutScope(host);
  if (isIPv6(plain)) return new URL(`http://[${plain}]`).hostname.slice(1, -1);
  // Only a last label that is a number makes a host an IPv4 address in disguise.
  if (!/(?:^|\.)(?:\d+|0[xX][0-9a-fA-F]*)$/.test(plain)) return null;
  try {
    const { hostname } = new URL(`http://${plain}`);
    return isIPv4(hostname) ? hostname : null;
  } catch {
    return null;
  }
}

/** Whether an IP address leads anywhere but to the public internet. What is no address at all counts, too. */
export function isNonPublicAddress(address: string): boolean {
  const plain = withoutScope(address);
  if (isIPv4(plain)) return isNonPublicV4(numberOf(plain));
  const groups = groupsOf(plain);
  return groups === null || isNonPublicV6(groups);
}

function isNonPublicV4(address: number): boolean {
  return rangesV4.some(({ mask, network }) => (address & mask) >>> 0 === network);
}

function isNonPublicV6(groups: readonly number[]): boolean {
  const inside = v4Inside(groups);
  if (inside !== null) return isNonPublicV4(inside);
  const [first = 0, second = 0, third = 0] = groups;
  if (first >= 0xff00) return true;
  if ((first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80) return true;
  // Translators for use inside of one network (64:ff9b:1::/48): where in them an IPv4 address stands is their own affair.
  return first === 0x64 && second === 0xff9b && third === 1;
}

/** The IPv4 address that packets to an IPv6 one end up at, as a number; null when it carries none. */
function v4Inside(groups: readonly number[]): number | null {
  const [first = 0, second = 0, , , fifth = 0, sixth = 0] = groups;
  const at = (high: number) => (((groups[high] ?? 0) << 16) | (groups[high + 1] ?? 0)) >>> 0;
  const zero = (from: number, to: number) => groups.slice(from, to).every(group => group === 0);
  // Mapped, compatible (`::1` and `::` look like these) and translated.
  if (zero(0, 5) && (sixth === 0 || sixth === 0xffff)) return at(6);
  if (zero(0, 4) && fifth === 0xffff && sixth === 0) return at(6);
  // Translators (64:ff9b::/96) and 6to4 (2002::/16) pass packets on to the IPv4 address inside.
  if (first === 0x64 && second === 0xff9b && zero(2, 6)) return at(6);
  return first === 0x2002 ? at(1) : null;
}

/**
 * The addresses that a host means when it is one, in whatever spelling: itself, and the IPv4 address inside of an IPv6
 * one. Empty for names.
 */
export function addressesOf(host: string): string[] {
  const address = canonicalAddress(host);
  if (address === null) return [];
  const groups = groupsOf(address);
  const inside = groups === null ? null : v4Inside(groups);
  // `::` and `::1` only look as if they carried one.
  if (inside === null || address === "::" || address === "::1") return [address];
  return [address, [inside >>> 24, (inside >>> 16) & 255, (inside >>> 8) & 255, inside & 255].join(".")];
}

/** Where a connection to an address ends up: the unspecified address is this machine. */
export function destinationsOf(host: string): string[] {
  return addressesOf(host).flatMap(address => {
    if (address === "0.0.0.0") return [address, "127.0.0.1"];
    return address === "::" ? [address, "::1"] : [address];
  });
}

function numberOf(address: string): number {
  return address.split(".").reduce((value, part) => value * 256 + Number(part), 0);
}

/** The eight groups of an IPv6 literal; null when it is none. */
function groupsOf(address: string): number[] | null {
  if (isIP(address) !== 6) return null;
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  let text = address;
  if (dotted) {
    const value = numberOf(dotted[2] ?? "");
    text = `${dotted[1]}${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`;
  }
  const [head = "", tail] = text.split("::");
  const read = (part: string) => (part === "" ? [] : part.split(":").map(group => Number.parseInt(group, 16)));
  const before = read(head);
  const after = tail === undefined ? [] : read(tail);
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
}
