import { describe, expect, it } from "vitest";
import {
  canonicalMcpServerKey,
  codexAppsToolsCacheKey,
  codexAppsToolsCachePath,
  codexAppsUrl,
  collectMcpServerStatusSnapshot,
  collectMcpSnapshot,
  collectMissingMcpDependencies,
  declaredOpenaiFileInputParamNames,
  describeWithPlugins,
  effectiveMcpServers,
  fileCredentialStore,
  filterNonCodexAppsMcpToolsOnly,
  formatToolsCache,
  mcpPermissionPromptIsAutoApproved,
  mergePluginServers,
  modelInputSchema,
  fixFor,
  parsePluginMcpServers,
  parseToolsCache,
  readMcpResource,
  toolNamespaces,
  ToolPluginProvenance,
  toolSearchText,
  type ToolInfo,
  withCodexAppsMcp,
} from "../src/index.ts";
import { folder, http, stdio } from "./harness.ts";

const info = (more: Partial<ToolInfo> = {}): ToolInfo => ({
  serverName: "s",
  callableName: "echo",
  callableNamespace: "mcp__s__",
  serverInstructions: null,
  tool: { name: "echo", inputSchema: { type: "object", properties: { text: {} } } },
  connectorId: null,
  connectorName: null,
  connectorDescription: null,
  pluginDisplayNames: [],
  ...more,
});

describe("input schemas for the model", () => {
  it.each<[string, unknown, unknown]>([
    ["nothing", undefined, { type: "object", properties: {} }],
    ["null properties", { type: "object", properties: null }, { type: "object", properties: {} }],
    ["null", { type: "null" }, null],
    [
      "booleans and constants",
      { type: "object", properties: { a: true, b: { const: 3 } } },
      { type: "object", properties: { a: { type: "string" }, b: { type: "string", enum: [3] } } },
    ],
    [
      "missing types",
      {
        properties: {
          o: { required: ["x"] },
          l: { prefixItems: [] },
          f: { format: "uri" },
          n: { minimum: 1 },
          s: {},
          u: { type: "blob" },
        },
      },
      {
        type: "object",
        properties: {
          f: { type: "string" },
          l: { type: "array", items: { type: "string" } },
          n: { type: "number" },
          o: { type: "object", properties: {}, required: ["x"] },
          s: { type: "string" },
          u: { type: "string" },
        },
      },
    ],
    [
      "a choice",
      { type: "object", properties: { c: { anyOf: [{ type: "string" }, { items: {} }] } } },
      {
        type: "object",
        properties: { c: { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] } },
      },
    ],
    [
      "words nobody knows",
      { type: "object", $defs: {}, title: "T", additionalProperties: { minimum: 1 } },
      { type: "object", properties: {}, additionalProperties: { type: "number" } },
    ],
    [
      "a circle",
      { type: "object", properties: { next: { $ref: "#" } } },
      { type: "object", properties: { next: { type: "string" } } },
    ],
    [
      "lists of types, words that are null",
      {
        type: "object",
        properties: {
          a: { type: ["string", "file", 3] },
          b: { type: ["string", "null"] },
          c: { type: ["null"] },
          d: { type: ["file"] },
          i: { items: null },
          p: { properties: null },
          q: { anyOf: null },
          r: { anyOf: [{}], type: "integer" },
        },
      },
      {
        type: "object",
        properties: {
          a: { type: "string" },
          b: { type: ["string", "null"] },
          c: { type: "null" },
          d: { type: "string" },
          i: { type: "array" },
          p: { type: "object" },
          q: {},
          r: { type: "integer", anyOf: [{ type: "string" }] },
        },
      },
    ],
  ])("%s", (_what, schema, expected) => {
    expect(modelInputSchema(schema)).toEqual(expected);
  });

  it("end, however deep they are", () => {
    let deep: unknown = {};
    for (let level = 0; level < 3000; level++) deep = { type: "object", properties: { a: deep } };
    expect(JSON.stringify(modelInputSchema(deep)).length).toBeLessThan(10_000);
  });
});

