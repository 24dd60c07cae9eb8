import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startModelServer, type Script } from "@codex-ts-tools/model-server";
import {
  createRuntime,
  type Runtime,
  type RuntimeOptions,
  type StartThreadOptions,
  type Thread,
  type ThreadEvent,
  type ThreadRequest,
} from "../src/index.ts";

export interface World {
  home: string;
  cwd: string;
  runtime: Runtime;
  server: Awaited<ReturnType<typeof startModelServer>>;
  /** Starts a thread in `cwd` and listens to it. */
  start(options?: StartThreadOptions): Promise<Listening>;
  close(): Promise<void>;
}

/** How a test answers a question of the thread. */
export type Answerer = (request: ThreadRequest) => unknown;

export interface WorldOptions {
  /** Lines of config.toml beside the provider. */
  config?: string;
  model?: string;
  /** What the provider calls itself. Default `mock`. */
  providerName?: string;
  /** Further lines of the provider. */
  provider?: string;
  /** `rules/default.rules`. */
  rules?: string;
  /** `AGENTS.md` of the user. */
  agentsMd?: string;
  runtime?: Partial<RuntimeOptions>;
}

/** A runtime in folders of its own that talks to a scripted model server over real HTTP. */
export async function openWorld(script: Script, options: WorldOptions = {}): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), "codex-core-"));
  const home = join(root, "home");
  const cwd = join(root, "work");
  await mkdir(home);
  await mkdir(cwd);
  const server = await startModelServer(script);
  await writeFile(
    join(home, "config.toml"),
    `model = "${options.model ?? "gpt-5.2"}"
model_provider = "mock"
${options.config ?? ""}

[model_providers.mock]
name = "${options.providerName ?? "mock"}"
base_url = "${server.url}"
request_max_retries = 1
stream_max_retries = 1
${options.provider ?? ""}
`,
  );
  if (options.rules !== undefined) {
    await mkdir(join(home, "rules"));
    await writeFile(join(home, "rules", "default.rules"), options.rules);
  }
  if (options.agentsMd !== undefined) await writeFile(join(home, "AGENTS.md"), options.agentsMd);
  const runtime = createRuntime({
    codexHome: home,
    env: { PATH: process.env["PATH"], HOME: root, TMPDIR: root },
    version: "0.0.0-test",
    originator: "core_test",
    source: "exec",
    shell: { path: "/bin/bash", kind: "bash" },
    timezone: "Etc/UTC",
    ...options.runtime,
  });
  return {
    home,
    cwd,
    runtime,
    server,
    start: async (startOptions = {}) => new Listening((await runtime.startThread({ cwd, ...startOptions })).thread),
    async close() {
      await runtime.shutdown();
      await server.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** A thread with everything it has said so far. */
export class Listening {
  readonly thread: Thread;
  readonly events: ThreadEvent[] = [];
  answer: Answerer = () => ({ decision: "decline" });
  private waiters: (() => void)[] = [];

  constructor(thread: Thread) {
    this.thread = thread;
    thread.subscribe(event => {
      this.events.push(event);
      if (event.kind === "request") {
        const answer = this.answer(event);
        if (answer !== undefined) event.respond(answer);
      }
      for (const waiter of this.waiters.splice(0)) waiter();
    });
  }

  /** Hands in a text prompt and waits for the end of the turn. Returns what happened since. */
  async turn(
    text: string,
    more: Partial<Extract<Parameters<Thread["submit"]>[0], { type: "userTurn" }>> = {},
  ): Promise<ThreadEvent[]> {
    const from = this.events.length;
    this.thread.submit({ type: "userTurn", input: [{ type: "text", text, text_elements: [] }], ...more });
    await this.until(event => event.method === "turn/completed", from);
    return this.events.slice(from);
  }

  /** The first event from `from` on that fits, waiting for it if it has not come yet. */
  async until(fits: (event: ThreadEvent) => boolean, from = 0): Promise<ThreadEvent> {
    let at = from;
    for (;;) {
      for (; at < this.events.length; at++) {
        const event = this.events[at]!;
        if (fits(event)) return event;
      }
      await new Promise<void>(resolve => this.waiters.push(resolve));
    }
  }
}

/** Events in short: method, and what kind of item in which state. */
export function outline(events: readonly ThreadEvent[]): string[] {
  return events.map(({ method, params }) => {
    if ("item" in params && typeof params.item === "object" && "type" in params.item) {
      const status = "status" in params.item ? `:${params.item.status}` : "";
      return `${method} ${params.item.type}${status}`;
    }
    return "turn" in params ? `${method} ${params.turn.status}` : method;
  });
}

/** The outputs of tool calls in a recorded request, by call id. */
export function outputs(body: unknown): Record<string, unknown> {
  const input = (body as { input: { type: string; call_id?: string; output?: unknown }[] }).input;
  return Object.fromEntries(
    input.filter(({ type }) => type.endsWith("_output")).map(item => [item.call_id, item.output]),
  );
}

/** A line of a session file. */
export interface FileLine {
  type: string;
  payload: { type?: string; role?: string; [member: string]: unknown };
}

/** The lines of a thread's session file. */
export async function fileLines({ thread }: Listening): Promise<FileLine[]> {
  const text = await readFile(thread.rolloutPath!, "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map(line => JSON.parse(line) as FileLine);
}

/** What kind of line each of them is, in words. */
export function lineKinds(lines: readonly FileLine[]): string[] {
  return lines.map(({ type, payload }) =>
    [type, payload.type, payload.role].filter(part => part !== undefined).join(" "),
  );
}
