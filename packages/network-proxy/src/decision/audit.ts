/** Whose proxy it is, for audit events. Absent members are left out of them. */
export interface AuditIdentity {
  conversationId?: string;
  appVersion?: string;
  authMode?: string;
  originator?: string;
  accountId?: string;
  email?: string;
  terminalType?: string;
  model?: string;
  slug?: string;
}

/** One decision, told to whoever keeps records (section 5.4). */
export interface AuditEvent {
  target: "codex_otel.network_proxy";
  name: "codex.network_proxy.policy_decision";
  attributes: Readonly<Record<string, string | number | boolean>>;
}

export interface AuditedDecision {
  scope: "domain" | "non_domain";
  decision: "allow" | "deny" | "ask";
  source: string;
  reason: string;
  protocol: string;
  host: string;
  port: number;
  method?: string | undefined;
  client?: string | undefined;
  override?: boolean;
}

export function auditEvent(decided: AuditedDecision, identity: AuditIdentity, now: Date): AuditEvent {
  const known = {
    "conversation.id": identity.conversationId,
    "app.version": identity.appVersion,
    auth_mode: identity.authMode,
    originator: identity.originator,
    "user.account_id": identity.accountId,
    "user.email": identity.email,
    "terminal.type": identity.terminalType,
    model: identity.model,
    slug: identity.slug,
  };
  const attributes: Record<string, string | number | boolean> = { "event.timestamp": now.toISOString() };
  for (const [name, value] of Object.entries(known)) if (value !== undefined) attributes[name] = value;
  Object.assign(attributes, {
    "network.policy.scope": decided.scope,
    "network.policy.decision": decided.decision,
    "network.policy.source": decided.source,
    "network.policy.reason": decided.reason,
    "network.transport.protocol": decided.protocol,
    "server.address": decided.host,
    "server.port": decided.port,
    "http.request.method": decided.method ?? "none",
    "client.address": decided.client ?? "unknown",
    "network.policy.override": decided.override ?? false,
  });
  return { target: "codex_otel.network_proxy", name: "codex.network_proxy.policy_decision", attributes };
}
