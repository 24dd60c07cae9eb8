import type { SandboxPolicy } from "@codex-ts/permissions";
import {
  describeRequirementSource,
  type RequiredSandboxMode,
  type Requirements,
  type Sourced,
} from "../requirements/types.ts";
import { debugSandboxMode } from "../requirements/parse.ts";
import type { ConfigWarning } from "../warnings.ts";
import type { ApprovalsReviewer, AskForApproval, WebSearchMode } from "./types.ts";

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
  const refusal = refusalOf(candidate.value, rule);
  if (required === undefined || refusal === null) return candidate.value;
  const fallback = rule.fallback(required.value);
  if (candidate.explicit) {
    warnings.push({
      code: "requirement_fallback",
      keyPath: rule.field,
      message: `Configured value for \`${rule.field}\` is disallowed by requirements; falling back to required value ${(rule.showFallback ?? show)(fallback)}. Details: ${refusal}`,
    });
  }
  return fallback;
}

/** Why a rule refuses a value; null when it does not. */
function refusalOf<T>(value: T, { field, required, show, same = (a, b) => a === b }: Rule<T>): string | null {
  if (required === undefined || required.value.some(allowed => same(allowed, value))) return null;
  const allowed = required.value.map(show).join(", ");
  const from = describeRequirementSource(required.source);
  return `invalid value for \`${field}\`: \`${show(value)}\` is not in the allowed set [${allowed}] (set by ${from})`;
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
  return constrain(candidate, approvalRule(requirements), warnings);
}

function approvalRule(requirements: Requirements): Rule<AskForApproval> {
  return {
    field: "approval_policy",
    required: requirements.allowedApprovalPolicies,
    fallback: allowed => withGranularDefaults(allowed[0] ?? "on-request"),
    show: policy => debugApproval(withGranularDefaults(policy)),
    same: sameApproval,
  };
}

/** Why the requirements refuse an approval policy that is asked for later than at start; null when they do not. */
export function approvalRefusal(policy: AskForApproval, requirements: Requirements): string | null {
  return refusalOf(policy, approvalRule(requirements));
}

/** Why the requirements refuse a sandbox that is asked for later than at start; null when they do not. */
export function sandboxRefusal({ type }: SandboxPolicy, requirements: Requirements): string | null {
  for (const rule of sandboxRules(requirements)) {
    const refusal = refusalOf<string>(type, rule);
    if (refusal !== null) return refusal;
  }
  return null;
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

export function constrainSandboxMode<M extends SandboxPolicy["type"]>(
  candidate: Candidate<M>,
  requirements: Requirements,
  warnings: ConfigWarning[],
): M | "read-only" {
  let mode: string = candidate.value;
  for (const rule of sandboxRules(requirements)) {
    mode = constrain({ value: mode, explicit: candidate.explicit }, rule, warnings);
  }
  return mode as M | "read-only";
}

/** What requirements say of sandboxes: the modes they list; and what nobody may read cannot be enforced without one. */
function sandboxRules(requirements: Requirements): Rule<string>[] {
  const common = { field: "sandbox_mode", fallback: () => "read-only", showFallback: () => READ_ONLY_SHOWN };
  const listed: Rule<string> = {
    ...common,
    required: requirements.allowedSandboxModes,
    show: value => debugSandboxMode(value as RequiredSandboxMode),
  };
  const { value: denied = [], source } = requirements.denyRead ?? {};
  if (source === undefined || denied.length === 0) return [listed];
  return [listed, { ...common, required: { value: ["read-only", "workspace-write"], source }, show: value => value }];
}

const SEARCHES: readonly WebSearchMode[] = ["disabled", "cached", "live"];

/** Unlike other defaults, the one of web search does not give way in silence. */
export function constrainWebSearch(
  value: WebSearchMode,
  { allowedWebSearchModes }: Requirements,
  warnings: ConfigWarning[],
): WebSearchMode {
  const required = allowedWebSearchModes && {
    ...allowedWebSearchModes,
    value: SEARCHES.filter(mode => allowedWebSearchModes.value.includes(mode)),
  };
  return constrain(
    { value, explicit: true },
    {
      field: "web_search_mode",
      required,
      fallback: allowed => (["cached", "live"] as const).find(mode => allowed.includes(mode)) ?? "disabled",
      show: pascal,
    },
    warnings,
  );
}
