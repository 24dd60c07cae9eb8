import { type ChildProcess, spawn } from "node:child_process";
import { SandboxError } from "../errors.ts";
import { closeAll, openForChild } from "../linux/data-descriptor.ts";
import { libc } from "../linux/libc.ts";
import { type SandboxContext, wrapCommand } from "../prepare.ts";
import { killProcess, signalGroup } from "../process/kill.ts";
import { guardGroup, startGuard } from "../process/orphan-guard.ts";

/** How the agent runs a program in a shell's place. */
export interface EscalatedCommand extends SandboxContext {
  /** The program's absolute path, and its arguments. */
  argv: readonly string[];
}

export interface RunningEscalation {
  /** 127 when a signal ended it (spec exec-server.md 5.3). */
  exitCode: Promise<number>;
  kill(): void;
}

const KILLED_EXIT_CODE = 127;

/**
 * Starts a program on the standard streams of another process. They stay the caller's to close.
 * @throws SandboxError when its permissions cannot be enforced (nothing was run), or it cannot be started
 */
export async function startOnDescriptors(
  command: EscalatedCommand,
  streams: readonly [number, number, number],
): Promise<RunningEscalation> {
  const wrapped = await wrapCommand(command.argv, command);
  const inputs = wrapped.inputs.map(openForChild);
  let child: ChildProcess;
  try {
    startGuard();
    if (wrapped.engine !== "none") libc()?.closeOnExec();
    child = spawn(wrapped.file, wrapped.args, {
      cwd: wrapped.cwd,
      env: wrapped.env,
      detached: true,
      stdio: [...streams, ...inputs],
      ...(wrapped.arg0 === undefined ? {} : { argv0: wrapped.arg0 }),
    });
  } finally {
    closeAll(inputs);
  }
  const { pid } = child;
  if (pid === undefined) {
    const error = await new Promise<Error>(resolve => child.once("error", resolve));
    await wrapped.dispose();
    const code = "code" in error ? String(error.code) : error.message;
    throw new SandboxError("spawn_failed", `cannot start ${wrapped.file}: ${code}`, { cause: error });
  }
  child.on("error", () => undefined);
  const release = guardGroup(pid);
  const exitCode = new Promise<number>(resolve => {
    child.once("exit", code => {
      release();
      if (wrapped.engine !== "none") signalGroup(pid, "SIGKILL");
      void wrapped.dispose().then(() => resolve(code ?? KILLED_EXIT_CODE));
    });
  });
  return {
    exitCode,
    kill: () => {
      if (child.exitCode === null && child.signalCode === null) killProcess(pid, "SIGKILL");
    },
  };
}
