import { AbsolutePathBuf } from "../shared/ids.ts";
import {
  array,
  boolean,
  experimental,
  external,
  newtype,
  type Out,
  string,
  stringEnum,
  struct,
  tagged,
  unit,
  withDefault,
} from "../wire/index.ts";

export const ApprovalsReviewer = stringEnum("ApprovalsReviewer", ["user", "auto_review", "guardian_subagent"], {
  aliases: { auto_review: "guardian_subagent" },
});
export type ApprovalsReviewer = Out<typeof ApprovalsReviewer>;

export const AskForApproval = external("AskForApproval", () => ({
  untrusted: unit,
  "on-failure": unit,
  "on-request": unit,
  granular: experimental("askForApproval.granular", {
    sandbox_approval: boolean,
    rules: boolean,
    skill_approval: withDefault(boolean, false),
    request_permissions: withDefault(boolean, false),
    mcp_elicitations: boolean,
  }),
  never: unit,
}));
export type AskForApproval = Out<typeof AskForApproval>;

export const ExecPolicyAmendment = newtype("ExecPolicyAmendment", () => array(string));
export type ExecPolicyAmendment = Out<typeof ExecPolicyAmendment>;

export const NetworkAccess = stringEnum("NetworkAccess", ["restricted", "enabled"]);
export type NetworkAccess = Out<typeof NetworkAccess>;

export const NetworkApprovalContext = struct("NetworkApprovalContext", () => ({
  host: string,
  protocol: NetworkApprovalProtocol,
}));
export interface NetworkApprovalContext extends Out<typeof NetworkApprovalContext> {}

export const NetworkApprovalProtocol = stringEnum("NetworkApprovalProtocol", [
  "http",
  "https",
  "socks5Tcp",
  "socks5Udp",
]);
export type NetworkApprovalProtocol = Out<typeof NetworkApprovalProtocol>;

export const NetworkPolicyAmendment = struct("NetworkPolicyAmendment", () => ({
  host: string,
  action: NetworkPolicyRuleAction,
}));
export interface NetworkPolicyAmendment extends Out<typeof NetworkPolicyAmendment> {}

export const NetworkPolicyRuleAction = stringEnum("NetworkPolicyRuleAction", ["allow", "deny"]);
export type NetworkPolicyRuleAction = Out<typeof NetworkPolicyRuleAction>;

export const ReadOnlyAccess = tagged("ReadOnlyAccess", "type", () => ({
  restricted: {
    includePlatformDefaults: withDefault(boolean, true),
    readableRoots: withDefault(array(AbsolutePathBuf), []),
  },
  fullAccess: {},
}));
export type ReadOnlyAccess = Out<typeof ReadOnlyAccess>;

export const SandboxMode = stringEnum("SandboxMode", ["read-only", "workspace-write", "danger-full-access"]);
export type SandboxMode = Out<typeof SandboxMode>;

export const SandboxPolicy = tagged("SandboxPolicy", "type", () => ({
  dangerFullAccess: {},
  readOnly: { access: withDefault(ReadOnlyAccess, { type: "fullAccess" }), networkAccess: withDefault(boolean, false) },
  externalSandbox: { networkAccess: withDefault(NetworkAccess, "restricted") },
  workspaceWrite: {
    writableRoots: withDefault(array(AbsolutePathBuf), []),
    readOnlyAccess: withDefault(ReadOnlyAccess, { type: "fullAccess" }),
    networkAccess: withDefault(boolean, false),
    excludeTmpdirEnvVar: withDefault(boolean, false),
    excludeSlashTmp: withDefault(boolean, false),
  },
}));
export type SandboxPolicy = Out<typeof SandboxPolicy>;
