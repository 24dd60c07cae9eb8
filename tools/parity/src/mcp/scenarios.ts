import { appendFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { stdioServerToml } from "@codex-ts-tools/mcp-servers";
import type { Drive } from "../drive/drive.ts";
import type { Scenario } from "../drive/scenario.ts";
import type { Answerer } from "../drive/wire.ts";
import { appsScenarios } from "./apps.ts";
import { serverScenarios } from "./server-scenarios.ts";
import { skillScenarios } from "./skills.ts";
import { accepting, type Call, FREE, mcpScenario, type McpStage, noteServers, oneTurn } from "./stage.ts";

const RESULT_TOOLS = ["echo", "struct", "fail", "rpcerr", "empty", "pic", "pixel", "big", "titled"];
const results: [string, Call[]][] = [
  ["a text", [{ name: "echo", arguments: '{"text":"hi"}' }]],
  ["a structure", [{ name: "struct" }]],
  ["an error of the tool", [{ name: "fail" }]],
  ["an error of the protocol", [{ name: "rpcerr" }]],
  ["nothing", [{ name: "empty" }]],
  ["a picture", [{ name: "pic" }]],
  ["a picture with its detail", [{ name: "pixel" }]],
  ["a long text", [{ name: "big", arguments: '{"bytes":60000}' }]],
  ["blank arguments", [{ name: "echo", arguments: " " }]],
  ["arguments that are a list", [{ name: "echo", arguments: "[1]" }]],
  ["arguments that are null", [{ name: "echo", arguments: "null" }]],
  ["arguments that are a text", [{ name: "echo", arguments: '"x"' }]],
  ["arguments that are no JSON", [{ name: "echo", arguments: "{" }]],
  ["a tool that is none", [{ name: "nope" }]],
  ["a namespace that is none", [{ name: "x", namespace: "mcp__zz__" }]],
  ["several calls", [{ name: "echo" }, { name: "struct" }, { name: "fail" }]],
];

const APPROVAL_TOOLS = ["plain", "destructive", "harmless", "readonly", "titled"];
const once = accepting();
const session = accepting({ _meta: { persist: "session" } });
const always = accepting({ _meta: { persist: "always" } });
const saying =
  (action: string): Answerer =>
  () => ({ result: { action, content: null, _meta: null } });
const approvals: [
  string,
  Call[],
  Answerer,
  { more?: string; approval?: string; sandbox?: string; features?: string }?,
][] = [
  ["accepted", [{ name: "plain" }], once],
  ["accepted with arguments", [{ name: "titled", arguments: '{"b":1,"a":[2]}' }], once],
  ["declined", [{ name: "destructive" }], saying("decline")],
  ["cancelled", [{ name: "plain" }], saying("cancel")],
  ["answered with garbage", [{ name: "plain" }], () => ({ result: { x: 1 } })],
  ["answered with an error", [{ name: "plain" }], () => ({ error: { code: -1, message: "no" } })],
  ["not needed by a harmless tool", [{ name: "harmless" }], once],
  ["not needed by a reading tool", [{ name: "readonly" }], once],
  ["for the session", [{ name: "plain" }, { name: "plain" }], session],
  ["for good", [{ name: "plain" }, { name: "plain" }], always],
  [
    "always asked in mode prompt",
    [{ name: "readonly" }, { name: "readonly" }],
    session,
    { more: 'default_tools_approval_mode = "prompt"' },
  ],
  [
    "given by the tool's mode",
    [{ name: "plain" }],
    once,
    { more: '[mcp_servers.fx.tools.plain]\napproval_mode = "approve"' },
  ],
  ["given by the server's mode", [{ name: "destructive" }], once, { more: 'default_tools_approval_mode = "approve"' }],
  ["asked under never in a sandbox", [{ name: "plain" }], once, { approval: '"never"' }],
  ["not asked under never without one", [{ name: "destructive" }], once, FREE],
  ["asked under on-request without a sandbox", [{ name: "plain" }], once, { sandbox: "danger-full-access" }],
  [
    "asked although elicitations are off",
    [{ name: "plain" }],
    once,
    { approval: "{ granular = { sandbox_approval = true, rules = true, mcp_elicitations = false } }" },
  ],
  [
    "asked in the older way",
    [{ name: "plain" }],
    ({ params }) => ({
      result: {
        answers: { [String((params as { questions?: { id: string }[] }).questions?.[0]?.id)]: { answers: ["Allow"] } },
      },
    }),
    { features: "tool_call_mcp_elicitation = false" },
  ],
];

const ASKING = ["ask", "askempty", "askurl", "asknested", "asksample", "askroots"];
const questions: [string, string, Answerer, { approval?: string; sandbox?: string }?][] = [
  ["a form, filled in", "ask", accepting({ content: { name: "Ada", age: 3 }, _meta: { m: 1 } })],
  ["a form, declined", "ask", saying("decline")],
  ["a form, cancelled", "ask", saying("cancel")],
  ["a form, answered with garbage", "ask", () => ({ result: 7 })],
  ["a form, answered with an error", "ask", () => ({ error: { code: -1, message: "no" } })],
  ["a form without fields", "askempty", once],
  ["a page", "askurl", accepting({ content: null })],
  ["a form that is none", "asknested", once],
  ["a model", "asksample", once],
  ["folders", "askroots", once],
  ["a form under never", "ask", once, { approval: '"never"' }],
  ["a form without fields where all is free", "askempty", once, FREE],
  ["a page where all is free", "askurl", once, FREE],
  [
    "a form when elicitations are off",
    "ask",
    once,
    { approval: "{ granular = { sandbox_approval = true, rules = true, mcp_elicitations = false } }" },
  ],
];

const starts: [string, McpStage["server"], (string | undefined)?, string?][] = [
  ["exits at once", { exitAtOnce: 1 }],
  ["refuses the handshake", { initError: { code: -32603, message: "init refused" } }],
  ["never answers", { silent: true }, "startup_timeout_sec = 0.7"],
  ["is slow with its tools", { listDelayMs: 20_000 }, "startup_timeout_sec = 6"],
  ["writes noise first", { noise: ["ready!", "{}"] }],
  ["needs a moment", { initDelayMs: 400 }],
  ["is switched off", {}, "enabled = false"],
  ["is not there", null, undefined, '[mcp_servers.gone]\ncommand = "/no/such/program"\n'],
  ["has a name that is none", null, undefined, stdioServerToml('"a b"', {})],
  ["wants an environment that is none", {}, 'experimental_environment = "moon"'],
  ["wants a variable from elsewhere", {}, 'env_vars = [{ name = "X", source = "remote" }]'],
  [
    "wants a token that is not set",
    null,
    undefined,
    '[mcp_servers.h]\nurl = "http://127.0.0.1:9/mcp"\nbearer_token_env_var = "NOT_SET"\n',
  ],
];

const t = (count: number, letter = "t") => letter.repeat(count);
const names: [string, string[], string?][] = [
  ["that sanitise to one", ["p.q", "p q", "p-q", "p:q"]],
  ["of 64 and more", [t(54), t(55), t(56), t(90, "u")]],
  ["without letters", ["!", "é", "日本"]],
  ["of twin servers", ["echo"], `${stdioServerToml("x-y", {})}${stdioServerToml("x_y", {})}`],
  ["of a long server", ["echo"], stdioServerToml(t(56, "s"), {})],
];

const schemas = [
  { name: "bare", inputSchema: { type: "object" } },
  {
    name: "typed",
    description: "Typed.",
    inputSchema: {
      type: "object",
      properties: {
        b: { type: "boolean" },
        a: { type: ["string", "null"] },
        c: { const: 1 },
        d: true,
        e: { enum: ["x"] },
      },
      required: ["a"],
      additionalProperties: false,
    },
  },
  {
    name: "guessed",
    inputSchema: {
      properties: {
        o: { properties: {} },
        l: { items: {} },
        n: { minimum: 1 },
        f: { format: "uri" },
        u: { type: "blob" },
        s: {},
      },
    },
  },
  {
    name: "chosen",
    inputSchema: {
      type: "object",
      properties: { c: { anyOf: [{ type: "string" }, { type: "array" }] }, r: { $ref: "#" } },
    },
  },
];

const resources: [string, Call[]][] = [
  ["of all servers", [{ name: "list_mcp_resources", namespace: null }]],
  ["of one server", [{ name: "list_mcp_resources", namespace: null, arguments: '{"server":" fx "}' }]],
  ["from a cursor", [{ name: "list_mcp_resources", namespace: null, arguments: '{"server":"fx","cursor":"2"}' }]],
  ["by template", [{ name: "list_mcp_resource_templates", namespace: null, arguments: '{"server":"fx"}' }]],
  ["read", [{ name: "read_mcp_resource", namespace: null, arguments: '{"server":"fx","uri":"mem://a"}' }]],
  ["read in vain", [{ name: "read_mcp_resource", namespace: null, arguments: '{"server":"fx","uri":"file:///x"}' }]],
  ["of a server that is none", [{ name: "list_mcp_resources", namespace: null, arguments: '{"server":"zz"}' }]],
  [
    "asked for wrongly",
    [
      { name: "list_mcp_resources", namespace: null, arguments: '{"cursor":"x"}' },
      { name: "read_mcp_resource", namespace: null, arguments: '{"server":"fx"}' },
      { name: "read_mcp_resource", namespace: null, arguments: '{"server":"","uri":"u"}' },
    ],
  ],
];

const direct = mcpScenario({
  name: "calls beside turns",
  server: { tools: ["plain", "meta", "rpcerr", "struct", "fail"] },
  more: 'disabled_tools = ["struct"]',
  play: async drive => {
    const threadId = await drive.thread();
    const call = (name: string, params: object) =>
      drive.note(name, "mcpServer/tool/call", { threadId, server: "fx", ...params } as never);
    await call("plain", { tool: "plain", arguments: { a: 1 } });
    await call("without arguments", { tool: "plain" });
    await call("a list as arguments", { tool: "plain", arguments: [1] });
    await call("meta that is none", { tool: "plain", _meta: 7 });
    await call("an error", { tool: "fail" });
    await call("a protocol error", { tool: "rpcerr" });
    await call("a filtered tool", { tool: "struct" });
    await call("an unknown server", { server: "zz", tool: "plain" });
    await drive.note("an unknown thread", "mcpServer/tool/call", {
      threadId: "00000000-0000-0000-0000-000000000000",
      server: "fx",
      tool: "x",
    });
    await drive.note("no thread", "mcpServer/tool/call", { threadId: "x", server: "fx", tool: "x" });
    await drive.note("a resource", "mcpServer/resource/read", { threadId, server: "fx", uri: "mem://a" });
    await drive.note("a resource without a thread", "mcpServer/resource/read", { server: "fx", uri: "mem://a" });
    await drive.note("no resource", "mcpServer/resource/read", { server: "fx", uri: "x" });
    await drive.note("no server", "mcpServer/resource/read", { server: "zz", uri: "x" });
    await drive.note("login to nobody", "mcpServer/oauth/login", { name: "zz" });
    await drive.note("login to a process", "mcpServer/oauth/login", { name: "fx" });
  },
});

const statuses = mcpScenario({
  name: "the list of servers",
  server: { tools: ["echo", "titled"] },
  tables: `${stdioServerToml("a", { exitAtOnce: 1 })}${stdioServerToml("z", {}, "enabled = false")}`,
  play: async drive => {
    await drive.note("all", "mcpServerStatus/list", {});
    await drive.note("brief", "mcpServerStatus/list", { detail: "toolsAndAuthOnly" });
    await drive.note("a page", "mcpServerStatus/list", { limit: 1, cursor: "1" });
    await drive.note("no limit", "mcpServerStatus/list", { limit: 0 });
    await drive.note("a cursor that is none", "mcpServerStatus/list", { cursor: "x" });
    await drive.note("a cursor beyond", "mcpServerStatus/list", { cursor: "9" });
    await drive.note("a cursor beyond numbers", "mcpServerStatus/list", { cursor: "99999999999999999999999" });
  },
});

const others: Scenario[] = [
  direct,
  statuses,
  mcpScenario({
    name: "filtered tools",
    server: { tools: ["echo", "plain", "pid"] },
    more: 'enabled_tools = ["echo", "plain"]\ndisabled_tools = ["plain"]',
  }),
  mcpScenario({ name: "no enabled tools", more: "enabled_tools = []" }),
  mcpScenario({ name: "input schemas", server: { tools: schemas, instructions: "Use well." } }),
  mcpScenario({ name: "a page of tools", server: { pages: true } }),
  mcpScenario({ name: "a call with its facts", server: { tools: ["meta"] }, calls: [{ name: "meta" }], ...FREE }),
  mcpScenario({
    name: "a call that takes too long",
    server: { tools: ["slow"] },
    more: "tool_timeout_sec = 0.5",
    calls: [{ name: "slow", arguments: '{"ms":60000}' }],
  }),
  mcpScenario({ name: "progress of a call", server: { tools: ["ticking"] }, calls: [{ name: "ticking" }] }),
  mcpScenario({ name: "a server that dies in a call", server: { tools: ["die"] }, calls: [{ name: "die" }] }),
  mcpScenario({
    name: "a required server that is not there",
    server: null,
    tables:
      '[mcp_servers.bad]\ncommand = "/no/such"\nrequired = true\n[mcp_servers.also]\ncommand = "/no/such"\nrequired = true\n',
    play: async drive => void (await drive.note("start", "thread/start", { cwd: drive.place.work })),
  }),
  mcpScenario({
    name: "a reload",
    play: async drive => {
      const threadId = await drive.thread();
      await drive.turn(threadId, "one");
      drive.notes["reload"] = (await drive.wire.call("config/mcpServer/reload", undefined)).result;
    },
  }),
  mcpScenario({
    name: "approved for good in a project",
    server: null,
    calls: [{ name: "plain" }],
    answer: always,
    play: async drive => {
      const { work } = drive.place;
      await mkdir(path.join(work, ".codex"), { recursive: true });
      await mkdir(path.join(work, ".git"), { recursive: true });
      const file = path.join(work, ".codex", "config.toml");
      await writeFile(file, `# ours\n${stdioServerToml("fx", { tools: ["plain"] })}`);
      const trusted = [{ keyPath: "projects", value: { [work]: { trust_level: "trusted" } }, mergeStrategy: "upsert" }];
      await drive.call("config/batchWrite", { edits: trusted } as never);
      await oneTurn(drive);
      await noteServers(drive, file);
    },
  }),
  mcpScenario({ name: "many tools for a model that searches", server: { many: 120 }, model: "gpt-5.4" }),
  mcpScenario({ name: "many tools for a model that does not", server: { many: 101 } }),
];

/** Two turns that call the same tool; between them, its approval mode is changed to `approve`. */
const changing = (name: string, change: (drive: Drive, threadId: string) => Promise<void>): Scenario =>
  mcpScenario({
    name: `approval changed ${name}`,
    server: { tools: APPROVAL_TOOLS },
    calls: [{ name: "plain" }],
    twice: true,
    answer: once,
    play: async drive => {
      const threadId = await drive.thread();
      await drive.turn(threadId, "one");
      await change(drive, threadId);
      await drive.turn(threadId, "two");
    },
  });

const APPROVE = [{ keyPath: "mcp_servers.fx.tools.plain.approval_mode", value: "approve", mergeStrategy: "replace" }];
const changes: Scenario[] = [
  changing("in the file", async drive => {
    await appendFile(
      path.join(drive.place.home, "config.toml"),
      '[mcp_servers.fx.tools.plain]\napproval_mode = "approve"\n',
    );
  }),
  changing("by a write", async drive => void (await drive.call("config/batchWrite", { edits: APPROVE } as never))),
  changing(
    "by a write that reloads",
    async drive => void (await drive.call("config/batchWrite", { edits: APPROVE, reloadUserConfig: true } as never)),
  ),
  changing("by a write and a reload of servers", async drive => {
    await drive.call("config/batchWrite", { edits: APPROVE } as never);
    await drive.wire.call("config/mcpServer/reload", undefined);
  }),
];

export const scenarios: readonly Scenario[] = [
  ...results.map(([name, calls]) =>
    mcpScenario({ name: `a call with ${name}`, server: { tools: RESULT_TOOLS }, calls, ...FREE }),
  ),
  ...approvals.map(([name, calls, answer, more]) =>
    mcpScenario({
      name: `approval ${name}`,
      server: { tools: APPROVAL_TOOLS },
      calls,
      answer,
      ...more,
      play: async drive => {
        await oneTurn(drive);
        await noteServers(drive);
      },
    }),
  ),
  ...questions.map(([name, tool, answer, more]) =>
    mcpScenario({
      name: `a server asks for ${name}`,
      server: { tools: ASKING },
      calls: [{ name: tool }],
      answer,
      ...more,
    }),
  ),
  ...starts.map(([name, server, more, tables]) =>
    mcpScenario({
      name: `a server that ${name}`,
      ...(server === undefined ? {} : { server }),
      ...(more === undefined ? {} : { more }),
      ...(tables === undefined ? {} : { tables }),
    }),
  ),
  ...names.map(([name, tools, tables]) =>
    mcpScenario({
      name: `names ${name}`,
      server:
        tables === undefined ? { tools: tools.map(tool => ({ name: tool, inputSchema: { type: "object" } })) } : null,
      ...(tables === undefined ? {} : { tables }),
    }),
  ),
  ...resources.map(([name, calls]) =>
    mcpScenario({ name: `resources ${name}`, server: { resourcePages: true }, calls }),
  ),
  ...others,
  ...changes,
  ...appsScenarios,
  ...skillScenarios,
  ...serverScenarios,
];
