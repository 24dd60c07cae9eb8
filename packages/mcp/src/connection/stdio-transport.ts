import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { McpError } from "../errors.ts";
import { readable } from "./readable.ts";
import { type ServerProcess, type SpawnServer, spawnServer, type StdioLaunch } from "./server-process.ts";

/** A longer line than this is no message, bytes. */
const MAX_LINE_BYTES = 256 * 1024 * 1024;
/** Longer lines of its error output are cut, characters. */
const STDERR_LINE_LENGTH = 2000;

/** A server as a process: one JSON message a line on its standard input and output. */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  /** Told each line of the error output. */
  onstderr?: (line: string) => void;
  private readonly launch: StdioLaunch;
  private readonly spawn: SpawnServer;
  private server: ServerProcess | null = null;
  private partial: Buffer[] = [];
  private partialBytes = 0;
  private readonly stderr = new TextDecoder();
  private stderrText = "";
  private closed = false;

  constructor(launch: StdioLaunch, spawn: SpawnServer = spawnServer) {
    this.launch = launch;
    this.spawn = spawn;
  }

  get pid(): number | null {
    return this.server?.pid ?? null;
  }

  async start(): Promise<void> {
    this.server = await this.spawn(this.launch, {
      stdout: chunk => this.read(chunk),
      stderr: chunk => this.readStderr(chunk),
      ended: () => this.ended(),
    });
  }

  private readStderr(chunk: Buffer): void {
    const lines = (this.stderrText + this.stderr.decode(chunk, { stream: true })).split("\n");
    this.stderrText = (lines.pop() ?? "").slice(0, STDERR_LINE_LENGTH);
    for (const line of lines) this.onstderr?.(line.slice(0, STDERR_LINE_LENGTH).replace(/\r$/, ""));
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
    this.onmessage?.(readable(message));
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const { server } = this;
    if (server === null || this.closed) throw new McpError("connection_closed", "Transport closed");
    try {
      await server.write(`${JSON.stringify(message)}\n`);
    } catch {
      throw new McpError("connection_closed", "Transport closed");
    }
  }

  private ended(): void {
    if (this.closed) return;
    this.closed = true;
    if (this.stderrText !== "") this.onstderr?.(this.stderrText);
    void this.server?.stop();
    this.onclose?.();
  }

  /** Ends the process and everything it started. Resolves when it is gone. */
  async close(): Promise<void> {
    const first = !this.closed;
    this.closed = true;
    await this.server?.stop();
    if (first) this.onclose?.();
  }
}

function isMessage(value: unknown): value is JSONRPCMessage {
  if (typeof value !== "object" || value === null || Reflect.get(value, "jsonrpc") !== "2.0") return false;
  return "method" in value || ("id" in value && ("result" in value || "error" in value));
}
