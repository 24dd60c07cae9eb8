import type { AskForApproval } from "../effective/types.ts";
import { isTable, type TomlTable } from "../toml/value.ts";

/** Who set a requirement. */
export type RequirementSource =
  | { type: "cloud" }
  | { type: "mdm"; domain: string; key: string }
  | { type: "system"; file: string }
  | { type: "legacyManagedMdm" }
  | { type: "legacyManagedFile"; file: string };

export function describeRequirementSource(source: RequirementSource | undefined): string {
  switch (source?.type) {
    case undefined:
      return "<unspecified>";
    case "cloud":
      return "cloud requirements";
    case "mdm":
      return `MDM ${source.domain}:${source.key}`;
    case "legacyManagedMdm":
      return "MDM managed_config.toml (legacy)";
    case "system":
    case "legacyManagedFile":
      return source.file;
  }
}

export interface Sourced<T> {
  value: T;
  source: RequirementSource;
}

export type RequiredSandboxMode = "read-only" | "workspace-write" | "danger-full-access" | "external-sandbox";
export type WebSearchMode = "disabled" | "cached" | "live";
export type ApprovalsReviewer = "user" | "guardian_subagent";

/** Network rules in canonical form, whatever form they were written in. */
export interface NetworkRequirements {
  enabled?: boolean;
  httpPort?: number;
  socksPort?: number;
  allowUpstreamProxy?: boolean;
  dangerouslyAllowNonLoopbackProxy?: boolean;
  dangerouslyAllowAllUnixSockets?: boolean;
  domains?: Record<string, "allow" | "deny">;
  managedAllowedDomainsOnly?: boolean;
  unixSockets?: Record<string, "allow" | "none">;
  allowLocalBinding?: boolean;
}

export interface ManagedHooks {
  managedDir: string | null;
  windowsManagedDir: string | null;
  /** Event name to matcher groups, as written. */
  events: TomlTable;
}

/** Whether there is something to run. */
export function hasHandlers(events: TomlTable): boolean {
  return Object.values(events).some(
    groups =>
      Array.isArray(groups) &&
      groups.some(group => isTable(group) && Array.isArray(group["hooks"]) && group["hooks"].length > 0),
  );
}

export interface PrefixRule {
  pattern: ({ token: string } | { any_of: string[] })[];
  decision: "prompt" | "forbidden";
  justification?: string;
}

/** What lower layers cannot change, and who said so. Each field is there only when some source set it. */
export interface Requirements {
  allowedApprovalPolicies?: Sourced<AskForApproval[]>;
  allowedApprovalsReviewers?: Sourced<ApprovalsReviewer[]>;
  allowedSandboxModes?: Sourced<RequiredSandboxMode[]>;
  allowedWebSearchModes?: Sourced<WebSearchMode[]>;
  features?: Sourced<Record<string, boolean>>;
  hooks?: Sourced<ManagedHooks>;
  /** A table of hooks in which nothing is to run: shown, and otherwise ignored. */
  emptyHooks?: Sourced<ManagedHooks>;
  mcpServers?: Sourced<Record<string, { command: string } | { url: string }>>;
  apps?: Sourced<Record<string, { enabled?: boolean }>>;
  rules?: Sourced<PrefixRule[]>;
  enforceResidency?: Sourced<"us">;
  network?: Sourced<NetworkRequirements>;
  /** Empty: a source speaks of permissions and forbids nothing, which weaker ones cannot add to. */
  denyRead?: Sourced<string[]>;
  guardianPolicy?: Sourced<string>;
}
