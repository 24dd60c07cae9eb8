import type { DynamicToolSpec } from "@codex-ts/protocol";
import type { StoredThread } from "@codex-ts/thread-store";
import { hasUserTurn } from "../analytics/turn-facts.ts";
import { reconstruct } from "../rollout/reconstruct.ts";
import type { ThreadOptions } from "../runtime-options.ts";
import { dynamicTool } from "../tools/dynamic-tool.ts";
import type { Tool } from "../tools/tool.ts";
import type { Session } from "./session.ts";

/** Brings a session to where its file ends. A fork was asked for with its model, so that another one is no surprise. */
export function restore(session: Session, stored: StoredThread, { fork }: { fork: boolean }): void {
  const { truncation } = session.modelProfile(session.settings.model);
  const state = reconstruct(stored.items, { policy: truncation });
  session.history.replace(state.history);
  session.hadUserTurn = hasUserTurn(session);
  session.baseline = state.baseline;
  session.previousModel = state.previousModel;
  session.tokens.info = state.tokenInfo;
  // A fork is a thread of its own: it opens its first window, whatever its source went through.
  session.windowGeneration = fork ? 0 : state.compactions;
  const { model } = session.settings;
  if (!fork && state.previousModel !== null && state.previousModel !== model) {
    session.warn(
      `This session was recorded with model \`${state.previousModel}\` but is resuming with \`${model}\`. Consider switching back to \`${state.previousModel}\` as it may affect Codex performance.`,
    );
  }
}

/** The base instructions that a session file remembers. */
export function recordedInstructions(stored: StoredThread): string | null {
  const recorded = stored.meta["base_instructions"];
  if (typeof recorded !== "object" || recorded === null) return null;
  const text: unknown = Reflect.get(recorded, "text");
  return typeof text === "string" ? text : null;
}

/** The client's own tools: those it brought, or those that the session file remembers. */
export function dynamicTools(options: ThreadOptions, stored: StoredThread | null): Tool[] {
  const remembered = stored?.meta.dynamic_tools as DynamicToolSpec[] | null | undefined;
  return (options.dynamicTools ?? remembered ?? []).map(dynamicTool);
}

/** The client's tools as a session file keeps them: whether they are deferred is always said. */
export function writtenTools(tools: readonly DynamicToolSpec[]): DynamicToolSpec[] {
  return tools.map(tool => ({ ...tool, deferLoading: tool.deferLoading ?? false }));
}