describe("namespaces", () => {
  it("are described by their server, sorted, and leave out what cannot be offered", () => {
    const dropped: string[] = [];
    const tools = [
      info({ callableName: "b" }),
      info({ callableName: "a", pluginDisplayNames: ["P", "Q"] }),
      info({ callableNamespace: "mcp__r__", serverInstructions: "Use well.", callableName: "x" }),
      info({ callableName: "no", tool: { name: "no", inputSchema: { type: "null" } } }),
    ];
    const spaces = toolNamespaces(tools, ({ callableName }) => dropped.push(callableName));
    expect(
      spaces.map(({ name, description, tools: inside }) => [name, description, inside.map(tool => tool.name)]),
    ).toEqual([
      ["mcp__r__", "Use well.", ["x"]],
      ["mcp__s__", "Tools in the mcp__s__ namespace.", ["a", "b"]],
    ]);
    expect(dropped).toEqual(["no"]);
    expect(spaces[1]?.tools[0]?.description).toBe("This tool is part of plugins `P`, `Q`.");
    expect(spaces[1]?.tools[0]?.outputSchema).toMatchObject({ required: ["content"], additionalProperties: false });
  });

  it.each([
    ["Does it", ["X"], "Does it. This tool is part of plugin `X`."],
    ["Does it!", ["X"], "Does it! This tool is part of plugin `X`."],
    [" ", ["X"], "This tool is part of plugin `X`."],
    ["Does it", [], "Does it"],
  ])("a description %j of plugins %j", (description, plugins, expected) => {
    expect(describeWithPlugins(description, plugins)).toBe(expected);
  });

  it("are searched by everything that is said about a tool", () => {
    expect(toolSearchText(info({ connectorName: "Mail" }))).toBe("mcp__s__echo echo echo s Mail text");
  });
});

describe("the servers of a session", () => {
  const config = {
    configuredMcpServers: { a: stdio(), codex_apps: stdio() },
    appsEnabled: true,
    chatgptBaseUrl: "https://chatgpt.com",
  };
  const auth = { usesChatgptBackend: true, accountId: "acc", chatgptUserId: null, isWorkspaceAccount: false };

  it("have that of apps only for who may use it", () => {
    expect(Object.keys(effectiveMcpServers(config, null))).toEqual(["a"]);
    const apps = withCodexAppsMcp({}, auth, config, { CODEX_CONNECTORS_TOKEN: " " })["codex_apps"];
    expect(apps).toMatchObject({
      startupTimeoutSec: 30,
      transport: { url: "https://chatgpt.com/backend-api/wham/apps", bearerTokenEnvVar: null },
    });
    expect(effectiveMcpServers(config, auth, { CODEX_CONNECTORS_TOKEN: "t" })["codex_apps"]?.transport).toMatchObject({
      bearerTokenEnvVar: "CODEX_CONNECTORS_TOKEN",
    });
  });

  it.each([
    ["https://chatgpt.com/", "https://chatgpt.com/backend-api/wham/apps"],
    ["https://chat.openai.com/backend-api", "https://chat.openai.com/backend-api/wham/apps"],
    ["http://localhost:1/api/codex", "http://localhost:1/api/codex/apps"],
    ["http://localhost:1", "http://localhost:1/api/codex/apps"],
  ])("the apps of %s", (base, url) => {
    expect(codexAppsUrl(base)).toBe(url);
  });

  it("take a plugin's only where the name is free, first plugin first", () => {
    const own = stdio();
    const first = http("http://1");
    const merged = mergePluginServers({ a: own }, { a: first, b: first }, { b: stdio(), c: own });
    expect([merged["a"], merged["b"], merged["c"]]).toEqual([own, first, own]);
  });

  it("of a plugin are read from its file", () => {
    const warnings: string[] = [];
    const text = JSON.stringify({
      mcpServers: {
        ok: { type: "stdio", command: "run", cwd: "sub", oauth: { callbackPort: 1 } },
        web: { type: "http", url: "http://x", http_headers: { a: "b" } },
        bad: { args: [] },
        no: 3,
      },
    });
    const check = (entry: Record<string, unknown>) =>
      "command" in entry || "url" in entry ? null : "invalid transport";
    const servers = parsePluginMcpServers(text, "/plugin", check, message => warnings.push(message));
    expect(Object.keys(servers)).toEqual(["ok", "web"]);
    expect(servers["ok"]?.transport).toMatchObject({ command: "run", cwd: "/plugin/sub" });
    expect(warnings).toHaveLength(3);
    expect(
      parsePluginMcpServers(
        '{"a":{"url":"http://y"}}',
        "/p",
        () => null,
        () => {},
      )["a"]?.transport,
    ).toMatchObject({ url: "http://y" });
    expect(
      parsePluginMcpServers(
        "{",
        "/p",
        () => null,
        message => warnings.push(message),
      ),
    ).toEqual({});
  });

  it("know which plugins they come from", () => {
    const provenance = new ToolPluginProvenance([
      { displayName: "Z", appConnectorIds: ["c"], mcpServerNames: ["s"] },
      { displayName: "A", appConnectorIds: ["c"], mcpServerNames: [] },
      { displayName: "A", appConnectorIds: ["c"], mcpServerNames: [] },
    ]);
    expect([
      provenance.pluginsOfConnector("c"),
      provenance.pluginsOfServer("s"),
      provenance.pluginsOfServer("x"),
    ]).toEqual([["A", "Z"], ["Z"], []]);
  });
});

