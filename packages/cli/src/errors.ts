/**
 * A failure that ends the program with a known exit code and one clear text on stderr.
 * Exit codes: 1 run-time failure, 2 command-line usage, 3 no sandbox can be enforced.
 */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exitCode: number;
  /** Printed before the message; `Error: ` unless the text is complete as it stands. */
  readonly prefix: string;

  constructor(message: string, options: { exitCode?: number; prefix?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.exitCode = options.exitCode ?? 1;
    this.prefix = options.prefix ?? "Error: ";
  }

  /** A message that is printed exactly as given. */
  static plain(message: string, exitCode = 1): CliError {
    return new CliError(message, { exitCode, prefix: "" });
  }
}

/** A command line that cannot be understood: exit code 2, usage text after the message unless only a value is wrong. */
export class UsageError extends CliError {
  readonly showsUsage: boolean;

  constructor(message: string, { showsUsage = true }: { showsUsage?: boolean } = {}) {
    super(message, { exitCode: 2, prefix: "error: " });
    this.showsUsage = showsUsage;
  }
}

/**
 * The text for a failure that reaches the top: the message, then each nested cause on a line of its own
 * (spec: command line, "Run-time errors").
 */
export function renderFailure(error: unknown): { text: string; exitCode: number } {
  const exitCode = error instanceof CliError ? error.exitCode : 1;
  const prefix = error instanceof CliError ? error.prefix : "Error: ";
  const message = error instanceof Error ? error.message : String(error);
  const causes: string[] = [];
  let cause: unknown = error instanceof Error ? error.cause : undefined;
  while (cause instanceof Error && causes.length < 8) {
    if (cause.message !== message && !causes.includes(cause.message)) causes.push(cause.message);
    cause = cause.cause;
  }
  const tail = causes.length > 0 ? `\n\nCaused by:\n${causes.map(indented).join("\n")}` : "";
  return { text: `${prefix}${message}${tail}\n`, exitCode };
}

/** A cause, below the message; several are numbered. */
function indented(cause: string, at: number, all: readonly string[]): string {
  const head = all.length > 1 ? `${at}: ` : "";
  return cause
    .trimEnd()
    .split("\n")
    .map((line, row) => `    ${row === 0 ? head : " ".repeat(head.length)}${line}`)
    .join("\n");
}
