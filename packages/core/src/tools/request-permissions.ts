import {
  type AdditionalPermissionProfile,
  additionalPermissionsFromV2,
  additionalPermissionsToV2,
  type ClientAnswer,
  decodeAdditionalPermissions,
  grantFromClient,
  grantFromReviewer,
  grantWithoutAsking,
  type PermissionContext,
  type PermissionGrant,
  permissionGrantOutput,
  PermissionsError,
  validatePermissionRequest,
} from "@codex-ts/permissions";
import { recordGrant } from "../approvals/grants.ts";
import { decideWithoutPerson } from "../approvals/pipeline.ts";
import { permissionContext } from "../exec/permissions.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import { object, optional, parseArguments, string } from "./parameters.ts";
import { permissionsParameter } from "./permission-parameters.ts";
import {
  functionArguments,
  functionSpec,
  RespondToModel,
  type Tool,
  type ToolCall,
  type ToolContext,
  type ToolResult,
} from "./tool.ts";

const parameters = object({
  permissions: permissionsParameter("What is needed beyond the sandbox; ask only for what you will use."),
  reason: optional(string("One sentence for the user: why it is needed.")),
});

/** Asks the user for permissions that later commands and patches of this turn, or of the whole session, may use. */
export function requestPermissionsTool(): Tool {
  return {
    names: ["request_permissions"],
    group: "request_permissions",
    accepts: ["function"],
    parallel: false,
    readOnly: true,
    spec: functionSpec(
      "request_permissions",
      "Asks the user for more file-system or network permissions and waits for the answer. What is granted (it may be less) holds for later commands of this turn, or of the session.",
      parameters.schema,
    ),
    run: runRequestPermissions,
  };
}

async function runRequestPermissions(call: ToolCall, { session, turn }: ToolContext): Promise<ToolResult> {
  const args = parseArguments(parameters, functionArguments(call));
  const context = permissionContext(turn.context.settings.cwd, session.services);
  const requested = readRequest(args.permissions, context, session.services.env["HOME"] ?? null);
  const grant =
    grantWithoutAsking(turn.context.settings.approvalPolicy) ??
    (await grantOfReviewer(turn, call.callId, args.reason ?? null, requested)) ??
    (await grantOfClient(turn, call.callId, args.reason ?? null, requested, context));
  recordGrant(turn, grant);
  return { body: permissionGrantOutput(grant) };
}

function readRequest(value: unknown, context: PermissionContext, home: string | null): AdditionalPermissionProfile {
  let decoded: AdditionalPermissionProfile;
  try {
    decoded = decodeAdditionalPermissions(value, { base: context.cwd, home, strict: true });
  } catch (error) {
    if (error instanceof PermissionsError)
      throw new RespondToModel(`failed to parse function arguments: ${error.message}`);
    throw error;
  }
  try {
    return validatePermissionRequest(decoded, context);
  } catch (error) {
    if (error instanceof PermissionsError) throw new RespondToModel(error.message);
    throw error;
  }
}

async function grantOfReviewer(
  turn: TurnScope,
  callId: string,
  reason: string | null,
  permissions: AdditionalPermissionProfile,
): Promise<PermissionGrant | null> {
  const decision = await decideWithoutPerson(turn, {
    hook: null,
    review: { kind: "request_permissions", reason, permissions },
    targetItemId: callId,
    reason: null,
  });
  return decision === null ? null : grantFromReviewer(permissions, verdictOf(decision.type));
}

function verdictOf(decision: string): Parameters<typeof grantFromReviewer>[1] {
  if (decision === "approved") return "approved";
  return decision === "approvedForSession" ? "approved-for-session" : "denied";
}

async function grantOfClient(
  turn: TurnScope,
  callId: string,
  reason: string | null,
  requested: AdditionalPermissionProfile,
  context: PermissionContext,
): Promise<PermissionGrant> {
  const answer = await turn.ask("item/permissions/requestApproval", {
    itemId: callId,
    cwd: context.cwd,
    reason,
    permissions: additionalPermissionsToV2(requested),
  });
  if (answer.type === "closed") {
    throw new RespondToModel("request_permissions was cancelled before receiving a response");
  }
  return grantFromClient(requested, answer.type === "error" ? null : await readAnswer(answer.value), context);
}

/** The client's answer; null when it cannot be read, which grants nothing. */
async function readAnswer(value: unknown): Promise<ClientAnswer | null> {
  const { decode, DecodeError, PermissionsRequestApprovalResponse } = await import("@codex-ts/protocol");
  try {
    const { permissions, scope, strictAutoReview } = decode(PermissionsRequestApprovalResponse, value);
    return {
      permissions: additionalPermissionsFromV2(permissions),
      scope,
      strictAutoReview: strictAutoReview === true,
    };
  } catch (error) {
    if (error instanceof PermissionsError || error instanceof DecodeError) return null;
    throw error;
  }
}
