import type { EventOf, HookEvent } from "../events/event.ts";
import type { HandlerResult, Judgement } from "../events/judgement.ts";
import type { HookEventName } from "../events/names.ts";
import {
  aggregatePermissionRequest,
  judgePermissionRequest,
  type PermissionRequestOutcome,
} from "../events/permission-request.ts";
import { aggregatePostToolUse, judgePostToolUse, type PostToolUseOutcome } from "../events/post-tool-use.ts";
import { aggregatePreToolUse, judgePreToolUse, type PreToolUseOutcome } from "../events/pre-tool-use.ts";
import { aggregateSessionStart, judgeSessionStart, type SessionStartOutcome } from "../events/session-start.ts";
import { aggregateStop, judgeStop, type StopOutcome } from "../events/stop.ts";
import {
  aggregateUserPromptSubmit,
  judgeUserPromptSubmit,
  type UserPromptSubmitOutcome,
} from "../events/user-prompt-submit.ts";
import type { HookHandler } from "../handler.ts";

/** What an event comes to, by event. */
export interface HookOutcomes {
  SessionStart: SessionStartOutcome;
  UserPromptSubmit: UserPromptSubmitOutcome;
  PreToolUse: PreToolUseOutcome;
  PermissionRequest: PermissionRequestOutcome;
  PostToolUse: PostToolUseOutcome;
  Stop: StopOutcome;
}

/** A handler that ran, and what it said. */
export interface EndedRun {
  readonly handler: HookHandler;
  readonly runId: string;
  readonly result: HandlerResult;
}

/** The judgements of all runs, and what follows from them together. */
export interface Judged<N extends HookEventName> {
  readonly judgements: readonly Judgement<unknown>[];
  readonly outcome: HookOutcomes[N];
}

/** Judges the runs of one event, given in configuration order, and aggregates them by the event's rule. Pure. */
export function judgeRuns<N extends HookEventName>(event: EventOf<N>, runs: readonly EndedRun[]): Judged<N>;
export function judgeRuns(event: HookEvent, runs: readonly EndedRun[]): Judged<HookEventName> {
  switch (event.event) {
    case "SessionStart":
      return collected(runs, judgeSessionStart, aggregateSessionStart);
    case "UserPromptSubmit":
      return collected(runs, judgeUserPromptSubmit, aggregateUserPromptSubmit);
    case "PreToolUse": {
      const check = event.checkInput;
      const one = (result: HandlerResult, { allowUpdatedInput }: HookHandler) =>
        judgePreToolUse(result, { allowed: allowUpdatedInput, check });
      return collected(runs, one, aggregatePreToolUse);
    }
    case "PermissionRequest": {
      const check = event.checkInput;
      const one = (result: HandlerResult, { allowUpdatedInput }: HookHandler) =>
        judgePermissionRequest(result, { allowed: allowUpdatedInput, check });
      return collected(runs, one, aggregatePermissionRequest);
    }
    case "PostToolUse":
      return collected(runs, judgePostToolUse, aggregatePostToolUse);
    case "Stop": {
      const judgements = runs.map(({ result }) => judgeStop(result));
      const effects = runs.flatMap(({ runId }, at) => {
        const effect = judgements[at]?.effect;
        return effect === undefined ? [] : [{ effect, runId }];
      });
      return { judgements, outcome: aggregateStop(effects) };
    }
  }
}

function collected<Effect, Outcome>(
  runs: readonly EndedRun[],
  judgeOne: (result: HandlerResult, handler: HookHandler) => Judgement<Effect>,
  aggregate: (effects: readonly Effect[]) => Outcome,
): { judgements: readonly Judgement<Effect>[]; outcome: Outcome } {
  const judgements = runs.map(({ result, handler }) => judgeOne(result, handler));
  const effects = judgements.flatMap(({ effect }) => (effect === undefined ? [] : [effect]));
  return { judgements, outcome: aggregate(effects) };
}

/** What an event comes to when nobody listens. */
export function quietOutcome<N extends HookEventName>(event: EventOf<N>): HookOutcomes[N] {
  return judgeRuns(event, []).outcome;
}
