import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { createRuntime } from "@codex-ts/core";
import { type Script, startModelServer } from "@codex-ts-tools/model-server";
import { onTestFinished } from "vitest";
import { serveMcp } from "../src/index.ts";

export interface Message {
  id?: number | string;
  method?: string;
  params?: Record<string, unknown> & { msg?: { type: string; [member: string]: unknown } };
  result?: Record<string, unknown>;
  error?: unknown;
}

/** A server with the real agent, spoken to in lines. */
export class World {
  readonly messages: Message[] = [];
  readonly input = new PassThrough();
  answer: (request: Message) => unknown = () => undefined;
  private waiters: (() => void)[] = [];
  private nextId = 1;

  constructor(
    readonly work: string,
    readonly model: Awaited<ReturnType<typeof startModelServer>>,
    output: PassThrough,
  ) {
    let rest = "";
    output.on("data", (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.receive(JSON.parse(line) as Message);
    });
  }

  private receive(message: Message): void {
    this.messages.push(message);
    if (message.method !== undefined && message.id !== undefined) {
      const result = this.answer(message);
      if (result !== undefined) this.send({ id: message.id, result });
    }
    for (const wake of this.waiters.splice(0)) wake();
  }

  send(message: object): void {
    this.input.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  async until(fits: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.messages.find(fits);
      if (found !== undefined) return found;
      await new Promise<void>(resolve => this.waiters.push(resolve));
    }
  }

  async request(method: string, params?: unknown, id: number | string = this.nextId++): Promise<Message> {
    this.send({ id, method, ...(params === undefined ? {} : { params }) });
    return this.until(message => message.id === id && message.method === undefined);
  }

  async call(name: string, args?: unknown, more: object = {}): Promise<Record<string, unknown>> {
    const answer = await this.request("tools/call", { name, arguments: args, ...more });
    return answer.result ?? { error: answer.error };
  }

  /** Types of the events of one call. */
  events(requestId: number | string): string[] {
    return this.messages.flatMap(({ method, params }) =>
      method === "codex/event" && (params!["_meta"] as { requestId: unknown }).requestId === requestId
        ? [params?.msg?.type ?? ""]
        : [],
    );
  }
}

export async function open(script: Script, config = ""): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), "codex-mcp-server-"));
  const [home, work] = [join(root, "home"), join(root, "work")];
  await mkdir(home);
  await mkdir(work);
  const model = await startModelServer(script);
  await writeFile(
    join(home, "config.toml"),
    `model = "gpt-5.2"\nmodel_provider = "mock"\n[model_providers.mock]\nname = "mock"\nbase_url = "${model.url}"\nrequest_max_retries = 0\nstream_max_retries = 0\n${config}`,
  );
  const output = new PassThrough();
  const world = new World(work, model, output);
  const env = { PATH: process.env["PATH"], HOME: root };
  const done = serveMcp(world.input, output, {
    version: "0.125.0",
    cwd: work,
    userAgent: ({ name, version }) => `agent/0.125.0 (${name}; ${version})`,
    runtime: userAgent =>
      createRuntime({
        codexHome: home,
        env,
        version: "0.125.0",
        originator: "test",
        userAgent,
        shell: { path: "/bin/bash", kind: "bash" },
      }),
  });
  onTestFinished(async () => {
    world.input.end();
    await done;
    await model.close();
    await rm(root, { recursive: true, force: true });
  });
  await world.request(
    "initialize",
    { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "t", version: "1" } },
    "init",
  );
  world.send({ method: "notifications/initialized" });
  return world;
}
