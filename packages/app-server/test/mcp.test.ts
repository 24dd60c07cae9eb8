import { issuer, startHttpServer, stdioServerToml } from "@codex-ts-tools/mcp-servers";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { World } from "./harness.ts";

// Tables come after the top-level keys of the harness's file.
async function world(tables: string, more: Parameters<typeof World.create>[0] = {}) {
  const made = await World.create(more);
  const file = path.join(made.home, "config.toml");
  writeFileSync(file, `${readFileSync(file, "utf8")}\n${tables}`);
  return { world: made, client: await made.client(), file };
}

describe("mcpServerStatus/list", () => {
  it("shows every server, sorted, a page at a time", async () => {
    const { client } = await world(
      stdioServerToml("b", { tools: ["echo", "p.q"].map(name => ({ name, inputSchema: {}, _meta: { k: 1 } })) }) +
        stdioServerToml("a", { exitAtOnce: 1 }) +
        stdioServerToml("c", {}, "enabled = false"),
    );
    const all = await client.call("mcpServerStatus/list");
    expect(all["nextCursor"]).toBeNull();
    expect(all["data"].map(({ name }: { name: string }) => name)).toEqual(["a", "b", "c"]);
    expect(all["data"][0]).toEqual({
      name: "a",
      tools: {},
      resources: [],
      resourceTemplates: [],
      authStatus: "unsupported",
    });
    expect(all["data"][1]).toEqual({
      name: "b",
      tools: {
        echo: { name: "echo", inputSchema: {}, _meta: { k: 1 } },
        "p.q": { name: "p.q", inputSchema: {}, _meta: { k: 1 } },
      },
      resources: [{ name: "a", uri: "mem://a" }],
      resourceTemplates: [{ uriTemplate: "mem://{id}", name: "by id" }],
      authStatus: "unsupported",
    });
    const page = await client.call("mcpServerStatus/list", { cursor: "1", limit: 0, detail: "toolsAndAuthOnly" });
    expect(page["nextCursor"]).toBe("2");
    expect(page["data"]).toMatchObject([{ name: "b", resources: [] }]);
    expect(await client.refused("mcpServerStatus/list", { cursor: "x" })).toEqual({
      code: -32600,
      message: "invalid cursor: x",
    });
    expect(await client.refused("mcpServerStatus/list", { cursor: "99999999999999999999" })).toEqual({
      code: -32600,
      message: "invalid cursor: 99999999999999999999",
    });
    expect(await client.refused("mcpServerStatus/list", { cursor: "9" })).toEqual({
      code: -32600,
      message: "cursor 9 exceeds total MCP servers 3",
    });
  });
});

describe("the server of apps in the list", () => {
  it("is asked with the login, and what it has is there for the next session", async () => {
    const tool = { name: "cal_list", inputSchema: {}, _meta: { connector_id: "cal", connector_name: "Cal" } };
    const apps = await startHttpServer({ path: "/backend-api/wham/apps", tools: [tool] });
    onTestFinished(() => apps.close());
    const made = await World.create({ config: `chatgpt_base_url = "${apps.origin}/backend-api/"` });
    const tokens = { id_token: "a.e30.c", access_token: "a.e30.c", refresh_token: "r", account_id: "acct-1" };
    const auth = { auth_mode: "chatgpt", tokens, last_refresh: new Date().toISOString() };
    writeFileSync(path.join(made.home, "auth.json"), JSON.stringify(auth));
    const { data } = await (await made.client()).call("mcpServerStatus/list", {});
    expect(data).toMatchObject([{ name: "codex_apps", authStatus: "bearerToken", tools: { cal_list: {} } }]);
    expect(new Set(apps.requests.map(({ headers }) => headers["authorization"]))).toEqual(new Set(["Bearer a.e30.c"]));
    const folder = path.join(made.home, "cache", "codex_apps_tools");
    const [file = ""] = readdirSync(folder);
    expect(JSON.parse(readFileSync(path.join(folder, file), "utf8"))).toMatchObject({
      schema_version: 2,
      tools: [{ tool: { name: "cal_list" }, connector_id: "cal" }],
    });
  });
});

