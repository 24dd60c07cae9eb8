import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Json } from "@codex-ts-tools/model-server";
import type { Subject } from "./subject.ts";

/** A message of the server: an answer, a notification, or a question of its own. */
export interface Message {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: Json;
  readonly result?: Json;
  readonly error?: Json;
}

export interface WireOptions {
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** Longest wait for anything, milliseconds. */
  timeoutMs: number;
  /** Messages carry the protocol's name. */
  jsonrpc?: boolean;
}

/** How a scenario answers the server's questions: a result, an error, or nothing (the question stays open). */
export type Answerer = (question: Message) => { result: unknown } | { error: unknown } | undefined;

/** One running app-server and its stdio: JSON-RPC as lines, everything kept in the order in which it came. */
export class Wire {
  readonly messages: Message[] = [];
  /** Lines of stderr. */
  readonly log: string[] = [];
  answer: Answerer = () => undefined;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly timeoutMs: number;
  private readonly head: object;
  private readonly waiters = new Set<() => void>();
  private readonly ended: Promise<void>;
  private exit: string | null = null;
  private nextId = 1;

  constructor(subject: Subject, options: WireOptions) {
    this.timeoutMs = options.timeoutMs;
    this.head = options.jsonrpc === true ? { jsonrpc: "2.0" } : {};
    this.child = spawn(subject.file, [...subject.args], { cwd: options.cwd, env: options.env, stdio: "pipe" });
    createInterface({ input: this.child.stdout }).on("line", line => this.receive(line));
    createInterface({ input: this.child.stderr }).on("line", line => this.log.push(line));
    this.child.stdin.on("error", () => {});
    this.ended = new Promise(resolve => {
      this.child.once("close", (code, signal) => {
        this.exit = `exit code ${code ?? signal}`;
        this.wake();
        resolve();
      });
      this.child.once("error", error => {
        this.exit = error.message;
        this.wake();
        resolve();
      });
    });
  }

  /** Sends a request and waits for its answer, whatever it says. */
  async call(method: string, params: unknown): Promise<Message> {
    const id = this.send(method, params);
    return this.until(message => message.id === id && message.method === undefined);
  }

  /** Sends a request without waiting. Returns its id. */
  send(method: string, params: unknown): number {
    const id = this.nextId++;
    this.write({ ...this.head, id, method, params });
    return id;
  }

  write(message: unknown): void {
    this.child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /**
   * The first message from number `from` on that fits, waiting for it if it has not come yet.
   *
   * @throws Error when it does not come in time, or the program ends first
   */
  async until(fits: (message: Message) => boolean, from = 0): Promise<Message> {
    const deadline = Date.now() + this.timeoutMs;
    for (let at = from; ; ) {
      for (; at < this.messages.length; at++) {
        const message = this.messages[at]!;
        if (fits(message)) return message;
      }
      const left = deadline - Date.now();
      if (this.exit !== null) throw new Error(`the program ended (${this.exit}): ${this.log.slice(-5).join(" | ")}`);
      if (left <= 0) throw new Error(`nothing fitting came in ${this.timeoutMs} ms; last: ${this.tail()}`);
      await this.next(left);
    }
  }

  /** Ends the program by closing its input; a program that stays is killed. */
  async close(): Promise<void> {
    this.child.stdin.end();
    const timer = setTimeout(() => this.child.kill("SIGKILL"), 3000);
    await this.ended;
    clearTimeout(timer);
  }

  /** Ends the program as a power cut would. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
  }

  private receive(line: string): void {
    const message = JSON.parse(line) as Message;
    this.messages.push(message);
    if (message.id !== undefined && message.method !== undefined) {
      const reply = this.answer(message);
      if (reply !== undefined) this.write({ ...this.head, id: message.id, ...reply });
    }
    this.wake();
  }

  private wake(): void {
    for (const waiter of this.waiters) waiter();
  }

  private next(ms: number): Promise<void> {
    return new Promise(resolve => {
      const done = () => {
        clearTimeout(timer);
        this.waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.waiters.add(done);
    });
  }

  private tail(): string {
    return JSON.stringify(this.messages.slice(-3)).slice(0, 600);
  }
}
