import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { functionCall, message, type ModelServer, reasoning, type Script, startModelServer } from "../src/index.ts";
import { loadScript, ScriptError } from "../src/load.ts";

const servers: ModelServer[] = [];

async function start(script: Script): Promise<ModelServer> {
  const server = await startModelServer(script);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.close()));
});

const ask = (server: ModelServer, body: object = {}) =>
  fetch(`${server.baseUrl}/responses`, { method: "POST", body: JSON.stringify(body) });

const eventsIn = (text: string) =>
  text
    .split("\n")
    .filter(line => line.startsWith("data: "))
    .map(line => JSON.parse(line.slice(6)) as { type: string; [more: string]: unknown });

describe("a list of replies", () => {
  it("is played in order, and says so when it is at its end", async () => {
    const server = await start(["one", { text: "two" }]);
    expect(await (await ask(server)).text()).toContain('"text":"one"');
    expect(await (await ask(server)).text()).toContain('"text":"two"');
    const third = await ask(server);
    expect(third.status).toBe(400);
    expect(await third.text()).toContain("no reply for request 2");
  });

  it("sends the events of the API for each kind of item", async () => {
    const items = [
      reasoning(["think", "more"], { encrypted_content: "xyz" }),
      message("hello world"),
      functionCall("shell", { command: ["ls"] }, "c1"),
      { type: "custom_tool_call", name: "apply_patch", input: "*** Begin" },
      { type: "local_shell_call", command: ["pwd"] },
      { type: "tool_search_call", arguments: { query: "q" } },
      { type: "web_search_call", query: "q" },
      { type: "something_new", x: 1 },
    ];
    const server = await start([{ items, chunk: 5, usage: { input: 10, cached: 3, output: 5, reasoning: 2 } }]);
    const events = eventsIn(await (await ask(server)).text());
    expect(events.map(event => event.type).filter((type, index, all) => type !== all[index - 1])).toMatchSnapshot(
      "types",
    );
    expect(events.filter(event => event.type === "response.output_item.done").map(event => event.item)).toMatchSnapshot(
      "items",
    );
    expect(events.at(-1)).toMatchObject({
      type: "response.completed",
      response: { id: "resp_0", usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 } },
    });
    const text = events.filter(event => event.type === "response.output_text.delta").map(event => event.delta);
    expect(text).toEqual(["hello", " worl", "d"]);
  });
});

describe("a script function", () => {
  it("sees the request, its number and the state of the run", async () => {
    const server = await start((request, context) => {
      context.state.count = Number(context.state.count ?? 0) + 1;
      return `${request.lastUserText()} ${context.n} ${String(context.state.count)}`;
    });
    const input = [{ type: "message", role: "user", content: [{ type: "input_text", text: "hi" }] }];
    await (await ask(server, { input })).text();
    expect(await (await ask(server, { input })).text()).toContain('"text":"hi 1 2"');
    expect(server.requests[1]?.userTexts()).toEqual(["hi"]);
  });

  it("may answer several requests at once", async () => {
    let calls = 0;
    const server = await start(() => {
      calls += 1;
      return ["a", "b"];
    });
    await (await ask(server)).text();
    expect(await (await ask(server)).text()).toContain('"text":"b"');
    expect(calls).toBe(1);
  });

  it("that throws becomes a 400 with its message", async () => {
    const server = await start(() => {
      throw new Error("oh");
    });
    const response = await ask(server);
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining("oh")]);
  });
});

describe("rules", () => {
  it("match on user text, outputs and counts", async () => {
    const server = await start({
      rules: [
        { when: { output: "fail" }, reply: "fix it" },
        { when: { outputOf: "c1" }, reply: "done" },
        { when: { user: "test" }, times: 1, reply: { items: [functionCall("shell", {}, "c1")] } },
      ],
      otherwise: "what?",
    });
    const user = { type: "message", role: "user", content: [{ type: "input_text", text: "run the test" }] };
    const output = (text: string) => ({ type: "function_call_output", call_id: "c1", output: text });
    expect(await (await ask(server, { input: [user] })).text()).toContain('"call_id":"c1"');
    expect(await (await ask(server, { input: [user, output("1 fail")] })).text()).toContain("fix it");
    expect(await (await ask(server, { input: [user, output("ok")] })).text()).toContain("done");
    expect(await (await ask(server, { input: [user] })).text()).toContain("what?");
    expect(server.requests[1]?.functionOutputs()).toMatchObject([{ callId: "c1", output: "1 fail" }]);
  });
});

