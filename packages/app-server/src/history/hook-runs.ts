import { readHookRuns } from "@codex-ts/core";
import type { HookRunSummary, Turn } from "@codex-ts/protocol";
import type { RequestContext } from "../dispatch/handler.ts";

/** A turn with the runs of its hooks: an extension that only clients of the experimental API see, in no published schema. */
export type TurnWithHookRuns = Turn & { hookRuns?: readonly HookRunSummary[] };

/** Shows a client that opted in which hooks ran in the turns, as they were told when they ended. */
export async function withHookRuns(
  { server, connection }: Pick<RequestContext, "server" | "connection">,
  threadId: string,
  turns: readonly Turn[],
): Promise<TurnWithHookRuns[]> {
  if (connection.client?.experimentalApi !== true || turns.length === 0) return [...turns];
  const runs = await readHookRuns(server.options.codexHome, threadId);
  if (runs.size === 0) return [...turns];
  return turns.map(turn => {
    const hookRuns = runs.get(turn.id);
    return hookRuns === undefined ? turn : { ...turn, hookRuns };
  });
}
