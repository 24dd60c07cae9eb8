import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { McpError, osErrorText } from "../errors.ts";

/** How a stdio server is started. */
export interface StdioLaunch {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
}

/** A server gets this long to end after it was asked to, milliseconds. */
const KILL_AFTER_MS = 2000;
/** A longer line than this is no message, bytes. */
const MAX_LINE_BYTES = 256 * 1024 * 1024;
/** Lines of its error output that are kept to explain a failure. */
const STDERR_LINES = 20;
const STDERR_LINE_LENGTH = 2000;

/** A server as a child process: one JSON message a line on its standard input and output. It leads a process group of its own. */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  /** Told each line of the error output. */
  onstderr?: (line: string) => void;
  private readonly launch: StdioLaunch;
  private child: ChildProcessWithoutNullStreams | null = null;
  private exited: Promise<void> = Promise.resolve();
  private partial: Buffer[] = [];
  private partialBytes = 0;
  private readonly tail: string[] = [];
  private closed = false;
  /** How the process ended, once it has. */
  exit: { code: number | null; signal: string | null } | null = null;

  constructor(launch: StdioLaunch) {
    this.launch = launch;
  }

  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  /** The last lines of its error output. */
  get stderrTail(): readonly string[] {
    return this.tail;
  }

  start(): Promise<void> {
    const { command, args, env, cwd } = this.launch;
    return new Promise((resolve, reject) => {
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
        this.child = child;
        this.listen(child);
        child.once("spawn", resolve);
        child.once("error", fail);
      } catch (error) {
        fail(error);
      }
    });
  }

  private listen(child: ChildProcessWithoutNullStreams): void {
    this.exited = new Promise(resolve => {
      child.once("exit", (code, signal) => {
        this.exit = { code, signal };
        resolve();
      });
      child.once("error", () => resolve());
    });
    child.stdout.on("data", (chunk: Buffer) => this.read(chunk));
    child.stdout.on("error", () => {});
    // What it wrote before it ended is read first.
    child.once("close", () => this.ended());
    // A descendant may keep the pipe open for long; the server itself is gone.
    child.once("exit", () => setTimeout(() => this.ended(), 200).unref());
    child.stdin.on("error", error => this.onerror?.(error));
    let text = "";
    child.stderr.setEncoding("utf8");
    child.stderr.on("error", () => {});
    child.stderr.on("data", (chunk: string) => {
      const lines = (text + chunk).split("\n");
      text = (lines.pop() ?? "").slice(0, STDERR_LINE_LENGTH);
      for (const line of lines) this.keep(line.slice(0, STDERR_LINE_LENGTH));
    });
    child.stderr.once("end", () => {
      if (text !== "") this.keep(text);
    });
  }

  private keep(line: string): void {
    this.tail.push(line.replace(/\r$/, ""));
    if (this.tail.length > STDERR_LINES) this.tail.shift();
    this.onstderr?.(line);
  }

  private read(chunk: Buffer): void {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(10, from);
      if (end < 0) break;
      const piece = chunk.subarray(from, end);
      const line = this.partial.length === 0 ? piece : Buffer.concat([...this.partial.splice(0), piece]);
      this.partialBytes = 0;
      from = end + 1;
      this.line(line.toString("utf8"));
    }
    if (from >= chunk.length) return;
    this.partial.push(chunk.subarray(from));
    this.partialBytes += chunk.length - from;
    if (this.partialBytes > MAX_LINE_BYTES) {
      this.partial = [];
      this.partialBytes = 0;
      this.onerror?.(new Error(`a line of more than ${MAX_LINE_BYTES} bytes is no message`));
      void this.close();
    }
  }

  /** Whatever is no message (a program that logs to its output) is passed over. */
  private line(line: string): void {
    if (line.trim() === "") return;
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      this.onerror?.(new Error(`not a JSON-RPC message: ${line.slice(0, 200)}`));
      return;
    }
    if (!isMessage(message)) {
      this.onerror?.(new Error(`not a JSON-RPC message: ${line.slice(0, 200)}`));
      return;
    }
    this.onmessage?.(message);
  }

  send(message: JSONRPCMessage): Promise<void> {
    const child = this.child;
    if (child === null || this.closed || !child.stdin.writable) {
      return Promise.reject(new McpError("connection_closed", "Transport closed"));
    }
    return new Promise((resolve, reject) => {
      child.stdin.write(`${JSON.stringify(message)}\n`, error => {
        if (error) reject(new McpError("connection_closed", "Transport closed"));
        else resolve();
      });
    });
  }

  private ended(): void {
    if (this.closed) return;
    this.closed = true;
    void this.kill();
    this.onclose?.();
  }

  /** Ends the process and everything it started. Resolves when it is gone. */
  async close(): Promise<void> {
    const first = !this.closed;
    this.closed = true;
    await this.kill();
    if (first) this.onclose?.();
  }

  private async kill(): Promise<void> {
    const child = this.child;
    const pid = child?.pid;
    if (child === null || pid === undefined) return;
    this.signal(pid, "SIGTERM");
    const until = Date.now() + KILL_AFTER_MS;
    let gone = this.exit !== null;
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
    if (process.platform === "win32") return this.exit === null;
    try {
      process.kill(-pid, 0);
      return true;
    } catch {
      return false;
    }
  }

  private signal(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
    try {
      if (process.platform === "win32") this.child?.kill(signal);
      else process.kill(-pid, signal);
    } catch {
      // It is gone already.
    }
  }
}

function isMessage(value: unknown): value is JSONRPCMessage {
  if (typeof value !== "object" || value === null || Reflect.get(value, "jsonrpc") !== "2.0") return false;
  return "method" in value || ("id" in value && ("result" in value || "error" in value));
}
