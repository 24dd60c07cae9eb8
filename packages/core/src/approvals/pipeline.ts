import type { AmendmentScope } from "@codex-ts/execpolicy";
import type { EscalationExecution } from "@codex-ts/permissions";
import type { NetworkApprovalContext } from "@codex-ts/protocol";
import { beginReview } from "../analytics/review-facts.ts";
import { throwIfInterrupted, TurnInterrupted } from "../errors.ts";
import { tellDecision } from "../telemetry/turn-telemetry.ts";
import { fileSystemKind } from "../exec/permissions.ts";
import { amendmentSaved } from "../prompts/fragments.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import { InputReplaced } from "./call-inputs.ts";
import { DENIED_BY_USER, Rejected, type Decision } from "./decision.ts";
import { routesToReviewer } from "./policy-flags.ts";
import type { HookQuestion, ReviewAction, ReviewVerdict } from "./slots.ts";

/** What must happen before a call may run, as the rules and the approval policy see it. */
export type Requirement =
  | { type: "skip"; bypassSandbox: boolean }
  /** `personOnly`: a rule wants a person to answer, not the automatic reviewer. */
  | { type: "ask"; reason: string | null; personOnly: boolean }
  | { type: "forbidden"; reason: string };

/** The sandbox stopped an attempt; `network`: because of a connection that a person may be asked about. */
export interface Denial {
  network: NetworkApprovalContext | null;
}

/** A call with effects, told in the terms of the pipeline. */
export interface GuardedCall<Out> {
  callId: string;
  requirement: Requirement;
  /** How the call runs once it may: in the turn's sandbox, in a wider one that was approved, or as the user. */
  execution: EscalationExecution;
  /** The policy lets us ask for a second attempt without the sandbox. */
  mayRetryUnsandboxed: boolean;
  /** Keys under which "for this session" is remembered. */
  cacheKeys: readonly string[];
  /** What a hook is shown. */
  hook: Omit<HookQuestion, "runSuffix">;
  /** What the automatic reviewer is shown. */
  review: ReviewAction;
  /** Asks the person; only called when no hook, reviewer or earlier answer decided. */
  askUser(reason: string | null): Promise<Decision>;
  /** Runs once. A second attempt is made without the sandbox, whatever the first one had. */
  attempt(execution: EscalationExecution): Promise<Out>;
  /** What the sandbox stopped in this attempt; null: nothing. */
  denial(out: Out): Denial | null;
}

interface Question {
  reason: string | null;
  personOnly: boolean;
  runSuffix: string;
}

const UNSANDBOXED: EscalationExecution = { kind: "unsandboxed" };

/**
 * The one way to an effect, top to bottom: what the rules require, who approves, the attempt inside the sandbox, and (when the sandbox
 * stopped it and the policy allows) the question whether to try again without. Throws `Rejected` when somebody says no.
 */
export async function runGuarded<Out>(turn: TurnScope, call: GuardedCall<Out>): Promise<Out> {
  const { requirement, callId } = call;
  if (requirement.type === "forbidden") throw new Rejected(requirement.reason, false);

  const strict = turn.grants.strictAutoReview;
  if (requirement.type === "ask") await requireApproval(turn, call, { ...requirement, runSuffix: callId });
  else if (strict) await requireApproval(turn, call, { reason: null, personOnly: false, runSuffix: callId });
  else tellDecision(turn, callId, null);

  const bypass = call.execution.kind === "unsandboxed" || (requirement.type === "skip" && requirement.bypassSandbox);
  const first = await call.attempt(bypass ? UNSANDBOXED : call.execution);
  const denial = bypass ? null : call.denial(first);
  if (denial === null || !mayRetry(turn, call, denial)) return first;

  if (requirement.type !== "ask" || denial.network !== null || strict) {
    await requireApproval(turn, call, { reason: retryReason(denial), personOnly: false, runSuffix: `${callId}:retry` });
  }
  return call.attempt(UNSANDBOXED);
}

