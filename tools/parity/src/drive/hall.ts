import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Json } from "@codex-ts-tools/model-server";
import { WebSocket } from "ws";
import type { Subject } from "./subject.ts";
import type { Message, WireOptions } from "./wire.ts";

/** A program that listens on a loopback port, and its clients. */
export class Hall {
  private readonly guests: Guest[] = [];

  private constructor(
    private readonly child: ChildProcess,
    /** `127.0.0.1:PORT` */
    readonly address: string,
    private readonly timeoutMs: number,
  ) {}

  /** Starts the program. @throws Error when it ends before it listens */
  static async open(subject: Subject, flags: readonly string[], options: WireOptions): Promise<Hall> {
    const args = [...subject.args, "--listen", "ws://127.0.0.1:0", ...flags];
    const child = spawn(subject.file, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const log: string[] = [];
    for await (const line of createInterface({ input: child.stderr! })) {
      log.push(line);
      const address = /ws:\/\/(127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (address === undefined) continue;
      child.stderr!.resume();
      return new Hall(child, address, options.timeoutMs);
    }
    throw new Error(`the program does not listen: ${log.slice(-5).join(" | ")}`);
  }

  /** A client that has not shaken hands yet. */
  async connect(headers: Readonly<Record<string, string>> = {}): Promise<Guest> {
    const socket = new WebSocket(`ws://${this.address}`, { headers });
    const guest = new Guest(socket, this.timeoutMs);
    await once(socket, "open");
    this.guests.push(guest);
    return guest;
  }

  async client(name: string, capabilities: Json = { experimentalApi: true }): Promise<Guest> {
    const guest = await this.connect();
    await guest.call("initialize", { clientInfo: { name, version: "1" }, capabilities });
    return guest;
  }

  /** The status of an attempt to connect, and the body that comes with it; 101 when it succeeds. */
  async attempt(
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number; body: string }> {
    const socket = new WebSocket(`ws://${this.address}${path}`, { headers });
    return new Promise((resolve, reject) => {
      socket.on("open", () => {
        socket.terminate();
        resolve({ status: 101, body: "" });
      });
      socket.on("unexpected-response", (_request, response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (text: string) => (body += text));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      });
      socket.on("error", reject);
    });
  }

  /** Sends the signal; resolves with how the program ended, or that it did not end in time. */
  async signal(...signals: NodeJS.Signals[]): Promise<string> {
    const ended = once(this.child, "exit") as Promise<[number | null, string | null]>;
    for (const signal of signals) this.child.kill(signal);
    const late = new Promise<null>(resolve => setTimeout(resolve, this.timeoutMs, null).unref());
    const end = await Promise.race([ended, late]);
    return end === null ? "no end" : `exit ${end[0] ?? end[1]}`;
  }

  async close(): Promise<void> {
    for (const guest of this.guests) guest.leave();
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await ended;
  }
}

/** One client on a WebSocket: everything it is sent, in order. */
export class Guest {
  readonly messages: Message[] = [];
  private readonly waiters = new Set<() => void>();
  private nextId = 1;

  constructor(
    readonly socket: WebSocket,
    private readonly timeoutMs: number,
  ) {
    socket.on("message", data => {
      this.messages.push(JSON.parse(String(data)) as Message);
      for (const wake of this.waiters) wake();
    });
  }

  /** Asks and waits for the whole answer. */
  async call(method: string, params: Json = {}): Promise<Message> {
    const id = this.nextId++;
    this.write({ id, method, params });
    return this.until(message => message.id === id && message.method === undefined);
  }

  write(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }

  /** The first message from number `from` on that fits. @throws Error when none comes in time */
  async until(fits: (message: Message) => boolean, from = 0): Promise<Message> {
    const deadline = Date.now() + this.timeoutMs;
    for (;;) {
      const found = this.messages.slice(from).find(fits);
      if (found !== undefined) return found;
      const left = deadline - Date.now();
      if (left <= 0)
        throw new Error(`nothing fitting came; last: ${JSON.stringify(this.messages.slice(-3)).slice(0, 600)}`);
      await this.next(left);
    }
  }

  told(method: string, from = 0): Promise<Message> {
    return this.until(message => message.method === method, from);
  }

  leave(): void {
    this.socket.terminate();
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
}
