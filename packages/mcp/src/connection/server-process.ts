import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { osErrorText } from "@codex-ts/protocol/os-errors";
import { McpError } from "../errors.ts";

/** How a stdio server is started. */
export interface StdioLaunch {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
}

/** A server that runs. */
export interface ServerProcess {
  /** It leads a process group of its own. */
  readonly pid: number | null;
  /** Writes to its standard input. Rejects when nobody reads there any more. */
  write(text: string): Promise<void>;
  /** Ends it and everything it started; resolves when that is gone. Never rejects. */
  stop(): Promise<void>;
}

/** Who is told what a server prints, and that it is gone. */
export interface ServerOutput {
  stdout(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
  ended(): void;
}

/** Starts a server. Rejects with `McpError` when it cannot be started. */
export type SpawnServer = (launch: StdioLaunch, output: ServerOutput) => Promise<ServerProcess>;

/** A server gets this long to end after it was asked to, milliseconds. */
const KILL_AFTER_MS = 2000;

/** Starts a server as a child process with the rights of the person. */
export const spawnServer: SpawnServer = ({ command, args, env, cwd }, output) =>
  new Promise((resolve, reject) => {
    const fail = (error: unknown): void =>
      reject(new McpError("startup_failed", osErrorText(error), { cause: undefined }));
    try {
      const child = spawn(command, args, {
        cwd,
        env: { ...env },
        stdio: ["pipe", "pipe", "pipe"],
        detached: process.platform !== "win32",
        windowsHide: true,
      });
      const server = new ChildServer(child, output);
      child.once("spawn", () => resolve(server));
      child.once("error", fail);
    } catch (error) {
      fail(error);
    }
  });

class ChildServer implements ServerProcess {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly exited: Promise<void>;
  private gone = false;

  constructor(child: ChildProcessWithoutNullStreams, output: ServerOutput) {
    this.child = child;
    this.exited = new Promise(resolve => {
      child.once("exit", () => {
        this.gone = true;
        resolve();
      });
      child.once("error", () => resolve());
    });
    child.stdout.on("data", (chunk: Buffer) => output.stdout(chunk));
    child.stdout.on("error", () => {});
    child.stderr.on("data", (chunk: Buffer) => output.stderr(chunk));
    child.stderr.on("error", () => {});
    child.stdin.on("error", () => {});
    // What it wrote before it ended is read first.
    child.once("close", () => output.ended());
    // A descendant may keep the pipe open for long; the server itself is gone.
    child.once("exit", () => setTimeout(() => output.ended(), 200).unref());
  }

  get pid(): number | null {
    return this.child.pid ?? null;
  }

  write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.child.stdin.writable) reject(new Error("its standard input is closed"));
      else this.child.stdin.write(text, error => (error ? reject(error) : resolve()));
    });
  }

  async stop(): Promise<void> {
    const { child, pid } = this;
    if (pid === null) return;
    this.signal(pid, "SIGTERM");
    const until = Date.now() + KILL_AFTER_MS;
    let gone = this.gone;
    void this.exited.then(() => (gone = true));
    while (Date.now() < until && !(gone && !this.groupAlive(pid))) {
      await new Promise(resolve => setTimeout(resolve, 15));
    }
    if (this.groupAlive(pid) || !gone) this.signal(pid, "SIGKILL");
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
  }

  private groupAlive(pid: number): boolean {
    if (process.platform === "win32") return !this.gone;
    try {
      process.kill(-pid, 0);
      return true;
    } catch {
      return false;
    }
  }

  private signal(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
    try {
      if (process.platform === "win32") this.child.kill(signal);
      else process.kill(-pid, signal);
    } catch {
      // It is gone already.
    }
  }
}
