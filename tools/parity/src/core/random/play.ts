import type { Json } from "@codex-ts-tools/model-server";
import type { Drive } from "../../drive/drive.ts";
import type { Answerer, Message } from "../../drive/wire.ts";
import type { PlannedModel } from "./model.ts";
import type { Plan, Step } from "./plan.ts";

type Of<Kind extends Step["do"]> = Extract<Step, { do: Kind }>;

const WEATHER = {
  name: "weather",
  description: "W",
  inputSchema: { type: "object", properties: { city: { type: "string" } } },
};

/** Plays a plan on one program. */
export async function playPlan(plan: Plan, model: PlannedModel, drive: Drive): Promise<void> {
  drive.answer = answers(drive.place.root);
  const session = new Session(drive, model);
  await session.open();
  for (const [index, step] of plan.steps.entries()) await session.take(step, `${index + 1} ${step.do}`);
  await session.close();
}

/** The client's side of a generated session: the thread it is on, and those it has left. */
class Session {
  private thread = "";
  /** The message with which the turn of now may begin. */
  private from = 0;
  private readonly threads: string[] = [];

  constructor(
    private readonly drive: Drive,
    private readonly model: PlannedModel,
  ) {}

  async open(): Promise<void> {
    this.enter(await this.drive.thread({ dynamicTools: [WEATHER] }));
  }

  /** Reads every thread at the end. */
  async close(): Promise<void> {
    for (const [index, threadId] of this.threads.entries())
      await this.drive.note(`end ${index}`, "thread/read", { threadId, includeTurns: true });
  }

  async take(step: Step, name: string): Promise<void> {
    const { drive, thread: threadId } = this;
    switch (step.do) {
      case "turn":
        return this.end(await this.begin(step));
      case "steer":
        return this.steer(step, name);
      case "interrupt":
        return this.interrupt(step, name);
      case "crash":
        return this.crash(step, name);
      case "rollback":
        await drive.note(name, "thread/rollback", { threadId, numTurns: step.turns });
        return;
      case "fork":
        return this.fork(step, name);
      case "resume":
        await drive.restart();
        await drive.note(name, "thread/resume", { threadId, ...step.settings });
        return;
      case "shell":
        return this.whole("thread/shellCommand", { threadId, command: step.command });
      case "compact":
        return this.whole("thread/compact/start", { threadId });
      case "read":
        await drive.note(name, "thread/read", { threadId, includeTurns: true });
        return;
      case "list":
        await drive.note(name, "thread/turns/list", { threadId, limit: 50 });
        return;
      case "name":
        await drive.note(name, "thread/name/set", { threadId, name: ` ${name} ` });
        return;
      case "inject":
        await drive.note(name, "thread/inject_items", {
          threadId,
          items: [{ type: "message", role: "assistant", content: [{ type: "output_text", text: "INJECTED" }] }],
        });
    }
  }

  private enter(thread: string): void {
    this.thread = thread;
    if (!this.threads.includes(thread)) this.threads.push(thread);
  }

  private begin({ n, settings }: { n: number; settings: Json }): Promise<string> {
    this.from = this.drive.wire.messages.length;
    return this.drive.begin(this.thread, `turn ${n}`, this.at(settings));
  }

  /** Settings with their folders filled in. */
  private at(settings: Json): Json {
    return JSON.parse(JSON.stringify(settings).replaceAll("$WORK", this.drive.place.work)) as Json;
  }

  private async end(turnId: string): Promise<void> {
    await this.drive.until("turn/completed", params => turnOf(params)?.["id"] === turnId);
  }

  /** Something that is a turn of its own. */
  private async whole(method: string, params: Json): Promise<void> {
    const from = this.drive.wire.messages.length;
    await this.drive.call(method, params);
    await this.drive.until("turn/completed", () => true, from);
  }

  /** Waits until this comes, or the turn is over. */
  private async reached(turnId: string, fits: (message: Message) => boolean): Promise<void> {
    await this.drive.wire.until(
      message =>
        fits(message) || (message.method === "turn/completed" && turnOf(message.params ?? {})?.["id"] === turnId),
      this.from,
    );
  }

  private async steer(step: Of<"steer">, name: string): Promise<void> {
    const turnId = await this.begin({ n: step.n, settings: {} });
    await this.reached(
      turnId,
      isItem("started", item => /sleep 2;/.test(String(item["command"]))),
    );
    for (let time = 1; time <= step.times; time++) {
      const input = [{ type: "text", text: `more ${step.n}.${time}` }];
      const more = step.with === "turn/steer" ? { expectedTurnId: turnId } : this.at(step.settings);
      await this.drive.note(`${name} ${time}`, step.with, { threadId: this.thread, input, ...more });
    }
    await this.end(turnId);
  }

