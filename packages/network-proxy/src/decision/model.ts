import type { NetworkMode } from "../policy/types.ts";

/** Protocols as policies and the JSON of refusals name them. */
export type NetworkProtocol = "http" | "https_connect" | "socks5_tcp" | "socks5_udp";

export type NetworkDecisionSource = "baseline_policy" | "mode_guard" | "proxy_state" | "decider";

export type NetworkBlockReason =
  | "denied"
  | "not_allowed"
  | "not_allowed_local"
  | "method_not_allowed"
  | "mitm_required"
  | "proxy_disabled"
  | "policy_denied"
  | "unix_socket_unsupported";

/** Why a request does not go through. A decider may give a reason of its own. */
export interface BlockedDecision {
  decision: "deny" | "ask";
  source: NetworkDecisionSource;
  reason: string;
}

/** What a decider is asked: a host that no rule names. */
export interface NetworkPolicyRequest {
  protocol: NetworkProtocol;
  /** In normal form. */
  host: string;
  port: number;
  /** `address:port` of who asks. */
  clientAddr?: string;
  method?: string;
}

export type NetworkDeciderAnswer = { decision: "allow" } | { decision: "deny" | "ask"; reason?: string };

/** Decides about hosts that the policy does not name: by asking somebody, usually. A failure is a denial. */
export type NetworkDecider = (request: NetworkPolicyRequest) => NetworkDeciderAnswer | Promise<NetworkDeciderAnswer>;

/** The decider where approvals exist but nobody can be asked: refuses, and says that asking would be the way. */
export const askAlways: NetworkDecider = () => ({ decision: "ask", reason: "not_allowed" });

/** An entry of the list of refusals (section 5.4). */
export interface BlockedRequest {
  host: string;
  reason: string;
  client: string | null;
  method: string | null;
  mode: NetworkMode | null;
  protocol: string;
  decision?: "deny" | "ask";
  source?: NetworkDecisionSource;
  port?: number;
  /** Unix seconds. */
  timestamp: number;
}

/** The header that tells a client's person which kind of rule stopped it. */
export function proxyErrorHeader(reason: string): string {
  switch (reason) {
    case "not_allowed":
    case "not_allowed_local":
      return "blocked-by-allowlist";
    case "denied":
      return "blocked-by-denylist";
    case "method_not_allowed":
      return "blocked-by-method-policy";
    case "mitm_required":
      return "blocked-by-mitm-required";
    default:
      return "blocked-by-policy";
  }
}

/** The sentence in a refusal. */
export function blockedMessage(reason: string): string {
  switch (reason) {
    case "not_allowed":
      return "Domain not in allowlist.";
    case "not_allowed_local":
      return "Sandbox policy blocks local/private network addresses.";
    case "denied":
      return "Domain denied by the sandbox policy.";
    case "method_not_allowed":
      return "Method not allowed in limited mode.";
    case "mitm_required":
      return "MITM required for limited HTTPS.";
    case "proxy_disabled":
      return "network proxy is disabled";
    default:
      return "Request blocked by network policy.";
  }
}

/** What the model reads about a refused request; null unless it was denied for good (section 4.5). */
export function modelText(blocked: Pick<BlockedRequest, "host" | "reason" | "decision">): string | null {
  if (blocked.decision !== "deny") return null;
  const host = blocked.host.trim();
  if (host === "") return "Network access was blocked by policy.";
  return `Network access to "${host}" was blocked: ${modelDetail(blocked.reason)}.`;
}

function modelDetail(reason: string): string {
  switch (reason) {
    case "denied":
      return "domain is explicitly denied by policy and cannot be approved from this prompt";
    case "not_allowed":
      return "domain is not on the allowlist for the current sandbox mode";
    case "not_allowed_local":
      return "local/private network addresses are blocked by the sandbox policy";
    case "method_not_allowed":
      return "request method is blocked by the current network mode";
    case "proxy_disabled":
      return "network proxy is disabled";
    default:
      return "request is blocked by network policy";
  }
}

/** Protocols as clients know them. */
export type ApprovalProtocol = "http" | "https" | "socks5Tcp" | "socks5Udp";

/** A decision about the network as core hands it on (section 4.5). */
export interface NetworkPolicyDecisionPayload {
  decision: "deny" | "ask";
  source: NetworkDecisionSource;
  protocol?: ApprovalProtocol;
  host?: string;
  reason?: string;
  port?: number;
}

const approvalProtocols: Readonly<Record<string, ApprovalProtocol>> = {
  http: "http",
  https: "https",
  https_connect: "https",
  "http-connect": "https",
  socks5Tcp: "socks5Tcp",
  socks5Udp: "socks5Udp",
};

/** Reads a payload from the wire, also with the older names of `https`; null when it is none. */
export function parseDecisionPayload(value: unknown): NetworkPolicyDecisionPayload | null {
  if (typeof value !== "object" || value === null) return null;
  const field = (name: string): unknown => Reflect.get(value, name);
  const [decision, source] = [field("decision"), field("source")];
  if (decision !== "deny" && decision !== "ask") return null;
  if (source !== "baseline_policy" && source !== "mode_guard" && source !== "proxy_state" && source !== "decider") {
    return null;
  }
  const payload: NetworkPolicyDecisionPayload = { decision, source };
  const [protocol, host, reason, port] = [field("protocol"), field("host"), field("reason"), field("port")];
  if (protocol !== undefined && protocol !== null) {
    const known = typeof protocol === "string" ? approvalProtocols[protocol] : undefined;
    if (known === undefined) return null;
    payload.protocol = known;
  }
  if (typeof host === "string") payload.host = host;
  if (typeof reason === "string") payload.reason = reason;
  if (typeof port === "number") payload.port = port;
  return payload;
}

/** What a person can be asked about a decision; null when it cannot be approved. */
export function approvalContext(
  payload: NetworkPolicyDecisionPayload,
): { host: string; protocol: ApprovalProtocol } | null {
  const host = payload.host?.trim() ?? "";
  if (payload.decision !== "ask" || payload.source !== "decider" || payload.protocol === undefined || host === "") {
    return null;
  }
  return { host, protocol: payload.protocol };
}