describe("tools that are kept for the next start", () => {
  it("lie in a file named after whose they are", () => {
    const key = codexAppsToolsCacheKey({
      usesChatgptBackend: true,
      accountId: "a",
      chatgptUserId: "u",
      isWorkspaceAccount: true,
    });
    expect(key).toEqual({ accountId: "a", chatgptUserId: "u", isWorkspaceAccount: true });
    expect(codexAppsToolsCachePath("/h", key)).toMatch(/^\/h\/cache\/codex_apps_tools\/[0-9a-f]{40}\.json$/);
    expect(codexAppsToolsCachePath("/h", key)).not.toBe(codexAppsToolsCachePath("/h", codexAppsToolsCacheKey(null)));
  });

  it("are read back, and ignored when they are of another version or broken", () => {
    const tools = [info({ connectorName: "Mail", pluginDisplayNames: ["P"] })];
    const text = formatToolsCache(tools);
    expect(parseToolsCache(text)).toEqual(tools);
    expect(parseToolsCache(text.replaceAll('"tool_name"', '"callable_name"'))).toEqual(tools);
    for (const broken of [text.replace("2", "1"), text.slice(1), '{"schema_version":2,"tools":[{}]}', "[]"])
      expect(parseToolsCache(broken)).toBeNull();
  });
});

