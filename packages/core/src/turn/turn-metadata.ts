import { turnMetadata } from "@codex-ts/model-provider";
import { sandboxTag } from "../exec/sandbox-choice.ts";
import type { TurnScope } from "./turn-scope.ts";

/** Value of the `x-codex-turn-metadata` header: who asks, for which turn, in which sandbox. Always fit for a header. */
export function turnMetadataHeader(turn: TurnScope): string {
  const { session, context } = turn;
  const json = turnMetadata({
    sessionId: session.id,
    threadSource: threadSource(session.source),
    turnId: context.turnId,
    workspaces: turn.workspaces,
    sandbox: sandboxTag(context.settings.permissions, session.services.platform),
    extra: { ...context.clientMetadata },
  });
  return json.replace(/[^\x20-\x7e]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function threadSource(source: Session["source"]): "user" | "subagent" | null {
  if (typeof source === "object") return "subagent" in source ? "subagent" : null;
  return source === "cli" || source === "vscode" || source === "exec" ? "user" : null;
}

type Session = TurnScope["session"];
