import type { HookSource } from "@codex-ts/protocol";
import type { HookEventName } from "./events/names.ts";
import type { Matcher } from "./matcher.ts";

/** A shell command that is handed to the user's shell. */
export interface CommandHandler {
  readonly type: "command";
  readonly command: string;
}

/** A function of a library user. It gets what a command gets on stdin, and returns what a command prints on stdout. */
export interface FunctionHandler {
  readonly type: "function";
  run(input: Readonly<Record<string, unknown>>, context: { signal: AbortSignal }): unknown;
}

/** One handler, ready to run. */
export interface HookHandler {
  readonly event: HookEventName;
  readonly matcher: Matcher;
  readonly action: CommandHandler | FunctionHandler;
  /** At least 1. */
  readonly timeoutSec: number;
  readonly statusMessage: string | null;
  /** Whether its `updatedInput` replaces a tool's input; without this an `updatedInput` makes the run fail. */
  readonly allowUpdatedInput: boolean;
  /** Absolute path of the file (for managed hooks: the folder) that it comes from. */
  readonly sourcePath: string;
  readonly source: HookSource;
  /** Comes from an administrator's requirements. */
  readonly isManaged: boolean;
  /** Position among all handlers of the session, from 0. */
  readonly displayOrder: number;
}

export const DEFAULT_TIMEOUT_SEC = 600;
