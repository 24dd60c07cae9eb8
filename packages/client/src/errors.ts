export type ClientErrorCode = "closed" | "timeout" | "spawn_failed" | "connect_failed";

/** What went wrong on this side of the connection. */
export class ClientError extends Error {
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "ClientError";
    this.code = code;
  }
}
