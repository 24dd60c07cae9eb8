import { lowerAscii, normalizePattern } from "../hosts/normalize.ts";
import type {
  DomainPermission,
  DomainRule,
  NetworkPolicy,
  NetworkPolicyInput,
  UnixSocketPermission,
  UnixSocketRule,
} from "./types.ts";

/** What holds where nobody says anything (section 1.1). */
export const defaultNetworkPolicy: NetworkPolicy = {
  enabled: false,
  proxyUrl: "http://127.0.0.1:3128",
  enableSocks5: true,
  socksUrl: "http://127.0.0.1:8081",
  enableSocks5Udp: true,
  allowUpstreamProxy: true,
  dangerouslyAllowNonLoopbackProxy: false,
  dangerouslyAllowAllUnixSockets: false,
  mode: "full",
  allowLocalBinding: false,
  domains: [],
  unixSockets: [],
};

/** Puts layers of settings on top of each other, weakest first, field by field; rules for one host replace each other. */
export function networkPolicy(...layers: readonly NetworkPolicyInput[]): NetworkPolicy {
  let policy = defaultNetworkPolicy;
  for (const { domains, unixSockets, ...settings } of layers) {
    const said = Object.fromEntries(
      Object.entries(settings).filter(
        ([name, value]) => value !== null && value !== undefined && Object.hasOwn(defaultNetworkPolicy, name),
      ),
    );
    policy = {
      ...policy,
      ...said,
      domains: putDomains(policy.domains, domains),
      unixSockets: socketRules(unixSockets).reduce(upsertSocket, policy.unixSockets),
    };
  }
  return policy;
}

/** Adds a rule in the place of any rule for the same host. */
export function upsertDomain(rules: readonly DomainRule[], rule: DomainRule): readonly DomainRule[] {
  const host = normalizePattern(rule.pattern);
  return [...rules.filter(({ pattern }) => normalizePattern(pattern) !== host), rule];
}

function upsertSocket(rules: readonly UnixSocketRule[], rule: UnixSocketRule): readonly UnixSocketRule[] {
  return [...rules.filter(({ path }) => path !== rule.path), rule];
}

/** The patterns of one permission. A pattern that is written with both is denied. */
export function domainsWith(rules: readonly DomainRule[], permission: DomainPermission): string[] {
  const denied = new Set(rules.filter(rule => rule.permission === "deny").map(({ pattern }) => pattern));
  const patterns = rules
    .filter(rule => rule.permission === permission && (permission === "deny" || !denied.has(rule.pattern)))
    .map(({ pattern }) => pattern);
  return [...new Set(patterns)];
}

/** Replaces all entries of one permission and keeps the others. */
export function withDomains(
  rules: readonly DomainRule[],
  permission: DomainPermission,
  patterns: readonly string[],
): readonly DomainRule[] {
  return [
    ...rules.filter(rule => rule.permission !== permission),
    ...[...new Set(patterns)].map(pattern => ({ pattern, permission })),
  ];
}

export function allowedSockets(rules: readonly UnixSocketRule[]): string[] {
  return rules.filter(({ permission }) => permission === "allow").map(({ path }) => path);
}

/** The rules as a map, sorted by pattern, as they are written down. */
export function domainsRecord(rules: readonly DomainRule[]): Record<string, DomainPermission> {
  const all = [
    ...domainsWith(rules, "allow").map(pattern => [pattern, "allow"] as const),
    ...domainsWith(rules, "deny").map(pattern => [pattern, "deny"] as const),
  ];
  return Object.fromEntries(all.sort(([left], [right]) => byBytes(left, right)));
}

/** Managed entries first, then the user's that are not among them; ASCII case does not count. */
export function mergeLists(managed: readonly string[], user: readonly string[]): string[] {
  const merged = [...managed];
  const seen = new Set(managed.map(lowerAscii));
  for (const entry of user) {
    if (seen.has(lowerAscii(entry))) continue;
    seen.add(lowerAscii(entry));
    merged.push(entry);
  }
  return merged;
}

/** A map is read entry by entry, each in the place of an earlier one for its host; a list is a finished set of rules. */
function putDomains(before: readonly DomainRule[], domains: NetworkPolicyInput["domains"]): readonly DomainRule[] {
  if (isList(domains)) {
    const named = new Set(domains.map(({ pattern }) => normalizePattern(pattern)));
    return [...before.filter(({ pattern }) => !named.has(normalizePattern(pattern))), ...domains];
  }
  const rules = entries<DomainPermission>(domains).map(([pattern, permission]) => ({ pattern, permission }));
  return rules.reduce(upsertDomain, before);
}

function socketRules(sockets: NetworkPolicyInput["unixSockets"]): readonly UnixSocketRule[] {
  if (isList(sockets)) return sockets;
  return entries<UnixSocketPermission>(sockets).map(([path, permission]) => ({ path, permission }));
}

function isList<T>(value: Readonly<Record<string, unknown>> | readonly T[] | null | undefined): value is readonly T[] {
  return Array.isArray(value);
}

/** Maps are read in byte order of their keys. */
function entries<T>(map: Readonly<Record<string, T>> | null | undefined): [string, T][] {
  return Object.entries(map ?? {}).sort(([left], [right]) => byBytes(left, right));
}

const encoder = new TextEncoder();

export function byBytes(left: string, right: string): number {
  const [one, two] = [encoder.encode(left), encoder.encode(right)];
  for (let at = 0; at < Math.min(one.length, two.length); at++) {
    const difference = (one[at] ?? 0) - (two[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - two.length;
}
