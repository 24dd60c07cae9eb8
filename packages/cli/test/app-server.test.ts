import { type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Client, connect, type Transport } from "@codex-ts/client";
import { connectUnixSocket, connectWebSocket } from "@codex-ts/client/websocket";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, finished } from "./support/cli.ts";
import { hasBwrap } from "./support/engines.ts";
import { runMounted } from "./support/lacking.ts";

let bench: Bench;
const children: ChildProcessWithoutNullStreams[] = [];
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await bench.close();
});

const clientInfo = { name: "test", title: null, version: "1" };

/** Starts a server and waits for a line of its log. */
async function start(args: string[], sign: RegExp): Promise<{ child: ChildProcessWithoutNullStreams; match: string }> {
  const child = bench.start(["app-server", ...args]);
  children.push(child);
  let text = "";
  child.stderr.setEncoding("utf8");
  for (;;) {
    const [chunk] = (await once(child.stderr, "data")) as [string];
    text += chunk;
    const match = sign.exec(text);
    if (match !== null) return { child, match: match[1] ?? "" };
  }
}

async function hello(transport: Transport): Promise<Client> {
  const client = connect(transport);
  await client.initialize({ clientInfo });
  return client;
}

const rolloutTail = () => {
  const folder = path.join(bench.home, "sessions");
  const file = readdirSync(folder, { recursive: true, encoding: "utf8" }).find(name => name.endsWith(".jsonl"));
  return readFileSync(path.join(folder, file ?? ""), "utf8")
    .trimEnd()
    .split("\n")
    .at(-1);
};

describe("app-server --listen ws://", () => {
  it("prints where it listens, serves clients with the token, and ends on SIGTERM when no turn runs", async () => {
    await bench.model(["hello"]);
    writeFileSync(path.join(bench.home, "token"), "let-me-in\n");
    const { child, match: url } = await start(
      [
        "--listen",
        "ws://127.0.0.1:0",
        "--ws-auth",
        "capability-token",
        "--ws-token-file",
        path.join(bench.home, "token"),
      ],
      /listening on: (ws:\/\/127\.0\.0\.1:\d+)[\s\S]*readyz: http:[\s\S]*healthz: http:[\s\S]*note: .*\n/,
    );
    expect((await fetch(`${url.replace("ws:", "http:")}/readyz`)).status).toBe(200);
    await expect(connectWebSocket(url, { token: "no" })).rejects.toThrow(/401/);
    const client = await hello(await connectWebSocket(url, { token: "let-me-in" }));
    const { thread } = await client.request("thread/start", {});
    const completed = new Promise(resolve => client.on("turn/completed", resolve));
    await client.request("turn/start", { threadId: thread.id, input: [{ type: "text", text: "hi" }] });
    await completed;
    child.kill("SIGTERM");
    expect(await finished(child)).toMatchObject({ code: 0, signal: null });
  });

  it("is forced by a second signal: the turn is interrupted and recorded", async () => {
    await bench.model([{ delayMs: 60_000, text: "late" }]);
    const { child, match: url } = await start(["--listen", "ws://127.0.0.1:0"], /listening on: (\S+)[\s\S]*note:/);
    const client = await hello(await connectWebSocket(url));
    const { thread } = await client.request("thread/start", {});
    const begun = new Promise(resolve => client.on("item/completed", resolve));
    await client.request("turn/start", { threadId: thread.id, input: [{ type: "text", text: "hi" }] });
    await begun;
    child.kill("SIGINT");
    expect((await client.request("thread/loaded/list", {})).data).toEqual([thread.id]);
    child.kill("SIGINT");
    expect(await finished(child)).toMatchObject({ code: 0, signal: null });
    expect(rolloutTail()).toContain("turn_aborted");
  });
});

