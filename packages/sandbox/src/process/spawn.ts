import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, statSync } from "node:fs";
import { Socket } from "node:net";
import { constants } from "node:os";
import type { Readable, Writable } from "node:stream";
import { SandboxError } from "../errors.ts";
import { closeAll, openForChild } from "../linux/data-descriptor.ts";
import { libc } from "../linux/libc.ts";
import { type SandboxContext, type WrappedCommand, wrapCommand } from "../prepare.ts";
import { killProcess, signalGroup } from "./kill.ts";
import { startProblem } from "./lookup.ts";
import { guardGroup, startGuard } from "./orphan-guard.ts";
import { OutputQueue } from "./output.ts";
import { endedProcess, isRefusal, refusedProcess } from "./refused.ts";
import type { ProcessExit, SandboxedProcess } from "./types.ts";

export interface SpawnOptions extends SandboxContext {
  argv: readonly string[];
  /** A terminal of this size instead of pipes. It adds TERM and PWD where the environment has none. */
  tty?: { cols: number; rows: number } | false;
  /** `null` (default): nothing to read. `pipe`: what `write` sends. A terminal always has input. */
  stdin?: "null" | "pipe";
  /**
   * What becomes of a command whose sandbox cannot be built for what the permissions or the files look like: `reject`
   * (default), or `end`: it has ended with exit code 101 and its reason on standard error.
   */
  onRefusal?: "reject" | "end";
}

/** How long streams are waited for after the command has ended. */
const DRAIN_MS = 2000;

/**
 * Starts a command inside its permissions. A confined command whose program cannot be found has ended with 101.
 * @throws SandboxError when no engine can enforce them (nothing was run), or the process cannot be started
 */
export async function spawnSandboxed(options: SpawnOptions): Promise<SandboxedProcess> {
  const tty = (options.tty ?? false) !== false;
  requireDirectory(options.cwd);
  libc(); // For real pipes; loaded first, so that all that can use it does.
  let wrapped: WrappedCommand;
  try {
    wrapped = await wrapCommand(options.argv, options);
  } catch (error) {
    if (options.onRefusal !== "end" || !(error instanceof SandboxError) || !isRefusal(error)) throw error;
    return refusedProcess(error, options.legacyLandlock === true ? "landlock" : "bwrap", tty);
  }
  const confined = wrapped.engine !== "none";
  // Whoever starts an unconfined command on pipes is told by the system.
  const problem = confined || tty ? startProblem(options.argv[0] ?? "", options.env.PATH, options.cwd) : null;
  if (problem !== null && confined) {
    await wrapped.dispose();
    return endedProcess(problem.text, wrapped.engine, tty);
  }
  try {
    if (options.tty) {
      // A terminal would be opened first, and the program be missed in it.
      if (problem !== null)
        throw new SandboxError("spawn_failed", `cannot start ${options.argv[0] ?? ""}: ${problem.code}`);
      const { spawnOnTerminal } = await import("./terminal.ts");
      return await spawnOnTerminal(wrapped, options.tty);
    }
    return await spawnOnPipes(wrapped, options.stdin ?? "null");
  } catch (error) {
    await wrapped.dispose();
    throw error;
  }
}

function requireDirectory(cwd: string): void {
  let problem = "is not a directory";
  try {
    if (statSync(cwd).isDirectory()) return;
  } catch {
    problem = "does not exist";
  }
  throw new SandboxError("invalid_request", `the working directory ${cwd} ${problem}`);
}

/** One of the child's streams: what the child is given, and the end that stays here. */
interface Channel<End> {
  given: number | "pipe" | "ignore";
  take(child: ChildProcess, index: number): End;
  /** Closes the child's end here, once the child has it. */
  close(): void;
  /** Closes the end that stays here, when there is no child. */
  discard(): void;
}

