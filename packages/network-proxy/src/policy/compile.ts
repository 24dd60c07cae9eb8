import path from "node:path";
import { NetworkProxyError } from "../errors.ts";
import { addressesOf } from "../hosts/address.ts";
import { compileHostSet, type HostSet } from "../hosts/host-set.ts";
import { asciiPattern, normalizePattern } from "../hosts/normalize.ts";
import { validateConstraints } from "./constraints.ts";
import { allowedSockets, domainsWith } from "./settings.ts";
import type { NetworkConstraints, NetworkPolicy } from "./types.ts";

/** A policy in the form in which requests are judged. */
export interface CompiledPolicy {
  readonly policy: NetworkPolicy;
  readonly constraints: NetworkConstraints;
  readonly allowed: HostSet;
  readonly denied: HostSet;
  /** The addresses among the denied hosts, in their usual spelling: no other spelling and no name leads to them. */
  readonly deniedAddresses: ReadonlySet<string>;
  /** Hosts that an allow rule without any wildcard names, in normal form: only they open local addresses. */
  readonly namedHosts: ReadonlySet<string>;
  readonly allowedSockets: readonly string[];
}

const STATE = "failed to build network proxy state: ";

/**
 * Validates and compiles a policy.
 * @throws NetworkProxyError `constraint` or `invalid_policy`
 */
export function compilePolicy(policy: NetworkPolicy, constraints: NetworkConstraints = {}): CompiledPolicy {
  try {
    validateConstraints(policy, constraints);
  } catch (error) {
    throw prefixed("network proxy constraints are invalid: ", error);
  }
  const sockets = allowedSockets(policy.unixSockets);
  for (const [index, socket] of sockets.entries()) {
    if (!path.isAbsolute(socket)) {
      throw new NetworkProxyError("invalid_policy", `${STATE}invalid network.allow_unix_sockets[${index}]`);
    }
  }
  const allowed = domainsWith(policy.domains, "allow");
  const denied = domainsWith(policy.domains, "deny");
  try {
    return {
      policy,
      constraints,
      allowed: compileHostSet(allowed),
      denied: compileHostSet([...denied, ...denied.flatMap(pattern => asciiPattern(pattern) ?? [])]),
      deniedAddresses: new Set(denied.map(normalizePattern).flatMap(addressesOf)),
      namedHosts: new Set(
        allowed.filter(pattern => !/[*?[\]{}\\]/.test(withoutBrackets(pattern))).map(normalizePattern),
      ),
      allowedSockets: sockets,
    };
  } catch (error) {
    throw prefixed(STATE, error);
  }
}

/** An IPv6 literal may stand in brackets; those are no wildcards. */
function withoutBrackets(pattern: string): string {
  return pattern.trim().replace(/^\[([0-9a-fA-F:.%]+)\](:\d+)?$/, "$1");
}

export function prefixed(prefix: string, error: unknown): unknown {
  if (!(error instanceof NetworkProxyError) || error.message.startsWith(prefix)) return error;
  return new NetworkProxyError(error.code, `${prefix}${error.message}`, { cause: error });
}
