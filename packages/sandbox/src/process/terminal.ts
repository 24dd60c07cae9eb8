import { constants } from "node:os";
import { SandboxError } from "../errors.ts";
import { libc } from "../linux/libc.ts";
import type { WrappedCommand } from "../prepare.ts";
import { killProcess, signalGroup } from "./kill.ts";
import { guardGroup, startGuard } from "./orphan-guard.ts";
import { OutputQueue } from "./output.ts";
import type { ProcessExit, SandboxedProcess } from "./types.ts";

const END_OF_TRANSMISSION = "\u0004";

/** Opens the files a sandbox program expects, which a terminal's child does not inherit, and becomes that program. */
const OPEN_INPUTS = `n=3; while [ "$1" != -- ]; do eval "exec $n<\\"\\$1\\"" || exit 101; n=$((n+1)); shift; done; shift; exec "$@"`;

/**
 * Starts a wrapped command on a terminal of its own.
 * @throws SandboxError `spawn_failed` when no terminal can be had
 */
export async function spawnOnTerminal(
  wrapped: WrappedCommand,
  size: { cols: number; rows: number },
): Promise<SandboxedProcess> {
  const pty = await import("@lydell/node-pty").catch((error: unknown) => {
    throw new SandboxError("spawn_failed", "terminals are not available: @lydell/node-pty cannot be loaded", {
      cause: error,
    });
  });
  const [file, args] = commandLine(wrapped);
  const queue = new OutputQueue();
  let terminal: ReturnType<typeof pty.spawn>;
  try {
    startGuard();
    if (wrapped.engine !== "none") libc()?.closeOnExec();
    terminal = pty.spawn(file, args, {
      cols: size.cols,
      rows: size.rows,
      cwd: wrapped.cwd,
      env: wrapped.env,
      name: wrapped.env.TERM ?? "xterm-256color",
      encoding: null,
    });
  } catch (error) {
    throw new SandboxError("spawn_failed", `cannot start ${file} on a terminal`, { cause: error });
  }
  const { pid } = terminal;
  // When a reader has the command wait at the very moment it ends, the terminal's last few kilobytes may be lost: the
  // terminal is closed 200 ms later. Memory stays bounded, which is worth more.
  queue.addSource(terminal);
  terminal.onData(chunk => queue.push({ stream: "stdout", chunk: Buffer.from(chunk) }));
  const release = guardGroup(pid);
  let over = false;
  const exited = new Promise<ProcessExit>(resolve => {
    terminal.onExit(({ exitCode, signal }) => {
      over = true;
      release();
      if (wrapped.engine !== "none") signalGroup(pid, "SIGKILL");
      queue.end();
      const name = signal ? signalName(signal) : null;
      const exit = { exitCode: name === null ? exitCode : 128 + (signal ?? 0), signal: name };
      void wrapped.dispose().then(() => resolve(exit));
    });
  });
  return {
    pid,
    sandbox: wrapped.engine,
    output: queue,
    undrained: new Set(),
    exited,
    write: data => {
      if (over) return Promise.reject(new SandboxError("invalid_request", "the terminal of the command is closed"));
      terminal.write(typeof data === "string" ? data : Buffer.from(data).toString("utf8"));
      return Promise.resolve();
    },
    closeStdin: () => {
      if (!over) terminal.write(END_OF_TRANSMISSION);
    },
    resize: (cols, rows) => {
      if (!over) terminal.resize(cols, rows);
    },
    kill: signal => {
      if (!over) killProcess(pid, signal);
    },
  };
}

function commandLine({ file, args, inputs, arg0 }: WrappedCommand): [string, string[]] {
  if (inputs.length > 0) return ["/bin/sh", ["-c", OPEN_INPUTS, "sh", ...inputs, "--", file, ...args]];
  // A terminal cannot be told another argument 0, but a shell can.
  if (arg0 !== undefined) return ["/bin/bash", ["-c", 'exec -a "$0" "$@"', arg0, file, ...args]];
  return [file, args];
}

function signalName(number: number): NodeJS.Signals | null {
  const entry = Object.entries(constants.signals).find(([, value]) => value === number);
  return entry ? (entry[0] as NodeJS.Signals) : null;
}
