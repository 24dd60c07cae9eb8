import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { issuer, type IssuerOptions, startHttpServer, stdioServerToml } from "@codex-ts-tools/mcp-servers";
import { startModelServer } from "@codex-ts-tools/model-server";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { Bench, program } from "./support/cli.ts";
import { runHere } from "./support/in-process.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

async function protectedServer(options: IssuerOptions = {}) {
  const logins = issuer(options);
  const server = await startHttpServer({ token: "nobody has this", onRequest: logins.onRequest });
  logins.binding.state = server.state;
  onTestFinished(() => server.close());
  return { logins, server };
}

/** A person with a browser: opens every page that is printed. */
async function loggingIn(args: string[]) {
  const { PassThrough, Readable } = await import("node:stream");
  const { main } = await import("../src/main.ts");
  let text = "";
  const opened = new Set<string>();
  const stdout = new PassThrough().setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    for (const [url] of text.matchAll(/http:\/\/\S+\/authorize\?\S+/g)) {
      if (!opened.has(url)) void fetch(url).catch(() => {});
      opened.add(url);
    }
  });
  const stderr = new PassThrough().setEncoding("utf8");
  let errors = "";
  stderr.on("data", (chunk: string) => (errors += chunk));
  const env = { ...process.env, CODEX_HOME: bench.home, NO_COLOR: "1" };
  const io = { env, cwd: bench.work, stdin: Readable.from([]), stdout, stderr };
  const code = await main(args, io as never);
  await new Promise(resolve => setImmediate(resolve));
  return { code, text, errors, opened: [...opened] };
}

describe("mcp login and logout", () => {
  it("keep and forget a login, and the list shows it", async () => {
    const { server } = await protectedServer({ scopes: ["a", "b"] });
    bench.config(`mcp_oauth_credentials_store = "file"\n[mcp_servers.h]\nurl = "${server.url}"\n`);
    const auth = async () =>
      (JSON.parse((await runHere(bench, ["mcp", "list", "--json"])).stdout) as { auth_status: string }[])[0]
        ?.auth_status;
    expect(await auth()).toBe("not_logged_in");
    const login = await loggingIn(["mcp", "login", "h"]);
    expect(login.code).toBe(0);
    expect(login.text).toMatch(/^Authorize `h` by opening this URL in your browser:\n/);
    expect(login.text).toMatch(/Successfully logged in to MCP server 'h'\.\n$/);
    expect(new URL(login.opened[0]!).searchParams.get("scope")).toBe("a b");
    expect(await auth()).toBe("o_auth");
    expect((await runHere(bench, ["mcp", "list"])).stdout).toMatch(/enabled {2}OAuth/);
    expect((await runHere(bench, ["mcp", "logout", "h"])).stdout).toBe("Removed OAuth credentials for 'h'.\n");
    expect((await runHere(bench, ["mcp", "logout", "h"])).stdout).toBe("No OAuth credentials stored for 'h'.\n");
    expect(existsSync(path.join(bench.home, ".credentials.json"))).toBe(false);
  });

  it("try once more without scopes that only the server named", async () => {
    const { server, logins } = await protectedServer({
      scopes: ["a"],
      refuse: scope => (scope === "" ? null : "invalid_scope"),
    });
    bench.config(`mcp_oauth_credentials_store = "file"\n[mcp_servers.h]\nurl = "${server.url}"\n`);
    const login = await loggingIn(["mcp", "login", "h"]);
    expect(login.code).toBe(0);
    expect(logins.authorizations.map(({ scope }) => scope)).toEqual(["a", undefined]);
    const explicit = await loggingIn(["mcp", "login", "h", "--scopes", "x,y"]);
    expect([explicit.code, explicit.errors]).toEqual([1, "Error: OAuth provider returned an error: invalid_scope\n"]);
  });

  it("follow `mcp add` of a server that wants one", async () => {
    const { server } = await protectedServer();
    bench.config('mcp_oauth_credentials_store = "file"\n');
    const added = await loggingIn(["mcp", "add", "h", "--url", server.url]);
    expect(added.text).toContain("Added global MCP server 'h'.\n");
    expect(added.text).toContain("Successfully logged in to MCP server 'h'.");
  });

  it("refuse what has no login", async () => {
    bench.config(stdioServerToml("fx"));
    for (const [args, stderr] of [
      [["mcp", "login", "zz"], "Error: No MCP server named 'zz' found.\n"],
      [["mcp", "login", "fx"], "Error: OAuth login is only supported for streamable HTTP servers.\n"],
      [["mcp", "logout", "zz"], "Error: No MCP server named 'zz' found in configuration.\n"],
      [["mcp", "logout", "fx"], "Error: OAuth logout is only supported for streamable_http transports.\n"],
    ] as const) {
      expect(await runHere(bench, [...args])).toMatchObject({ code: 1, stderr });
    }
  });
});