describe("app-server --listen unix://", () => {
  it("listens on the control socket, which `proxy` reaches, and takes the socket away at the end", async () => {
    const socket = path.join(bench.home, "app-server-control", "app-server-control.sock");
    const child = bench.start(["app-server", "--listen", "unix://"]);
    children.push(child);
    await expect.poll(() => existsSync(socket), { timeout: 20_000 }).toBe(true);
    const client = await hello(await connectUnixSocket(socket));
    expect((await client.request("thread/loaded/list", {})).data).toEqual([]);

    const second = await bench.run(["app-server", "--listen", "unix://"]);
    expect(second).toMatchObject({
      code: 1,
      stderr: `Error: app-server control socket is already in use at ${socket}\n`,
    });

    const proxy = bench.start(["app-server", "proxy"]);
    proxy.stdin.write("GET / HTTP/1.1\r\nhost: x\r\norigin: y\r\n\r\n");
    const [answer] = (await once(proxy.stdout, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 403 /);
    proxy.stdin.end();
    expect((await finished(proxy)).code).toBe(0);

    child.kill("SIGTERM");
    expect((await finished(child)).code).toBe(0);
    expect(existsSync(socket)).toBe(false);
  });

  it("says that `proxy` found nobody", async () => {
    const sock = path.join(bench.work, "none.sock");
    expect(await bench.run(["app-server", "proxy", "--sock", "none.sock"])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: `Error: failed to connect to socket at ${sock}\n\nCaused by:\n    No such file or directory (os error 2)\n`,
    });
  });
});

describe("app-server over stdio", () => {
  it("interrupts and records the running turn when it is told to end", async () => {
    const server = await bench.model([{ delayMs: 60_000, text: "late" }]);
    const child = bench.start(["app-server"]);
    children.push(child);
    const say = (message: object) => child.stdin.write(`${JSON.stringify(message)}\n`);
    let out = "";
    child.stdout.on("data", chunk => (out += chunk));
    say({ id: 1, method: "initialize", params: { clientInfo } });
    say({ id: 2, method: "thread/start", params: {} });
    await expect.poll(() => out, { timeout: 20_000 }).toContain('"id":2');
    const threadId = /"thread":\{"id":"([^"]+)"/.exec(out)?.[1];
    say({ id: 3, method: "turn/start", params: { threadId, input: [{ type: "text", text: "hi" }] } });
    await server.waitForRequest(0);
    child.kill("SIGTERM");
    expect((await finished(child)).code).toBe(143);
    expect(rolloutTail()).toContain("turn_aborted");
  });
});

describe("app-server refuses to start", () => {
  it.each([
    [
      ["--listen", "http://x"],
      2,
      "error: invalid value 'http://x' for '--listen <URL>': unsupported --listen URL `http://x`; expected `stdio://`, `unix://`, `unix://PATH`, `ws://IP:PORT`, or `off`\n\nFor more information, try '--help'.\n",
    ],
    [
      ["--listen", "ws://localhost:0"],
      2,
      "error: invalid value 'ws://localhost:0' for '--listen <URL>': invalid websocket --listen URL `ws://localhost:0`; expected `ws://IP:PORT`\n\nFor more information, try '--help'.\n",
    ],
    [["--listen", "off"], 1, "Error: no transport configured; use --listen or enable remote control\n"],
    [
      ["--ws-issuer", "me"],
      1,
      "Error: websocket auth flags require `--ws-auth capability-token` or `--ws-auth signed-bearer-token`\n",
    ],
    [
      ["--listen", "ws://127.0.0.1:0", "--ws-auth", "capability-token", "--ws-token-file", "/nope"],
      1,
      "Error: failed to read websocket auth secret /nope: No such file or directory (os error 2)\n",
    ],
    [
      ["--listen", "ws://0.0.0.0:0"],
      1,
      "Error: refusing to listen on 0.0.0.0 without authentication: add `--ws-auth capability-token` or `--ws-auth signed-bearer-token`, or listen on 127.0.0.1\n",
    ],
  ])("with %j", async (args, code, stderr) => {
    expect(await bench.run(["app-server", ...args])).toEqual({ code, signal: null, stdout: "", stderr });
  });

  it.each([
    ["model=-nan", "invalid type: floating point `NaN`, expected a string\nin `model`\n"],
    ["model_provider=x.y", "Model provider `x.y` not found"],
    ["profile=gpt-5", "config profile `gpt-5` not found"],
    [
      "model_instructions_file=/nope",
      "failed to read model instructions file /nope: No such file or directory (os error 2)",
    ],
    ["model_catalog_json=/nope", "No such file or directory (os error 2)"],
  ])("does not start with -c %s, while a wrong file leaves the defaults", async (flag, reason) => {
    expect(await bench.run(["app-server", "-c", flag])).toEqual({
      code: 1,
      signal: null,
      stdout: "",
      stderr: `Error: error loading default config after config error: ${reason}\n`,
    });
  });
});

