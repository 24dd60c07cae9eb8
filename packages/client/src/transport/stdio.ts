import { type ChildProcess, spawn } from "node:child_process";
import { ClientError } from "../errors.ts";
import { JsonLines } from "./lines.ts";
import type { Message, Transport, TransportEvents } from "./transport.ts";

export interface StdioOptions {
  /** Program that serves on stdin and stdout, for example `codex-ts`. */
  command: string;
  /** Default: `["app-server"]`. */
  args?: readonly string[];
  cwd?: string;
  /** The child's whole environment. Default: this process's. */
  env?: Readonly<Record<string, string | undefined>>;
  /** What the server logs. Default: passed through to this process's stderr. */
  onStderr?: (chunk: Buffer) => void;
  /** How long the server may take to end after its input was closed before it is killed, milliseconds. Default 15 000. */
  exitGraceMs?: number;
}

const DEFAULT_EXIT_GRACE_MS = 15_000;

/** Starts an app-server as a child process and speaks to it, one JSON message a line. */
export class StdioTransport implements Transport {
  private readonly child: ChildProcess;
  private readonly exited: Promise<Error | undefined>;
  private readonly graceMs: number;

  constructor(options: StdioOptions) {
    const { command, args = ["app-server"], cwd, env, onStderr } = options;
    this.graceMs = options.exitGraceMs ?? DEFAULT_EXIT_GRACE_MS;
    this.child = spawn(command, args, {
      stdio: ["pipe", "pipe", onStderr === undefined ? "inherit" : "pipe"],
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env: env as NodeJS.ProcessEnv }),
    });
    if (onStderr !== undefined) this.child.stderr?.on("data", onStderr);
    this.child.stdin?.on("error", () => {});
    this.exited = new Promise(resolve => {
      this.child.once("error", error => {
        resolve(new ClientError("spawn_failed", `cannot start ${command}: ${error.message}`, { cause: error }));
      });
      // "close" comes after the last output was read, "exit" may not.
      this.child.once("close", (code, signal) => resolve(code === 0 ? undefined : exitError(command, code, signal)));
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  start(events: TransportEvents): void {
    const lines = new JsonLines(message => events.message(message));
    this.child.stdout?.on("data", (chunk: Buffer) => lines.push(chunk));
    void this.exited.then(error => events.close(error));
  }

  send(message: Message): void | Promise<void> {
    const stdin = this.child.stdin;
    if (stdin === null || !stdin.writable) return;
    if (stdin.write(`${JSON.stringify(message)}\n`)) return;
    return new Promise(resolve => {
      const done = () => {
        stdin.off("drain", done);
        stdin.off("close", done);
        resolve();
      };
      stdin.on("drain", done);
      stdin.on("close", done);
    });
  }

  /** Closes the server's input and waits for it to end; kills it when it takes too long. */
  async close(): Promise<void> {
    this.child.stdin?.end();
    const timer = setTimeout(() => this.child.kill("SIGKILL"), this.graceMs);
    await this.exited;
    clearTimeout(timer);
  }
}

function exitError(command: string, code: number | null, signal: NodeJS.Signals | null): Error {
  return new Error(`${command} ended with ${signal === null ? `exit code ${code}` : signal}`);
}
