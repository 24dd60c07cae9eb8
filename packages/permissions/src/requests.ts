import type { AskForApproval } from "@codex-ts/protocol";
import type { PermissionContext } from "./context.ts";
import { PermissionsError } from "./errors.ts";
import { intersect } from "./grants.ts";
import { isEmptyOverlay, normalizeOverlay } from "./overlay.ts";
import type { AdditionalPermissionProfile, PermissionGrantScope, SandboxPermissions } from "./types.ts";
import { encodeAdditionalPermissions } from "./wire-core.ts";

const NOTHING: AdditionalPermissionProfile = { network: null, file_system: null };

function refuse(message: string): never {
  throw new PermissionsError("invalid_request", message);
}

export interface InlineRequest {
  mode: SandboxPermissions;
  additional: AdditionalPermissionProfile | null;
  preapproved: boolean;
  /** Whether the feature `exec_permission_approvals` is on. */
  featureEnabled: boolean;
  approvalPolicy: AskForApproval;
}

/**
 * Checks what a shell-like call asks for beside its command (section 9.1) and gives the normalised overlay, or null
 * when the call asks for none.
 * @throws PermissionsError `invalid_request`; its text is the tool's output for the model
 */
export function validateInlineRequest(
  request: InlineRequest,
  ctx: PermissionContext,
): AdditionalPermissionProfile | null {
  const { mode, additional, preapproved } = request;
  const asks = mode === "with_additional_permissions";
  if (!preapproved && !request.featureEnabled && (asks || additional !== null)) {
    refuse(
      "additional permissions are disabled; enable `features.exec_permission_approvals` before using `with_additional_permissions`",
    );
  }
  if (!asks) {
    if (additional === null) return null;
    return refuse("`additional_permissions` requires `sandbox_permissions` set to `with_additional_permissions`");
  }
  if (!preapproved && request.approvalPolicy !== "on-request") {
    refuse(
      `approval policy is ${policyName(request.approvalPolicy)}; reject command - you cannot request additional permissions unless the approval policy is OnRequest`,
    );
  }
  if (additional === null) {
    return refuse(
      "missing `additional_permissions`; provide at least one of `network` or `file_system` when using `with_additional_permissions`",
    );
  }
  const normal = normalizeOverlay(additional, ctx);
  if (isEmptyOverlay(normal)) {
    refuse("`additional_permissions` must include at least one requested permission in `network` or `file_system`");
  }
  return normal;
}

function policyName(policy: AskForApproval): string {
  if (typeof policy !== "string") return "Granular";
  const names = { untrusted: "UnlessTrusted", "on-failure": "OnFailure", "on-request": "OnRequest", never: "Never" };
  return names[policy];
}

/** A settled `request_permissions` call: what was granted, for how long, and whether the turn is reviewed strictly. */
export interface PermissionGrant {
  permissions: AdditionalPermissionProfile;
  scope: PermissionGrantScope;
  strictAutoReview: boolean;
}

function nothingGranted(scope: PermissionGrantScope = "turn"): PermissionGrant {
  return { permissions: NOTHING, scope, strictAutoReview: false };
}

/**
 * The normalised form of what `request_permissions` asks for (section 9.2).
 * @throws PermissionsError `invalid_request`; its text is the tool's output for the model
 */
export function validatePermissionRequest(
  requested: AdditionalPermissionProfile,
  ctx: PermissionContext,
): AdditionalPermissionProfile {
  const normal = normalizeOverlay(requested, ctx);
  if (isEmptyOverlay(normal)) refuse("request_permissions requires at least one permission");
  return normal;
}

/** The answer that needs nobody: where the approval policy forbids asking, nothing is granted. Null = ask. */
export function grantWithoutAsking(policy: AskForApproval): PermissionGrant | null {
  const mayAsk = typeof policy === "string" ? policy !== "never" : policy.granular.request_permissions === true;
  return mayAsk ? null : nothingGranted();
}

/** How an automatic reviewer's verdict becomes a grant (section 9.2 step 3). */
export function grantFromReviewer(
  requested: AdditionalPermissionProfile,
  verdict: "approved" | "approved-for-session" | "network-allowed" | "denied" | "abort" | "timed-out",
): PermissionGrant {
  switch (verdict) {
    case "approved":
    case "network-allowed":
      return { permissions: requested, scope: "turn", strictAutoReview: false };
    case "approved-for-session":
      return { permissions: requested, scope: "session", strictAutoReview: false };
    case "denied":
    case "abort":
    case "timed-out":
      return nothingGranted();
  }
}

/** A client's answer, decoded. Null stands for an error or an answer that could not be read. */
export interface ClientAnswer {
  permissions: AdditionalPermissionProfile;
  scope?: PermissionGrantScope;
  strictAutoReview?: boolean;
}

/** How a client's answer becomes a grant (section 9.2 step 5). A strict review for a whole session is refused. */
export function grantFromClient(
  requested: AdditionalPermissionProfile,
  answer: ClientAnswer | null,
  ctx: PermissionContext,
): PermissionGrant {
  if (answer === null) return nothingGranted();
  const scope = answer.scope ?? "turn";
  const strictAutoReview = answer.strictAutoReview === true;
  if (strictAutoReview && scope === "session") return nothingGranted();
  return { permissions: intersect(requested, answer.permissions, ctx), scope, strictAutoReview };
}

/** The tool output of a settled `request_permissions` call. */
export function permissionGrantOutput(grant: PermissionGrant): string {
  return JSON.stringify({
    permissions: encodeAdditionalPermissions(grant.permissions),
    scope: grant.scope,
    ...(grant.strictAutoReview ? { strict_auto_review: true } : {}),
  });
}
