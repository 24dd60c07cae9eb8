import type { AskForApproval } from "@codex-ts/protocol";
import type { PermissionProfile, SandboxPermissions } from "@codex-ts/permissions";
import type { Requirement } from "./pipeline.ts";

export interface CommandFacts {
  argv: readonly string[];
  approvalPolicy: AskForApproval;
  permissions: PermissionProfile;
  /** Folder from which the profile's special paths are resolved. */
  cwd: string;
  sandboxPermissions: SandboxPermissions;
  /** Prefix that the model proposes to allow from now on. */
  prefixRule: readonly string[] | null;
}

/** What the rules say about commands, and how an approved prefix becomes a rule. */
export interface CommandRules {
  /** What must happen before this command runs, and the prefix that a person may be offered to allow. */
  requirement(facts: CommandFacts): { requirement: Requirement; amendment: string[] | null };
  /** Prefixes that are allowed by rule, as the model is told them. */
  allowedPrefixes(): string[];
  /** Saves a rule that allows the prefix, and obeys it from now on. Returns the note for the model. */
  allowPrefix(prefix: readonly string[]): Promise<string>;
}
