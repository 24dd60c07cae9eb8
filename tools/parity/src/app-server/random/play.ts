import type { Json } from "@codex-ts-tools/model-server";
import type { Drive } from "../../drive/drive.ts";
import type { Message } from "../../drive/wire.ts";
import { base64, text, UNKNOWN_THREAD } from "../stage.ts";
import type { Ask, Plan, Step } from "./plan.ts";

/** How long an answer, or the end of a turn, is waited for. */
const PATIENCE_MS = 12_000;
/** What is told beside an answer has come by then. */
const QUIET_MS = 150;

/** Requests that are a turn, or may be one. */
const TURNS = new Set(["turn/start", "review/start", "thread/compact/start", "thread/shellCommand"]);

/** Plays a plan on one program. */
export async function playPlan(plan: Plan, drive: Drive): Promise<void> {
  const client = new Client(drive);
  for (const [index, step] of plan.steps.entries()) await client.take(step, String(index + 1).padStart(2, "0"));
  await client.close();
}

class Client {
  /** Threads in the order in which the client came to know them, and their files. */
  private readonly threads: { id: string; path: string | null }[] = [];
  private readonly turns: string[] = [];
  private cursor = "0";
  /** The question of the tool that keeps a turn open. */
  private held: { question: Message; threadId: string; turnId: string } | null = null;
  private readonly processes = new Map<string, { note: string; request: number }>();

  constructor(private readonly drive: Drive) {
    drive.answer = question => this.answer(question);
  }

  async take(step: Step, name: string): Promise<void> {
    switch (step.do) {
      case "ask":
        return this.ask(step, name);
      case "burst":
        await Promise.all(step.asks.map((one, at) => this.request(`${name}.${at} ${one.method}`, one)));
        return;
      case "hold":
        return this.hold(step.thread, name);
      case "release":
        return this.release();
      case "interrupt":
        return this.interrupt(step.thread, name);
      case "process":
        return this.start(step, name);
      case "end process":
        return this.end(step.processId, step.with, name);
      case "stray":
        return this.stray(step.message, name);
      case "restart":
        this.held = null;
        this.processes.clear();
        await this.drive.restart();
    }
  }

  /** Lets everything end, and looks at what there is. */
  async close(): Promise<void> {
    await this.release();
    for (const id of this.processes.keys()) await this.end(id, "terminate", "end");
    for (const [index, { id }] of this.threads.entries()) {
      await this.request(`end ${index}`, { method: "thread/read", params: { threadId: id, includeTurns: true } });
    }
    await this.request("end list", { method: "thread/list", params: { limit: 100 } });
    await this.request("end archive", { method: "thread/list", params: { limit: 100, archived: true } });
    await this.request("end settings", { method: "config/read", params: { includeLayers: true } });
    await this.request("end files", {
      method: "command/exec",
      params: {
        command: ["sh", "-c", "find . -name .git -prune -o -type f -print | LC_ALL=C sort"],
        cwd: this.drive.place.work,
      },
    });
  }

  private async ask(ask: Ask, name: string): Promise<void> {
    const from = this.drive.wire.messages.length;
    const params = this.resolved(ask.params) as Json | null;
    const answer = await this.request(`${name} ${ask.method}`, ask);
    this.learn(answer);
    if (answer.result !== undefined && TURNS.has(ask.method)) {
      const threadId = String(answer.result["reviewThreadId"] ?? params?.["threadId"]);
      if (this.held?.threadId !== threadId) await this.over(threadId, from);
    }
    await this.drive.pause(QUIET_MS);
  }

  /** Asks, waits for the answer, and notes it; that none came is an answer, too. */
  private async request(note: string, { method, params }: Ask): Promise<Message> {
    const { wire, notes } = this.drive;
    const from = wire.messages.length;
    const id = wire.send(method, this.resolved(params));
    const answer = await this.within(from, message => message.id === id && message.method === undefined);
    const { result, error } = answer ?? {};
    notes[note] = { asked: { method, params: params ?? null }, ...this.told(answer) };
    return { ...(result === undefined ? {} : { result }), ...(error === undefined ? {} : { error }) };
  }

  private told(answer: Message | null): Json {
    if (answer === null) return { nothing: true };
    return answer.error === undefined ? { result: answer.result } : { error: answer.error };
  }

  private learn({ result }: Message): void {
    const thread = result?.["thread"] as Json | undefined;
    const id = thread?.["id"] ?? result?.["reviewThreadId"];
    if (typeof id === "string" && !this.threads.some(known => known.id === id)) {
      this.threads.push({ id, path: typeof thread?.["path"] === "string" ? thread["path"] : null });
    }
    const turn = (result?.["turn"] as Json | undefined)?.["id"];
    if (typeof turn === "string") this.turns.push(turn);
    for (const name of ["nextCursor", "backwardsCursor"]) {
      const cursor = result?.[name];
      if (typeof cursor === "string") this.cursor = cursor;
    }
  }

  /** Waits until nothing runs on the thread any more. */
  private async over(threadId: string, from: number): Promise<void> {
    await this.within(from, ({ method, params = {} }) => {
      if (params["threadId"] !== threadId) return false;
      if (method === "error") return params["willRetry"] !== true;
      if (method === "item/tool/call") return this.isHeld(params);
      return method === "turn/completed" || (method === "thread/status/changed" && isAtRest(params["status"] as Json));
    });
    await this.drive.pause(QUIET_MS);
  }

