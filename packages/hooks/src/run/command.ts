import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { HandlerResult } from "../events/judgement.ts";
import { errorCode, osErrorText } from "@codex-ts/protocol/os-errors";
import type { HookEnv } from "./shell.ts";

/** What is read of one stream, bytes; a command that prints more is stopped. */
export const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
/** After the command has ended, its streams are read this much longer when something else holds them open, milliseconds. */
const PIPE_GRACE_MS = 2000;
/** What a pipe holds without a reader, bytes. */
const PIPE_BYTES = 64 * 1024;
/** The longest time a timer can measure, milliseconds. */
const LONGEST_TIMER_MS = 0x7fffffff;

export interface CommandRun {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: HookEnv;
  /** What the command reads. */
  readonly stdin: string;
  readonly timeoutSec: number;
  /** Ends the command. */
  readonly signal: AbortSignal | undefined;
}

/** Runs a command to its end (spec: hooks §4). Whatever goes wrong is part of the result; it never throws. */
export function runCommand(run: CommandRun): Promise<HandlerResult> {
  return new Promise(resolve => {
    let child: ChildProcessWithoutNullStreams;
    try {
      const [program = "", ...args] = withoutStartUpFile(run.argv);
      child = spawn(program, args, { cwd: run.cwd, env: run.env, stdio: "pipe", windowsHide: true });
    } catch (error) {
      resolve(broken(osErrorText(error)));
      return;
    }
    new RunningCommand(child, run, resolve).start();
  });
}

/**
 * Our pipes are sockets, which bash takes for a connection from another machine: then, unless a shell started us, it would read the
 * person's ~/.bashrc first, and what that prints would be the handler's.
 */
function withoutStartUpFile(argv: readonly string[]): readonly string[] {
  const [program = "", flag, ...rest] = argv;
  return /(^|\/)bash$/.test(program) && flag === "-c" ? [program, "--norc", flag, ...rest] : argv;
}

function isBrokenPipe(error: unknown): boolean {
  return ["EPIPE", "ECONNRESET"].includes(errorCode(error) ?? "");
}

function broken(error: string): HandlerResult {
  return { exitCode: null, stdout: "", stderr: "", error, notes: [] };
}

/** One command from its start to its result. */
class RunningCommand {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly run: CommandRun;
  private readonly resolve: (result: HandlerResult) => void;
  private readonly stdout = new Collected("stdout");
  private readonly stderr = new Collected("stderr");
  private timer: NodeJS.Timeout | undefined;
  private grace: NodeJS.Timeout | undefined;
  private exit: { code: number | null } | null = null;
  private settled = false;
  private readonly onAbort = (): void => this.stop("hook was stopped with its turn");

  constructor(child: ChildProcessWithoutNullStreams, run: CommandRun, resolve: (result: HandlerResult) => void) {
    this.child = child;
    this.run = run;
    this.resolve = resolve;
  }

  start(): void {
    const { child, run } = this;
    child.on("error", error => {
      // A child that never was has no process id; later errors (a signal that could not be sent) end nothing.
      if (child.pid === undefined) this.settle(broken(osErrorText(error)));
    });
    if (run.signal?.aborted) return this.onAbort();
    run.signal?.addEventListener("abort", this.onAbort, { once: true });
    // Counted from here so that a command that never reads ends as well; started anew once it has read everything.
    this.startTimer();
    this.collect(child.stdout, this.stdout);
    this.collect(child.stderr, this.stderr);
    child.on("exit", code => this.exited(code));
    child.on("close", () => this.complete());
    this.writeInput();
  }

  private writeInput(): void {
    const { stdin } = this.child;
    let written = false;
    // What a pipe takes at once is as good as written: whether a child that never reads it ended before or after is chance.
    const fits = Buffer.byteLength(this.run.stdin) <= PIPE_BYTES;
    stdin.on("error", error => {
      if (fits && isBrokenPipe(error)) return;
      if (!written) this.stop(`failed to write hook stdin: ${osErrorText(error)}`);
    });
    stdin.write(this.run.stdin, "utf8", error => {
      if (error !== null && error !== undefined) return;
      written = true;
      stdin.end();
      if (!this.settled) this.startTimer();
    });
  }

  private startTimer(): void {
    clearTimeout(this.timer);
    const { timeoutSec } = this.run;
    this.timer = setTimeout(
      () => this.stop(`hook timed out after ${timeoutSec}s`),
      Math.min(timeoutSec * 1000, LONGEST_TIMER_MS),
    );
  }

  private collect(stream: NodeJS.ReadableStream, into: Collected): void {
    stream.on("data", (chunk: Buffer) => {
      if (!into.push(chunk)) this.stop(`hook wrote more than ${MAX_OUTPUT_BYTES / 1024 / 1024} MiB to ${into.name}`);
    });
    stream.on("error", () => {
      // What was read is what there is.
    });
  }

  private exited(code: number | null): void {
    this.exit = { code };
    clearTimeout(this.timer);
    this.grace = setTimeout(() => {
      const seconds = PIPE_GRACE_MS / 1000;
      this.complete([
        `hook left a process behind that keeps its output open; what was written ${seconds} s after its end is what counts`,
      ]);
    }, PIPE_GRACE_MS);
  }

  private complete(notes: readonly string[] = []): void {
    if (this.settled || this.exit === null) return;
    const stdout = this.stdout.text();
    // Of a command that failed nobody reads the output, however it is written.
    const replaced = stdout.lossy && this.exit.code === 0;
    this.settle({
      exitCode: this.exit.code,
      stdout: stdout.text,
      stderr: this.stderr.text().text,
      error: null,
      notes: replaced ? [...notes, "hook wrote bytes that are not UTF-8; they were replaced"] : notes,
    });
  }

  /** Ends the command before its end; only the child itself is killed. */
  private stop(error: string): void {
    if (this.settled) return;
    this.child.kill("SIGKILL");
    this.settle(broken(error));
  }

  private settle(result: HandlerResult): void {
    if (this.settled) return;
    this.settled = true;
    clearTimeout(this.timer);
    clearTimeout(this.grace);
    this.run.signal?.removeEventListener("abort", this.onAbort);
    // Whoever was left behind must not keep our ends of the pipes (and the runtime) alive.
    this.child.stdin.destroy();
    this.child.stdout.destroy();
    this.child.stderr.destroy();
    this.resolve(result);
  }
}

/** Everything that was written to a stream, up to the limit. */
class Collected {
  readonly name: "stdout" | "stderr";
  private readonly chunks: Buffer[] = [];
  private size = 0;

  constructor(name: "stdout" | "stderr") {
    this.name = name;
  }

  /** False: it is too much. */
  push(chunk: Buffer): boolean {
    this.size += chunk.length;
    if (this.size > MAX_OUTPUT_BYTES) return false;
    this.chunks.push(chunk);
    return true;
  }

  text(): { text: string; lossy: boolean } {
    const bytes = Buffer.concat(this.chunks);
    try {
      return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), lossy: false };
    } catch {
      return { text: bytes.toString("utf8"), lossy: true };
    }
  }
}
