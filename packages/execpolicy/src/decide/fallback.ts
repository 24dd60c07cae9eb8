import type { Decision } from "../rules/types.ts";
import type { ApprovalPolicy, CommandHeuristics, FileSystemKind, SandboxKind, SandboxPermissions } from "./types.ts";

/** What decides about a command that no rule covers. */
export interface FallbackInput {
  readonly approvalPolicy: ApprovalPolicy;
  readonly sandbox: SandboxKind;
  readonly fileSystem: FileSystemKind;
  readonly sandboxPermissions: SandboxPermissions;
  readonly heuristics: CommandHeuristics;
  /** The words were taken from a heredoc form: what is fed to them is not known. */
  readonly complex: boolean;
  /** The command runs on Windows, where a read-only sandbox does not hold. */
  readonly windows?: boolean;
}

/** The row of the table that decided. */
export type FallbackRow =
  | "known-safe"
  | "dangerous-unsandboxed"
  | "dangerous"
  | "file-system-open"
  | "override-requested"
  | "restricted";

/** The table of section 9.4: the first row that applies, and its decision under the approval policy. */
export function fallbackDecision(
  command: readonly string[],
  input: FallbackInput,
): { decision: Decision; row: FallbackRow } {
  const row = fallbackRow(command, input);
  return { row, decision: rowDecision(row, input.approvalPolicy) };
}

function fallbackRow(command: readonly string[], input: FallbackInput): FallbackRow {
  if (!input.complex && input.heuristics.isKnownSafe(command)) return "known-safe";
  const unprotected = input.windows === true && input.sandbox === "read-only";
  if (unprotected || input.heuristics.isDangerous(command)) {
    const open = input.sandbox === "danger-full-access" || input.sandbox === "external-sandbox";
    return open ? "dangerous-unsandboxed" : "dangerous";
  }
  if (input.fileSystem !== "restricted") return "file-system-open";
  return input.sandboxPermissions === "use_default" ? "restricted" : "override-requested";
}

function rowDecision(row: FallbackRow, policy: ApprovalPolicy): Decision {
  const never = policy === "never";
  switch (row) {
    case "known-safe":
      return "allow";
    case "dangerous-unsandboxed":
      return never ? "allow" : "prompt";
    case "dangerous":
      return never ? "forbidden" : "prompt";
    case "file-system-open":
    case "restricted":
      return policy === "untrusted" ? "prompt" : "allow";
    case "override-requested":
      return never || policy === "on-failure" ? "allow" : "prompt";
  }
}
