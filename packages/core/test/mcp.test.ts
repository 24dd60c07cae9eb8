import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ServerScript, stdioServerToml } from "@codex-ts-tools/mcp-servers";
import type { Script } from "@codex-ts-tools/model-server";
import { afterEach, describe, expect, it } from "vitest";
import { type ThreadEvent, WITHDRAWN } from "../src/index.ts";
import { needsApproval } from "../src/mcp/approval-needed.ts";
import { type Answerer, type Listening, openWorld, outline, outputs, type World } from "./harness.ts";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

interface Call {
  name: string;
  arguments?: string;
  namespace?: string;
}

/** A model that makes these calls at once, and then says it is done. */
function calling(...calls: Call[]): Script {
  const items = calls.map(({ name, arguments: args = "{}", namespace = "mcp__fx__" }, index) => ({
    type: "function_call",
    namespace,
    name,
    arguments: args,
    call_id: `c${index}`,
  }));
  return [{ items }, { text: "done" }] as unknown as Script;
}

interface Options {
  server?: ServerScript;
  more?: string;
  /** Further servers. */
  servers?: string;
  config?: string;
  model?: string;
  answer?: Answerer;
  project?: string;
}

async function run(script: Script, options: Options = {}): Promise<{ events: ThreadEvent[]; listening: Listening }> {
  const tables = `${stdioServerToml("fx", options.server ?? {}, options.more)}${options.servers ?? ""}`;
  world = await openWorld(script, {
    config: options.config ?? 'approval_policy = "on-request"\nsandbox_mode = "read-only"',
    provider: tables,
    ...(options.model === undefined ? {} : { model: options.model }),
  });
  const listening = await world.start();
  if (options.answer !== undefined) listening.answer = options.answer;
  const events = await listening.turn("go");
  return { events, listening };
}

/** What the model read of its calls, without the time they took. */
function answers(): Record<string, unknown> {
  const body = world?.server.requests.at(-1)?.body;
  const strip = (text: string) => text.replace(/^Wall time: \d+\.\d{4} seconds\n/, "");
  return Object.fromEntries(
    Object.entries(outputs(body))
      .flatMap(([id, output]) => (output === undefined ? [] : [[id, output] as const]))
      .map(([id, output]) => [
        id,
        typeof output === "string"
          ? strip(output)
          : (output as { text?: string }[]).map(item =>
              "text" in item ? { ...item, text: strip(`${item.text}\n`).replace(/\n$/, "") } : item,
            ),
      ]),
  );
}

function completed(events: readonly ThreadEvent[]) {
  return events.flatMap(event =>
    event.method === "item/completed" && event.params.item.type === "mcpToolCall" ? [event.params.item] : [],
  );
}

const accept: Answerer = () => ({ action: "accept", content: {}, _meta: null });
const asked = (listening: Listening) => listening.events.filter(({ kind }) => kind === "request");

