import { effectivePermissions } from "./overlay.ts";
import { profileToRuntime, type RuntimePermissions } from "./profile.ts";
import type { AdditionalPermissionProfile, PermissionProfile, SandboxPermissions, SandboxPolicy } from "./types.ts";

/** The permissions an escalated child runs with: an overlay on the turn's policies, or exactly these (section 1.7). */
export type EscalationPermissions =
  | { kind: "additional"; permissions: AdditionalPermissionProfile }
  | { kind: "resolved"; profile: PermissionProfile; sandboxPolicy: SandboxPolicy };

/** How an escalated child runs (section 10). `turn-default` is resolved when the child is spawned. */
export type EscalationExecution =
  | { kind: "unsandboxed" }
  | { kind: "turn-default" }
  | { kind: "permissions"; permissions: EscalationPermissions };

/** What decided that an intercepted child may run. */
export type EscalationSource =
  | { decidedBy: "prefix-rule" }
  | {
      decidedBy: "fallback";
      mode: SandboxPermissions;
      /** The already widened profile of the call, when it carries additional permissions. */
      resolved: { profile: PermissionProfile; sandboxPolicy: SandboxPolicy } | null;
    };

/**
 * How an intercepted child of a shell runs (section 10). A child without declared permissions never leaves the sandbox
 * only because it was approved.
 */
export function escalationExecution(source: EscalationSource): EscalationExecution {
  if (source.decidedBy === "prefix-rule") return { kind: "unsandboxed" };
  switch (source.mode) {
    case "use_default":
      return { kind: "turn-default" };
    case "require_escalated":
      return { kind: "unsandboxed" };
    case "with_additional_permissions":
      return source.resolved === null
        ? { kind: "turn-default" }
        : { kind: "permissions", permissions: { kind: "resolved", ...source.resolved } };
  }
}

/** The runtime policies an execution means right now, or null for no sandbox at all. */
export function escalationRuntime(execution: EscalationExecution, turn: RuntimePermissions): RuntimePermissions | null {
  switch (execution.kind) {
    case "unsandboxed":
      return null;
    case "turn-default":
      return turn;
    case "permissions":
      return execution.permissions.kind === "resolved"
        ? profileToRuntime(execution.permissions.profile)
        : effectivePermissions(turn, execution.permissions.permissions);
  }
}
