import { hookPromptMessage } from "@codex-ts/hooks/prompt";
import type { UserInput } from "@codex-ts/protocol";
import type { ResponseItem } from "@codex-ts/protocol/models";
import { isUserTurnBoundary, messageText } from "../history/contextual.ts";
import type { TurnScope } from "../turn/turn-scope.ts";

/**
 * The calls that a turn makes into its session's hooks (spec: hooks §6). Where nothing is hooked in they answer at once, without a promise
 * that waits for anything.
 */

/** Before the session's first prompt. False: the turn ends here, its prompt unheard. */
export async function sessionMayStart(turn: TurnScope): Promise<boolean> {
  const { hooks } = turn.session;
  const source = hooks?.takeStart() ?? null;
  if (hooks === null || source === null || !hooks.has("SessionStart")) return true;
  const { contexts, stop } = await hooks.run(turn, "SessionStart", { source });
  recordContexts(turn, contexts);
  return stop === null;
}

/** Before a prompt is recorded; null: it must not be, and what hooks have to say about it is recorded instead. */
export async function promptContexts(turn: TurnScope, input: readonly UserInput[]): Promise<readonly string[] | null> {
  const { hooks } = turn.session;
  if (hooks === null || input.length === 0 || !hooks.has("UserPromptSubmit")) return NOTHING;
  const { contexts, stop } = await hooks.run(turn, "UserPromptSubmit", { prompt: promptText(input) });
  if (stop === null) return contexts;
  recordContexts(turn, contexts);
  return null;
}

const NOTHING: readonly string[] = [];

/** `ended`: nothing more happens. `over`: a hook ended the turn at once. `continue`: the model was told to go on. */
export type TurnEnding = "ended" | "over" | "continue";

/** When the model has nothing left to do. `active`: a Stop hook has already made this turn go on. */
export async function turnMayEnd(turn: TurnScope, active: boolean): Promise<TurnEnding> {
  const ending = await askStopHooks(turn, active);
  if (ending === "ended" && turn.session.config.notify !== null) await notifyOfEnd(turn, turn.session.config.notify);
  return ending;
}

/** Tells the program that `notify` names, without waiting for it (spec: hooks §6.10). */
async function notifyOfEnd(turn: TurnScope, command: readonly string[]): Promise<void> {
  const { session, context } = turn;
  const { notify } = await import("@codex-ts/hooks");
  const { services } = session;
  notify(
    command,
    {
      threadId: session.id,
      turnId: turn.id,
      cwd: context.settings.cwd,
      client: services.originator,
      inputMessages: session.history.items.filter(isUserTurnBoundary).map(messageText),
      lastAssistantMessage: turn.lastAgentMessage,
    },
    { env: services.env },
  );
}

async function askStopHooks(turn: TurnScope, active: boolean): Promise<TurnEnding> {
  const { hooks } = turn.session;
  if (hooks === null || !hooks.has("Stop")) return "ended";
  const { stop, fragments } = await hooks.run(turn, "Stop", {
    stopHookActive: active,
    lastAssistantMessage: turn.lastAgentMessage,
  });
  if (stop !== null) return "over";
  if (fragments.length === 0) return "ended";
  turn.record([hookPromptMessage(fragments)]);
  turn.itemCompleted({ type: "hookPrompt", id: turn.session.services.ids.uuid4(), fragments: [...fragments] });
  return "continue";
}

/** What hooks add to the conversation: one developer message each. */
export function recordContexts(turn: TurnScope, contexts: readonly string[]): void {
  if (contexts.length === 0) return;
  turn.record(
    contexts.map(
      (text): ResponseItem => ({ type: "message", role: "developer", content: [{ type: "input_text", text }] }),
    ),
  );
}

/** The texts of a prompt, one behind the other. */
function promptText(input: readonly UserInput[]): string {
  return input.map(part => (part.type === "text" ? part.text : "")).join("");
}
