import type { ReviewTarget } from "@codex-ts/protocol";
import type { RolloutItem } from "@codex-ts/thread-store";
import type { ReviewOutput } from "../review/output.ts";

/** Lines of the begin and the end of a review. */

export function enteredReviewLine(target: ReviewTarget, label: string): RolloutItem {
  return {
    type: "event_msg",
    payload: { type: "entered_review_mode", target: { ...target }, user_facing_hint: label },
  };
}

export function exitedReviewLine(output: ReviewOutput | null): RolloutItem {
  return { type: "event_msg", payload: { type: "exited_review_mode", review_output: output } };
}
