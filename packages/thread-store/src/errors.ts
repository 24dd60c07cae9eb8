export type ThreadStoreErrorCode =
  | "not_found"
  | "archived_not_found"
  | "empty_session"
  | "no_thread_id"
  | "unreadable"
  | "invalid_cursor"
  | "empty_name"
  | "outside_store"
  | "write_failed"
  | "closed";

/** What the store could not do. The text says what and where; the cause is the operating system's error, if any. */
export class ThreadStoreError extends Error {
  readonly code: ThreadStoreErrorCode;

  constructor(code: ThreadStoreErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "ThreadStoreError";
    this.code = code;
  }
}

/** The `code` of an operating system's error (`ENOENT` ...), or null. */
export function osErrorCode(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}
