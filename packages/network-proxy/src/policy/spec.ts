import { compilePolicy, type CompiledPolicy, prefixed } from "./compile.ts";
import { NetworkProxyError } from "../errors.ts";
import { applyRequirements } from "./requirements.ts";
import { networkPolicy, upsertDomain } from "./settings.ts";
import {
  isConfined,
  type NetworkPolicy,
  type NetworkPolicyInput,
  type NetworkRequirementsInput,
  type SandboxKind,
} from "./types.ts";

export interface NetworkProxySpecInput {
  /** The user's policy, all layers merged. */
  base: NetworkPolicy;
  /** What the administrator demands; null when they say nothing about the network. */
  requirements: NetworkRequirementsInput | null;
  sandbox: SandboxKind;
  /** Where the requirements stand, for error texts. */
  requirementsPath?: string | null;
}

/** Rules of `network_rule` entries, compiled to hosts. */
export interface NetworkRuleLists {
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
}

/**
 * The user's policy and the administrator's demands, kept apart so that what follows from them can be worked out again
 * when the sandbox of a session changes (section 1.3).
 */
export class NetworkProxySpec {
  readonly input: NetworkProxySpecInput;
  private readonly rules: NetworkRuleLists;
  private readonly compiled: CompiledPolicy;

  /** @throws NetworkProxyError `constraint` or `invalid_policy` */
  constructor(input: NetworkProxySpecInput, rules: NetworkRuleLists = { allowed: [], denied: [] }) {
    this.input = input;
    this.rules = rules;
    const { base, requirements, sandbox, requirementsPath } = input;
    const managed =
      requirements === null ? { policy: base, constraints: {} } : applyRequirements(base, requirements, sandbox);
    let { policy } = managed;
    for (const pattern of rules.allowed) {
      policy = { ...policy, domains: upsertDomain(policy.domains, { pattern, permission: "allow" }) };
    }
    for (const pattern of rules.denied) {
      policy = { ...policy, domains: upsertDomain(policy.domains, { pattern, permission: "deny" }) };
    }
    try {
      this.compiled = compilePolicy(policy, managed.constraints);
    } catch (error) {
      // A policy that is not well-formed is so whoever wrote it.
      if (!(error instanceof NetworkProxyError) || error.code !== "constraint") throw error;
      if (requirements === null || requirementsPath === undefined || requirementsPath === null) throw error;
      throw prefixed(`failed to build managed network proxy from ${requirementsPath}: `, error);
    }
  }

  get state(): CompiledPolicy {
    return this.compiled;
  }

  /** There is a proxy for this session, though it may not listen: always with requirements, else when enabled. */
  get wanted(): boolean {
    return this.input.requirements !== null || this.compiled.policy.enabled;
  }

  /** Requirements about the network hold for the session's commands: people may be asked about hosts. */
  get managed(): boolean {
    return this.input.requirements !== null && this.input.sandbox !== "danger-full-access";
  }

  /** Whether a miss of the allowlist may be asked about at all. */
  get asks(): boolean {
    return this.managed && this.input.requirements?.managedAllowedDomainsOnly !== true;
  }

  /** Whether a miss is told as `ask` even where nobody can be asked (section 4.2). */
  get asksByDefault(): boolean {
    return this.asks && isConfined(this.input.sandbox);
  }

  /** The same for another sandbox. @throws NetworkProxyError */
  forSandbox(sandbox: SandboxKind): NetworkProxySpec {
    return new NetworkProxySpec({ ...this.input, sandbox }, this.rules);
  }

  /** The same with `network_rule` entries on top (section 6.6). @throws NetworkProxyError when they break a constraint */
  withRules(rules: NetworkRuleLists): NetworkProxySpec {
    return new NetworkProxySpec(this.input, rules);
  }
}

/**
 * The network policy that a configuration comes to; null when no proxy is wanted: nobody demands one, and the selected
 * permission profile does not enable it.
 * @throws NetworkProxyError when the policy contradicts itself or the requirements
 */
export function networkProxySpec(
  input: Omit<NetworkProxySpecInput, "base"> & { settings: NetworkPolicyInput | null },
): NetworkProxySpec | null {
  const { settings, ...rest } = input;
  if (input.requirements === null && settings?.enabled !== true) return null;
  return new NetworkProxySpec({ ...rest, base: networkPolicy(settings ?? {}) });
}