  private async within(from: number, fits: (message: Message) => boolean): Promise<Message | null> {
    const late = new Promise<null>(resolve => setTimeout(resolve, PATIENCE_MS, null).unref());
    return Promise.race([this.drive.wire.until(fits, from), late]);
  }

  private async hold(thread: string, name: string): Promise<void> {
    if (this.held !== null) return;
    const params = { threadId: thread, input: text("hold") };
    await this.ask({ method: "turn/start", params }, `${name} hold`);
  }

  private async release(): Promise<void> {
    if (this.held === null) return;
    const { question, threadId } = this.held;
    const from = this.drive.wire.messages.length;
    this.held = null;
    this.drive.wire.write({ id: question.id, ...FAIR });
    await this.over(threadId, from);
  }

  /**
   * Interrupts what runs. That nothing runs, or something else, is asked of nobody: the reference never answers the one and takes
   * the other for an interrupt.
   */
  private async interrupt(thread: string, name: string): Promise<void> {
    const threadId = this.resolved(thread);
    if (this.held === null) {
      if (this.threads.some(({ id }) => String(threadId).includes(id))) return;
      await this.request(`${name} interrupt`, { method: "turn/interrupt", params: { threadId, turnId: "x" } });
      return;
    }
    const { threadId: open, turnId } = this.held;
    const from = this.drive.wire.messages.length;
    this.held = null;
    await this.request(`${name} interrupt`, { method: "turn/interrupt", params: { threadId: open, turnId } });
    await this.over(open, from);
  }

  private async start({ processId, tty }: Extract<Step, { do: "process" }>, name: string): Promise<void> {
    const { wire } = this.drive;
    const params = { command: ["cat"], processId, tty, streamStdin: true, disableTimeout: true };
    if (this.processes.has(processId)) {
      await this.request(`${name} process`, { method: "command/exec", params });
      return;
    }
    this.processes.set(processId, { note: `${name} process`, request: wire.send("command/exec", params) });
    await this.drive.pause(300);
  }

  private async end(processId: string, how: "end" | "terminate", name: string): Promise<void> {
    const { drive } = this;
    const from = 0;
    if (how === "end") {
      const params = { processId, deltaBase64: base64("last\n"), closeStdin: true };
      await this.request(`${name} end ${processId}`, { method: "command/exec/write", params });
    } else {
      await this.request(`${name} terminate ${processId}`, { method: "command/exec/terminate", params: { processId } });
    }
    const known = this.processes.get(processId);
    if (known === undefined) return;
    this.processes.delete(processId);
    const answer = await this.within(from, ({ id, method }) => id === known.request && method === undefined);
    drive.notes[known.note] = this.told(answer);
  }

  /** Sends what is no usual message, and notes what it is answered with. */
  private async stray(message: unknown, name: string): Promise<void> {
    const { wire, notes } = this.drive;
    const from = wire.messages.length;
    wire.write(message);
    await this.request(`${name} after a stray`, { method: "mock/experimentalMethod", params: { value: name } });
    const came = wire.messages.slice(from).filter(answer => isAnswer(answer) && answer.result?.["echoed"] !== name);
    notes[`${name} stray`] = { sent: message, came };
  }

  private answer(question: Message): { result: unknown } | undefined {
    const { method, params = {} } = question;
    if (method === "item/tool/call") {
      if (!this.isHeld(params)) return FAIR;
      this.held = { question, threadId: String(params["threadId"]), turnId: String(params["turnId"]) };
      return undefined;
    }
    if (method === "item/permissions/requestApproval") return { result: { permissions: {} } };
    return { result: { decision: "accept" } };
  }

  private isHeld(params: Json): boolean {
    return (params["arguments"] as Json | undefined)?.["city"] === "held";
  }

  /** Params with what they name filled in. */
  private resolved(value: unknown): unknown {
    if (typeof value === "string") return this.words(value);
    if (Array.isArray(value)) return value.map(entry => this.resolved(entry));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, this.resolved(entry)]));
  }

  private words(value: string): string {
    const { home, work, root } = this.drive.place;
    const thread = (index: string) => this.threads[Number(index) % Math.max(this.threads.length, 1)];
    return value
      .replaceAll("$WORK", work)
      .replaceAll("$HOME", home)
      .replaceAll("$ROOT", root)
      .replaceAll("$CURSOR", this.cursor)
      .replace(/\$T(\d)/g, (_, index: string) => thread(index)?.id ?? UNKNOWN_THREAD)
      .replace(/\$P(\d)/g, (_, index: string) => thread(index)?.path ?? `${work}/none.jsonl`)
      .replace(/\$U(\d)/g, (_, index: string) => this.turns.at(-1 - Number(index)) ?? UNKNOWN_THREAD);
  }
}

const FAIR = { result: { contentItems: [{ type: "inputText", text: "fair" }], success: true } };

function isAtRest(status: Json): boolean {
  return status["type"] !== "active";
}

function isAnswer({ id, method }: Message): boolean {
  return id !== undefined && method === undefined;
}
