import { turnMetadata } from "@codex-ts/model-provider";
import { gatherWorkspaces } from "../context/workspaces.ts";
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
  return fitForHeader(json);
}

export interface DetachedMetadata {
  /** Environment of git. */
  env: Readonly<Record<string, string>>;
  /** What a command of the request would be confined by, such as `seccomp`; null: nothing is said of it. */
  sandbox?: string | null;
  signal?: AbortSignal;
}

/**
 * Value of the `x-codex-turn-metadata` header for a request outside of every turn: the repository around a folder, and the sandbox. Waits
 * for git, five seconds at the most. Null where there is nothing to tell (spec: analytics B3).
 */
export async function detachedTurnMetadata(
  cwd: string,
  { env, sandbox = null, signal = new AbortController().signal }: DetachedMetadata,
): Promise<string | null> {
  const workspaces = await gatherWorkspaces(cwd, env, signal);
  return workspaces === null && sandbox === null ? null : fitForHeader(turnMetadata({ workspaces, sandbox }));
}

function fitForHeader(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function threadSource(source: Session["source"]): "user" | "subagent" | null {
  if (typeof source === "object") return "subagent" in source ? "subagent" : null;
  return source === "cli" || source === "vscode" || source === "exec" ? "user" : null;
}

type Session = TurnScope["session"];