  private async interrupt(step: Of<"interrupt">, name: string): Promise<void> {
    const turnId = await this.begin({ n: step.n, settings: {} });
    const phases: Record<Of<"interrupt">["at"], () => Promise<void>> = {
      command: () =>
        this.reached(
          turnId,
          isItem("started", item => /sleep 30;/.test(String(item["command"]))),
        ),
      answer: () =>
        this.reached(
          turnId,
          isItem("completed", item => String(item["text"]).endsWith("not end")),
        ),
      wait: () => this.asked(step.n),
      question: () =>
        this.reached(
          turnId,
          ({ method, params }) =>
            method === "item/tool/call" && (params?.["arguments"] as Json | undefined)?.["city"] === "held",
        ),
      "open stream": () =>
        this.reached(
          turnId,
          isItem("completed", item => /echo done/.test(String(item["command"]))),
        ),
    };
    await phases[step.at]();
    await this.drive.pause(400);
    const threadId = this.thread;
    if (step.steered) {
      const input = [{ type: "text", text: "lost" }];
      await this.drive.note(`${name} steered`, "turn/steer", { threadId, expectedTurnId: turnId, input });
    }
    await this.drive.note(name, "turn/interrupt", { threadId, turnId });
    await this.end(turnId);
    await this.drive.call("thread/backgroundTerminals/clean", { threadId });
  }

  private async asked(turn: number): Promise<void> {
    while (!this.model.atLast(turn)) await this.drive.pause(50);
  }

  private async crash(step: Of<"crash">, name: string): Promise<void> {
    const turnId = await this.begin({ n: step.n, settings: {} });
    await this.reached(
      turnId,
      isItem("started", item => /sleep 30;/.test(String(item["command"]))),
    );
    await this.drive.pause(500);
    await this.drive.restart("kill");
    await this.drive.note(name, "thread/resume", { threadId: this.thread });
  }

  private async fork(step: Of<"fork">, name: string): Promise<void> {
    const { result } = await this.drive.note(name, "thread/fork", { threadId: this.thread, ...step.settings });
    const id = (result?.["thread"] as Json | undefined)?.["id"];
    if (typeof id !== "string") return;
    const { thread } = this;
    this.enter(id);
    if (step.stay) this.enter(thread);
  }
}

const turnOf = (params: Json) => params["turn"] as Json | undefined;

function isItem(state: "started" | "completed", fits: (item: Json) => boolean): (message: Message) => boolean {
  return ({ method, params }) => method === `item/${state}` && fits((params?.["item"] ?? {}) as Json);
}

/** Answers that depend on nothing but the question, so that both programs get the same in whatever order they ask. */
function answers(root: string): Answerer {
  return ({ method, params = {} }) => {
    switch (method) {
      case "item/commandExecution/requestApproval":
        return { result: { decision: aboutCommand(String(params["command"]).replaceAll(root, "")) } };
      case "item/fileChange/requestApproval":
        return { result: { decision: choice(String(params["itemId"]), ["accept", "acceptForSession", "decline"]) } };
      case "item/tool/call":
        return aboutWeather(String((params["arguments"] as Json | undefined)?.["city"]));
      case "item/tool/requestUserInput":
        return { result: { answers: /None/.test(JSON.stringify(params)) ? {} : { q: { answers: ["A"] } } } };
      case "item/permissions/requestApproval": {
        const scope = choice(String(params["itemId"]), ["turn", "session"]);
        return { result: { permissions: params["permissions"], scope } };
      }
      default:
        return { error: { code: -32601, message: "no" } };
    }
  };
}

/** What stands for the session is said only of commands that no other call repeats. */
function aboutCommand(command: string): string {
  if (/sleep|stty/.test(command)) return "accept";
  return choice(command, /c\d+/.test(command) ? ["accept", "acceptForSession", "decline"] : ["accept", "decline"]);
}

function aboutWeather(city: string): ReturnType<Answerer> {
  if (city === "held") return undefined;
  if (city === "broken") return { error: { code: 1, message: "no" } };
  return { result: { contentItems: [{ type: "inputText", text: city }], success: city === "sunny" } };
}

function choice<T>(text: string, of: readonly T[]): T {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + letter.charCodeAt(0)) % 65_521;
  return of[sum % of.length]!;
}
