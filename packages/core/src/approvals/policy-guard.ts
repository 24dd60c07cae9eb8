import type { AskForApproval } from "@codex-ts/protocol";
import { RespondToModel } from "../tools/tool.ts";
import type { CommandRights } from "../tools/command-parameters.ts";

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
  const name = policyName(policy);
  throw new RespondToModel(
    `approval policy is ${name}; reject command — you ${verb} ask for escalated permissions if the approval policy is ${name}`,
  );
}

/** The name by which messages to the model call an approval policy. */
function policyName(policy: AskForApproval): string {
  if (typeof policy === "object") {
    const { sandbox_approval, rules, skill_approval, request_permissions, mcp_elicitations } = policy.granular;
    return `Granular(GranularApprovalConfig { sandbox_approval: ${sandbox_approval}, rules: ${rules}, skill_approval: ${skill_approval}, request_permissions: ${request_permissions}, mcp_elicitations: ${mcp_elicitations} })`;
  }
  switch (policy) {
    case "never":
      return "Never";
    case "on-failure":
      return "OnFailure";
    case "untrusted":
      return "UnlessTrusted";
    case "on-request":
      return "OnRequest";
  }
}
