/** What went wrong, for callers that decide by it. */
export type ExecPolicyErrorCode =
  /** A rules file is not a program of the rules language, or failed while running. */
  | "language"
  /** An example of a rule does not behave as it says. */
  | "example"
  /** A rule, prefix or host that was given to a function is not acceptable. */
  | "rule"
  /** The rules of managed requirements are not acceptable. */
  | "requirements"
  /** Rules could not be read from disk. */
  | "read"
  /** An amendment could not be written. */
  | "write"
  /** A network amendment does not fit what was asked for. */
  | "mismatch";

/** A place in a rules file. Lines and columns count from 1; columns count characters. */
export interface SourceRange {
  path: string;
  start: { line: number; column: number };
  end: { line: number; column: number };
}

/** The only error class of this package. */
export class ExecPolicyError extends Error {
  readonly code: ExecPolicyErrorCode;
  /** Where in a rules file, when it is about one. */
  readonly location: SourceRange | null;
  /** The full text for people: message, place and source line. Equal to `message` when there is no place to show. */
  readonly rendered: string;

  constructor(
    code: ExecPolicyErrorCode,
    message: string,
    details: { location?: SourceRange | null; rendered?: string; cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "ExecPolicyError";
    this.code = code;
    this.location = details.location ?? null;
    this.rendered = details.rendered ?? message;
  }
}
