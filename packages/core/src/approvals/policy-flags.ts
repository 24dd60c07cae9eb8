import type { AskForApproval } from "@codex-ts/protocol";

/** Kinds of questions that a granular policy switches on one by one. */
export type QuestionKind = "sandbox_approval" | "rules" | "skill_approval" | "request_permissions" | "mcp_elicitations";

/**
 * Whether a policy lets questions of this kind be put to anybody (spec execpolicy.md 9.6). `never` refuses all of them, a granular policy
 * those whose switch is off (`skill_approval` and `request_permissions` are off unless they are set), the others none.
 */
export function mayAsk(policy: AskForApproval, kind: QuestionKind): boolean {
  if (typeof policy === "string") return policy !== "never";
  return policy.granular[kind] === true;
}

/** Whether a thread's approvals go to the automatic reviewer (spec guardian.md 2). */
export function routesToReviewer(policy: AskForApproval, reviewer: string): boolean {
  return reviewer !== "user" && (policy === "on-request" || typeof policy === "object");
}