/** Under `on-request` a command is not tried again, unless what stopped it was a connection that can be asked about. */
function mayRetry<Out>(turn: TurnScope, call: GuardedCall<Out>, { network }: Denial): boolean {
  if (call.mayRetryUnsandboxed) return true;
  const { approvalPolicy, permissions } = turn.context.settings;
  return network !== null && approvalPolicy === "on-request" && fileSystemKind(permissions) === "restricted";
}

function retryReason({ network }: Denial): string {
  return network === null
    ? "command failed; retry without sandbox?"
    : `Network access to "${network.host}" is blocked by policy.`;
}

async function requireApproval<Out>(turn: TurnScope, call: GuardedCall<Out>, question: Question): Promise<void> {
  const decision = await decide(turn, call, question);
  tellDecision(turn, call.callId, decision);
  switch (decision.type) {
    case "approved":
      return;
    case "approvedForSession":
      turn.session.approvals.add(call.cacheKeys);
      return;
    case "approvedWithAmendment":
      await amend(turn, decision.prefix, decision.scope ?? "user");
      return;
    case "networkAmendment":
      if (decision.action === "deny") throw new Rejected(DENIED_BY_USER, true);
      return;
    case "denied":
      throw new Rejected(decision.reason, decision.by === "person");
    case "abort":
      turn.requestAbort();
      throw new TurnInterrupted();
  }
}

/** Hooks and the automatic reviewer first, then what was approved before, then the person. */
async function decide<Out>(turn: TurnScope, call: GuardedCall<Out>, question: Question): Promise<Decision> {
  const { reason, runSuffix } = question;
  const decided = await decideWithoutPerson(turn, {
    hook: { ...call.hook, runSuffix },
    review: call.review,
    targetItemId: call.callId,
    reason,
    personOnly: question.personOnly,
  });
  if (decided !== null) return decided;
  if (turn.session.approvals.covers(call.cacheKeys)) return { type: "approved" };
  return call.askUser(reason);
}

/** A question before a person hears of it. */
export interface OpenQuestion {
  /** What hooks are shown; null: there are no hooks for this kind of question. */
  hook: HookQuestion | null;
  review: ReviewAction;
  targetItemId: string | null;
  reason: string | null;
  personOnly?: boolean;
}

/**
 * What the PermissionRequest hooks or else the automatic reviewer decide; null: neither has a say, so a person must be asked. In a turn
 * under strict review hooks are not heard and the reviewer always is. Throws `TurnInterrupted` when the turn ended meanwhile, and
 * `InputReplaced` when a hook wants the call to begin anew with another input.
 */
export async function decideWithoutPerson(turn: TurnScope, question: OpenQuestion): Promise<Decision | null> {
  const { session, context, grants } = turn;
  const { permissionHook, autoReviewer } = session.approvalSlots;
  const strict = grants.strictAutoReview;
  const heard = turn.callInputs.wasReplaced(question.targetItemId);
  if (permissionHook !== undefined && question.hook !== null && !strict && !heard) {
    const callId = question.targetItemId;
    const opinion = await permissionHook({ ...question.hook, ...(callId === null ? {} : { callId }) }, turn);
    throwIfInterrupted(turn.signal);
    if (opinion?.type === "replaced") throw new InputReplaced(opinion.input);
    if (opinion !== null) return { ...opinion, by: "hook" };
  }
  const { approvalPolicy, approvalsReviewer } = context.settings;
  const routed = strict || routesToReviewer(approvalPolicy, approvalsReviewer);
  if (autoReviewer === undefined || !routed || question.personOnly === true) return null;
  const { review: action, targetItemId, reason } = question;
  const reviewed = beginReview(turn, { action, targetItemId, reason });
  const verdict = await autoReviewer({ action, targetItemId, reason }, turn);
  reviewed(verdict);
  throwIfInterrupted(turn.signal);
  return decisionOf(verdict);
}

/** The reviewer's word counts once: what it lets through is not remembered for the session. */
function decisionOf(verdict: ReviewVerdict): Decision {
  switch (verdict.type) {
    case "approved":
    case "approvedForSession":
      return { type: "approved", by: "reviewer" };
    case "denied":
    case "aborted":
      return { type: "denied", reason: verdict.reason, by: "reviewer" };
    case "timedOut":
      return { type: "denied", reason: verdict.reason, by: "reviewer", timedOut: true };
  }
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
