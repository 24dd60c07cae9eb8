import { approvalPolicyText } from "@codex-ts/execpolicy";
import type { AskForApproval } from "@codex-ts/protocol";
import type { CommandRights } from "../tools/command-parameters.ts";
import { RespondToModel } from "../tools/tool.ts";

/**
 * Refuses, before anything else, a call that asks for rights which its thread cannot give: overrides of the sandbox exist only under
 * `on-request`, and additional permissions for one command are not offered here.
 */
export function guardRights(policy: AskForApproval, rights: CommandRights, verb: "should not" | "cannot"): void {
  if (rights.sandboxPermissions === "use_default") return;
  if (rights.sandboxPermissions === "with_additional_permissions") {
    throw new RespondToModel(
      "additional permissions are disabled; enable `features.exec_permission_approvals` before using `with_additional_permissions`",
    );
  }
  if (policy === "on-request") return;
  const name = approvalPolicyText(policy);
  throw new RespondToModel(
    `approval policy is ${name}; reject command — you ${verb} ask for escalated permissions if the approval policy is ${name}`,
  );
}
