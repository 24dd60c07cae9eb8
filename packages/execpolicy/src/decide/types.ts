/** When the agent asks before it runs something. The wire form: a name, or an object with the flags. */
export type ApprovalPolicy = "untrusted" | "on-failure" | "on-request" | "never" | { granular: GranularFlags };

/** Which kinds of prompts may be shown. */
export interface GranularFlags {
  sandbox_approval: boolean;
  rules: boolean;
  skill_approval?: boolean;
  request_permissions?: boolean;
  mcp_elicitations: boolean;
}

/** The sandbox policy by name; `external-sandbox` is somebody else's sandbox. */
export type SandboxKind = "danger-full-access" | "external-sandbox" | "read-only" | "workspace-write";

/** What the file-system half of the permissions does. */
export type FileSystemKind = "restricted" | "unrestricted" | "external-sandbox";

/** What a tool call asks for. Permissions that were granted before the call count as `use_default`. */
export type SandboxPermissions = "use_default" | "require_escalated" | "with_additional_permissions";

/** What has to happen before a command may run (section 9). */
export type ApprovalRequirement =
  | { kind: "skip"; bypassSandbox: boolean; proposedAmendment?: string[] }
  | {
      kind: "needsApproval";
      reason?: string;
      proposedAmendment?: string[];
      /** A rule wants a person to answer, also where prompts are reviewed automatically. */
      reviewer?: "user";
    }
  | { kind: "forbidden"; reason: string };

/** What is known about a command beside the rules. Both functions look at the words of one command. */
export interface CommandHeuristics {
  isKnownSafe(command: readonly string[]): boolean;
  isDangerous(command: readonly string[]): boolean;
}
