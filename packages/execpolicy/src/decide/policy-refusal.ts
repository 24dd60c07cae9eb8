import type { ApprovalPolicy, GranularFlags, SandboxPermissions } from "./types.ts";

/** Where a prompt comes from: flags of a granular policy apply to one kind each. */
export type PromptSource = "rule" | "fallback" | "skill";

/** Why an approval policy does not let a prompt through; null when it does (section 9.6). */
export function refusedPrompt(policy: ApprovalPolicy, source: PromptSource): string | null {
  if (policy === "never") return "approval required by policy, but AskForApproval is set to Never";
  if (typeof policy === "string") return null;
  const { rules, sandbox_approval: sandboxApproval, skill_approval: skillApproval = false } = policy.granular;
  if (source === "rule") {
    return rules ? null : "approval required by policy rule, but AskForApproval::Granular.rules is false";
  }
  if (source === "skill") {
    return skillApproval ? null : "approval required by skill, but AskForApproval::Granular.skill_approval is false";
  }
  return sandboxApproval ? null : "approval required by policy, but AskForApproval::Granular.sandbox_approval is false";
}

/**
 * The answer to a tool call that asks for a way around the sandbox where that may not be asked for; null when it may
 * (section 9.1). Nothing is evaluated and no item starts then.
 */
export function refusedEscalation(policy: ApprovalPolicy, permissions: SandboxPermissions): string | null {
  if (permissions === "use_default" || policy === "on-request") return null;
  const shown = approvalPolicyText(policy);
  return (
    `approval policy is ${shown}; reject command — you should not ask for escalated permissions ` +
    `if the approval policy is ${shown}`
  );
}

/** An approval policy as messages to the model name it. */
export function approvalPolicyText(policy: ApprovalPolicy): string {
  switch (policy) {
    case "never":
      return "Never";
    case "untrusted":
      return "UnlessTrusted";
    case "on-failure":
      return "OnFailure";
    case "on-request":
      return "OnRequest";
    default:
      return `Granular(GranularApprovalConfig { ${granularText(policy.granular)} })`;
  }
}

function granularText(flags: GranularFlags): string {
  const all: readonly (readonly [string, boolean])[] = [
    ["sandbox_approval", flags.sandbox_approval],
    ["rules", flags.rules],
    ["skill_approval", flags.skill_approval ?? false],
    ["request_permissions", flags.request_permissions ?? false],
    ["mcp_elicitations", flags.mcp_elicitations],
  ];
  return all.map(([name, value]) => `${name}: ${value}`).join(", ");
}