describe("calls beside turns", () => {
  it("of one tool by two clients at once come back to each of them, with equal request ids and in the other's time", async () => {
    const { world: made, client: one } = await world(stdioServerToml("fx", { tools: ["slow", "plain"] }));
    const two = await made.client();
    const threadId = await one.thread();
    const other = await two.thread();
    const order: string[] = [];
    const ask = async (client: typeof one, id: number, thread: string, tool: string, args: object) => {
      const params = { threadId: thread, server: "fx", tool, arguments: args };
      const answer = await client.request("mcpServer/tool/call", params, `call ${id}`);
      if (thread === threadId) order.push(tool);
      return answer["result"].content[0].text;
    };
    const answers = await Promise.all([
      ask(one, 1, threadId, "slow", { ms: 1500 }),
      ask(two, 1, threadId, "plain", { from: "two" }),
      ask(one, 2, threadId, "plain", { from: "one" }),
      ask(two, 2, other, "plain", { from: "elsewhere" }),
    ]);
    expect(answers).toEqual(["slow", 'plain:{"from":"two"}', 'plain:{"from":"one"}', 'plain:{"from":"elsewhere"}']);
    expect(order).toEqual(["plain", "plain", "slow"]);
  });

  it("go to a thread's servers, without questions and items", async () => {
    const { client } = await world(
      stdioServerToml("fx", { tools: ["plain", "meta", "rpcerr", "struct"] }, 'disabled_tools = ["struct"]'),
    );
    const threadId = await client.thread();
    expect(
      await client.call("mcpServer/tool/call", { threadId, server: "fx", tool: "plain", arguments: { a: 1 } }),
    ).toEqual({
      content: [{ type: "text", text: 'plain:{"a":1}' }],
    });
    const meta = await client.call("mcpServer/tool/call", {
      threadId,
      server: "fx",
      tool: "meta",
      _meta: { x: 1, threadId: "other" },
    });
    expect(JSON.parse(meta["content"][0].text)).toMatchObject({ x: 1, threadId });
    expect(client.methods()).not.toContain("item/started");
    const refused = (params: object) =>
      client.refused("mcpServer/tool/call", { threadId, server: "fx", tool: "plain", ...params });
    expect(await refused({ server: "nope" })).toEqual({ code: -32603, message: "unknown MCP server 'nope'" });
    expect(await refused({ tool: "struct" })).toEqual({
      code: -32603,
      message: "tool 'struct' is disabled for MCP server 'fx'",
    });
    expect(await refused({ tool: "rpcerr" })).toEqual({
      code: -32603,
      message: 'tool call failed for `fx/rpcerr`: Mcp error: -32050: kaboom({"x":1})',
    });
    expect(await refused({ _meta: [1] })).toEqual({
      code: -32603,
      message: "tool call failed for `fx/plain`: MCP tool request _meta must be a JSON object, got [1]",
    });
    expect(await refused({ threadId: "00000000-0000-0000-0000-000000000000" })).toMatchObject({
      code: -32600,
      message: "thread not found: 00000000-0000-0000-0000-000000000000",
    });
    expect((await refused({ threadId: "x" }))["message"]).toMatch(/^invalid thread id: /);
  });

  it("read resources, in a thread or without one", async () => {
    const { client } = await world(stdioServerToml("fx"));
    const contents = [{ uri: "mem://q", mimeType: "text/plain", text: "content of mem://q" }];
    expect(await client.call("mcpServer/resource/read", { server: "fx", uri: "mem://q" })).toEqual({ contents });
    const threadId = await client.thread();
    expect(await client.call("mcpServer/resource/read", { threadId, server: "fx", uri: "mem://q" })).toEqual({
      contents,
    });
    expect(await client.refused("mcpServer/resource/read", { server: "zz", uri: "mem://q" })).toEqual({
      code: -32603,
      message: "unknown MCP server 'zz'",
    });
  });
});