describe("mcp doctor", () => {
  it("says how each server is, and what to do", async () => {
    const { server } = await protectedServer();
    bench.config(
      `${stdioServerToml("ok", { tools: ["echo", "pid"], name: "fixture" }, 'disabled_tools = ["pid"]')}${stdioServerToml("quits", { exitAtOnce: 3, stderr: ["no licence found"] })}` +
        `${stdioServerToml("off", {}, "enabled = false")}[mcp_servers.gone]\ncommand = "/no/such"\n[mcp_servers.h]\nurl = "${server.url}"\n[mcp_servers.t]\nurl = "http://127.0.0.1:9/mcp"\nbearer_token_env_var = "NOT_SET_ANYWHERE"\n`,
    );
    const text = await runHere(bench, ["mcp", "doctor"]);
    expect(text.code).toBe(1);
    expect(text.stdout).toContain("ok: ready\n");
    expect(text.stdout).toContain("  tools:     1: echo\n  filtered:  pid\n");
    expect(text.stdout).toContain("  stderr:\n    no licence found\n");
    const { stdout } = await runHere(bench, ["mcp", "doctor", "--json"]);
    const reports = JSON.parse(stdout) as {
      name: string;
      status: string;
      fix: string | null;
      startMs: number | null;
      auth: string;
    }[];
    expect(reports.map(({ name, status, fix }) => [name, status, fix])).toEqual([
      ["gone", "failed", expect.stringContaining("install the program")],
      ["h", "failed", "run `codex-ts mcp login h`"],
      ["off", "disabled", "set `enabled = true` in [mcp_servers.off]"],
      ["ok", "ready", null],
      ["quits", "failed", expect.stringContaining("ended before it answered")],
      ["t", "failed", "set NOT_SET_ANYWHERE in the environment that codex-ts is started from"],
    ]);
    expect(reports.find(({ name }) => name === "h")?.auth).toBe("notLoggedIn");
    expect((await runHere(bench, ["mcp", "doctor", "ok"])).code).toBe(0);
    expect(await runHere(bench, ["mcp", "doctor", "zz"])).toMatchObject({
      code: 1,
      stderr: "Error: No MCP server named 'zz' found.\n",
    });
  });
});

describe("mcp doctor and apps", () => {
  it.each([
    ["are there", "a.e30.c", "codex_apps: ready\n", 0],
    ["refuse the login", "other", "  fix:       run `codex-ts login`\n", 1],
  ])("of whoever is logged in %s", async (_, token, told, code) => {
    const apps = await startHttpServer({ path: "/backend-api/wham/apps", token });
    onTestFinished(() => apps.close());
    bench.config(`chatgpt_base_url = "${apps.origin}/backend-api/"\n`);
    const tokens = { id_token: "a.e30.c", access_token: "a.e30.c", refresh_token: "r", account_id: "acct-1" };
    const auth = { auth_mode: "chatgpt", tokens, last_refresh: new Date().toISOString() };
    writeFileSync(path.join(bench.home, "auth.json"), JSON.stringify(auth));
    const { stdout, ...ended } = await runHere(bench, ["mcp", "doctor"]);
    expect(ended.code).toBe(code);
    expect(stdout).toContain(told);
    expect(stdout).not.toContain("a.e30.c");
  });
});

describe("mcp-server", () => {
  it("serves the official SDK's client, which begins a conversation, answers an approval and goes on", async () => {
    const call = {
      type: "function_call",
      name: "exec_command",
      arguments: JSON.stringify({ cmd: "touch made", sandbox_permissions: "require_escalated" }),
      call_id: "c1",
    };
    const model = await startModelServer([{ items: [call] } as never, { text: "made it" }, { text: "and on" }]);
    onTestFinished(() => model.close());
    bench.config(
      `model = "gpt-5.2"\nmodel_provider = "mock"\n[model_providers.mock]\nname = "mock"\nbase_url = "${model.url}"\n`,
    );
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [program, "mcp-server"],
      env: { PATH: process.env["PATH"] ?? "", HOME: bench.work, CODEX_HOME: bench.home },
      cwd: bench.work,
      stderr: "pipe",
    });
    const client = new Client({ name: "sdk", version: "1" }, { capabilities: { elicitation: {} } });
    const asked: string[] = [];
    const { ElicitRequestSchema } = await import("@modelcontextprotocol/sdk/types.js");
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      asked.push(params.message);
      return { action: "accept", content: {} };
    });
    await client.connect(transport);
    onTestFinished(() => client.close());
    expect(client.getServerVersion()).toMatchObject({ name: "codex-mcp-server", version: "0.125.0" });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(["codex", "codex-reply"]);
    const first = await client.callTool({
      name: "codex",
      arguments: { prompt: "make", "approval-policy": "on-request", sandbox: "read-only" },
    });
    expect(first).toMatchObject({ content: [{ type: "text", text: "made it" }] });
    expect(asked[0]).toContain("Allow Codex to run `");
    expect(existsSync(path.join(bench.work, "made"))).toBe(true);
    const { threadId } = first.structuredContent as { threadId: string };
    expect(await client.callTool({ name: "codex-reply", arguments: { prompt: "more", threadId } })).toMatchObject({
      structuredContent: { threadId, content: "and on" },
    });
  });
});