describe("the tools of servers", () => {
  it("are listed by namespace after the built-in ones, and the turn waits for slow servers", async () => {
    const tools = [
      "echo",
      { name: "p.q", description: "Q", inputSchema: { type: "object", properties: { z: true, a: { const: 1 } } } },
    ];
    await run([{ text: "hi" }], { server: { tools, instructions: "Use well.", initDelayMs: 300 } });
    const listed = (world!.server.requests[0]!.body as { tools: { name?: string; type: string }[] }).tools;
    expect(listed.map(({ name, type }) => name ?? type)).toEqual([
      "exec_command",
      "write_stdin",
      "list_mcp_resources",
      "list_mcp_resource_templates",
      "read_mcp_resource",
      "update_plan",
      "request_user_input",
      "apply_patch",
      "web_search",
      "view_image",
      "mcp__fx__",
    ]);
    expect(listed.at(-1)).toEqual({
      type: "namespace",
      name: "mcp__fx__",
      description: "Use well.",
      tools: [
        {
          type: "function",
          name: "echo",
          description: "",
          strict: false,
          parameters: { type: "object", properties: { text: { type: "string" } }, required: [] },
        },
        {
          type: "function",
          name: "p_q",
          description: "Q",
          strict: false,
          parameters: { type: "object", properties: { a: { type: "string", enum: [1] }, z: { type: "string" } } },
        },
      ],
    });
  });

  it("are told of by status from the start of the thread", async () => {
    const { listening } = await run([{ text: "hi" }], { servers: stdioServerToml("bad", { exitAtOnce: 1 }) });
    const updates = listening.events.flatMap(event =>
      event.method === "mcpServer/startupStatus/updated" ? [event.params] : [],
    );
    expect(updates.slice(0, 2).map(({ name, status, error }) => [name, status, error])).toEqual([
      ["fx", "starting", null],
      ["bad", "starting", null],
    ]);
    expect(updates.find(({ name, status }) => name === "fx" && status === "ready")).toEqual({
      name: "fx",
      status: "ready",
      error: null,
    });
    expect(updates.find(({ status }) => status === "failed")?.error).toMatch(/^MCP client for `bad` failed to start/);
  });

  it("that must start stop the session when they do not", async () => {
    world = await openWorld([{ text: "hi" }], { provider: '[mcp_servers.bad]\ncommand = "/no/such"\nrequired = true' });
    await expect(world.start()).rejects.toThrow(
      "Fatal error: Failed to initialize session: required MCP servers failed to initialize: bad: No such file or directory (os error 2)",
    );
  });

  it("are found by a search when there are many, and can be called without one", async () => {
    const search = { type: "tool_search_call", arguments: { query: "weather number 4" }, call_id: "s1" };
    const script = [
      {
        items: [
          search,
          { type: "function_call", namespace: "mcp__fx__", name: "tool_7", arguments: "{}", call_id: "c1" },
        ],
      },
      { text: "done" },
    ] as unknown as Script;
    await run(script, {
      server: { many: 120 },
      model: "gpt-5.4",
      config: 'approval_policy = "never"\nsandbox_mode = "danger-full-access"',
    });
    const first = world?.server.requests[0]?.body as { tools: { type: string }[] };
    expect(first.tools.map(({ type }) => type)).toContain("tool_search");
    expect(first.tools.map(({ type }) => type)).not.toContain("namespace");
    const last = world?.server.requests[1]?.body as {
      input: { type: string; tools?: { name: string; tools: { name: string; defer_loading: boolean }[] }[] }[];
    };
    const [found] = last.input.find(({ type }) => type === "tool_search_output")?.tools ?? [];
    expect(found?.name).toBe("mcp__fx__");
    expect(found?.tools).toHaveLength(8);
    expect(found?.tools[0]).toMatchObject({ name: "tool_4", defer_loading: true });
    expect(answers()["c1"]).toBe('Output:\n[{"type":"text","text":"called tool_7"}]');
  });
});

