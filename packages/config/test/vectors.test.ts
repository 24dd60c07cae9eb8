import { readFileSync } from "node:fs";
import path from "node:path";
import {
  addMcpServer,
  buildShellEnvironment,
  ConfigEdits,
  DEFAULT_SHELL_ENVIRONMENT_POLICY,
  featureFlagOverrides,
  findMcpServer,
  folderToTrust,
  formatMcpServer,
  type JsonValue,
  newMcpServer,
  parseCliOverrides,
  readConfig,
  writeConfig,
} from "@codex-ts/config";
import { describe, expect, it } from "vitest";
import { failure, put, world } from "./helpers.ts";

/** The numbered vectors of the specification's section 18, each as it stands there. */
describe("the known-good vectors", () => {
  const edit = (keyPath: string, value: JsonValue) => ({ keyPath, value, mergeStrategy: "replace" as const });

  /** What a write to a file answers and leaves. */
  async function write(before: string, edits: ReturnType<typeof edit>[], c: string[] = []) {
    const { home } = world({ "home/config.toml": before });
    const answer = await writeConfig({ edits }, { codexHome: home, env: {}, cliOverrides: parseCliOverrides(c) });
    return { ...answer, text: readFileSync(path.join(home, "config.toml"), "utf8") };
  }

  it("V1: an empty layer has the fingerprint of {}", async () => {
    const { layers } = await world().load({ cwd: null });
    const empty = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    expect(layers.map(({ version }) => version)).toEqual([empty, empty]);
  });

  it("V2: -c web_search=live alone is a layer with this fingerprint", async () => {
    const flags = (await world().load({ c: ["web_search=live"] })).layers.at(-1);
    expect([flags?.name, flags?.config, flags?.version]).toEqual([
      { type: "sessionFlags" },
      { web_search: "live" },
      "sha256:17dffffc1c1565e5d4e76414a5c997e9af704f9482aa73f313e4100225e3d26d",
    ]);
  });

  it('V3: writing model = "b" answers with this fingerprint', async () => {
    expect((await write("", [edit("model", "b")])).version).toBe(
      "sha256:8ee01bdc7953d35f198ea5c44709cdfda45a6daa12cc49bbc0555b1814a34c45",
    );
  });

  it("V4: -c values are TOML where they can be, and text otherwise", async () => {
    const { stack } = await world().load({
      c: [
        "instructions='it'",
        'developer_instructions="a\\"b"',
        'compact_prompt="unterminated',
        "model_context_window=1_000",
        " review_model = x y ",
      ],
    });
    expect(stack.merged).toEqual({
      instructions: "it",
      developer_instructions: 'a"b',
      compact_prompt: "unterminated",
      model_context_window: 1000,
      review_model: "x y",
    });
  });

  it("V5: a dotted override extends an inline table", async () => {
    const { stack } = await world().load({
      c: ["sandbox_workspace_write={network_access=true}", "sandbox_workspace_write.exclude_slash_tmp=true"],
    });
    expect(stack.merged).toEqual({ sandbox_workspace_write: { network_access: true, exclude_slash_tmp: true } });
  });

  it("V6: a write that a flag hides says so, and so does clearing it", async () => {
    for (const value of ["n", null]) {
      expect(await write('model = "u"\n', [edit("model", value)], ["model=s"])).toMatchObject({
        status: "okOverridden",
        overriddenMetadata: {
          message: "Overridden by session flags",
          overridingLayer: { name: { type: "sessionFlags" } },
          effectiveValue: "s",
        },
      });
    }
  });

  it("V7: one bad edit of a batch keeps the file as it was", async () => {
    const { home } = world({ "home/config.toml": 'model = "a"\n' });
    const edits = [edit("review_model", "r"), edit("model", 1)];
    const error = await failure(writeConfig({ edits }, { codexHome: home, env: {} }));
    expect(error).toMatchObject({
      writeCode: "configValidationError",
      reason: "Invalid configuration: invalid type: integer `1`, expected a string\nin `model`\n",
    });
    expect(readFileSync(path.join(home, "config.toml"), "utf8")).toBe('model = "a"\n');
  });

  const texts: [name: string, before: string, change: ReturnType<typeof edit>, after: string][] = [
    [
      "V8: a value is replaced and the comments stay",
      '# top comment\nmodel = "a" # inline\n',
      edit("model", "b"),
      '# top comment\nmodel = "b" # inline\n',
    ],
    ["V8: a key goes with its comment", '# top comment\nmodel = "a" # inline\n', edit("model", null), ""],
    [
      "V9: a table by a table",
      '[mcp_servers.x]\n# inner\ncommand = "c" # cc\nargs = ["1"]',
      edit("mcp_servers.x", { command: "d", args: [] }),
      '[mcp_servers.x]\nargs = []\n# inner\ncommand = "d" # cc\n',
    ],
    ["V10: a path into an empty file", "", edit("a.b.c", 1), "[a.b]\nc = 1\n"],
    [
      "V11: an inline table on the way",
      "sandbox_workspace_write = { network_access = false } # c\n",
      edit("sandbox_workspace_write.network_access", true),
      "[sandbox_workspace_write ]\nnetwork_access = true\n",
    ],
  ];
  it.each(texts)("%s", async (_name, before, change, after) => {
    expect(await write(before, [change])).toMatchObject({ status: "ok", text: after });
  });

  // V12-V16 and V21 are about /etc/codex: see namespace.test.ts.

  const switches: [toml: string, expected: Record<string, boolean>][] = [
    ["[features]\ncollab = false\nmulti_agent = true", { multi_agent: true }],
    ["[features]\ncollab = true\nmulti_agent = false", { multi_agent: false }],
    ["[features]\nconnectors = false\napps = true", { apps: false }],
    [
      "[features]\ncode_mode_only = true\nenable_fanout = true\nmulti_agent = false\njs_repl_tools_only = true",
      { code_mode: true, multi_agent: true, js_repl_tools_only: false },
    ],
  ];
  it.each(switches)("V17, V18: %j", async (toml, expected) => {
    expect((await world({ "home/config.toml": toml }).load()).config.features).toMatchObject(expected);
  });

  it("V19: --disable wins over --enable", async () => {
    const { config } = await world().load({ cliOverrides: featureFlagOverrides(["undo"], ["undo"]) });
    expect(config.features["undo"]).toBe(false);
  });

  it("V20: switching a feature off removes it, or writes false where it is on by default", async () => {
    const { home } = world({ "home/config.toml": "[features]\nundo = true\n" });
    for (const [key, on] of [
      ["code_mode", true],
      ["undo", false],
      ["shell_tool", false],
    ] as const) {
      await new ConfigEdits(home).setFeatureEnabled(key, on).apply();
    }
    expect(readFileSync(path.join(home, "config.toml"), "utf8")).toBe(
      "[features]\ncode_mode = true\nshell_tool = false\n",
    );
  });

  it("V22: adding a server rewrites the others in their fixed form", async () => {
    const { home } = world({
      "home/config.toml": `[mcp_servers.r]
name = "zz"
command = "c"
startup_timeout_ms = 1500
tool_timeout_sec = 2
env_vars = ["P", { name = "Q", source = "remote" }]
env = { B = "1", A = "2" }
disabled_tools = []
unknown = 1
[mcp_servers.r.tools.z]
approval_mode = "approve"
[mcp_servers.r.tools.b]
`,
    });
    await addMcpServer({ codexHome: home, env: {} }, "n", newMcpServer({ command: ["nc"] }));
    expect(readFileSync(path.join(home, "config.toml"), "utf8")).toBe(`[mcp_servers.r]
command = "c"
env_vars = ["P", { name = "Q", source = "remote" }]
startup_timeout_sec = 1.5
tool_timeout_sec = 2.0

[mcp_servers.r.env]
A = "2"
B = "1"

[mcp_servers.r.tools.b]

[mcp_servers.r.tools.z]
approval_mode = "approve"

[mcp_servers.n]
command = "nc"
`);
  });

  it("V23: a thread that may write trusts its folder, and then works with the project's settings", async () => {
    const { home, work, load } = world({ "work/.codex/config.toml": 'model = "project"\n' });
    const before = await load();
    expect([before.config.model, before.config.trustLevel]).toEqual([null, null]);
    const folder = folderToTrust(before.config, { explicitCwd: true, sandbox: "workspace-write" });
    await new ConfigEdits(home).setProjectTrustLevel(folder ?? "", "trusted").apply();
    expect(readFileSync(path.join(home, "config.toml"), "utf8")).toBe(
      `[projects."${work}"]\ntrust_level = "trusted"\n`,
    );
    expect((await load()).config.model).toBe("project");
  });

  it("V24: a project that is marked untrusted asks for everything and may write its folder", async () => {
    const { home, work, load } = world();
    put(home, { "config.toml": `[projects."${work}"]\ntrust_level = "untrusted"\n` });
    const { config } = await load();
    expect([config.approvalPolicy, config.sandboxPolicy.type]).toEqual(["untrusted", "workspace-write"]);
  });

  it("V25: without root markers only the folder itself counts", async () => {
    const { load, work } = world({
      "home/config.toml": "project_root_markers = []",
      "work/.codex/": "",
      "work/a/.codex/": "",
    });
    const { layers } = await load({ cwd: path.join(work, "a") });
    expect(layers.flatMap(({ name }) => (name.type === "project" ? [name.dotCodexFolder] : []))).toEqual([
      path.join(work, "a/.codex"),
    ]);
  });

  it("V26: an unbounded deny-read glob is warned about", async () => {
    const toml =
      'default_permissions = "p"\n[permissions.p.filesystem]\n":project_roots" = {"."="write","**/*.env"="none"}\n';
    const { warnings } = await world({ "home/config.toml": toml }).load();
    expect(warnings.map(({ message }) => message)).toEqual([
      "Filesystem deny-read glob `:project_roots/**/*.env` uses `**`. Non-macOS sandboxing does not support unbounded `**` natively; set `glob_scan_max_depth` in this filesystem profile to cap Linux glob expansion and silence this warning, or enumerate explicit depths such as `*.env`, `*/*.env`, and `*/*/*.env`.",
    ]);
  });

  it("V27: a relative path of a flag starts at the cwd, or at CODEX_HOME without one", async () => {
    const { home, work } = world();
    const options = { codexHome: home, env: {}, processCwd: "/", cliOverrides: parseCliOverrides(["log_dir=./x"]) };
    expect((await readConfig({}, options)).config["log_dir"]).toBe(path.join(home, "x"));
    expect((await readConfig({ cwd: work }, options)).config["log_dir"]).toBe(path.join(work, "x"));
  });

  it("V28: a server over HTTP is shown as a block", async () => {
    const toml = '[mcp_servers.u]\nurl = "http://127.0.0.1:9/"\nbearer_token_env_var = "TOK"\n';
    const { mcpServers } = (await world({ "home/config.toml": toml }).load()).config;
    expect(formatMcpServer("u", findMcpServer(mcpServers, "u"))).toBe(
      "u\n  enabled: true\n  transport: streamable_http\n  url: http://127.0.0.1:9/\n  bearer_token_env_var: TOK\n  http_headers: -\n  env_http_headers: -\n  remove: codex mcp remove u\n",
    );
  });

  it("V29: an alias below and the current name above are one key", async () => {
    const toml = "[memories]\nno_memories_if_mcp_or_web_search = true\n";
    const { config } = await world({ "home/config.toml": toml }).load({
      c: ["memories.disable_on_external_context=false"],
    });
    expect(config.memories.disableOnExternalContext).toBe(false);
  });

  it("V30: a command's environment", () => {
    const policy = {
      ...DEFAULT_SHELL_ENVIRONMENT_POLICY,
      ignoreDefaultExcludes: false,
      set: { TOKEN_X: "1" },
      includeOnly: ["*TOKEN*", "path"],
    };
    const env = { PATH: "/bin", API_KEY: "k", FOO: "f" };
    expect(Object.keys(buildShellEnvironment(policy, env, { threadId: "t" }))).toEqual([
      "PATH",
      "TOKEN_X",
      "CODEX_THREAD_ID",
    ]);
  });

  it("fingerprints the seconds of an MCP server as floats, however they are written", async () => {
    const version = async (seconds: string) =>
      (await world({ "home/config.toml": `[mcp_servers.a]\ncommand='u'\n${seconds}\n` }).load()).stack.userLayer
        .version;
    expect(await version("tool_timeout_sec = 3")).toBe(
      "sha256:9bb53eaa4a060c5b4dddcc4a2f2eb8276a8c9cdd34a476791c68b4ec8ae36508",
    );
    expect(await version("startup_timeout_sec = 1")).toMatch(/^sha256:badab1c8/);
    expect(await version("startup_timeout_sec = 1.0")).toMatch(/^sha256:badab1c8/);
  });
});
