import type { AmendmentScope } from "@codex-ts/execpolicy";
import { TurnInterrupted } from "../errors.ts";
import { amendmentSaved } from "../prompts/fragments.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import { Rejected, type Decision } from "./decision.ts";
import type { HookQuestion } from "./slots.ts";

/** What must happen before a call may run, as the rules and the approval policy see it. */
export type Requirement =
  | { type: "skip"; bypassSandbox: boolean }
  /** `personOnly`: a rule wants a person to answer, not the automatic reviewer. */
  | { type: "ask"; reason: string | null; personOnly: boolean }
  | { type: "forbidden"; reason: string };

/** Where one attempt runs: inside the turn's permissions, or as the user. */
export type AttemptSandbox = "turn" | "none";

/** A call with effects, told in the terms of the pipeline. */
export interface GuardedCall<Out> {
  requirement: Requirement;
  /** The call asked to run outside the sandbox. */
  escalated: boolean;
  /** The policy lets us ask for a second attempt without the sandbox. */
  mayRetryUnsandboxed: boolean;
  /** Keys under which "for this session" is remembered. */
  cacheKeys: readonly string[];
  /** What a hook is shown. */
  hookQuestion: HookQuestion;
  /** Asks the person; only called when no hook, reviewer or earlier answer decided. */
  askUser(reason: string | null): Promise<Decision>;
  attempt(sandbox: AttemptSandbox): Promise<Out>;
  /** The sandbox stopped this attempt. */
  denied(out: Out): boolean;
}

interface Question {
  reason: string | null;
  personOnly: boolean;
}

const RETRY_REASON = "command failed; retry without sandbox?";

/**
 * The one way to an effect, top to bottom: what the rules require, who approves, the attempt inside the sandbox, and (when the sandbox
 * stopped it and the policy allows) the question whether to try again without. Throws `Rejected` when somebody says no.
 */
export async function runGuarded<Out>(turn: TurnScope, call: GuardedCall<Out>): Promise<Out> {
  const { requirement } = call;
  if (requirement.type === "forbidden") throw new Rejected(requirement.reason, false);

  let approved = false;
  if (requirement.type === "ask") {
    await requireApproval(turn, call, requirement);
    approved = true;
  }

  const bypass = call.escalated || (requirement.type === "skip" && requirement.bypassSandbox);
  const first = await call.attempt(bypass ? "none" : "turn");
  if (bypass || !call.denied(first) || !call.mayRetryUnsandboxed) return first;

  if (!approved) await requireApproval(turn, call, { reason: RETRY_REASON, personOnly: false });
  return call.attempt("none");
}

async function requireApproval<Out>(turn: TurnScope, call: GuardedCall<Out>, question: Question): Promise<void> {
  const decision = await decide(turn, call, question);
  switch (decision.type) {
    case "approved":
      return;
    case "approvedForSession":
      turn.session.approvals.add(call.cacheKeys);
      return;
    case "approvedWithAmendment":
      await amend(turn, decision.prefix, decision.scope ?? "user");
      return;
    case "denied":
      throw new Rejected(decision.reason, true);
    case "abort":
      turn.requestAbort();
      throw new TurnInterrupted();
  }
}

/** Hooks first, then the automatic reviewer if one is appointed, then what was approved before, then the person. */
async function decide<Out>(
  turn: TurnScope,
  call: GuardedCall<Out>,
  { reason, personOnly }: Question,
): Promise<Decision> {
  const { approvalSlots } = turn.session.services;
  const hooked = await approvalSlots.permissionHook?.(call.hookQuestion, turn.signal);
  if (hooked !== undefined && hooked !== null) return hooked;
  if (!personOnly && turn.context.settings.approvalsReviewer !== "user" && approvalSlots.autoReviewer !== undefined) {
    return approvalSlots.autoReviewer(call.hookQuestion, turn.signal);
  }
  if (turn.session.approvals.covers(call.cacheKeys)) return { type: "approved" };
  return call.askUser(reason);
}

/** Saves the approved prefix as a rule and tells the model. When it cannot be saved, the command still runs. */
async function amend(turn: TurnScope, prefix: readonly string[], scope: AmendmentScope): Promise<void> {
  try {
    await turn.session.rules.allowPrefix(prefix, turn.context.settings.cwd, scope);
    const text = amendmentSaved(prefix);
    turn.record([{ type: "message", role: "developer", content: [{ type: "input_text", text }] }]);
  } catch (error) {
    turn.warn(`Failed to apply execpolicy amendment: ${error instanceof Error ? error.message : String(error)}`);
  }
}
