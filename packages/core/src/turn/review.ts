import type { ReviewTarget, TurnError } from "@codex-ts/protocol";
import type { ThreadEvent, ThreadNotification } from "../events/thread-events.ts";
import { throwIfInterrupted } from "../errors.ts";
import {
  REVIEW_INTERRUPTED,
  REVIEW_INTERRUPTED_FRAGMENT,
  REVIEW_INSTRUCTIONS,
  reviewResultFragment,
} from "../prompts/review.ts";
import { parseReview, renderReview, REVIEW_WITHOUT_WORDS, type ReviewOutput } from "../review/output.ts";
import { reviewLabel, reviewPrompt } from "../review/target.ts";
import { enteredReviewLine, exitedReviewLine } from "../rollout/review-lines.ts";
import type { TurnScope } from "./turn-scope.ts";

/** The id of the message that tells a review's result. */
const RESULT_ID = "review_rollout_assistant";

/** Tells that the thread reviews now; comes before the turn's own start. */
export function enterReview(turn: TurnScope, target: ReviewTarget): void {
  const review = reviewLabel(target);
  const item = { type: "enteredReviewMode" as const, id: turn.id, review };
  turn.itemStarted(item);
  turn.itemCompleted(item, [enteredReviewLine(target, review)]);
}

/**
 * A review: a reviewer thread of its own, with its own instructions and without the power to ask, looks at the target; what it
 * does is shown here, and its last words are the result. The conversation of this thread gets the result and nothing else.
 */
export async function runReview(turn: TurnScope, target: ReviewTarget): Promise<void> {
  const { session } = turn;
  const { settings } = turn.context;
  const { env } = session.services;
  await session.rollout.materialize();
  const prompt = await reviewPrompt(target, { cwd: settings.cwd, env, signal: turn.signal });
  throwIfInterrupted(turn.signal);
  const reviewer = await session.openReviewer({
    settings: { ...settings, model: session.config.reviewModel ?? settings.model, approvalPolicy: "never" },
    instructions: REVIEW_INSTRUCTIONS,
  });
  try {
    const words = await lastWords(turn, reviewer, prompt);
    throwIfInterrupted(turn.signal);
    exitReview(turn, words === null ? null : parseReview(words));
  } finally {
    await reviewer.shutdown();
  }
}

/** The part of a thread that a review uses. */
export interface Reviewer {
  subscribe(listener: (event: ThreadEvent) => void): () => void;
  submit(submission: { type: "userTurn"; input: { type: "text"; text: string; text_elements: [] }[] }): string;
  shutdown(): Promise<void>;
}

/** Lets the reviewer work and shows it. Null when it said nothing; a failure of the reviewer is one of this turn. */
function lastWords(turn: TurnScope, reviewer: Reviewer, prompt: string): Promise<string | null> {
  return new Promise(resolve => {
    let words: string | null = null;
    let failure: TurnError | null = null;
    const stop = reviewer.subscribe(event => {
      if (event.kind === "request") {
        // A reviewer has nobody to ask.
        event.fail();
        return;
      }
      if (
        event.method === "item/completed" &&
        event.params.item.type === "agentMessage" &&
        event.params.item.text !== ""
      )
        words = event.params.item.text;
      if (event.method === "turn/completed") {
        ({ error: failure } = event.params.turn);
        finish();
      } else show(turn, event);
    });
    const finish = () => {
      stop();
      turn.signal.removeEventListener("abort", finish);
      resolve(failure === null ? words : null);
    };
    turn.signal.addEventListener("abort", finish, { once: true });
    reviewer.submit({ type: "userTurn", input: [{ type: "text", text: prompt, text_elements: [] }] });
  });
}

/** What the reviewer does is told as this turn's doing, except its messages, which are told as the result at the end. */
function show(turn: TurnScope, event: ThreadNotification): void {
  switch (event.method) {
    case "item/started":
      turn.itemStarted(event.params.item);
      break;
    case "item/completed":
      if (event.params.item.type !== "agentMessage") turn.itemCompleted(event.params.item);
      break;
    case "warning":
      turn.warn(event.params.message);
      break;
    case "error": {
      const { error, willRetry } = event.params;
      turn.emit("error", { error, willRetry });
      if (!willRetry) turn.error = error;
      break;
    }
    case "item/reasoning/summaryTextDelta":
    case "item/reasoning/summaryPartAdded":
    case "item/reasoning/textDelta":
    case "item/commandExecution/outputDelta":
    case "item/commandExecution/terminalInteraction":
    case "turn/plan/updated":
    case "turn/diff/updated": {
      const { threadId: _thread, turnId: _turn, ...params } = event.params;
      turn.emit(event.method, params as never);
      break;
    }
    default:
      break;
  }
}

/** Tells the result, to the model and to the client. `output` null: the review came to none. */
export function exitReview(turn: TurnScope, output: ReviewOutput | null): void {
  const text = output === null ? null : renderReview(output);
  const fragment = text === null ? REVIEW_INTERRUPTED_FRAGMENT : reviewResultFragment(text);
  const shown = text ?? REVIEW_INTERRUPTED;
  turn.record([{ type: "message", role: "user", content: [{ type: "input_text", text: fragment }] }]);
  const exited = { type: "exitedReviewMode" as const, id: turn.id, review: text ?? REVIEW_WITHOUT_WORDS };
  turn.itemStarted(exited);
  turn.itemCompleted(exited, [exitedReviewLine(output)]);
  turn.record([{ type: "message", role: "assistant", content: [{ type: "output_text", text: shown }] }]);
  const message = { type: "agentMessage" as const, id: RESULT_ID, text: shown, phase: null, memoryCitation: null };
  turn.itemStarted(message);
  turn.itemCompleted(message);
}