describe("bad weather", () => {
  it("answers HTTP errors with body and headers", async () => {
    const server = await start([{ status: 429, body: { error: { type: "x" } }, headers: { "x-request-id": "r" } }]);
    const response = await ask(server);
    expect([response.status, response.headers.get("x-request-id"), await response.json()]).toEqual([
      429,
      "r",
      { error: { type: "x" } },
    ]);
  });

  it("fails, ends incomplete, cuts after events and bytes, sends malformed data and raw bytes", async () => {
    const server = await start([
      { failed: { code: "boom", message: "m" } },
      { incomplete: { reason: "max_output_tokens" } },
      { text: "x", disconnectAfter: 1 },
      { text: "x", disconnectAfter: { bytes: 10 } },
      { events: ["{not json", Buffer.from("data: half")] },
    ]);
    expect(eventsIn(await (await ask(server)).text()).at(-1)).toMatchObject({ type: "response.failed" });
    expect(eventsIn(await (await ask(server)).text()).at(-1)).toMatchObject({ type: "response.incomplete" });
    expect(eventsIn(await (await ask(server)).text())).toHaveLength(1);
    expect(await (await ask(server)).text()).toHaveLength(10);
    expect(await (await ask(server)).text()).toBe("data: {not json\n\ndata: half");
  });

  it("resets the connection", async () => {
    const server = await start([{ text: "x", disconnectAfter: { events: 1, how: "reset" } }]);
    await expect(ask(server).then(response => response.text())).rejects.toThrow(/./);
  });

  it("hangs until the client leaves, and holds the end back", async () => {
    let release = () => {};
    const hold = new Promise<void>(resolve => {
      release = resolve;
    });
    const server = await start([
      { text: "x", hang: true },
      { text: "y", hold },
    ]);
    const leave = new AbortController();
    const hanging = await fetch(`${server.url}/responses`, { method: "POST", signal: leave.signal, body: "{}" });
    leave.abort();
    await expect(hanging.text()).rejects.toThrow(/./);
    const held = await ask(server);
    setTimeout(release, 20);
    expect(await held.text()).toContain("response.completed");
  });
});

describe("other paths", () => {
  it("serves models and scripted routes, and 404 for the rest", async () => {
    const server = await start({
      models: [{ slug: "m" }],
      routes: { "GET /api/tags": [{ body: { models: [] } }, { body: { models: [{ name: "m" }] } }] },
    });
    expect(await (await fetch(`${server.baseUrl}/models?client_version=1`)).json()).toEqual({
      models: [{ slug: "m" }],
    });
    expect(await (await fetch(`${server.url}/api/tags`)).json()).toEqual({ models: [] });
    expect(await (await fetch(`${server.url}/api/tags`)).json()).toEqual({ models: [{ name: "m" }] });
    expect((await fetch(`${server.url}/nothing`)).status).toBe(404);
    expect(server.requests).toHaveLength(0);
    expect(server.log.map(request => request.path)).toEqual(["/v1/models", "/api/tags", "/api/tags", "/nothing"]);
  });
});

describe("waiting", () => {
  it("hands out a request that comes later, and gives up in time", async () => {
    const server = await start(["a"]);
    setTimeout(() => void ask(server, { model: "m" }), 20);
    expect((await server.waitForRequest(0)).model).toBe("m");
    await expect(server.waitForRequest(1, 20)).rejects.toThrow("did not come");
  });
});

describe("a WebSocket", () => {
  it("plays the same script, one reply a message, on one connection", async () => {
    const server = await start(["one", { status: 429, body: { error: { code: "c" } } }, "three"]);
    const socket = new WebSocket(`${server.baseUrl.replace("http", "ws")}/responses`);
    await new Promise(resolve => socket.once("open", resolve));
    const next = () =>
      new Promise<string[]>(resolve => {
        const types: string[] = [];
        const onMessage = (data: unknown) => {
          const event = JSON.parse(String(data)) as { type: string };
          types.push(event.type);
          if (event.type !== "response.completed" && event.type !== "error") return;
          socket.off("message", onMessage);
          resolve(types);
        };
        socket.on("message", onMessage);
        socket.send(JSON.stringify({ type: "response.create", model: "m" }));
      });
    expect((await next()).at(-1)).toBe("response.completed");
    expect(await next()).toEqual(["error"]);
    expect((await next()).at(-1)).toBe("response.completed");
    expect(server.requests.map(request => [request.n, request.transport, request.connection, request.model])).toEqual([
      [0, "websocket", 0, "m"],
      [1, "websocket", 0, "m"],
      [2, "websocket", 0, "m"],
    ]);
    socket.close();
  });

  it("refuses a handshake as the script says", async () => {
    const server = await start({ handshakes: [{ status: 426 }] });
    const socket = new WebSocket(`${server.baseUrl.replace("http", "ws")}/responses`);
    const status = await new Promise(resolve => {
      socket.once("unexpected-response", (_request, response) => resolve(response.statusCode));
      socket.once("error", () => {});
    });
    expect(status).toBe(426);
    expect(server.handshakes).toHaveLength(1);
  });
});

describe("script files", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "model-script-"));
  const file = (name: string, text: string) => {
    const full = path.join(folder, name);
    writeFileSync(full, text);
    return full;
  };

  it("are JSON, JavaScript or TypeScript", async () => {
    expect(await loadScript(file("a.json", '["hi"]'))).toEqual(["hi"]);
    expect(await loadScript(file("b.mjs", 'export const replies = ["hi"];'))).toMatchObject({ replies: ["hi"] });
    const script = await loadScript(file("c.ts", "export const script = (n: unknown): string => `${typeof n}`;"));
    expect(typeof script).toBe("function");
  });

  it("that are missing, broken or empty are named with the reason", async () => {
    await expect(loadScript(path.join(folder, "none.json"))).rejects.toThrow(ScriptError);
    await expect(loadScript(file("d.json", "{"))).rejects.toThrow("d.json");
    await expect(loadScript(file("e.json", "{}"))).rejects.toThrow("expected a list of replies");
  });
});
