import { WebSearchMode } from "../shared/settings.ts";
import {
  experimental,
  array,
  bigUint64,
  boolean,
  nullable,
  type Out,
  record,
  string,
  stringEnum,
  struct,
  tagged,
  uint16,
} from "../wire/index.ts";
import { ApprovalsReviewer, AskForApproval, SandboxMode } from "./policies.ts";

export const ConfigRequirements = struct("ConfigRequirements", () => ({
  allowedApprovalPolicies: nullable(array(AskForApproval)),
  allowedApprovalsReviewers: experimental(
    "configRequirements/read.allowedApprovalsReviewers",
    nullable(array(ApprovalsReviewer)),
  ),
  allowedSandboxModes: nullable(array(SandboxMode)),
  allowedWebSearchModes: nullable(array(WebSearchMode)),
  featureRequirements: nullable(record(boolean)),
  hooks: experimental("configRequirements/read.hooks", nullable(ManagedHooksRequirements)),
  enforceResidency: nullable(ResidencyRequirement),
  network: experimental("configRequirements/read.network", nullable(NetworkRequirements)),
}));
export interface ConfigRequirements extends Out<typeof ConfigRequirements> {}

export const ConfigRequirementsReadResponse = struct("ConfigRequirementsReadResponse", () => ({
  requirements: nullable(ConfigRequirements),
}));
export interface ConfigRequirementsReadResponse extends Out<typeof ConfigRequirementsReadResponse> {}

export const ConfiguredHookHandler = tagged("ConfiguredHookHandler", "type", () => ({
  command: { command: string, timeoutSec: nullable(bigUint64), async: boolean, statusMessage: nullable(string) },
  prompt: {},
  agent: {},
}));
export type ConfiguredHookHandler = Out<typeof ConfiguredHookHandler>;

export const ConfiguredHookMatcherGroup = struct("ConfiguredHookMatcherGroup", () => ({
  matcher: nullable(string),
  hooks: array(ConfiguredHookHandler),
}));
export interface ConfiguredHookMatcherGroup extends Out<typeof ConfiguredHookMatcherGroup> {}

export const ManagedHooksRequirements = struct("ManagedHooksRequirements", () => ({
  managedDir: nullable(string),
  windowsManagedDir: nullable(string),
  PreToolUse: array(ConfiguredHookMatcherGroup),
  PermissionRequest: array(ConfiguredHookMatcherGroup),
  PostToolUse: array(ConfiguredHookMatcherGroup),
  SessionStart: array(ConfiguredHookMatcherGroup),
  UserPromptSubmit: array(ConfiguredHookMatcherGroup),
  Stop: array(ConfiguredHookMatcherGroup),
}));
export interface ManagedHooksRequirements extends Out<typeof ManagedHooksRequirements> {}

export const NetworkDomainPermission = stringEnum("NetworkDomainPermission", ["allow", "deny"]);
export type NetworkDomainPermission = Out<typeof NetworkDomainPermission>;

export const NetworkRequirements = struct("NetworkRequirements", () => ({
  enabled: nullable(boolean),
  httpPort: nullable(uint16),
  socksPort: nullable(uint16),
  allowUpstreamProxy: nullable(boolean),
  dangerouslyAllowNonLoopbackProxy: nullable(boolean),
  dangerouslyAllowAllUnixSockets: nullable(boolean),
  domains: nullable(record(NetworkDomainPermission)),
  managedAllowedDomainsOnly: nullable(boolean),
  allowedDomains: nullable(array(string)),
  deniedDomains: nullable(array(string)),
  unixSockets: nullable(record(NetworkUnixSocketPermission)),
  allowUnixSockets: nullable(array(string)),
  allowLocalBinding: nullable(boolean),
}));
export interface NetworkRequirements extends Out<typeof NetworkRequirements> {}

export const NetworkUnixSocketPermission = stringEnum("NetworkUnixSocketPermission", ["allow", "none"]);
export type NetworkUnixSocketPermission = Out<typeof NetworkUnixSocketPermission>;

export const ResidencyRequirement = stringEnum("ResidencyRequirement", ["us"]);
export type ResidencyRequirement = Out<typeof ResidencyRequirement>;
