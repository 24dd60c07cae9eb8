import type { DenialInput, SandboxedProcess, SandboxEngine } from "@codex-ts/sandbox";
import type { Clock } from "../clock.ts";
import { HeadTailBuffer } from "./head-tail-buffer.ts";
import { OutputDeltas } from "./output-deltas.ts";
import type { Stopwatch } from "./stopwatch.ts";

const BUFFER_BYTES = 1024 * 1024;
/** After the process has gone, its pipes are read this much longer, milliseconds. */
const PIPE_GRACE_MS = 50;

/** Exit code of a process that was killed and so has none of its own; on a terminal it is another. */
const KILLED = -1;
const KILLED_ON_TERMINAL = 1;

export interface ProcessEnd {
  /** −1 when the process was killed and has no code of its own, 1 when it ran on a terminal. */
  exitCode: number;
  durationMs: number;
}

/** A command that may outlive the call that started it: collects its output, and tells when it has ended. */
export class LiveProcess {
  readonly id: number;
  readonly callId: string;
  /** The command line as the model wrote it. */
  readonly command: string;
  readonly tty: boolean;
  readonly engine: SandboxEngine;
  private readonly process: SandboxedProcess;
  private readonly clock: Clock;
  private readonly startedAt: number;
  /** Output that no call has collected yet. */
  private readonly unread = new HeadTailBuffer(BUFFER_BYTES);
  /** Everything, for the item's end. */
  private readonly all = new HeadTailBuffer(BUFFER_BYTES);
  private deltas: OutputDeltas | null = null;
  private early: { stream: "stdout" | "stderr"; chunk: Uint8Array }[] = [];
  private received = 0;
  private end: ProcessEnd | null = null;
  /** Settles when the process has ended and its output is complete. */
  readonly ended: Promise<ProcessEnd>;
  lastUsed: number;

  constructor(
    facts: { id: number; callId: string; command: string; tty: boolean },
    process: SandboxedProcess,
    clock: Clock,
  ) {
    this.id = facts.id;
    this.callId = facts.callId;
    this.command = facts.command;
    this.tty = facts.tty;
    this.process = process;
    this.engine = process.sandbox;
    this.clock = clock;
    this.startedAt = clock.monotonic();
    this.lastUsed = this.startedAt;
    this.ended = this.follow();
  }

  get exit(): ProcessEnd | null {
    return this.end;
  }

  /** Milliseconds since it was started. */
  get age(): number {
    return this.clock.monotonic() - this.startedAt;
  }

  get sandboxed(): boolean {
    return this.engine !== "none";
  }

  /** It has ended, and probably because the sandbox stopped it, as `judge` sees it. */
  deniedBySandbox(judge: (end: DenialInput) => boolean): boolean {
    if (this.end === null) return false;
    const text = this.transcript;
    return judge({
      sandbox: this.engine,
      exitCode: this.end.exitCode,
      stdout: text,
      stderr: "",
      aggregated: text,
    });
  }

  /** Everything printed so far, head and tail when it is long. */
  get transcript(): string {
    return this.all.bytes().toString("utf8");
  }

  /** Hands output on as text deltas, what came before included. */
  streamTo(emit: (delta: string) => void): void {
    const deltas = new OutputDeltas(emit);
    for (const { stream, chunk } of this.early) deltas.push(stream, chunk);
    this.early = [];
    this.deltas = deltas;
  }

  /** Output since the last call. */
  takeUnread(): string {
    this.lastUsed = this.clock.monotonic();
    return this.unread.take();
  }

  /**
   * Resolves when the process has ended, the time is over, or the signal is aborted.
   * @param stopwatch whose time counts; the clock's when absent
   */
  async waitUntilEnd(ms: number, signal: AbortSignal, stopwatch?: Stopwatch): Promise<void> {
    await this.endOrTime(ms, signal, stopwatch ?? this.clock);
    await stopwatch?.running(signal);
  }

  private async endOrTime(ms: number, signal: AbortSignal, time: Pick<Clock, "sleep">): Promise<void> {
    if (this.end !== null) return;
    const timer = new AbortController();
    const stop = () => timer.abort();
    signal.addEventListener("abort", stop, { once: true });
    try {
      await Promise.race([this.ended, time.sleep(ms, timer.signal)]);
    } finally {
      stop();
      signal.removeEventListener("abort", stop);
    }
  }

  write(data: string): Promise<void> {
    this.lastUsed = this.clock.monotonic();
    return this.process.write(Buffer.from(data));
  }

  kill(): void {
    this.process.kill("SIGKILL");
  }

  private async follow(): Promise<ProcessEnd> {
    const output = this.collect();
    const { exitCode, signal } = await this.process.exited;
    const durationMs = this.age;
    // A grandchild may hold the pipes open for ever.
    const grace = new AbortController();
    await Promise.race([output, this.clock.sleep(PIPE_GRACE_MS, grace.signal).then(() => this.drained())]);
    grace.abort();
    const killed = this.tty ? KILLED_ON_TERMINAL : KILLED;
    this.end = { exitCode: signal === null ? exitCode : killed, durationMs };
    return this.end;
  }

  /** What the process printed before it ended is in its pipes by now; an agent that was busy until here reads it first. */
  private async drained(): Promise<void> {
    for (let seen = -1; seen !== this.received; ) {
      seen = this.received;
      // A turn of the event loop each for reading, and for handing on what was read.
      await nextTurn();
      await nextTurn();
    }
  }

  private async collect(): Promise<void> {
    try {
      for await (const { stream, chunk } of this.process.output) {
        this.received++;
        this.unread.push(chunk);
        this.all.push(chunk);
        if (this.deltas !== null) this.deltas.push(stream, chunk);
        else this.early.push({ stream, chunk });
      }
    } catch {
      // The pipe broke; what was read is what there is.
    }
  }
}

function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
