import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { createRuntime } from "@codex-ts/core";
import { startModelServer } from "@codex-ts-tools/model-server";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { serve, serveLines, SocketLink, type Transport } from "../src/index.ts";
import { eventually, type Json, World } from "./harness.ts";

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

/** The client's end of a connection in this process: every message is frozen, so that a side which changes one fails. */
class Direct implements Transport {
  readonly received: Json[] = [];
  private events!: Parameters<Transport["start"]>[0];
  private wake = () => {};

  start(events: Parameters<Transport["start"]>[0]): void {
    this.events = events;
  }

  send(message: Json): void {
    this.received.push(deepFreeze(message));
    this.wake();
  }

  async close(): Promise<void> {
    this.events.close();
  }

  say(message: Json): void {
    this.events.message(deepFreeze(message));
  }

  async until(test: (message: Json) => boolean): Promise<Json> {
    for (;;) {
      const found = this.received.find(test);
      if (found !== undefined) return found;
      await new Promise<void>(resolve => (this.wake = resolve));
    }
  }
}

async function home(script: Parameters<typeof startModelServer>[0]) {
  const model = await startModelServer(script);
  const folder = mkdtempSync(path.join(os.tmpdir(), "codex-ts-transport-"));
  const codexHome = path.join(folder, "home");
  mkdirSync(codexHome);
  const provider = `[model_providers.mock]\nname = "mock"\nbase_url = "${model.baseUrl}"\nwire_api = "responses"\n`;
  writeFileSync(path.join(codexHome, "config.toml"), `model = "gpt-5.2"\nmodel_provider = "mock"\n${provider}`);
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder };
  const options = { codexHome, version: "0.125.0", cwd: folder, env };
  const runtime = ({ originator }: { originator: string }) =>
    createRuntime({ codexHome, env, version: "0.125.0", originator });
  const done = async () => {
    await model.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { options, runtime, codexHome, done };
}

describe("a client in the same program", () => {
  it("is taken at its word, and neither side changes what the other sent", async () => {
    const { options, runtime, done } = await home(["hello"]);
    const client = new Direct();
    const server = serve(client, runtime, { ...options, trusted: true });
    client.say({
      id: 1,
      method: "initialize",
      params: { clientInfo: { name: "t", version: "1" }, capabilities: { experimentalApi: true } },
    });
    client.say({ id: 2, method: "thread/start", params: {} });
    const started = await client.until(message => message["id"] === 2);
    const threadId = started["result"].thread.id;
    client.say({ id: 3, method: "turn/start", params: { threadId, input: [{ type: "text", text: "hi" }] } });
    const end = await client.until(message => message["method"] === "turn/completed");
    expect(end["params"].turn.status).toBe("completed");
    const user = client.received.find(message => message["method"] === "item/started")!;
    expect(user["params"].item.content).toEqual([{ type: "text", text: "hi", text_elements: [] }]);
    client.say({ id: 4, method: "thread/read", params: { threadId } });
    expect((await client.until(message => message["id"] === 4))["result"].thread.turns).toEqual([]);
    client.say({ id: 5, method: "nope", params: {} });
    expect((await client.until(message => message["id"] === 5))["error"].message).toMatch(/unknown variant `nope`/);
    await server.close();
    await done();
  });
});

describe("over a pair of streams", () => {
  it("ends when the client closes its end: the running turn is interrupted and recorded", async () => {
    const { options, runtime, codexHome, done } = await home([{ items: ["never"], hang: true }]);
    const [input, output] = [new PassThrough(), new PassThrough()];
    let text = "";
    output.on("data", chunk => (text += chunk));
    const ended = serveLines(input, output, runtime, options);
    const say = (message: Json) => input.write(`${JSON.stringify(message)}\n`);
    say({ id: 1, method: "initialize", params: { clientInfo: { name: "t", version: "1" } } });
    say({ id: 2, method: "thread/start", params: {} });
    await eventually(() => text.split("\n").some(line => line.startsWith('{"id":2') && line.endsWith("}")));
    const threadId = JSON.parse(text.split("\n").find(line => line.startsWith('{"id":2'))!).result.thread.id;
    say({ id: 3, method: "turn/start", params: { threadId, input: [{ type: "text", text: "x" }] } });
    await eventually(() => text.includes("agentMessage"));
    input.end();
    await ended;
    const sessions = path.join(codexHome, "sessions");
    const [file] = readdirSync(sessions, { recursive: true, encoding: "utf8" }).filter(name => name.endsWith(".jsonl"));
    const last = readFileSync(path.join(sessions, file!), "utf8").trim().split("\n").at(-1)!;
    expect(JSON.parse(last).payload).toMatchObject({ type: "turn_aborted", reason: "interrupted" });
    await done();
  });

  it("reads no further while its client does not, and loses nothing", async () => {
    const world = await World.create();
    const client = await world.client();
    client.output.pause();
    const big = "x".repeat(100_000);
    const ask = (n: number) => client.send({ id: `b${n}`, method: "mock/experimentalMethod", params: { value: big } });
    for (let n = 0; n < 100; n++) ask(n);
    await eventually(() => client.input.isPaused());
    for (let n = 100; n < 200; n++) ask(n);
    expect(client.input.readableLength + client.input.writableLength).toBeGreaterThan(100 * big.length);
    client.output.resume();
    await client.until(() => client.messages.length >= 201);
    expect(client.messages.slice(1).map(message => message["id"])).toEqual(
      Array.from({ length: 200 }, (_, n) => `b${n}`),
    );
  });
});

describe("over a WebSocket", () => {
  it("serves one client a socket, beside others on the same runtime", async () => {
    const world = await World.create({ script: ["hello"] });
    const http = createHttpServer();
    const sockets = new WebSocketServer({ server: http });
    sockets.on("connection", socket => world.server.attach(new SocketLink(socket)));
    await new Promise<void>(resolve => http.listen(0, "127.0.0.1", resolve));
    const socket = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
    const received: Json[] = [];
    socket.on("message", data => received.push(JSON.parse(String(data))));
    await new Promise(resolve => socket.on("open", resolve));
    socket.send(Buffer.from("binary"));
    socket.send("not json");
    socket.send(JSON.stringify({ id: 1, method: "initialize", params: { clientInfo: { name: "ws", version: "1" } } }));
    const local = await world.client();
    const threadId = await local.thread();
    await local.turn(threadId, "x");
    await eventually(() => received.some(message => message["method"] === "thread/status/changed"));
    expect(received[0]).toMatchObject({ id: 1, result: { platformFamily: "unix" } });
    expect(received.map(message => message["method"])).toContain("thread/started");
    expect(received.map(message => message["method"])).not.toContain("turn/started");
    socket.close();
    for (const open of sockets.clients) open.terminate();
    http.close();
  });
});
