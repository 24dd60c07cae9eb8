import { spawn } from "node:child_process";
import type { HookEnv } from "./run/shell.ts";

/** What the program that `notify` names is told about a turn. */
export interface TurnNotice {
  readonly threadId: string;
  readonly turnId: string;
  readonly cwd: string;
  /** Name of the app-server's client; null when there is none. */
  readonly client: string | null;
  /** Texts of the user messages of the last model request. */
  readonly inputMessages: readonly string[];
  readonly lastAssistantMessage: string | null;
}

/** The argument that the program gets (spec: hooks §6.10). */
export function notifyArgument(notice: TurnNotice): string {
  return JSON.stringify({
    type: "agent-turn-complete",
    "thread-id": notice.threadId,
    "turn-id": notice.turnId,
    cwd: notice.cwd,
    ...(notice.client === null ? {} : { client: notice.client }),
    "input-messages": notice.inputMessages,
    "last-assistant-message": notice.lastAssistantMessage,
  });
}

/** Starts the program and does not wait for it. A failure is told to `onFailure` and nobody else. */
export function notify(
  command: readonly string[],
  notice: TurnNotice,
  options: { readonly env: HookEnv; readonly onFailure?: (error: unknown) => void },
): void {
  const [program, ...args] = command;
  if (program === undefined || program === "") return;
  const failure = options.onFailure ?? (() => {});
  try {
    const child = spawn(program, [...args, notifyArgument(notice)], { env: options.env, stdio: "ignore" });
    child.on("error", failure);
    child.unref();
  } catch (error) {
    failure(error);
  }
}
