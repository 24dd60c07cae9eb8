import { stat } from "node:fs/promises";
import { systemWords } from "./io-error.ts";

/** What the operating system said when a command could not be started. */
interface SystemRefusal {
  code: string;
  errno: number;
}

const KINDS: Readonly<Record<string, string>> = {
  ENOENT: "NotFound",
  EACCES: "PermissionDenied",
  EPERM: "PermissionDenied",
  ENOTDIR: "NotADirectory",
  E2BIG: "ArgumentListTooLong",
};

const NUL_BYTE = "nul byte found in provided data";

/** A word of the command has a character in it that ends words. */
function hasNul(error: unknown): boolean {
  const cause: unknown = error instanceof Error ? error.cause : null;
  return invalidArgument(cause) && /null bytes/.test(cause.message);
}

function invalidArgument(error: unknown): error is Error {
  return error instanceof Error && "code" in error && error.code === "ERR_INVALID_ARG_VALUE";
}

/** Why a command could not be started, as a model reads it: the system's words where it was the system, our own otherwise. */
export class StartError extends Error {
  /** For the tools that run to the end. */
  readonly asExecutionError: string;
  /** For the tool that leaves processes behind. */
  readonly asProcessError: string;

  constructor(refusal: SystemRefusal | null, error: unknown) {
    const text = error instanceof Error ? error.message : String(error);
    super(text, { cause: error });
    this.name = "StartError";
    if (hasNul(error)) {
      this.asExecutionError = `Io(Error { kind: InvalidInput, message: ${JSON.stringify(NUL_BYTE)} })`;
      this.asProcessError = JSON.stringify(
        `Rejected(${JSON.stringify(`Failed to create unified exec process: ${NUL_BYTE}`)})`,
      );
      return;
    }
    const words = refusal === null ? null : systemWords(refusal.code, refusal.errno);
    const code = refusal === null ? 0 : Math.abs(refusal.errno);
    const kind = KINDS[refusal?.code ?? ""] ?? "Uncategorized";
    this.asExecutionError =
      words === null ? text : `Io(Os { code: ${code}, kind: ${kind}, message: ${JSON.stringify(words)} })`;
    const why = words === null ? text : `Failed to create unified exec process: ${words} (os error ${code})`;
    this.asProcessError = words === null ? JSON.stringify(why) : JSON.stringify(`Rejected(${JSON.stringify(why)})`);
  }
}

/**
 * What kept a command from starting.
 * @param cwd folder that it was to run in
 */
export async function startError(error: unknown, cwd: string): Promise<StartError> {
  const cause: unknown = error instanceof Error ? error.cause : null;
  return new StartError(refusalOf(cause) ?? (await missingFolder(cwd)), error);
}

async function missingFolder(cwd: string): Promise<SystemRefusal | null> {
  try {
    return (await stat(cwd)).isDirectory() ? null : { code: "ENOTDIR", errno: 20 };
  } catch (error) {
    return refusalOf(error);
  }
}

function refusalOf(error: unknown): SystemRefusal | null {
  // A program without a name is nowhere.
  if (invalidArgument(error) && /cannot be empty/.test(error.message)) return { code: "ENOENT", errno: 2 };
  if (!(error instanceof Error) || !("code" in error) || !("errno" in error)) return null;
  const { code, errno } = error;
  return typeof code === "string" && typeof errno === "number" ? { code, errno } : null;
}
