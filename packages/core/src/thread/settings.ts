import type {
  AskForApproval,
  ApprovalsReviewer,
  Personality,
  ReasoningEffort,
  ReasoningSummary,
} from "@codex-ts/protocol";
import { DEFAULT_MODE_INSTRUCTIONS, PLAN_MODE_INSTRUCTIONS } from "../prompts/plan-mode.ts";
import type { PermissionProfile, SandboxPolicy } from "@codex-ts/permissions";

export type CollaborationModeKind = "default" | "plan";

/** What a thread's user may change from turn to turn. A turn works on the snapshot taken when it started. */
export interface ThreadSettings {
  cwd: string;
  model: string;
  approvalPolicy: AskForApproval;
  approvalsReviewer: ApprovalsReviewer;
  /** The one truth about what commands may do; the legacy policy is derived from it. */
  permissions: PermissionProfile;
  /** The older words in which the permissions were asked for; null: they are derived. */
  askedPolicy: SandboxPolicy | null;
  /** null: the model's own default. */
  effort: ReasoningEffort | null;
  summary: ReasoningSummary | null;
  serviceTier: string | null;
  personality: Personality | null;
  collaborationMode: CollaborationModeKind;
  /** Developer text of the collaboration mode, if it has one. */
  collaborationInstructions: string | null;
}

/** Changes to the settings; an absent member leaves its setting as it is. They hold for this turn and all later ones. */
export type SettingsOverrides = { [K in keyof ThreadSettings]?: ThreadSettings[K] | undefined };

export function applyOverrides(settings: ThreadSettings, overrides: SettingsOverrides): ThreadSettings {
  const next = { ...settings };
  for (const key of Object.keys(overrides) as (keyof ThreadSettings)[]) {
    if (overrides[key] !== undefined) Object.assign(next, { [key]: overrides[key] });
  }
  // Permissions that are chosen otherwise were not asked for in those words.
  if (overrides.permissions !== undefined && overrides.askedPolicy === undefined) next.askedPolicy = null;
  // A mode that is chosen without a text brings its own.
  if (overrides.collaborationMode !== undefined && typeof overrides.collaborationInstructions !== "string") {
    const own = next.collaborationMode === "plan" ? PLAN_MODE_INSTRUCTIONS : DEFAULT_MODE_INSTRUCTIONS;
    next.collaborationInstructions = own;
  }
  return next;
}
