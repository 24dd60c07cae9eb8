import { NetworkProxyError } from "../errors.ts";
import { normalizePattern } from "../hosts/normalize.ts";
import { compilePolicy, type CompiledPolicy } from "./compile.ts";
import { domainsWith, upsertDomain } from "./settings.ts";
import type { DomainPermission, NetworkMode, NetworkPolicy } from "./types.ts";

/** Settings that say how the proxy listens: they hold from its start to its end. */
const startOnly = [
  ["enabled", "enabled"],
  ["proxyUrl", "proxy_url"],
  ["socksUrl", "socks_url"],
  ["enableSocks5", "enable_socks5"],
  ["enableSocks5Udp", "enable_socks5_udp"],
] as const;

/** @throws NetworkProxyError `not_live` when a setting differs that a running proxy cannot change (section 7) */
export function requireLive(before: NetworkPolicy, after: NetworkPolicy): void {
  for (const [name, field] of startOnly) {
    if (before[name] !== after[name]) {
      throw new NetworkProxyError("not_live", `cannot update network.${field} on a running proxy`);
    }
  }
}

/** @throws NetworkProxyError `constraint` */
export function changeMode(state: CompiledPolicy, mode: NetworkMode): CompiledPolicy {
  if (state.policy.mode === mode) return state;
  return constrained("network.mode", () => compilePolicy({ ...state.policy, mode }, state.constraints));
}

/**
 * Adds a rule for a host in the place of the opposite one; the same state when it is there already.
 * @throws NetworkProxyError `constraint`
 */
export function changeDomain(state: CompiledPolicy, host: string, permission: DomainPermission): CompiledPolicy {
  const { policy, constraints } = state;
  const wanted = normalizePattern(host);
  const holds = (list: readonly string[]) => list.some(pattern => normalizePattern(pattern) === wanted);
  const opposite = permission === "allow" ? "deny" : "allow";
  if (holds(domainsWith(policy.domains, permission)) && !holds(domainsWith(policy.domains, opposite))) return state;
  const domains = upsertDomain(policy.domains, { pattern: wanted, permission });
  const field = permission === "allow" ? "network.allowed_domains" : "network.denied_domains";
  return constrained(field, () => compilePolicy({ ...policy, domains }, constraints));
}

function constrained(field: string, build: () => CompiledPolicy): CompiledPolicy {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof NetworkProxyError) || error.code !== "constraint") throw error;
    const detail = error.message.replace("network proxy constraints are invalid: ", "");
    throw new NetworkProxyError("constraint", `${field} constrained by managed config: ${detail}`, { cause: error });
  }
}

/** A line for every pattern that came or went. */
export function describeChanges(before: NetworkPolicy, after: NetworkPolicy): string[] {
  const lines: string[] = [];
  for (const [permission, list] of [
    ["allow", "allowlist"],
    ["deny", "denylist"],
  ] as const) {
    const [old, fresh] = [domainsWith(before.domains, permission), domainsWith(after.domains, permission)];
    for (const entry of fresh) if (!old.includes(entry)) lines.push(`config entry added to ${list}: ${entry}`);
    for (const entry of old) if (!fresh.includes(entry)) lines.push(`config entry removed from ${list}: ${entry}`);
  }
  return lines;
}
