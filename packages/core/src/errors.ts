import type { CodexErrorInfo } from "@codex-ts/protocol";

export type CoreErrorCode =
  | "bad_request"
  | "thread_not_found"
  | "thread_closed"
  | "no_active_turn"
  | "turn_mismatch"
  | "turn_not_steerable"
  | "empty_input"
  | "rollback_failed"
  | "not_persisted"
  | "unsupported"
  | "internal";

/** What a caller of the runtime did wrong, or what the runtime could not do. The doors map `code` to their own errors. */
export class CoreError extends Error {
  readonly code: CoreErrorCode;
  /** Set when a v2 client should see this class of error. */
  readonly info: CodexErrorInfo | null;

  constructor(code: CoreErrorCode, message: string, info: CodexErrorInfo | null = null) {
    super(message);
    this.name = "CoreError";
    this.code = code;
    this.info = info;
  }
}

/** A turn ends with this error: it becomes an `error` notification and a failed turn. */
export class TurnFailure extends Error {
  readonly info: CodexErrorInfo | null;

  constructor(message: string, info: CodexErrorInfo | null = "other") {
    super(message);
    this.name = "TurnFailure";
    this.info = info;
  }
}

/** Thrown inside a turn when its signal was aborted: never shown, only unwinds. */
export class TurnInterrupted extends Error {
  constructor() {
    super("the turn was interrupted");
    this.name = "TurnInterrupted";
  }
}

export function throwIfInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw new TurnInterrupted();
}