describe("results of servers' tools", () => {
  const free = 'approval_policy = "never"\nsandbox_mode = "danger-full-access"';
  it.each<[string, Call, unknown, string]>([
    [
      "a text",
      { name: "echo", arguments: '{"text":"hi"}' },
      'Output:\n[{"type":"text","text":"echo:hi"}]',
      "completed",
    ],
    ["a structure", { name: "struct" }, 'Output:\n{"n":7}', "completed"],
    ["an error of the tool", { name: "fail" }, 'Output:\n[{"type":"text","text":"bad thing"}]', "failed"],
    [
      "an error of the protocol",
      { name: "rpcerr" },
      'Output:\n[{"type":"text","text":"tool call error: tool call failed for `fx/rpcerr`\\n\\nCaused by:\\n    Mcp error: -32050: kaboom({\\"x\\":1})"}]',
      "failed",
    ],
    [
      "nothing",
      { name: "empty" },
      'Output:\n[{"type":"text","text":"tool call error: tool call failed for `fx/empty`\\n\\nCaused by:\\n    Unexpected response type"}]',
      "failed",
    ],
    [
      "a picture",
      { name: "pic" },
      [
        { type: "input_text", text: "Output:" },
        { type: "input_text", text: "pic" },
        { type: "input_image", image_url: "data:image/png;base64,AAAA", detail: "high" },
        { type: "input_text", text: '{"type":"resource_link","uri":"mem://a","name":"a"}' },
      ],
      "completed",
    ],
    [
      "a picture with its detail",
      { name: "pixel" },
      [
        { type: "input_text", text: "Output:" },
        { type: "input_image", image_url: "data:image/gif;base64,R0", detail: "low" },
      ],
      "completed",
    ],
    [
      "arguments that are no object",
      { name: "echo", arguments: "[1]" },
      'Output:\n[{"type":"text","text":"tool call error: tool call failed for `fx/echo`\\n\\nCaused by:\\n    MCP tool arguments must be a JSON object, got [1]"}]',
      "failed",
    ],
  ])("%s", async (_what, call, expected, status) => {
    const { events } = await run(calling(call), {
      server: { tools: ["echo", "struct", "fail", "rpcerr", "empty", "pic", "pixel"] },
      config: free,
    });
    expect(answers()["c0"]).toEqual(expected);
    expect(completed(events)[0]).toMatchObject({ id: "c0", server: "fx", tool: call.name, status });
  });

  it("of arguments that are no JSON are an error without an item", async () => {
    const { events } = await run(calling({ name: "echo", arguments: "{" }), { config: free });
    expect(answers()["c0"]).toBe(
      'Output:\n[{"type":"text","text":"err: EOF while parsing an object at line 1 column 1"}]',
    );
    expect(completed(events)).toEqual([]);
  });

  it("are shown to clients from start to end", async () => {
    const { events } = await run(calling({ name: "echo", arguments: "" }), { config: free });
    const items = events.flatMap(event =>
      "item" in event.params && event.params.item.type === "mcpToolCall" ? [event.params.item] : [],
    );
    expect(items[0]).toEqual({
      type: "mcpToolCall",
      id: "c0",
      server: "fx",
      tool: "echo",
      status: "inProgress",
      arguments: null,
      result: null,
      error: null,
      durationMs: null,
    });
    expect(items[1]).toEqual({
      type: "mcpToolCall",
      id: "c0",
      server: "fx",
      tool: "echo",
      status: "completed",
      arguments: null,
      result: { content: [{ type: "text", text: "echo:" }], structuredContent: null, _meta: null },
      error: null,
      durationMs: expect.any(Number) as number,
    });
  });

  it("of tools that nobody has are refused by their whole name", async () => {
    await run(calling({ name: "nope" }, { name: "x", namespace: "mcp__zz__" }), { config: free });
    expect(answers()).toEqual({ c0: "unsupported call: mcp__fx__nope", c1: "unsupported call: mcp__zz__x" });
  });

  it("that are long are cut in the middle", async () => {
    await run(calling({ name: "big", arguments: '{"bytes":100000}' }), { server: { tools: ["big"] }, config: free });
    const output = outputs(world?.server.requests.at(-1)?.body)["c0"] as string;
    expect(output.length).toBeLessThan(60_000);
    expect(output).toMatch(/(chars|tokens) truncated/);
  });

  it("carry facts of the turn to the server", async () => {
    await run(calling({ name: "meta" }), { server: { tools: ["meta"] }, config: free });
    const text = JSON.parse((answers()["c0"] as string).replace("Output:\n", "")) as [{ text: string }];
    const meta = JSON.parse(text[0].text) as Record<string, Record<string, unknown>>;
    expect(Object.keys(meta)).toEqual(["progressToken", "x-codex-turn-metadata", "threadId"]);
    expect(meta["x-codex-turn-metadata"]).toMatchObject({ thread_source: "user" });
  });
});

