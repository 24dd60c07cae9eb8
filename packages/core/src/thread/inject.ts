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
  if (session.baseline === null) {
    const surroundings = new TurnScope(session, contextOf(`auto-compact-${++session.turnsOfNobody}`), "regular");
    surroundings.skills = await session.skills(session.settings.cwd);
    recordContext(surroundings);
  }
  session.record(items, session.modelProfile(session.settings.model).truncation);
  await session.rollout.materialize();
}
