import { describeRequirementSource, type Requirements, type Sourced } from "../requirements/types.ts";
import { debugSandboxMode } from "../requirements/parse.ts";
import type { ConfigWarning } from "../warnings.ts";
import type { ApprovalsReviewer, AskForApproval, SandboxMode, WebSearchMode } from "./types.ts";

/** A value and whether somebody asked for it (a default that is not allowed gives way in silence). */
export interface Candidate<T> {
  value: T;
  explicit: boolean;
}

interface Rule<T> {
  field: string;
  required: Sourced<readonly T[]> | undefined;
  fallback: (allowed: readonly T[]) => T;
  show: (value: T) => string;
  showFallback?: (value: T) => string;
  same?: (a: T, b: T) => boolean;
}

/** The candidate when it is allowed, else the fallback, with a warning when the candidate was asked for. */
function constrain<T>(candidate: Candidate<T>, rule: Rule<T>, warnings: ConfigWarning[]): T {
  const { required, show } = rule;
  if (required === undefined) return candidate.value;
  const same = rule.same ?? ((a: T, b: T): boolean => a === b);
  if (required.value.some(allowed => same(allowed, candidate.value))) return candidate.value;
  const fallback = rule.fallback(required.value);
  if (candidate.explicit) {
    const allowed = required.value.map(show).join(", ");
    const from = describeRequirementSource(required.source);
    warnings.push({
      code: "requirement_fallback",
      keyPath: rule.field,
      message: `Configured value for \`${rule.field}\` is disallowed by requirements; falling back to required value ${(rule.showFallback ?? show)(fallback)}. Details: invalid value for \`${rule.field}\`: \`${show(candidate.value)}\` is not in the allowed set [${allowed}] (set by ${from})`,
    });
  }
  return fallback;
}

export function debugApproval(policy: AskForApproval): string {
  if (typeof policy === "string") return policy === "untrusted" ? "UnlessTrusted" : pascal(policy);
  const flags = Object.entries(policy.granular).map(([name, value]) => `${name}: ${value}`);
  return `Granular(GranularApprovalConfig { ${flags.join(", ")} })`;
}

function pascal(word: string): string {
  return word
    .split(/[-_]/)
    .map(part => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");
}

function sameApproval(a: AskForApproval, b: AskForApproval): boolean {
  if (typeof a === "string" || typeof b === "string") return a === b;
  return debugApproval(withGranularDefaults(a)) === debugApproval(withGranularDefaults(b));
}

/** Fills the two flags that may be left out, in the order of the type. */
export function withGranularDefaults(policy: AskForApproval): AskForApproval {
  if (typeof policy === "string") return policy;
  const { sandbox_approval, rules, skill_approval, request_permissions, mcp_elicitations } = policy.granular;
  return {
    granular: {
      sandbox_approval,
      rules,
      skill_approval: skill_approval ?? false,
      request_permissions: request_permissions ?? false,
      mcp_elicitations,
    },
  };
}

export function constrainApproval(
  candidate: Candidate<AskForApproval>,
  requirements: Requirements,
  warnings: ConfigWarning[],
): AskForApproval {
  return constrain(
    candidate,
    {
      field: "approval_policy",
      required: requirements.allowedApprovalPolicies,
      fallback: allowed => allowed[0] ?? "on-request",
      show: policy => debugApproval(withGranularDefaults(policy)),
      same: sameApproval,
    },
    warnings,
  );
}

export function constrainReviewer(
  candidate: Candidate<ApprovalsReviewer>,
  requirements: Requirements,
  warnings: ConfigWarning[],
): ApprovalsReviewer {
  return constrain(
    candidate,
    {
      field: "approvals_reviewer",
      required: requirements.allowedApprovalsReviewers,
      fallback: allowed => allowed[0] ?? "user",
      show: reviewer => (reviewer === "user" ? "User" : "AutoReview"),
    },
    warnings,
  );
}

/** How a required read-only policy is spelled in warnings. */
const READ_ONLY_SHOWN = "ReadOnly { access: FullAccess, network_access: false }";

export function constrainSandboxMode(
  candidate: Candidate<SandboxMode>,
  requirements: Requirements,
  warnings: ConfigWarning[],
): SandboxMode {
  const mode = constrain<string>(
    candidate,
    {
      field: "sandbox_mode",
      required: requirements.allowedSandboxModes,
      fallback: () => "read-only",
      show: value => debugSandboxMode(value as SandboxMode),
      showFallback: () => READ_ONLY_SHOWN,
    },
    warnings,
  ) as SandboxMode;
  if (requirements.denyRead === undefined) return mode;
  // What nobody may read cannot be enforced without a sandbox.
  return constrain<string>(
    { value: mode, explicit: candidate.explicit },
    {
      field: "sandbox_mode",
      required: { value: ["read-only", "workspace-write"], source: requirements.denyRead.source },
      fallback: () => "read-only",
      show: value => value,
      showFallback: () => READ_ONLY_SHOWN,
    },
    warnings,
  ) as SandboxMode;
}

export function constrainWebSearch(
  candidate: Candidate<WebSearchMode>,
  requirements: Requirements,
  warnings: ConfigWarning[],
): WebSearchMode {
  return constrain(
    candidate,
    {
      field: "web_search_mode",
      required: requirements.allowedWebSearchModes,
      fallback: allowed => (["cached", "live"] as const).find(mode => allowed.includes(mode)) ?? "disabled",
      show: pascal,
    },
    warnings,
  );
}
