import { networkAmendment } from "@codex-ts/execpolicy";
import type { NetworkProxy, NetworkProxySpec, SandboxKind } from "@codex-ts/network-proxy";
import type { PermissionProfile } from "@codex-ts/permissions";
import type { CommandRules } from "../approvals/command-rules.ts";
import { Rejected, DENIED_BY_USER } from "../approvals/decision.ts";
import type { NetworkFacts } from "../context/environment.ts";
import { legacyPolicy } from "../exec/permissions.ts";
import { networkRuleSaved } from "../prompts/fragments.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import { NetworkApprovals, type NetworkCall } from "./approvals.ts";
import { type HostKey, ruleProtocols } from "./host-key.ts";

/** How one attempt of a call reaches the network. */
export interface NetworkAccess {
  env: Record<string, string>;
  /** The command gets a network of its own, with the proxy as its only way out. */
  network?: "proxy";
  /** The call has ended; throws `Rejected` when a connection of it was refused. */
  end(): void;
  /** The call has ended, and nobody asks any more why. */
  forget(): void;
}

export interface SessionNetworkParts {
  spec: NetworkProxySpec;
  rules: CommandRules;
  /** The environment of the agent, where other proxies on the way out are named. */
  env: Readonly<Record<string, string>>;
  /** For audit events. */
  identity: { conversationId: string; appVersion: string; originator: string };
  warn(message: string): void;
}

/** The managed proxy of one thread, and who is asked about hosts that its policy does not name. */
export class SessionNetwork {
  readonly approvals: NetworkApprovals;
  private readonly parts: SessionNetworkParts;
  private spec: NetworkProxySpec;
  private proxy: NetworkProxy | null = null;
  /** Amendments are saved one after another. */
  private saving: Promise<void> = Promise.resolve();

  private constructor(parts: SessionNetworkParts) {
    this.parts = parts;
    this.spec = this.withRules(parts.spec);
    this.approvals = new NetworkApprovals((turn, amendment, key) => this.save(turn, amendment, key));
  }

  /** Starts the proxy. @throws NetworkProxyError */
  static async start(parts: SessionNetworkParts): Promise<SessionNetwork> {
    const { startProxy } = await import("@codex-ts/network-proxy");
    const network = new SessionNetwork(parts);
    const { approvals, spec } = network;
    const { policy, constraints } = spec.state;
    const decide = spec.asks
      ? async (request: Parameters<NetworkApprovals["decide"]>[0]) =>
          network.spec.asks ? await approvals.decide(request) : { decision: "deny" as const, reason: "not_allowed" }
      : null;
    network.proxy = await startProxy(policy, decide, {
      constraints,
      parentEnv: () => parts.env,
      identity: parts.identity,
      // Without requirements nobody is asked, and a refusal is between the command and the proxy.
      onBlocked: entry => (network.spec.managed ? approvals.observe(entry) : undefined),
    });
    return network;
  }

  /** The policy that holds now, saved rules included. */
  get live(): NetworkProxySpec {
    return this.spec;
  }

  /** The hosts that requirements name, which the model is told of; null without requirements. */
  get demanded(): NetworkFacts | null {
    const { requirements } = this.spec.input;
    if (requirements === null) return null;
    const named = Object.entries(requirements.domains ?? {}).sort(([left], [right]) => (left < right ? -1 : 1));
    const hosts = (wanted: string) => named.filter(([, permission]) => permission === wanted).map(([host]) => host);
    return { allowed_domains: hosts("allow"), denied_domains: hosts("deny") };
  }

  /** A turn begins: questions are asked in it, and its sandbox decides what users may add to the policy. */
  enter(turn: TurnScope): void {
    this.approvals.enter(turn);
    const { permissions, cwd } = turn.context.settings;
    this.follow(legacyPolicy(permissions, cwd, { env: this.parts.env }).type);
  }

  /**
   * Gives an attempt its way out. Without a sandbox (as approved) a command has the user's own network, and is told
   * nothing of the proxy.
   */
  access(call: NetworkCall, profile: PermissionProfile | null, env: Record<string, string>): NetworkAccess {
    const { proxy } = this;
    if (profile === null || proxy === null) return { env, end: () => undefined, forget: () => undefined };
    const take = this.approvals.register(call);
    return {
      env: proxy.environment(env),
      ...(profile.type === "managed" ? { network: "proxy" as const } : {}),
      end: () => {
        const outcome = take();
        if (outcome === null || call.turn.signal.aborted) return;
        throw outcome.by === "person" ? new Rejected(DENIED_BY_USER, true) : new Rejected(outcome.text, false);
      },
      forget: () => void take(),
    };
  }

  async close(): Promise<void> {
    await this.proxy?.close();
  }

  private follow(sandbox: SandboxKind): void {
    if (sandbox === this.spec.input.sandbox) return;
    try {
      const next = this.withRules(this.parts.spec.forSandbox(sandbox));
      const { policy, constraints } = next.state;
      this.proxy?.replaceState(policy, constraints);
      this.spec = next;
    } catch (error) {
      this.parts.warn(`The network policy could not follow the sandbox of this turn: ${messageOf(error)}`);
    }
  }

  /** Saved rules on top of the policy; where the requirements do not allow one, none of them holds. */
  private withRules(spec: NetworkProxySpec): NetworkProxySpec {
    try {
      return spec.withRules(this.parts.rules.networkLists());
    } catch (error) {
      this.parts.warn(`Network rules of the exec policy are not applied: ${messageOf(error)}`);
      return spec;
    }
  }

  /** Puts what a person said about a host into force, and then into their rules (spec network-proxy.md 6.5). */
  private save(turn: TurnScope, amendment: { host: string; action: "allow" | "deny" }, key: HostKey): Promise<void> {
    const saved = this.saving.then(async () => {
      try {
        const rule = networkAmendment(amendment, { host: key.host, protocol: ruleProtocols[key.label] });
        this.putInForce(rule.host, amendment.action);
        await this.parts.rules.addNetworkRule(rule, turn.context.settings.cwd).catch((error: unknown) => {
          throw new Error(`failed to persist network policy amendment to execpolicy: ${messageOf(error)}`);
        });
        const text = networkRuleSaved(rule.host, amendment.action);
        turn.record([{ type: "message", role: "developer", content: [{ type: "input_text", text }] }]);
      } catch (error) {
        turn.warn(`Failed to apply network policy amendment: ${messageOf(error)}`);
      }
    });
    this.saving = saved;
    return saved;
  }

  private putInForce(host: string, action: "allow" | "deny"): void {
    try {
      if (action === "allow") this.proxy?.addAllowedDomain(host);
      else this.proxy?.addDeniedDomain(host);
    } catch (error) {
      throw new Error(`failed to update runtime ${action === "allow" ? "allowlist" : "denylist"}: ${messageOf(error)}`);
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
