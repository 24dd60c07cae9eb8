import type { UserInput } from "@codex-ts/protocol";
import type { ResponseItem } from "@codex-ts/protocol/models";
import { contextUpdates } from "../context/context-updates.ts";
import { userInputMessage } from "../context/user-input.ts";
import { normalizeHistory } from "../history/normalize.ts";
import type { TurnScope } from "./turn-scope.ts";

/** The conversation as the model would get it if this prompt came now (empty: before any prompt). Nothing is recorded and nobody is asked. */
export async function previewInput(turn: TurnScope, prompt: readonly UserInput[]): Promise<ResponseItem[]> {
  const { session, context } = turn;
  const { cwd } = context.settings;
  turn.skills = await session.skills(cwd);
  const items = [
    ...session.history.items,
    ...contextUpdates(turn),
    ...(prompt.length === 0 ? [] : [await userInputMessage(prompt, cwd)]),
  ];
  return normalizeHistory(items, { images: context.model.images, freeformPatch: false });
}