describe("approval of servers' tools", () => {
  it.each<[Parameters<typeof needsApproval>[0], boolean]>([
    [{ destructiveHint: true, readOnlyHint: true, openWorldHint: false }, true],
    [{ readOnlyHint: true, openWorldHint: true }, false],
    [{ destructiveHint: false, readOnlyHint: true }, false],
    [{}, true],
    [{ readOnlyHint: false, openWorldHint: false }, true],
    [{ destructiveHint: false }, true],
    [{ destructiveHint: false, openWorldHint: true }, true],
    [{ destructiveHint: false, openWorldHint: false }, false],
  ])("%j needs it: %s", (annotations, needed) => {
    expect(needsApproval(annotations)).toBe(needed);
  });

  const tools = ["plain", "destructive", "harmless", "readonly", "titled"];
  const ran = (name: string) => `Output:\n[{"type":"text","text":"${name}"}]`;

  it("asks with everything a client needs to show", async () => {
    const { listening } = await run(calling({ name: "titled", arguments: '{"b":1,"a":[2]}' }), {
      server: { tools },
      answer: accept,
    });
    const [question] = asked(listening);
    expect(question?.method).toBe("mcpServer/elicitation/request");
    expect(question?.params).toEqual({
      threadId: listening.thread.id,
      turnId: expect.any(String) as string,
      serverName: "fx",
      mode: "form",
      message: 'Allow the fx MCP server to run tool "titled"?',
      requestedSchema: { type: "object", properties: {} },
      _meta: {
        codex_approval_kind: "mcp_tool_call",
        persist: ["session", "always"],
        tool_title: "A Title",
        tool_description: "Says so",
        tool_params: { b: 1, a: [2] },
        tool_params_display: [
          { name: "a", value: [2], display_name: "a" },
          { name: "b", value: 1, display_name: "b" },
        ],
      },
    });
    expect(answers()["c0"]).toBe(ran("titled"));
  });

  it.each<[string, Call, unknown, string]>([
    ["a refusal", { name: "destructive" }, { action: "decline" }, "user rejected MCP tool call"],
    ["a cancellation", { name: "plain" }, { action: "cancel" }, "user cancelled MCP tool call"],
    ["an answer that is none", { name: "plain" }, { yes: true }, "user rejected MCP tool call"],
  ])("lets %s stop the call and not the turn", async (_what, call, answer, message) => {
    const { events } = await run(calling(call), { server: { tools }, answer: () => answer });
    expect(answers()["c0"]).toBe(ran(message));
    expect(completed(events)[0]).toMatchObject({ status: "failed", result: null, error: { message }, durationMs: 0 });
    expect(outline(events).at(-1)).toBe("turn/completed completed");
  });

  it.each<[string, string, Options]>([
    ["tools that say they do no harm", "harmless", {}],
    ["tools that only read", "readonly", {}],
    ["tools that are approved", "plain", { more: 'default_tools_approval_mode = "approve"' }],
    [
      "destructive ones where nothing is restricted",
      "destructive",
      { config: 'approval_policy = "never"\nsandbox_mode = "danger-full-access"' },
    ],
  ])("does not ask about %s", async (_what, name, options) => {
    const { listening, events } = await run(calling({ name }), { server: { tools }, ...options });
    expect(asked(listening)).toEqual([]);
    expect(completed(events)[0]?.status).toBe("completed");
  });

  it("asks although nothing is to be asked, when commands are restricted", async () => {
    const { listening } = await run(calling({ name: "plain" }), {
      server: { tools },
      config: 'approval_policy = "never"\nsandbox_mode = "read-only"',
      answer: accept,
    });
    expect(asked(listening)).toHaveLength(1);
    expect(answers()["c0"]).toBe(ran("plain:{}"));
  });

  it("asks every time in mode prompt, whatever was said before", async () => {
    const answer: Answerer = () => ({ action: "accept", content: {}, _meta: { persist: "session" } });
    const { listening } = await run(calling({ name: "readonly" }, { name: "readonly" }), {
      server: { tools },
      more: '[mcp_servers.fx.tools.readonly]\napproval_mode = "prompt"',
      answer,
    });
    const questions = asked(listening);
    expect(questions).toHaveLength(2);
    expect(questions[0]?.params).not.toHaveProperty("_meta.persist");
  });

  it("remembers for the session, and for good in the file, with its comments", async () => {
    let count = 0;
    const answer: Answerer = () => ({
      action: "accept",
      content: {},
      _meta: { persist: count++ === 0 ? "session" : "always" },
    });
    const { listening } = await run(
      calling({ name: "plain" }, { name: "plain" }, { name: "destructive" }, { name: "destructive" }),
      {
        server: { tools },
        more: "# mine\nrequired = false # keep",
        answer,
      },
    );
    expect(asked(listening)).toHaveLength(2);
    const text = await readFile(join(world!.home, "config.toml"), "utf8");
    expect(text).toContain("# mine\nrequired = false # keep");
    expect(text).toMatch(/\[mcp_servers\.fx\.tools\.destructive\]\napproval_mode = "approve"/);
    expect(text).not.toContain("tools.plain");
  });

  it("writes into the project that defines the server", async () => {
    world = await openWorld(calling({ name: "plain" }), {
      config: 'approval_policy = "on-request"\nsandbox_mode = "read-only"',
    });
    await mkdir(join(world.cwd, ".codex"));
    await mkdir(join(world.cwd, ".git"));
    await writeFile(
      join(world.home, "config.toml"),
      `${await readFile(join(world.home, "config.toml"), "utf8")}\n[projects.${JSON.stringify(world.cwd)}]\ntrust_level = "trusted"\n`,
    );
    const file = join(world.cwd, ".codex", "config.toml");
    await writeFile(file, stdioServerToml("fx", { tools }));
    const listening = await world.start();
    listening.answer = () => ({ action: "accept", content: {}, _meta: { persist: "always" } });
    await listening.turn("go");
    expect(await readFile(file, "utf8")).toContain('[mcp_servers.fx.tools.plain]\napproval_mode = "approve"');
    expect(await readFile(join(world.home, "config.toml"), "utf8")).not.toContain("tools.plain");
  });

  it("may ask in the older way", async () => {
    const answer: Answerer = ({ params }) => {
      const [question] = (params as { questions: { id: string }[] }).questions;
      return { answers: { [question!.id]: { answers: ["Allow for this session"] } } };
    };
    const { listening } = await run(calling({ name: "plain" }, { name: "plain" }), {
      server: { tools },
      config:
        'approval_policy = "on-request"\nsandbox_mode = "read-only"\n[features]\ntool_call_mcp_elicitation = false',
      answer,
    });
    const [question] = asked(listening);
    expect(asked(listening)).toHaveLength(1);
    expect(question?.params).toMatchObject({
      questions: [
        {
          id: "mcp_tool_call_approval_c0",
          header: "Approve app tool call?",
          isOther: false,
          isSecret: false,
          options: [{ label: "Allow" }, { label: "Allow for this session" }, { label: "Cancel" }],
        },
      ],
    });
  });
});

