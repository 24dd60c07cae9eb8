import { allowedSockets, byBytes, domainsWith, mergeLists, withDomains } from "./settings.ts";
import {
  type DomainPermission,
  isConfined,
  type NetworkConstraints,
  type NetworkPolicy,
  type NetworkRequirementsInput,
  type SandboxKind,
} from "./types.ts";

/** Settings that a requirement both sets and fixes. */
const fixed = [
  "enabled",
  "allowUpstreamProxy",
  "dangerouslyAllowNonLoopbackProxy",
  "dangerouslyAllowAllUnixSockets",
  "allowLocalBinding",
] as const;

/** A policy with what its administrator fixed of it. */
export interface ManagedNetworkPolicy {
  policy: NetworkPolicy;
  constraints: NetworkConstraints;
}

/** Puts requirements on top of the user's policy (section 1.3, steps 1 to 5). Not validated yet. */
export function applyRequirements(
  base: NetworkPolicy,
  requirements: NetworkRequirementsInput,
  sandbox: SandboxKind,
): ManagedNetworkPolicy {
  const policy: NetworkPolicy = { ...base };
  const constraints: NetworkConstraints = {};
  for (const name of fixed) {
    const value = requirements[name];
    if (typeof value !== "boolean") continue;
    policy[name] = value;
    constraints[name] = value;
  }
  if (typeof requirements.httpPort === "number") policy.proxyUrl = `http://127.0.0.1:${requirements.httpPort}`;
  if (typeof requirements.socksPort === "number") policy.socksUrl = `http://127.0.0.1:${requirements.socksPort}`;

  const confined = isConfined(sandbox);
  const hard = requirements.managedAllowedDomainsOnly === true;
  const allowed = namesWith(requirements.domains, "allow") ?? (hard ? [] : null);
  if (allowed !== null) {
    const expandable = confined && !hard;
    const user = expandable ? domainsWith(policy.domains, "allow") : [];
    policy.domains = withDomains(policy.domains, "allow", mergeLists(allowed, user));
    constraints.allowedDomains = allowed;
    constraints.allowlistExpansion = expandable;
  }
  const denied = namesWith(requirements.domains, "deny");
  if (denied !== null) {
    const user = confined ? domainsWith(policy.domains, "deny") : [];
    policy.domains = withDomains(policy.domains, "deny", mergeLists(denied, user));
    constraints.deniedDomains = denied;
    constraints.denylistExpansion = confined;
  }
  if (requirements.unixSockets !== undefined && requirements.unixSockets !== null) {
    const rules = Object.entries(requirements.unixSockets).map(([path, permission]) => ({ path, permission }));
    const paths = allowedSockets(rules).sort(byBytes);
    policy.unixSockets = paths.map(path => ({ path, permission: "allow" }));
    constraints.allowUnixSockets = paths;
  }
  return { policy, constraints };
}

/** The names with a permission, sorted; null when there are none. */
function namesWith(
  map: Readonly<Record<string, DomainPermission>> | null | undefined,
  permission: DomainPermission,
): string[] | null {
  const names = Object.entries(map ?? {})
    .filter(([, value]) => value === permission)
    .map(([name]) => name)
    .sort(byBytes);
  return names.length === 0 ? null : names;
}
