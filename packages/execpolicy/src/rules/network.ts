import type { NetworkRule } from "./types.ts";

/** What the network rules of a policy come to: hosts in the order of their last rule. */
export interface NetworkLists {
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
}

/**
 * Compiles network rules to lists of hosts: the last rule for a host wins, whatever its protocol; `prompt` rules are
 * kept in files but compile to nothing (section 12.1).
 */
export function compileNetworkRules(rules: readonly NetworkRule[]): NetworkLists {
  const allowed = new Set<string>();
  const denied = new Set<string>();
  for (const { host, decision } of rules) {
    if (decision === "prompt") continue;
    const [to, from] = decision === "allow" ? [allowed, denied] : [denied, allowed];
    from.delete(host);
    to.delete(host);
    to.add(host);
  }
  return { allowed: [...allowed], denied: [...denied] };
}

/** What a proxy's configuration says about a domain. */
export type DomainPermission = "allow" | "deny";

/**
 * Puts compiled network rules on top of the domains of a proxy configuration: an entry for the same host is replaced,
 * however it is written, and a denied host wins over an allowed one.
 * @param normalize the normal form in which the proxy compares hosts
 */
export function overlayDomains(
  domains: Readonly<Record<string, DomainPermission>>,
  lists: NetworkLists,
  normalize: (host: string) => string = host => host.toLowerCase().replace(/\.+$/, ""),
): Record<string, DomainPermission> {
  const merged = new Map(Object.entries(domains));
  const upsert = (host: string, permission: DomainPermission): void => {
    const wanted = normalize(host);
    for (const key of merged.keys()) if (normalize(key) === wanted) merged.delete(key);
    merged.set(host, permission);
  };
  for (const host of lists.allowed) upsert(host, "allow");
  for (const host of lists.denied) upsert(host, "deny");
  return Object.fromEntries(merged);
}
