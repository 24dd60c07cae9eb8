import type { ReviewTarget } from "@codex-ts/protocol";
import { reviewProblem } from "../review/target.ts";
import { tellTask } from "../telemetry/turn-counts.ts";
import { enterReview, runReview } from "../turn/review.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import type { Session } from "./session.ts";
import type { TurnSeat } from "./turn-seat.ts";

/** Starts a review in place of what runs. One that cannot be done is an error and no turn; what runs goes on. */
export async function startReview(session: Session, seat: TurnSeat, id: string, target: ReviewTarget): Promise<void> {
  const problem = await reviewProblem(target, { cwd: session.settings.cwd, env: session.services.env });
  if (problem !== null) {
    seat.emitError(id, { message: problem, codexErrorInfo: "other", additionalDetails: null });
    return;
  }
  await seat.abort("replaced");
  const review = (scope: TurnScope) => {
    tellTask(scope, "review");
    return runReview(scope, target);
  };
  seat.start(id, "review", {}, review, scope => enterReview(scope, target));
}
