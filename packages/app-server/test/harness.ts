import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { createRuntime, type RuntimeOptions } from "@codex-ts/core";
import { type ModelServer, type Script, startModelServer } from "@codex-ts-tools/model-server";
import { afterTest } from "@codex-ts-tools/build/cleanups";
import { LineLink } from "../src/links/line-link.ts";
import { type AppServer, createServer, type ServerOptions } from "../src/index.ts";

/** What came off the wire. */
export type Json = Record<string, ReturnType<typeof JSON.parse>>;

/** How long anything is waited for, milliseconds: long, because the machine may have much else to do. */
const PATIENCE_MS = 60_000;

export interface WorldOptions {
  script?: Script;
  /** Lines of config.toml before the provider. */
  config?: string;
  server?: Partial<ServerOptions>;
  runtime?: Partial<RuntimeOptions>;
}

/** A home, a workspace, a scripted model and a server with the real runtime. Everything ends with the test. */
export class World {
  readonly home: string;
  readonly workspace: string;
  readonly server: AppServer;
  readonly model: ModelServer;

  private constructor(model: ModelServer, options: WorldOptions) {
    this.model = model;
    const folder = mkdtempSync(path.join(os.tmpdir(), "codex-ts-server-"));
    this.home = path.join(folder, "home");
    this.workspace = path.join(folder, "work");
    mkdirSync(this.home);
    mkdirSync(this.workspace);
    writeFileSync(
      path.join(this.home, "config.toml"),
      `model = "gpt-5.2"\nmodel_provider = "mock"\n${options.config ?? ""}\n[model_providers.mock]\nname = "mock"\n` +
        `base_url = "${model.baseUrl}"\nwire_api = "responses"\nrequest_max_retries = 0\nstream_max_retries = 0\n`,
    );
    const env = { PATH: process.env["PATH"] ?? "", HOME: folder };
    this.server = createServer(
      ({ originator, userAgent }) =>
        createRuntime({ codexHome: this.home, env, version: "0.125.0", originator, userAgent, ...options.runtime }),
      {
        codexHome: this.home,
        version: "0.125.0",
        product: "codex-ts 0.1.0",
        cwd: this.workspace,
        env,
        ...options.server,
      },
    );
    afterTest(async () => {
      await this.server.close();
      await model.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    });
  }

  static async create(options: WorldOptions = {}): Promise<World> {
    return new World(await startModelServer(options.script ?? []), options);
  }

  /** A client that did not shake hands yet. */
  connect(): TestClient {
    const client = new TestClient(this.server);
    afterTest(() => client.forget());
    return client;
  }

  async client(capabilities: Json = { experimentalApi: true }, name = "test"): Promise<TestClient> {
    const client = this.connect();
    await client.call("initialize", { clientInfo: { name, title: null, version: "1.2" }, capabilities });
    return client;
  }
}

/** A client at the other end of a pair of byte streams: what it sends and receives is what stands on the wire. */
export class TestClient {
  /** Every message received, in order. */
  readonly messages: Json[] = [];
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  /** Answers requests of the server; undefined leaves them unanswered. */
  answer: (request: Json) => Json | undefined = () => undefined;
  private nextId = 1;
  private waiters: { test: (message: Json) => boolean; timer: NodeJS.Timeout; resolve: (message: Json) => void }[] = [];

  constructor(server: AppServer) {
    let rest = "";
    this.output.on("data", (chunk: Buffer) => {
      rest += chunk.toString();
      const lines = rest.split("\n");
      rest = lines.pop()!;
      for (const line of lines) this.receive(JSON.parse(line));
    });
    server.attach(new LineLink(this.input, this.output));
  }

  raw(text: string): void {
    this.input.write(`${text}\n`);
  }

  send(message: Json): void {
    this.raw(JSON.stringify(message));
  }

