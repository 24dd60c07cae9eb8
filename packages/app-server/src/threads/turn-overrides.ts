import path from "node:path";
import { approvalRefusal, type Requirements, sandboxRefusal } from "@codex-ts/config";
import type { SettingsOverrides, ThreadSettings } from "@codex-ts/core";
import {
  debugProfile,
  overridePermissions,
  type PermissionContext,
  PermissionsError,
  type PermissionProfile,
  type PermissionsOverride,
  type SandboxPolicy,
  sandboxPolicyFromV2,
  toLegacy,
} from "@codex-ts/permissions";
import type { TurnStartParams } from "@codex-ts/protocol";
import type { RpcError } from "@codex-ts/protocol/rpc";
import { invalidRequest } from "../errors.ts";
import { coreProfile, permissionContext } from "./settings.ts";

interface Place {
  serverCwd: string;
  env: Readonly<Record<string, string | undefined>>;
  requirements: Requirements;
}

/**
 * What a turn changes of its thread's settings, for this turn and all later ones. Nothing is changed when one of the
 * changes is refused.
 * @throws RpcError invalid request
 */
export function turnOverrides(params: TurnStartParams, current: ThreadSettings, place: Place): SettingsOverrides {
  if (params.permissionProfile && params.sandboxPolicy) {
    throw invalidRequest("`permissionProfile` cannot be combined with `sandboxPolicy`");
  }
  if (params.approvalPolicy) refuse(approvalRefusal(params.approvalPolicy, place.requirements));
  const cwd = params.cwd ? path.resolve(place.serverCwd, params.cwd) : undefined;
  const permissions = newPermissions(params, current, cwd ?? current.cwd, place);
  const reviewers: readonly string[] | undefined = place.requirements.allowedApprovalsReviewers?.value;
  const reviewer = params.approvalsReviewer;
  const { collaborationMode: mode } = params;
  const settings = mode?.settings;
  return {
    ...(cwd === undefined ? {} : { cwd }),
    ...(params.approvalPolicy ? { approvalPolicy: params.approvalPolicy } : {}),
    // A reviewer that is not allowed is not an error, and does not come to work either.
    ...(reviewer &&
    (reviewers === undefined || reviewers.includes(reviewer === "auto_review" ? "guardian_subagent" : reviewer))
      ? { approvalsReviewer: reviewer }
      : {}),
    ...(permissions === current.permissions ? {} : { permissions, askedPolicy: askedWords(params, current) }),
    ...(params.model ? { model: params.model } : {}),
    ...(params.serviceTier === undefined ? {} : { serviceTier: params.serviceTier }),
    ...(params.effort ? { effort: params.effort } : {}),
    ...(params.summary ? { summary: params.summary } : {}),
    ...(params.personality ? { personality: params.personality } : {}),
    ...(mode && settings
      ? {
          collaborationMode: mode.mode,
          collaborationInstructions: settings.developer_instructions ?? null,
          model: settings.model,
          effort: settings.reasoning_effort ?? null,
        }
      : {}),
  };
}

function newPermissions(
  params: TurnStartParams,
  current: ThreadSettings,
  cwd: string,
  { env, requirements }: Place,
): PermissionProfile {
  const override = permissionsOverride(params);
  if (override === null && cwd === current.cwd) return current.permissions;
  const [before, after] = [permissionContext(current.cwd, env), permissionContext(cwd, env)];
  if (override !== null) refuse(sandboxRefusal(askedPolicy(override, after), requirements));
  return overridePermissions(current.permissions, override, before, after);
}

/** What is asked for, in the older words, which is what requirements are written in. */
function askedPolicy(override: PermissionsOverride, context: PermissionContext): SandboxPolicy {
  if ("policy" in override) return override.policy;
  try {
    return toLegacy(override.profile, context);
  } catch (error) {
    if (!(error instanceof PermissionsError)) throw error;
    const allowed = `permission profiles that can be represented by the active sandbox constraints: ${error.message}`;
    throw refused(
      `invalid value for \`permission_profile\`: \`${debugProfile(override.profile)}\` is not in the allowed set ${allowed} (set by <unspecified>)`,
    );
  }
}

/** The words that a session file holds; another working folder changes none of them. */
function askedWords(params: TurnStartParams, current: ThreadSettings): SandboxPolicy | null {
  const override = permissionsOverride(params);
  if (override === null) return current.askedPolicy;
  return "policy" in override ? override.policy : null;
}

function permissionsOverride({ permissionProfile, sandboxPolicy }: TurnStartParams): PermissionsOverride | null {
  if (permissionProfile) return { profile: coreProfile(permissionProfile) };
  if (!sandboxPolicy) return null;
  return { policy: sandboxPolicyFromV2(sandboxPolicy as Parameters<typeof sandboxPolicyFromV2>[0]) };
}

function refuse(refusal: string | null): void {
  if (refusal !== null) throw refused(refusal);
}

function refused(refusal: string): RpcError {
  return invalidRequest(`invalid turn context override: ${refusal}`);
}
