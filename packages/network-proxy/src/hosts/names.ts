import { isIPv6 } from "node:net";

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;
const MAX_DOMAIN_LENGTH = 253;

/**
 * Whether a text is a name that there can be, or an IPv4 address in any spelling. Everything else is refused before any
 * rule is asked, and before anybody looks it up: a resolver that stops at a zero byte would be asked for another name
 * than the rules were.
 */
export function isDomainName(text: string): boolean {
  const name = text.replace(/^\./, "").replace(/\.$/, "");
  const labels = name.startsWith("*.") ? name.slice(2).split(".") : name.split(".");
  return name.length <= MAX_DOMAIN_LENGTH && labels.every(label => LABEL.test(label));
}

/** The same for what stands in a request line: addresses of IPv6, too. */
export function canBeNamed(host: string): boolean {
  return isIPv6(host) || isDomainName(host);
}
