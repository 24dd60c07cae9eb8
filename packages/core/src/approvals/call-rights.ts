import { approvalPolicyText } from "@codex-ts/execpolicy";
import {
  type AdditionalPermissionProfile,
  decodeAdditionalPermissions,
  type EscalationExecution,
  type PermissionContext,
  permissionsOfCall,
  PermissionsError,
  type SandboxPermissions,
  type StoredGrants,
  validateInlineRequest,
} from "@codex-ts/permissions";
import type { AskForApproval } from "@codex-ts/protocol";
import { RespondToModel } from "../tools/tool.ts";

/** How a call wants to run, as its arguments say. */
export interface RequestedRights {
  sandboxPermissions: SandboxPermissions;
  /** As sent; undefined: none. */
  additionalPermissions: unknown;
  justification: string | null;
  prefixRule: string[] | null;
}

/** How a call may ask to run, checked and with earlier grants counted in. */
export interface CallRights {
  sandboxPermissions: SandboxPermissions;
  additionalPermissions: AdditionalPermissionProfile | null;
  /** All of it was granted before: nobody is asked for the permissions. */
  preapproved: boolean;
  justification: string | null;
  prefixRule: string[] | null;
}

export interface RightsFacts {
  approvalPolicy: AskForApproval;
  grants: StoredGrants;
  /** The feature `exec_permission_approvals`. */
  featureEnabled: boolean;
  /** With the folder in which the call runs. */
  context: PermissionContext;
  home: string | null;
}

/** Words and order of the checks differ between the tools that run to the end and those that leave processes behind. */
export type RightsDialect = "shell" | "exec_command";

/**
 * Settles with which rights a call runs, before anything else is looked at (spec tools.md 3.3 and 5.4).
 * @throws RespondToModel with the words for the model, when the call asks for what its thread cannot give
 */
export function settleRights(requested: RequestedRights, facts: RightsFacts, dialect: RightsDialect): CallRights {
  const asked = decoded(requested.additionalPermissions, facts);
  const call = permissionsOfCall(
    { mode: requested.sandboxPermissions, additional: asked },
    facts.grants,
    facts.context,
  );
  const { mode, effective, preapproved } = call;
  // Grants that the call did not even mention count without further questions.
  const implicit = requested.sandboxPermissions === "use_default" && asked === null;
  const validate = () => (implicit ? effective : validated(mode, effective, preapproved, facts));

  if (dialect === "exec_command") guardPolicy(mode, preapproved, facts, "cannot");
  const additionalPermissions = validate();
  if (dialect === "shell") guardPolicy(mode, preapproved, facts, "should not");
  return {
    sandboxPermissions: mode,
    additionalPermissions,
    preapproved,
    justification: requested.justification,
    prefixRule: requested.prefixRule,
  };
}

/** How a call with these rights runs once it may. */
export function executionOf(rights: CallRights): EscalationExecution {
  switch (rights.sandboxPermissions) {
    case "use_default":
      return { kind: "turn-default" };
    case "require_escalated":
      return { kind: "unsandboxed" };
    case "with_additional_permissions":
      return rights.additionalPermissions === null
        ? { kind: "turn-default" }
        : { kind: "permissions", permissions: { kind: "additional", permissions: rights.additionalPermissions } };
  }
}

function decoded(value: unknown, { context, home }: RightsFacts): AdditionalPermissionProfile | null {
  if (value === undefined || value === null) return null;
  try {
    return decodeAdditionalPermissions(value, { base: context.cwd, home });
  } catch (error) {
    if (!(error instanceof PermissionsError)) throw error;
    throw new RespondToModel(`failed to parse function arguments: ${error.message}`);
  }
}

/** Overrides of the sandbox exist only under `on-request`. */
function guardPolicy(mode: SandboxPermissions, preapproved: boolean, facts: RightsFacts, verb: string): void {
  if (mode === "use_default" || preapproved || facts.approvalPolicy === "on-request") return;
  const name = approvalPolicyText(facts.approvalPolicy);
  throw new RespondToModel(
    `approval policy is ${name}; reject command — you ${verb} ask for escalated permissions if the approval policy is ${name}`,
  );
}

function validated(
  mode: SandboxPermissions,
  additional: AdditionalPermissionProfile | null,
  preapproved: boolean,
  { approvalPolicy, featureEnabled, context }: RightsFacts,
): AdditionalPermissionProfile | null {
  const fresh = mode === "with_additional_permissions" && !preapproved && featureEnabled;
  if (fresh && approvalPolicy !== "on-request") {
    throw new RespondToModel(
      `approval policy is ${approvalPolicyText(approvalPolicy)}; reject command — you cannot request additional permissions unless the approval policy is OnRequest`,
    );
  }
  try {
    return validateInlineRequest({ mode, additional, preapproved, featureEnabled, approvalPolicy }, context);
  } catch (error) {
    if (error instanceof PermissionsError) throw new RespondToModel(error.message);
    throw error;
  }
}
