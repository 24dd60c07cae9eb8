import { NetworkProxyError } from "../errors.ts";
import { patternCovers } from "../hosts/covers.ts";
import { isGlobalWildcard } from "../hosts/host-set.ts";
import { lowerAscii } from "../hosts/normalize.ts";
import { allowedSockets, domainsWith } from "./settings.ts";
import type { NetworkConstraints, NetworkPolicy } from "./types.ts";

const HOSTS_ONLY = "exact hosts or scoped wildcards like *.example.com or **.example.com";
const BY_CONFIG = "false (disabled by managed config)";

/**
 * Checks a policy against what may not be changed of it, in the order of section 1.4.
 * @throws NetworkProxyError `constraint`: `invalid value for <field>: <candidate> (allowed <allowed>)`
 */
export function validateConstraints(policy: NetworkPolicy, constraints: NetworkConstraints): void {
  const denied = domainsWith(policy.domains, "deny");
  refuseGlobal("network.denied_domains", denied);
  if (policy.enabled && constraints.enabled === false) refuse("network.enabled", "true", BY_CONFIG);
  if (policy.mode === "full" && constraints.mode === "limited") {
    refuse("network.mode", "Full", "Limited or more restrictive");
  }
  const forbidden = (field: string, value: boolean, allowed: boolean | undefined) => {
    if (value && allowed === false) refuse(`network.${field}`, "true", BY_CONFIG);
  };
  forbidden("allow_upstream_proxy", policy.allowUpstreamProxy, constraints.allowUpstreamProxy);
  forbidden(
    "dangerously_allow_non_loopback_proxy",
    policy.dangerouslyAllowNonLoopbackProxy,
    constraints.dangerouslyAllowNonLoopbackProxy,
  );
  forbidden(
    "dangerously_allow_all_unix_sockets",
    policy.dangerouslyAllowAllUnixSockets,
    constraints.dangerouslyAllowAllUnixSockets ?? constraints.allowUnixSockets === undefined,
  );
  forbidden("allow_local_binding", policy.allowLocalBinding, constraints.allowLocalBinding);
  validateAllowed(policy, constraints, denied);
  validateDenied(constraints, denied);
  validateSockets(policy, constraints);
}

function validateAllowed(policy: NetworkPolicy, constraints: NetworkConstraints, denied: readonly string[]): void {
  const { allowedDomains: managed, allowlistExpansion: expansion } = constraints;
  if (managed === undefined) return;
  const field = "network.allowed_domains";
  refuseGlobal(field, managed);
  const allowed = domainsWith(policy.domains, "allow");
  const required = without(managed, denied);
  if (expansion === true) {
    const missing = without(required, allowed);
    if (missing.length > 0) refuse(field, "missing managed allowed_domains entries", shown(missing));
  } else if (expansion === false) {
    if (!sameSet(allowed, required)) refuse(field, shown(allowed), "must match managed allowed_domains");
  } else {
    const invalid = allowed.filter(entry => !managed.some(pattern => patternCovers(pattern, entry)));
    if (invalid.length > 0) refuse(field, shown(invalid), "subset of managed allowed_domains");
  }
}

function validateDenied({ deniedDomains: managed, denylistExpansion }: NetworkConstraints, denied: readonly string[]) {
  if (managed === undefined) return;
  const field = "network.denied_domains";
  refuseGlobal(field, managed);
  if (denylistExpansion === false) {
    if (!sameSet(denied, managed)) refuse(field, shown(denied), "must match managed denied_domains");
    return;
  }
  const missing = without(managed, denied);
  if (missing.length > 0) refuse(field, "missing managed denied_domains entries", shown(missing));
}

function validateSockets(policy: NetworkPolicy, { allowUnixSockets: managed }: NetworkConstraints): void {
  if (managed === undefined) return;
  const invalid = without(allowedSockets(policy.unixSockets), managed);
  if (invalid.length > 0) refuse("network.allow_unix_sockets", shown(invalid), "subset of managed allow_unix_sockets");
}

function refuseGlobal(field: string, patterns: readonly string[]): void {
  const global = patterns.find(isGlobalWildcard);
  if (global !== undefined) refuse(field, global.trim(), HOSTS_ONLY);
}

function refuse(field: string, candidate: string, allowed: string): never {
  throw new NetworkProxyError("constraint", `invalid value for ${field}: ${candidate} (allowed ${allowed})`);
}

function shown(list: readonly string[]): string {
  return `[${list.map(entry => JSON.stringify(entry)).join(", ")}]`;
}

function without(list: readonly string[], removed: readonly string[]): string[] {
  const lower = new Set(removed.map(lowerAscii));
  return list.filter(entry => !lower.has(lowerAscii(entry)));
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  return without(left, right).length === 0 && without(right, left).length === 0;
}
