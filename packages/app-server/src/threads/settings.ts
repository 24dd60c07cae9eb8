import { nodePathFs } from "@codex-ts/permissions/node";
import {
  type PermissionContext,
  type PermissionProfile as CoreProfile,
  profileFromV2,
  profileToV2,
  type SandboxPolicy as CorePolicy,
  sandboxPolicyToV2,
  shownLegacy,
} from "@codex-ts/permissions";
import type {
  AskForApproval,
  PermissionProfile,
  ReasoningEffort,
  SandboxPolicy,
  ServiceTier,
} from "@codex-ts/protocol";
import type { ThreadHub } from "./hub.ts";

/** The part of the answers to `thread/start`, `thread/resume` and `thread/fork` that tells the thread's settings. */
export interface ThreadSettingsAnswer {
  model: string;
  modelProvider: string;
  serviceTier: ServiceTier | null;
  cwd: string;
  instructionSources: string[];
  approvalPolicy: AskForApproval;
  approvalsReviewer: "user" | "guardian_subagent" | "auto_review";
  sandbox: SandboxPolicy;
  permissionProfile: PermissionProfile;
  reasoningEffort: ReasoningEffort | null;
}

export function settingsAnswer(
  hub: ThreadHub,
  env: Readonly<Record<string, string | undefined>>,
): ThreadSettingsAnswer {
  const { thread, facts } = hub;
  const { settings } = thread;
  return {
    model: settings.model,
    modelProvider: facts.modelProvider,
    serviceTier: settings.serviceTier as ServiceTier | null,
    cwd: settings.cwd,
    instructionSources: facts.instructionSources,
    approvalPolicy: settings.approvalPolicy,
    approvalsReviewer: settings.approvalsReviewer,
    sandbox: sandboxPolicyToV2(settings.askedPolicy ?? legacyOf(settings.permissions, settings.cwd, env)),
    permissionProfile: profileToV2(settings.permissions) as PermissionProfile,
    reasoningEffort: settings.effort,
  };
}

/** The older policy that says the same as far as it can. */
function legacyOf(profile: CoreProfile, cwd: string, env: Readonly<Record<string, string | undefined>>): CorePolicy {
  return shownLegacy(profile, permissionContext(cwd, env));
}

/** What special paths of a policy mean for this process. */
export function permissionContext(cwd: string, env: Readonly<Record<string, string | undefined>>): PermissionContext {
  return { cwd, tmpdir: env["TMPDIR"] ?? null, fs: nodePathFs };
}

/** The profile of a request in the core's words. @throws PermissionsError for relative paths */
export function coreProfile(profile: PermissionProfile): CoreProfile {
  return profileFromV2(profile as Parameters<typeof profileFromV2>[0]);
}
