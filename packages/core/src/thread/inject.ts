import type { ResponseItem } from "@codex-ts/protocol/models";
import type { TurnContext } from "../turn/turn-context.ts";
import { recordContext } from "../turn/turn.ts";
import { TurnScope } from "../turn/turn-scope.ts";
import type { Session } from "./session.ts";

/** Adds a client's items to the conversation as they are, behind what the model must know of its surroundings where it has not been told. */
export async function injectItems(
  session: Session,
  contextOf: (turnId: string) => TurnContext,
  items: readonly ResponseItem[],
): Promise<void> {
  // Each of them has a number, also one that has nothing to tell.
  const turnId = `auto-compact-${++session.turnsOfNobody}`;
  if (session.baseline === null) {
    const surroundings = new TurnScope(session, contextOf(turnId), "regular");
    surroundings.skills = await session.skills(session.settings.cwd);
    recordContext(surroundings);
  }
  session.record(items, session.modelProfile(session.settings.model).truncation);
  await session.rollout.materialize();
}