describe("what servers ask", () => {
  it("reaches the client as part of the turn", async () => {
    const { listening } = await run(calling({ name: "ask" }, { name: "askurl" }), {
      server: { tools: ["ask", "askurl"] },
      answer: ({ params }) => ({ action: "accept", content: "url" in params ? null : { name: "Ada" }, _meta: null }),
    });
    const [form, url] = asked(listening);
    expect(form?.params).toMatchObject({
      turnId: expect.any(String) as string,
      serverName: "fx",
      mode: "form",
      _meta: { hint: "x" },
      message: "Who are you?",
    });
    expect(url?.params).toMatchObject({ mode: "url", url: "https://example.com/x", elicitationId: "e1", _meta: null });
    expect(answers()["c0"]).toContain('\\"content\\":{\\"name\\":\\"Ada\\"}');
    expect(answers()["c1"]).toContain('{\\"action\\":\\"accept\\",\\"content\\":{}}');
  });
});

describe("what servers asked", () => {
  it.each(["askdie", "askcancel"])("is withdrawn when they do not want to know any more: %s", async tool => {
    const { listening, events } = await run(calling({ name: tool }), {
      server: { tools: [tool] },
      answer: () => undefined,
    });
    const [question] = asked(listening);
    expect(question?.kind === "request" ? question.settled.reason : null).toBe(WITHDRAWN);
    expect(outline(events).at(-1)).toBe("turn/completed completed");
  });

  it("is withdrawn with the turn", async () => {
    world = await openWorld(calling({ name: "ask" }), { provider: stdioServerToml("fx", { tools: ["ask"] }) });
    const listening = await world.start();
    listening.answer = () => undefined;
    listening.thread.submit({ type: "userTurn", input: [{ type: "text", text: "go", text_elements: [] }] });
    const question = await listening.until(({ kind }) => kind === "request");
    await listening.thread.interrupt();
    await listening.until(({ method }) => method === "turn/completed");
    const settled = question.kind === "request" ? question.settled : null;
    expect([settled?.aborted, settled?.reason === WITHDRAWN]).toEqual([true, false]);
  });
});

describe("approvals that are changed while a thread runs", () => {
  it("hold from the next call on", async () => {
    const script = [...(calling({ name: "plain" }) as object[]), ...(calling({ name: "plain" }) as object[])];
    const { listening } = await run(script as unknown as Script, { server: { tools: ["plain"] }, answer: accept });
    expect(asked(listening)).toHaveLength(1);
    const file = join(world!.home, "config.toml");
    await writeFile(file, `${await readFile(file, "utf8")}\n[mcp_servers.fx.tools.plain]\napproval_mode = "approve"\n`);
    listening.thread.reloadUserConfig((await world!.runtime.loadConfig({ cwd: world!.cwd })).config);
    await listening.turn("again");
    expect(asked(listening)).toHaveLength(1);
  });
});