describe("small decisions", () => {
  it("permission prompts answer themselves only where nothing is restricted and nothing asked", () => {
    expect([
      mcpPermissionPromptIsAutoApproved("never", "danger-full-access"),
      mcpPermissionPromptIsAutoApproved("never", "external"),
    ]).toEqual([true, true]);
    expect([
      mcpPermissionPromptIsAutoApproved("never", "restricted"),
      mcpPermissionPromptIsAutoApproved("on-request", "danger-full-access"),
    ]).toEqual([false, false]);
  });

  it("files among a tool's inputs", () => {
    expect(declaredOpenaiFileInputParamNames({ "openai/fileParams": ["a", "", 3] })).toEqual(["a"]);
    expect([declaredOpenaiFileInputParamNames(null), declaredOpenaiFileInputParamNames({})]).toEqual([[], []]);
  });

  it("tools without those of apps", () => {
    expect(filterNonCodexAppsMcpToolsOnly([info(), info({ serverName: "codex_apps" })])).toHaveLength(1);
  });

  it("skills' servers that are missing", () => {
    const warnings: string[] = [];
    const dependency = (value: string, more: object) => ({ type: "MCP", value, ...more });
    const missing = collectMissingMcpDependencies(
      [
        {
          name: "k",
          tools: [
            dependency("known", { url: " http://x " }),
            dependency("new", { url: "http://y" }),
            dependency("again", { url: "http://y" }),
            dependency("run", { transport: "stdio", command: "prog" }),
            dependency("u", {}),
            dependency("v", { transport: "stdio" }),
            dependency("w", { transport: "pigeon" }),
            { type: "other", value: "z" },
          ],
        },
      ],
      { mine: http("http://x") },
      message => warnings.push(message),
    );
    expect(Object.keys(missing)).toEqual(["new", "run"]);
    expect(warnings.map(text => text.slice(text.indexOf(": ") + 2))).toEqual([
      "missing url for streamable_http dependency",
      "missing command for stdio dependency",
      "unsupported transport pigeon",
    ]);
    expect([canonicalMcpServerKey("n", http(" ")), canonicalMcpServerKey("n", http(" http://x "))]).toEqual([
      "n",
      "mcp__streamable_http__http://x",
    ]);
  });
});

describe("snapshots", () => {
  it("show what servers offer, and leave nothing running", async () => {
    const servers = {
      a: stdio({ tools: ["echo", "p.q"].map(name => ({ name, inputSchema: {} })) }),
      bad: stdio({ exitAtOnce: 1 }),
      off: stdio({}, { enabled: false }),
    };
    const store = fileCredentialStore(await folder());
    const options = {
      servers,
      env: { PATH: process.env["PATH"] },
      cwd: process.cwd(),
      version: "1",
      auth: { env: {}, store, fetch },
    };
    const full = await collectMcpServerStatusSnapshot(options);
    expect(full.toolsByServer).toMatchObject({ a: { echo: {}, "p.q": {} } });
    expect(full.resources).toMatchObject({ a: [{ uri: "mem://a" }] });
    expect(full.authStatuses).toEqual({ a: "unsupported", bad: "unsupported", off: "unsupported" });
    const brief = await collectMcpSnapshot({ ...options, detail: "toolsAndAuthOnly" });
    expect([Object.keys(brief.tools), brief.resources]).toEqual([["mcp__a__echo", "mcp__a__p_q"], {}]);
    expect(await collectMcpSnapshot({ ...options, servers: {} })).toEqual({
      tools: {},
      resources: {},
      resourceTemplates: {},
      authStatuses: {},
    });
    expect(await readMcpResource(options, "a", "mem://z")).toMatchObject({ contents: [{ uri: "mem://z" }] });
    await expect(readMcpResource(options, "zz", "mem://z")).rejects.toThrow("unknown MCP server 'zz'");
  });
});

describe("what to do about a server", () => {
  it.each([
    ["s", "The s MCP server is not logged in. Run `codex mcp login s`.", "run `codex-ts mcp login s`"],
    [
      "codex_apps",
      "The codex_apps MCP server is not logged in. Run `codex mcp login codex_apps`.",
      "run `codex-ts login`",
    ],
    ["s", "…: the network policy refuses example.com: no rule allows it", "of this machine to allow example.com"],
    ["s", "unsupported experimental_environment `moon` for MCP server `s`", "remove `experimental_environment`"],
    ["s", "env_vars entry `X` uses source `remote`, which requires remote MCP stdio", 'remove `source = "remote"`'],
    ["s", "invalid permissions of MCP server `s`: there is no profile `p`", "mend `permissions` in [mcp_servers.s]"],
    ["s", "No such file or directory (os error 2)", "install the program"],
    ["s", "something new", "start the command by hand"],
  ])("%s: %s", (name, problem, fix) => {
    expect(fixFor(name, stdio(), problem)).toContain(fix);
  });
});