describe.runIf(hasBwrap())("flags that only a file makes good, beside requirements that do not hold", () => {
  it.each([
    ["have a mistake", "allowed_approval_policies = 1\n", 1],
    ["are empty", "allowed_approval_policies = []\n", 1],
    ["contradict each other", "[features]\nmulti_agent = false\nenable_fanout = true\n", 1],
    ["deny every host", '[experimental_network]\ndomains = { "*" = "deny" }\n', 1],
    ["do hold", 'allowed_approval_policies = ["never"]\n', 0],
  ])("that %s", async (_, requirements, code) => {
    const etc = path.join(bench.root, "etc");
    mkdirSync(path.join(etc, "codex"), { recursive: true });
    writeFileSync(path.join(etc, "codex", "requirements.toml"), requirements);
    writeFileSync(path.join(bench.home, "config.toml"), '[profiles.w]\nmodel = "m"\n');
    const mounts = ["--bind", etc, "/etc", "--unsetenv", "NODE_EXTRA_CA_CERTS"];
    const ended = await runMounted(bench, mounts, ["-c", "profile=w", "app-server"]);
    const told = "Error: error loading default config after config error: config profile `w` not found\n";
    expect([ended.code, ended.stderr === told]).toEqual([code, code === 1]);
  });
});

describe("what the files say wrong is told right after the handshake", () => {
  async function warningOf(files: Readonly<Record<string, string>>): Promise<unknown> {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(bench.home, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const child = bench.start(["app-server"]);
    children.push(child);
    child.stdin.write(`${JSON.stringify({ id: 1, method: "initialize", params: { clientInfo } })}\n`);
    let text = "";
    child.stdout.setEncoding("utf8");
    for await (const chunk of child.stdout as AsyncIterable<string>) {
      text += chunk;
      const line = text.split("\n").find(entry => entry.includes('"configWarning"') && entry.endsWith("}"));
      if (line !== undefined) return (JSON.parse(line) as { params: unknown }).params;
    }
    return null;
  }

  it.each([
    ["model = 5\n", 1, 9, 1, 9, "invalid type: integer `5`, expected a string"],
    ["\nmodel_provider = [\n1,\n2]\n", 2, 18, 4, 2, "invalid type: sequence, expected a string"],
  ])("V30: settings: %j", async (text, line, column, lastLine, lastColumn, reason) => {
    const file = path.join(bench.home, "config.toml");
    expect(await warningOf({ "config.toml": text })).toEqual({
      summary: "Invalid configuration; using defaults.",
      details: `${file}:${line}:${column}: ${reason}`,
      path: file,
      range: { start: { line, column }, end: { line: lastLine, column: lastColumn } },
    });
  });

  it("rules", async () => {
    const file = path.join(bench.home, "rules", "bad.rules");
    expect(await warningOf({ "rules/bad.rules": "prefix_rule(pattern=[\n" })).toEqual({
      summary: "Error parsing rules; custom rules not applied.",
      details: expect.stringContaining(`failed to parse rules file ${file}: starlark error: `),
      path: file,
      range: { start: { line: 2, column: 1 }, end: { line: 2, column: 1 } },
    });
  });
});
