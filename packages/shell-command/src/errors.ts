/** What went wrong, for callers that decide by it. */
export type ShellCommandErrorCode = "parser_not_ready" | "parser_load_failed";

/** The only error class of this package. */
export class ShellCommandError extends Error {
  readonly code: ShellCommandErrorCode;

  constructor(code: ShellCommandErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ShellCommandError";
    this.code = code;
  }
}
