import { writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { RuntimeOptions } from "@codex-ts/core";
import type { Script } from "@codex-ts-tools/model-server";
import { afterTest } from "@codex-ts-tools/build/cleanups";
import { vi } from "vitest";
import { type Json, type TestClient, World } from "./harness.ts";

export interface Received {
  line: string;
  headers: IncomingHttpHeaders;
  body: { events: { event_type: string; event_params: Json }[] };
}

/** What the backend gets. */
export class Sink {
  readonly received: Received[] = [];
  connections = 0;
  status = 200;
  /** It never answers. */
  silent = false;
  private constructor(readonly url: string) {}

  static async open(): Promise<Sink> {
    const server = createServer((request, response) => {
      let text = "";
      request.setEncoding("utf8").on("data", chunk => (text += chunk));
      request.on("end", () => {
        const line = `${request.method} ${request.url}`;
        // The same backend keeps a person's apps: it has none, and that is no event.
        if (!line.includes("/analytics-events/")) return void response.writeHead(404).end();
        sink.received.push({ line, headers: request.headers, body: JSON.parse(text) as Received["body"] });
        if (!sink.silent) response.writeHead(sink.status).end("answer");
      });
    });
    server.on("connection", () => sink.connections++);
    await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
    const sink = new Sink(`http://127.0.0.1:${(server.address() as AddressInfo).port}/backend-api/`);
    afterTest(() => {
      server.closeAllConnections();
      server.close();
    });
    return sink;
  }

  get types(): string[] {
    return this.received.flatMap(({ body }) => body.events.map(event => event.event_type));
  }

  async event(type: string): Promise<Json> {
    await vi.waitUntil(() => this.types.includes(type), { timeout: 60_000 });
    return this.received.flatMap(({ body }) => body.events).find(event => event.event_type === type)!.event_params;
  }
}

/** An unsigned token that is good for a long time. */
export const token = `${part({ alg: "none" })}.${part({
  email: "a@b.c",
  exp: 4_000_000_000,
  "https://api.openai.com/auth": {
    chatgpt_plan_type: "plus",
    chatgpt_user_id: "u-1",
    chatgpt_account_id: "acct-1",
  },
})}.x`;

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

export const chatgptLogin = () => ({
  auth_mode: "chatgpt",
  OPENAI_API_KEY: null,
  tokens: { id_token: token, access_token: token, refresh_token: "r", account_id: "acct-1" },
  last_refresh: new Date().toISOString(),
});

export interface WorldSetting {
  script?: Script;
  config?: string;
  auth?: object | null;
  hooks?: object;
  runtime?: Partial<RuntimeOptions>;
  /** What is asked before commands run, and their sandbox. Default: nothing, and none. */
  policy?: string;
  /** Where the backend is said to be. Default: the sink. */
  backend?: string;
}

export async function world(options: WorldSetting = {}) {
  const sink = await Sink.open();
  const made = await World.create({
    script: options.script ?? ["hello"],
    ...(options.runtime === undefined ? {} : { runtime: options.runtime }),
    config: `chatgpt_base_url = "${options.backend ?? sink.url}"\n${options.policy ?? 'approval_policy = "never"\nsandbox_mode = "danger-full-access"\n'}${options.config ?? ""}`,
  });
  const auth = options.auth === undefined ? chatgptLogin() : options.auth;
  if (auth !== null) writeFileSync(path.join(made.home, "auth.json"), JSON.stringify(auth));
  if (options.hooks !== undefined) {
    writeFileSync(path.join(made.home, "hooks.json"), JSON.stringify({ hooks: options.hooks }));
  }
  const client = await made.client(null as never, "probe");
  return { sink, world: made, client };
}

export async function turn(
  client: TestClient,
  text = "hi",
  more: Json = {},
): Promise<{ threadId: string; turnId: string }> {
  const { thread } = await client.call("thread/start", {});
  const done = client.next(message => message["method"] === "turn/completed");
  const { turn: begun } = await client.call("turn/start", {
    threadId: thread.id,
    input: [{ type: "text", text }],
    ...more,
  });
  await done;
  return { threadId: thread.id, turnId: begun.id };
}

export const hook = (command: string) => [{ hooks: [{ type: "command", command }] }];
export const usage = { input: 10, cached: 4, output: 5, reasoning: 1 };
