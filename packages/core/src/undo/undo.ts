import { undoCompletedLine } from "../rollout/projection.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import { restoreSnapshot } from "./ghost-commit.ts";

/** How an undo ended, as clients show it. */
export interface UndoOutcome {
  success: boolean;
  message: string;
}

/** Brings the working folder back to the newest snapshot of the conversation, which is used up by that. Never throws. */
export async function undo(turn: TurnScope): Promise<UndoOutcome> {
  const outcome = await restoreNewest(turn);
  turn.session.rollout.append([undoCompletedLine(outcome)]);
  return outcome;
}

async function restoreNewest(turn: TurnScope): Promise<UndoOutcome> {
  const { history, services } = turn.session;
  const at = history.items.findLastIndex(item => item.type === "ghost_snapshot");
  const item = history.items[at];
  if (item?.type !== "ghost_snapshot") return { success: false, message: "No ghost snapshot available to undo." };
  const { id } = item.ghost_commit;
  try {
    const run = { cwd: turn.context.settings.cwd, env: services.env, signal: turn.signal };
    await restoreSnapshot(run, item.ghost_commit);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { success: false, message: `Failed to restore snapshot ${id}: ${why}` };
  }
  history.replace(history.items.filter(entry => entry !== item));
  return { success: true, message: `Undo restored snapshot ${id.slice(0, 7)}.` };
}
