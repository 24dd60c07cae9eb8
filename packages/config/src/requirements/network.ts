import { getOwn, isTable, setOwn, type TomlTable, type TomlValue } from "../toml/value.ts";
import type { NetworkRequirements } from "./types.ts";

/** Reads `[experimental_network]`; lists of the older form become the canonical maps (empty lists mean unset). */
export function normalizeNetwork(table: TomlTable): NetworkRequirements {
  const out: NetworkRequirements = {};
  const bool = (name: string): boolean | undefined => asBool(getOwn(table, name));
  const port = (name: string): number | undefined => {
    const value = getOwn(table, name);
    return typeof value === "number" ? value : undefined;
  };
  assign(out, "enabled", bool("enabled"));
  assign(out, "httpPort", port("http_port"));
  assign(out, "socksPort", port("socks_port"));
  assign(out, "allowUpstreamProxy", bool("allow_upstream_proxy"));
  assign(out, "dangerouslyAllowNonLoopbackProxy", bool("dangerously_allow_non_loopback_proxy"));
  assign(out, "dangerouslyAllowAllUnixSockets", bool("dangerously_allow_all_unix_sockets"));
  assign(out, "managedAllowedDomainsOnly", bool("managed_allowed_domains_only"));
  assign(out, "allowLocalBinding", bool("allow_local_binding"));
  const domains = getOwn(table, "domains");
  // Denials are written last: a pattern on both lists is denied.
  const legacy = rules([
    [strings(getOwn(table, "allowed_domains")), "allow"],
    [strings(getOwn(table, "denied_domains")), "deny"],
  ]);
  assign(out, "domains", isTable(domains) ? (domains as Record<string, "allow" | "deny">) : legacy);
  const sockets = getOwn(table, "unix_sockets");
  const legacySockets = rules([[strings(getOwn(table, "allow_unix_sockets")), "allow"]]);
  assign(out, "unixSockets", isTable(sockets) ? (sockets as Record<string, "allow" | "none">) : legacySockets);
  return out;
}

function rules<T extends string>(lists: readonly [string[], T][]): Record<string, T> | undefined {
  const out: Record<string, T> = {};
  for (const [names, rule] of lists) for (const name of names) setOwn(out, name, rule);
  return Object.keys(out).length === 0 ? undefined : out;
}

function strings(value: TomlValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

function asBool(value: TomlValue | undefined): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

function assign<K extends keyof NetworkRequirements>(
  out: NetworkRequirements,
  name: K,
  value: NetworkRequirements[K] | undefined,
): void {
  if (value !== undefined) out[name] = value;
}

/** The network rules as the API shows them: canonical maps and the older lists derived from them. */
export interface NetworkRequirementsView {
  enabled: boolean | null;
  httpPort: number | null;
  socksPort: number | null;
  allowUpstreamProxy: boolean | null;
  dangerouslyAllowNonLoopbackProxy: boolean | null;
  dangerouslyAllowAllUnixSockets: boolean | null;
  domains: Record<string, "allow" | "deny"> | null;
  managedAllowedDomainsOnly: boolean | null;
  allowedDomains: string[] | null;
  deniedDomains: string[] | null;
  unixSockets: Record<string, "allow" | "none"> | null;
  allowUnixSockets: string[] | null;
  allowLocalBinding: boolean | null;
}

export function viewNetwork(network: NetworkRequirements): NetworkRequirementsView {
  return {
    enabled: network.enabled ?? null,
    httpPort: network.httpPort ?? null,
    socksPort: network.socksPort ?? null,
    allowUpstreamProxy: network.allowUpstreamProxy ?? null,
    dangerouslyAllowNonLoopbackProxy: network.dangerouslyAllowNonLoopbackProxy ?? null,
    dangerouslyAllowAllUnixSockets: network.dangerouslyAllowAllUnixSockets ?? null,
    domains: network.domains ?? null,
    managedAllowedDomainsOnly: network.managedAllowedDomainsOnly ?? null,
    allowedDomains: namesWith(network.domains, "allow"),
    deniedDomains: namesWith(network.domains, "deny"),
    unixSockets: network.unixSockets ?? null,
    allowUnixSockets: namesWith(network.unixSockets, "allow"),
    allowLocalBinding: network.allowLocalBinding ?? null,
  };
}

function namesWith(map: Record<string, string> | undefined, rule: string): string[] | null {
  const names = Object.entries(map ?? {})
    .filter(([, value]) => value === rule)
    .map(([name]) => name)
    .sort();
  return names.length === 0 ? null : names;
}

/** A view from the wire, which may carry only the older lists, back to canonical rules. */
export function networkFromView(view: Partial<NetworkRequirementsView>): NetworkRequirements {
  const out: NetworkRequirements = {};
  for (const name of Object.keys(view) as (keyof NetworkRequirementsView)[]) {
    if (name === "allowedDomains" || name === "deniedDomains" || name === "allowUnixSockets") continue;
    const value = view[name];
    if (value !== null && value !== undefined) Object.assign(out, { [name]: value });
  }
  const domains = rules([
    [view.allowedDomains ?? [], "allow" as const],
    [view.deniedDomains ?? [], "deny" as const],
  ] as [string[], "allow" | "deny"][]);
  if (out.domains === undefined && domains !== undefined) out.domains = domains;
  const sockets = rules([[view.allowUnixSockets ?? [], "allow" as const]]);
  if (out.unixSockets === undefined && sockets !== undefined) out.unixSockets = sockets;
  return out;
}
