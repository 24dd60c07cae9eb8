import { domainToASCII } from "node:url";

/** ASCII letters only: host names on the wire have no others, and no locale may change what a rule means. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, letter => letter.toLowerCase());
}

/**
 * The form in which hosts are compared (section 2): lower case, without brackets, port and trailing dots. An unbracketed
 * IPv6 literal stays as it is.
 */
export function normalizeHost(host: string): string {
  const trimmed = host.trim();
  const end = trimmed.startsWith("[") ? trimmed.indexOf("]") : -1;
  if (end !== -1) return plain(trimmed.slice(1, end));
  const colon = trimmed.indexOf(":");
  return plain(colon !== -1 && colon === trimmed.lastIndexOf(":") ? trimmed.slice(0, colon) : trimmed);
}

function plain(host: string): string {
  return lowerAscii(host.trim()).replace(/\.+$/, "");
}

/** The form in which patterns are compared: the prefix `*.` or `**.` stays, the rest is a host. Ports are dropped. */
export function normalizePattern(pattern: string): string {
  const trimmed = pattern.trim();
  if (trimmed === "*") return trimmed;
  for (const prefix of ["**.", "*."]) {
    if (trimmed.startsWith(prefix)) return prefix + normalizeHost(trimmed.slice(prefix.length));
  }
  return normalizeHost(trimmed);
}

/**
 * The form in which a pattern with letters beyond ASCII comes over the wire (`*.bücher.io` is `*.xn--bcher-kva.io`);
 * null where there is none, or where it is the same.
 */
export function asciiPattern(pattern: string): string | null {
  const [, prefix = "", rest = ""] = /^(\*{1,2}\.)?(.*)$/.exec(normalizePattern(pattern)) ?? [];
  const ascii = /[^\x00-\x7f]/.test(rest) ? domainToASCII(rest) : "";
  return ascii === "" ? null : prefix + ascii;
}

/** The host without the scope of a link-local address (`fe80::1%eth0`). */
export function withoutScope(host: string): string {
  const percent = host.indexOf("%");
  return percent === -1 ? host : host.slice(0, percent);
}