describe("an interrupt", () => {
  it("reaches the server, and the call is told as aborted", async () => {
    const logFile = join("/tmp", `codex-mcp-log-${process.pid}-${Date.now()}`);
    world = await openWorld(calling({ name: "slow", arguments: '{"ms":60000}' }), {
      provider: stdioServerToml("fx", { tools: ["slow"], logFile }),
    });
    const listening = await world.start();
    listening.thread.submit({ type: "userTurn", input: [{ type: "text", text: "go", text_elements: [] }] });
    await listening.until(event => event.method === "item/started" && event.params.item.type === "mcpToolCall");
    while (!(await readFile(logFile, "utf8")).includes("tools/call"))
      await new Promise(resolve => setTimeout(resolve, 10));
    await listening.thread.interrupt();
    while (!(await readFile(logFile, "utf8")).includes("notifications/cancelled"))
      await new Promise(resolve => setTimeout(resolve, 10));
    const { rm } = await import("node:fs/promises");
    await rm(logFile);
  });
});

describe("resources of servers", () => {
  const script = (...calls: [string, object][]): Script =>
    [
      {
        items: calls.map(([name, args], index) => ({
          type: "function_call",
          name,
          arguments: JSON.stringify(args),
          call_id: `c${index}`,
        })),
      },
      { text: "done" },
    ] as unknown as Script;

  it("are listed and read", async () => {
    const { events } = await run(
      script(
        ["list_mcp_resources", {}],
        ["list_mcp_resources", { server: " fx " }],
        ["list_mcp_resource_templates", { server: "fx" }],
        ["read_mcp_resource", { server: "fx", uri: "mem://a" }],
      ),
      { server: { resourcePages: true } },
    );
    const all = Object.fromEntries(
      Object.entries(answers()).map(([id, text]) => [id, JSON.parse(text as string) as unknown]),
    );
    expect(all).toEqual({
      c0: {
        resources: [
          { server: "fx", uri: "mem://a", name: "a" },
          { server: "fx", uri: "mem://b", name: "b" },
        ],
      },
      c1: { server: "fx", resources: [{ server: "fx", uri: "mem://a", name: "a" }], nextCursor: "2" },
      c2: { server: "fx", resourceTemplates: [{ server: "fx", uriTemplate: "mem://{id}", name: "by id" }] },
      c3: {
        server: "fx",
        uri: "mem://a",
        contents: [{ uri: "mem://a", mimeType: "text/plain", text: "content of mem://a" }],
      },
    });
    expect(
      completed(events)
        .map(({ server, tool, status }) => [server, tool, status])
        .sort(),
    ).toEqual([
      ["codex", "list_mcp_resources", "completed"],
      ["fx", "list_mcp_resource_templates", "completed"],
      ["fx", "list_mcp_resources", "completed"],
      ["fx", "read_mcp_resource", "completed"],
    ]);
  });

  it("say what is wrong with a call", async () => {
    await run(
      script(
        ["list_mcp_resources", { cursor: "x" }],
        ["read_mcp_resource", { server: " ", uri: "u" }],
        ["read_mcp_resource", { server: "fx", uri: "" }],
        ["read_mcp_resource", { server: "fx" }],
        ["list_mcp_resources", { server: "x" }],
        ["read_mcp_resource", { server: "fx", uri: "file:///n" }],
      ),
    );
    expect(answers()).toEqual({
      c0: "cursor can only be used when a server is specified",
      c1: "server must be provided",
      c2: "uri must be provided",
      c3: "failed to parse function arguments: missing field `uri`",
      c4: "resources/list failed: unknown MCP server 'x'",
      c5: "resources/read failed: resources/read failed for `fx` (file:///n): Mcp error: -32002: no such resource",
    });
  });
});

describe("new settings", () => {
  it("hold from the next turn on", async () => {
    world = await openWorld([{ text: "1" }, { text: "2" }], { provider: stdioServerToml("fx", {}) });
    const listening = await world.start();
    await listening.turn("one");
    const file = join(world.home, "config.toml");
    await writeFile(file, (await readFile(file, "utf8")).replace("[mcp_servers.fx]", "[mcp_servers.other]"));
    listening.thread.refreshMcpServers((await world.runtime.loadConfig({ cwd: world.cwd })).config);
    await listening.turn("two");
    const names = (body: unknown) =>
      (body as { tools: { type: string; name: string }[] }).tools
        .filter(({ type }) => type === "namespace")
        .map(({ name }) => name);
    expect(world.server.requests.map(({ body }) => names(body))).toEqual([["mcp__fx__"], ["mcp__other__"]]);
  });
});