async function spawnOnPipes(wrapped: WrappedCommand, stdin: "null" | "pipe"): Promise<SandboxedProcess> {
  const input = stdin === "pipe" ? writeChannel() : null;
  const channels = { stdout: readChannel(), stderr: readChannel() };
  const inputs = wrapped.inputs.map(openForChild);
  const queue = new OutputQueue();
  const open = new Set<"stdout" | "stderr">(["stdout", "stderr"]);
  let child: ChildProcess;
  try {
    // Node takes no name for a mistake of ours; for the system it is a program that is not there.
    if (wrapped.file === "")
      throw Object.assign(new Error("ENOENT"), { code: "ENOENT", errno: -constants.errno.ENOENT });
    startGuard();
    if (wrapped.engine !== "none") libc()?.closeOnExec();
    child = spawn(wrapped.file, wrapped.args, {
      cwd: wrapped.cwd,
      env: wrapped.env,
      detached: true,
      stdio: [input?.given ?? "ignore", channels.stdout.given, channels.stderr.given, ...wrapped.inherit, ...inputs],
      ...(wrapped.arg0 === undefined ? {} : { argv0: wrapped.arg0 }),
    });
  } catch (error) {
    // What the system refuses at once, such as an argument list that is too long.
    for (const channel of [input, channels.stdout, channels.stderr]) channel?.discard();
    const why = error instanceof Error ? error.message : String(error);
    throw new SandboxError("spawn_failed", `cannot start ${wrapped.file}: ${why}`, { cause: error });
  } finally {
    closeAll(inputs);
    for (const channel of [input, channels.stdout, channels.stderr]) channel?.close();
  }
  const ends: Readable[] = [];
  const stdinEnd = input?.take(child, 0) ?? null;
  stdinEnd?.on("error", () => undefined);
  for (const stream of ["stdout", "stderr"] as const) {
    const end = channels[stream].take(child, stream === "stdout" ? 1 : 2);
    ends.push(end);
    queue.addSource(end);
    end.on("data", (chunk: Buffer) => queue.push({ stream, chunk }));
    end.on("error", () => undefined);
    end.on("close", () => {
      open.delete(stream);
      if (open.size === 0) queue.end();
    });
  }
  const pid = await started(child, wrapped);
  const release = guardGroup(pid);
  const giveUp = () => {
    if (open.size === 0) return;
    if (queue.waitsForReader) {
      setTimeout(giveUp, DRAIN_MS).unref();
      return;
    }
    // The set keeps saying what was still open: closing the streams now must not look like their end.
    for (const end of ends) end.removeAllListeners("close").destroy();
    queue.end();
  };
  const exited = new Promise<ProcessExit>(resolve => {
    child.once("exit", (code, signal) => {
      release();
      // Whatever a confined command left running goes with it, as it does when a process namespace ends.
      if (wrapped.engine !== "none") signalGroup(pid, "SIGKILL");
      void wrapped.dispose().then(() => resolve(exitOf(code, signal)));
      if (open.size > 0) setTimeout(giveUp, DRAIN_MS).unref();
    });
  });
  return {
    pid,
    sandbox: wrapped.engine,
    output: queue,
    undrained: open,
    exited,
    write: data => writeTo(stdinEnd, data),
    closeStdin: () => stdinEnd?.end(),
    kill: signal => {
      if (child.exitCode === null && child.signalCode === null) killProcess(pid, signal);
    },
  };
}

/** A pipe from the child; a real one where the C library can make it, because a socket cannot be reopened by name. */
function readChannel(): Channel<Readable> {
  const pipe = libc()?.pipe();
  if (!pipe) return nodeChannel<Readable>();
  const take = () => new Socket({ fd: pipe.read, readable: true, writable: false });
  return { given: pipe.write, take, close: () => closeSync(pipe.write), discard: () => closeSync(pipe.read) };
}

function writeChannel(): Channel<Writable> {
  const pipe = libc()?.pipe();
  if (!pipe) return nodeChannel<Writable>();
  const take = () => new Socket({ fd: pipe.write, readable: false, writable: true });
  return { given: pipe.read, take, close: () => closeSync(pipe.read), discard: () => closeSync(pipe.write) };
}

function nodeChannel<Stream extends Readable | Writable>(): Channel<Stream> {
  const nothing = () => undefined;
  return { given: "pipe", take: (child, index) => child.stdio[index] as Stream, close: nothing, discard: nothing };
}

function started(child: ChildProcess, wrapped: WrappedCommand): Promise<number> {
  if (child.pid !== undefined) {
    child.on("error", () => undefined);
    return Promise.resolve(child.pid);
  }
  return new Promise((_resolve, reject) => {
    child.once("error", error => {
      const code = "code" in error ? String(error.code) : error.message;
      reject(new SandboxError("spawn_failed", `cannot start ${wrapped.file}: ${code}`, { cause: error }));
    });
  });
}

export function exitOf(code: number | null, signal: NodeJS.Signals | null): ProcessExit {
  return { exitCode: code ?? 128 + (signal ? constants.signals[signal] : 0), signal };
}

function writeTo(stdin: Writable | null, data: Uint8Array | string): Promise<void> {
  if (!stdin || stdin.writableEnded || stdin.destroyed) {
    return Promise.reject(new SandboxError("invalid_request", "standard input of the command is closed"));
  }
  return new Promise((resolve, reject) => {
    stdin.write(data, error => {
      if (error)
        reject(new SandboxError("invalid_request", "standard input of the command is closed", { cause: error }));
      else resolve();
    });
  });
}
