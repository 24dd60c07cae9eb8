import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { constants as os } from "node:os";
import { SandboxError } from "./errors.ts";
import { hasInheritable, libc } from "./linux/libc.ts";
import { type SandboxContext, wrapCommand } from "./prepare.ts";
import { signalGroup } from "./process/kill.ts";
import { startProblem } from "./process/lookup.ts";
import { dismissGuard, guardGroup, startGuard } from "./process/orphan-guard.ts";
import { EXIT_REFUSED } from "./process/refused.ts";

/** The platform a `sandbox` subcommand names. */
export type SandboxCommandPlatform = "linux" | "macos" | "windows";

export interface SandboxCommandOptions extends SandboxContext {
  platform: SandboxCommandPlatform;
  argv: readonly string[];
  /** Where messages of the program itself go; the command's own streams are inherited. */
  printError: (text: string) => void;
}

const EXIT_ERROR = 1;

const forwarded = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

const platforms: Readonly<Record<SandboxCommandPlatform, { node: NodeJS.Platform; text: string }>> = {
  linux: { node: "linux", text: "Linux sandbox is only available on Linux" },
  macos: { node: "darwin", text: "Seatbelt sandbox is only available on macOS" },
  windows: { node: "win32", text: "Windows sandbox is only available on Windows" },
};

/**
 * The `sandbox linux|macos|windows` subcommand (section 11): runs a command with this process's own streams inside its
 * permissions. Answers the exit code: the command's, or 128 plus the signal that ended it.
 */
export async function runSandboxCommand(options: SandboxCommandOptions): Promise<number> {
  const { argv, env, cwd, printError } = options;
  const platform = platforms[options.platform];
  if (process.platform !== platform.node) {
    printError(`Error: ${platform.text}`);
    return EXIT_ERROR;
  }
  const [name] = argv;
  if (name === undefined) {
    printError("No command specified to execute.");
    return EXIT_REFUSED;
  }
  const problem = startProblem(name, env.PATH, cwd);
  if (problem !== null) {
    printError(problem.text);
    return EXIT_REFUSED;
  }
  try {
    return await runInherited(options);
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    printError(`Error: ${error.message}`);
    return EXIT_REFUSED;
  }
}

async function runInherited(options: SandboxCommandOptions): Promise<number> {
  const wrapped = await wrapCommand(options.argv, options);
  const inputs = wrapped.inputs.map(file => openSync(file, "r"));
  const { engine } = wrapped;
  // bubblewrap dies with this process once it runs, so it need not wait for the guard; the helper of Landlock does not.
  if (engine !== "none" && engine !== "bwrap") startGuard();
  if (hasInheritable()) libc()?.closeOnExec();
  // Not detached: bubblewrap and the helper leave this terminal's session by themselves, and an unconfined command stays
  // in it, as if it had been started by the shell.
  let child: ChildProcess;
  try {
    child = spawn(wrapped.file, wrapped.args, {
      cwd: wrapped.cwd,
      env: wrapped.env,
      stdio: ["inherit", "inherit", "inherit", ...inputs],
      ...(wrapped.arg0 === undefined ? {} : { argv0: wrapped.arg0 }),
    });
  } catch (error) {
    await wrapped.dispose();
    const why = error instanceof Error ? error.message : String(error);
    throw new SandboxError("spawn_failed", `cannot start ${wrapped.file}: ${why}`, { cause: error });
  } finally {
    for (const fd of inputs) closeSync(fd);
  }
  if (engine === "bwrap") startGuard();
  const { pid } = child;
  const ownSession = engine === "landlock" || engine === "seccomp";
  const release = ownSession && pid !== undefined ? guardGroup(pid) : () => undefined;
  // The helper makes the command a session leader; until it has, there is only the process itself.
  const forward = (signal: NodeJS.Signals) => {
    if (!(ownSession && pid !== undefined && signalGroup(pid, signal))) child.kill(signal);
  };
  for (const signal of forwarded) process.on(signal, forward);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", error => {
        reject(new SandboxError("spawn_failed", `cannot start ${wrapped.file}: ${error.message}`, { cause: error }));
      });
      child.once("exit", (code, signal) => resolve(code ?? 128 + (signal ? os.signals[signal] : 0)));
    });
  } finally {
    for (const signal of forwarded) process.off(signal, forward);
    release();
    if (ownSession && pid !== undefined) signalGroup(pid, "SIGKILL");
    await wrapped.dispose();
    dismissGuard();
  }
}
