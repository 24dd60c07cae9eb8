import type { CompiledPolicy } from "../policy/compile.ts";
import { type AuditedDecision, auditEvent, type AuditEvent, type AuditIdentity } from "./audit.ts";
import type { BlockedRequests } from "./blocked.ts";
import { judgeHost, type ResolveHost } from "./host.ts";
import type { BlockedDecision, BlockedRequest, NetworkDecider, NetworkProtocol } from "./model.ts";

/** One request, whatever listener it came in by. */
export interface NetworkRequest {
  protocol: NetworkProtocol;
  /** As the list of refusals names the protocol. */
  label: "http" | "http-connect" | "socks5" | "socks5-udp";
  host: string;
  port: number;
  client?: string | undefined;
  method?: string | undefined;
}

export type Admission =
  | { allowed: true; host: string; addresses: readonly string[] | null }
  | { allowed: false; host: string; blocked: BlockedDecision };

export interface GateOptions {
  /** The policy that holds now; asked for every request. */
  policy: () => CompiledPolicy;
  resolve: ResolveHost;
  decide: NetworkDecider | null;
  identity: AuditIdentity;
  onAudit: ((event: AuditEvent) => void) | undefined;
  blocked: BlockedRequests;
  now: () => Date;
}

/** Judges requests, keeps the list of refusals and tells every decision to the audit. */
export class Gate {
  private readonly options: GateOptions;

  constructor(options: GateOptions) {
    this.options = options;
  }

  get policy(): CompiledPolicy {
    return this.options.policy();
  }

  /** Applies the host rules; what they do not name is put to the decider (sections 4.1 and 4.2). */
  async admit(request: NetworkRequest): Promise<Admission> {
    const { host, reason, addresses } = await judgeHost(this.policy, request.host, this.options.resolve);
    const judged = { ...request, host };
    if (reason === null) {
      this.audit(judged, { scope: "domain", decision: "allow", source: "baseline_policy", reason: "allow" });
      return { allowed: true, host, addresses };
    }
    const { decide } = this.options;
    if (reason !== "not_allowed" || decide === null || host === "") {
      return this.refuse(judged, { decision: "deny", source: "baseline_policy", reason }, "domain");
    }
    const answer = await ask(decide, judged);
    if (answer !== "allow") return this.refuse(judged, answer, "domain");
    const override = { source: "decider", reason: "not_allowed", override: true };
    this.audit(judged, { scope: "domain", decision: "allow", ...override });
    return { allowed: true, host, addresses };
  }

  /** Refuses what a mode forbids, or anything while the proxy is off. */
  refuse(
    request: NetworkRequest,
    blocked: BlockedDecision,
    scope: AuditedDecision["scope"] = "non_domain",
  ): Extract<Admission, { allowed: false }> {
    this.audit(request, { scope, ...blocked });
    const { policy } = this.policy;
    const entry: BlockedRequest = {
      host: request.host,
      reason: blocked.reason,
      client: request.client ?? null,
      method: request.method ?? null,
      mode: blocked.source === "mode_guard" ? policy.mode : null,
      protocol:
        blocked.reason === "proxy_disabled" && request.label.startsWith("http") ? request.protocol : request.label,
      decision: blocked.decision,
      source: blocked.source,
      port: request.port,
      timestamp: Math.floor(this.options.now().getTime() / 1000),
    };
    this.options.blocked.add(entry);
    return { allowed: false, host: request.host, blocked };
  }

  /** Tells a decision that is about no host: a unix socket, let through. */
  audit(
    request: NetworkRequest,
    decided: Pick<AuditedDecision, "scope" | "decision" | "source" | "reason" | "override">,
  ): void {
    const { onAudit, identity, now } = this.options;
    if (onAudit === undefined) return;
    const { protocol, host, port, method, client } = request;
    const name = protocol === "socks5_udp" ? "socks5-udp" : protocol;
    onAudit(auditEvent({ ...decided, protocol: name, host, port, method, client }, identity, now()));
  }
}

async function ask(decide: NetworkDecider, request: NetworkRequest): Promise<"allow" | BlockedDecision> {
  const { protocol, host, port, client, method } = request;
  try {
    const answer = await decide({
      protocol,
      host,
      port,
      ...(client === undefined ? {} : { clientAddr: client }),
      ...(method === undefined ? {} : { method }),
    });
    if (answer.decision === "allow") return "allow";
    const decision = answer.decision === "ask" ? "ask" : "deny";
    const reason = "reason" in answer ? answer.reason?.trim() : undefined;
    return { decision, source: "decider", reason: reason || "policy_denied" };
  } catch {
    return { decision: "deny", source: "decider", reason: "policy_denied" };
  }
}

export const proxyDisabled: BlockedDecision = { decision: "deny", source: "proxy_state", reason: "proxy_disabled" };
export const methodNotAllowed: BlockedDecision = {
  decision: "deny",
  source: "mode_guard",
  reason: "method_not_allowed",
};
export const mitmRequired: BlockedDecision = { decision: "deny", source: "mode_guard", reason: "mitm_required" };
