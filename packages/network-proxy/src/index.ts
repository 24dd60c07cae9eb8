export { proxyFetch } from "./client.ts";
export { type ParentEnvironment, type UpstreamProxy, upstreamProxy } from "./connect/upstream.ts";
export type { AuditEvent, AuditIdentity } from "./decision/audit.ts";
export { type HostReason, type HostVerdict, judgeHost, type ResolveHost, systemResolver } from "./decision/host.ts";
export {
  approvalContext,
  type ApprovalProtocol,
  askAlways,
  type BlockedDecision,
  blockedMessage,
  type BlockedRequest,
  modelText,
  type NetworkBlockReason,
  type NetworkDecider,
  type NetworkDeciderAnswer,
  type NetworkDecisionSource,
  type NetworkPolicyDecisionPayload,
  type NetworkPolicyRequest,
  type NetworkProtocol,
  parseDecisionPayload,
  proxyErrorHeader,
} from "./decision/model.ts";
export { hasProxyEnvironment, proxyEnvironment, type ProxyEndpoints } from "./environment.ts";
export { NetworkProxyError, type NetworkProxyErrorCode } from "./errors.ts";
export { isNonPublicAddress } from "./hosts/address.ts";
export { patternCovers } from "./hosts/covers.ts";
export { compileHostSet, type HostSet, isGlobalWildcard } from "./hosts/host-set.ts";
export { normalizeHost, normalizePattern } from "./hosts/normalize.ts";
export { bindPlan, type BindPlan, clampToLoopback, type ListenAddress, parseListenAddress } from "./listen/address.ts";
export { compilePolicy, type CompiledPolicy } from "./policy/compile.ts";
export { validateConstraints } from "./policy/constraints.ts";
export { applyRequirements, type ManagedNetworkPolicy } from "./policy/requirements.ts";
export { defaultNetworkPolicy, domainsRecord, domainsWith, networkPolicy, upsertDomain } from "./policy/settings.ts";
export {
  type NetworkRuleLists,
  NetworkProxySpec,
  networkProxySpec,
  type NetworkProxySpecInput,
} from "./policy/spec.ts";
export type {
  DomainPermission,
  DomainRule,
  NetworkConstraints,
  NetworkMode,
  NetworkPolicy,
  NetworkPolicyInput,
  NetworkRequirementsInput,
  SandboxKind,
  UnixSocketPermission,
  UnixSocketRule,
} from "./policy/types.ts";
export { type NetworkProxy, type ProxyOptions, startProxy } from "./proxy.ts";
export { fileReloader, type PolicyReloader } from "./reload.ts";
export { isSocketAllowed, unixSocketsSupported } from "./unix-sockets.ts";