describe("servers of threads", () => {
  it("are told of while they start, and start anew after a reload", async () => {
    const { client, file } = await world(stdioServerToml("fx", { exitAtOnce: 2 }), {
      script: [{ text: "1" }, { text: "2" }],
    });
    const failed = client.next(
      ({ method, params }) => method === "mcpServer/startupStatus/updated" && params.status === "failed",
    );
    const threadId = await client.thread();
    expect((await failed)["params"]).toEqual({
      name: "fx",
      status: "failed",
      error:
        "MCP client for `fx` failed to start: MCP startup failed: handshaking with MCP server failed: connection closed: initialize response",
    });
    await client.turn(threadId, "one");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, `${text.slice(0, text.indexOf("[mcp_servers.fx]"))}${stdioServerToml("fx")}`);
    expect(await client.call("config/mcpServer/reload", undefined as never)).toEqual({});
    const ready = client.next(
      ({ method, params }) => method === "mcpServer/startupStatus/updated" && params.status === "ready",
    );
    await client.turn(threadId, "two");
    expect((await ready)["params"]).toEqual({ name: "fx", status: "ready", error: null });
  });

  it("that must start fail the thread when they do not", async () => {
    const { client } = await world('[mcp_servers.bad]\ncommand = "/no/such"\nrequired = true\n');
    expect(await client.refused("thread/start")).toEqual({
      code: -32603,
      message:
        "error creating thread: Fatal error: Failed to initialize session: required MCP servers failed to initialize: bad: No such file or directory (os error 2)",
    });
  });

  it("whose questions are withdrawn with them, while the turn goes on", async () => {
    const items = [{ type: "function_call", namespace: "mcp__fx__", name: "askdie", arguments: "{}", call_id: "c0" }];
    const { client } = await world(stdioServerToml("fx", { tools: ["askdie"] }), {
      script: [{ items } as never, { text: "ok" }],
    });
    const threadId = await client.thread();
    await client.turn(threadId, "go");
    const told = client.messages.map(({ method }) => method as string | undefined);
    const [asked, resolved, finished] = [
      "mcpServer/elicitation/request",
      "serverRequest/resolved",
      "turn/completed",
    ].map(method => told.indexOf(method));
    expect(asked).toBeGreaterThan(-1);
    expect(resolved).toBeGreaterThan(asked!);
    expect(finished).toBeGreaterThan(resolved!);
    const flags = client.messages
      .filter(({ method }) => method === "thread/status/changed")
      .map(({ params }) => JSON.stringify(params.status));
    expect(flags.filter(flag => flag.includes("waitingOn"))).toHaveLength(1);
    expect(flags.at(-1)).toContain("idle");
  });

  it("have their tools approved as a write that reloads says", async () => {
    const call = { type: "function_call", namespace: "mcp__fx__", name: "plain", arguments: "{}" };
    const turn = (id: string) => [{ items: [{ ...call, call_id: id }] } as never, { text: "ok" }];
    const { client } = await world(stdioServerToml("fx", { tools: ["plain"] }), {
      script: [...turn("c0"), ...turn("c1"), ...turn("c2")],
    });
    client.answer = () => ({ result: { action: "accept", content: {}, _meta: null } });
    const threadId = await client.thread();
    const asked = () => client.messages.filter(({ method }) => method === "mcpServer/elicitation/request").length;
    const approve = (more: object) =>
      client.call("config/batchWrite", {
        edits: [{ keyPath: "mcp_servers.fx.tools.plain.approval_mode", value: "approve", mergeStrategy: "replace" }],
        ...more,
      });
    await client.turn(threadId, "one");
    await approve({});
    await client.turn(threadId, "two");
    expect(asked()).toBe(2);
    await approve({ reloadUserConfig: true });
    await client.turn(threadId, "three");
    expect(asked()).toBe(2);
  });

  it("ask clients, and the thread is shown as waiting meanwhile", async () => {
    const items = [{ type: "function_call", namespace: "mcp__fx__", name: "ask", arguments: "{}", call_id: "c0" }];
    const { client } = await world(stdioServerToml("fx", { tools: ["ask"] }), {
      script: [{ items } as never, { text: "ok" }],
    });
    client.answer = ({ method, params }) =>
      method === "mcpServer/elicitation/request"
        ? { result: { action: "accept", content: { name: params.message }, _meta: null } }
        : undefined;
    const threadId = await client.thread();
    await client.turn(threadId, "go");
    const order = client.methods().filter(method => /elicitation|serverRequest|item\/completed|status/.test(method));
    const asked = order.indexOf("mcpServer/elicitation/request");
    expect(order[asked - 1]).toBe("thread/status/changed");
    expect(order.indexOf("serverRequest/resolved")).toBeGreaterThan(asked);
    const done = client.messages.find(
      ({ method, params }) => method === "item/completed" && params.item.type === "mcpToolCall",
    );
    expect(done?.["params"].item.result.content[0].text).toContain("Who are you?");
  });
});

describe("mcpServer/oauth/login", () => {
  it("refuses what cannot be logged in to", async () => {
    const { client } = await world(stdioServerToml("fx"));
    expect(await client.refused("mcpServer/oauth/login", { name: "zz" })).toEqual({
      code: -32600,
      message: "No MCP server named 'zz' found.",
    });
    expect(await client.refused("mcpServer/oauth/login", { name: "fx" })).toEqual({
      code: -32600,
      message: "OAuth login is only supported for streamable HTTP servers.",
    });
  });

  it("leads from a page to a login, and tells the end of it", async () => {
    const logins = issuer({ scopes: ["s1"] });
    const server = await startHttpServer({ token: "nobody", onRequest: logins.onRequest });
    logins.binding.state = server.state;
    onTestFinished(() => server.close());
    const { client } = await world(`[mcp_servers.h]\nurl = "${server.url}"\n`, {
      config: 'mcp_oauth_credentials_store = "file"',
    });
    expect((await client.call("mcpServerStatus/list"))["data"][0]).toMatchObject({ authStatus: "notLoggedIn" });
    const { authorizationUrl } = (await client.call("mcpServer/oauth/login", { name: "h" })) as {
      authorizationUrl: string;
    };
    const completed = client.next("mcpServer/oauthLogin/completed");
    await fetch(authorizationUrl);
    expect((await completed)["params"]).toEqual({ name: "h", success: true });
    expect((await client.call("mcpServerStatus/list"))["data"][0]).toMatchObject({
      authStatus: "oAuth",
      tools: { echo: {} },
    });
  });

  it("tells a login that runs out of time", async () => {
    const logins = issuer();
    const server = await startHttpServer({ token: "nobody", onRequest: logins.onRequest });
    onTestFinished(() => server.close());
    const { client } = await world(`[mcp_servers.h]\nurl = "${server.url}"\n`);
    const completed = client.next("mcpServer/oauthLogin/completed");
    await client.call("mcpServer/oauth/login", { name: "h", timeoutSecs: 0 });
    expect((await completed)["params"]).toEqual({
      name: "h",
      success: false,
      error: "timed out waiting for OAuth callback",
    });
  });
});