  /** Sends a request and waits for the whole answer. */
  async request(method: string, params?: Json, id: number | string = this.nextId++): Promise<Json> {
    const answer = this.next(message => message["id"] === id && message["method"] === undefined);
    this.send(params === undefined ? { id, method } : { id, method, params });
    return answer;
  }

  /** As `request`; gives the result and throws the error. */
  async call(method: string, params: Json = {}): Promise<Json> {
    const answer = await this.request(method, params);
    if (answer["error"] !== undefined) throw new Error(`${method}: ${JSON.stringify(answer["error"])}`);
    return answer["result"];
  }

  /** As `request`; gives the error. */
  async refused(method: string, params: Json = {}): Promise<Json> {
    const answer = await this.request(method, params);
    if (answer["error"] === undefined) throw new Error(`${method} was not refused: ${JSON.stringify(answer)}`);
    return answer["error"];
  }

  /** The next message that fits, from now on. */
  next(test: string | ((message: Json) => boolean)): Promise<Json> {
    const fits = typeof test === "string" ? (message: Json) => message["method"] === test : test;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`nothing fits ${test} after:\n${this.log().join("\n")}`)),
        PATIENCE_MS,
      );
      this.waiters.push({
        test: fits,
        timer,
        resolve: message => {
          clearTimeout(timer);
          resolve(message);
        },
      });
    });
  }

  /** The first message that fits, from `from` on: it may be here already or still come. */
  async seen(test: string | ((message: Json) => boolean), from = 0): Promise<Json> {
    const fits = typeof test === "string" ? (message: Json) => message["method"] === test : test;
    return this.messages.slice(from).find(fits) ?? this.next(fits);
  }

  /** Settles when `condition` holds after some message. */
  async until(condition: () => boolean): Promise<void> {
    if (!condition()) await this.next(() => condition());
  }

  /** Settles when everything that the server has said so far is here: the answer to a question comes after it. */
  async caughtUp(): Promise<void> {
    await this.call("thread/loaded/list");
  }

  /** Starts a thread and returns its id. */
  async thread(params: Json = {}): Promise<string> {
    return (await this.call("thread/start", params))["thread"].id;
  }

  /** Starts a turn and waits for its end; returns the `turn/completed` params. */
  async turn(threadId: string, text: string, more: Json = {}): Promise<Json> {
    const done = this.next(
      message => message["method"] === "turn/completed" && message["params"].threadId === threadId,
    );
    await this.call("turn/start", { threadId, input: [{ type: "text", text }], ...more });
    return (await done)["params"];
  }

  /** Methods of the notifications and requests received since `from`. */
  methods(from = 0): string[] {
    return this.messages.slice(from).flatMap(message => (message["method"] === undefined ? [] : [message["method"]]));
  }

  log(from = 0): string[] {
    return this.messages.slice(from).map(message => JSON.stringify(message).slice(0, 300));
  }

  close(): void {
    this.input.end();
  }

  /** The test is over: what is still waited for will never be told, and the process goes on with other tests. */
  forget(): void {
    for (const { timer } of this.waiters.splice(0)) clearTimeout(timer);
  }

  private receive(message: Json): void {
    this.messages.push(message);
    for (const waiter of this.waiters.filter(entry => entry.test(message))) {
      this.waiters.splice(this.waiters.indexOf(waiter), 1);
      waiter.resolve(message);
    }
    if (message["method"] === undefined || message["id"] === undefined) return;
    const answer = this.answer(message);
    if (answer !== undefined) this.send({ id: message["id"], ...answer });
  }
}

/** Waits for what no message tells of: a file, a process, a stream. */
export async function eventually(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`it never came to pass: ${condition}`);
    await pause(10);
  }
}

/** Gives what must not happen the time to happen. Nothing that must happen is waited for in this way. */
export const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

export function allMatch(messages: Json[], method: string): Json[] {
  return messages.filter(message => message["method"] === method).map(message => message["params"]);
}
