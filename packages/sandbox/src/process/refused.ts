import type { SandboxEngine } from "../choose.ts";
import type { SandboxError, SandboxErrorCode } from "../errors.ts";
import { OutputQueue } from "./output.ts";
import type { SandboxedProcess } from "./types.ts";

/** What a command exits with that its sandbox refuses to start (section 11). */
export const EXIT_REFUSED = 101;

/** The engine could have started the command, and refuses to for what the permissions or the files look like. */
const refusals: readonly SandboxErrorCode[] = ["writable_symlink", "glob_scan", "unsupported_policy"];

export function isRefusal(error: SandboxError): boolean {
  return refusals.includes(error.code);
}

/** What clients and models see of a refusal: a command that ended at once and said why. Nothing was run. */
export function refusedProcess(error: SandboxError, sandbox: SandboxEngine, tty: boolean): SandboxedProcess {
  return endedProcess(`Error: the sandbox could not be built: ${error.message}`, sandbox, tty);
}

/** A command that ended before it began. On a terminal there is but one stream. */
export function endedProcess(why: string, sandbox: SandboxEngine, tty: boolean): SandboxedProcess {
  const output = new OutputQueue();
  output.push({ stream: tty ? "stdout" : "stderr", chunk: Buffer.from(tty ? `${why}\r\n` : `${why}\n`) });
  output.end();
  return {
    pid: null,
    sandbox,
    output,
    undrained: new Set(),
    exited: Promise.resolve({ exitCode: EXIT_REFUSED, signal: null }),
    write: () => Promise.resolve(),
    closeStdin: () => undefined,
    resize: () => undefined,
    kill: () => undefined,
  };
}
