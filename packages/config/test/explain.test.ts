import path from "node:path";
import { ConfigLoader, formatExplanation } from "@codex-ts/config";
import { describe, expect, it } from "vitest";
import { put, world } from "./helpers.ts";

describe("config explain", () => {
  it("names the value, the line, what it hides and what is required", async () => {
    const { load, home, system } = world({
      "etc/config.toml": 'model = "sys"\n',
      "home/config.toml": '# mine\nmodel = "user"\nprofile = "p"\n[profiles.p]\nmodel = "prof"\n',
      "etc/requirements.toml": 'allowed_approval_policies = ["never"]\n',
    });
    const loaded = await load({ c: ["approval_policy=on-request"] });
    expect(formatExplanation(loaded.explain("model"))).toBe(
      `model = "prof"
  Model slug to use.
  type: string
  default: the provider's default model
  set by: user config: ${home}/config.toml (profile p):5
  overrides: "user" from user config: ${home}/config.toml:2
  overrides: "sys" from system config: ${system}/config.toml:1
`,
    );
    const policy = loaded.explain("approval_policy");
    expect(policy).toMatchObject({
      value: "never",
      decidedBy: { value: "on-request", layer: { type: "sessionFlags" } },
      requirement: { rule: 'one of "never"', from: `${system}/requirements.toml` },
    });
  });

  it("says when the default holds, and that an untrusted project is not heard", async () => {
    const { load } = world({ "work/.git/": "", "work/.codex/config.toml": 'web_search = "live"\n' });
    const { value, decidedBy, overrides } = (await load()).explain("web_search");
    expect([value, decidedBy, overrides[0]?.value]).toEqual(["cached", null, "live"]);
    expect(overrides[0]?.ignored).toContain("trusted project");
  });

  it("explains features and nested keys", async () => {
    const loaded = await world({ "home/config.toml": "[features]\nundo = true\n[tui]\ntheme = 'x'\n" }).load();
    expect(loaded.explain("features.undo")).toMatchObject({ value: true, default: "false", known: true });
    expect(loaded.explain("tui.theme")).toMatchObject({ value: "x", decidedBy: { range: { start: { line: 4 } } } });
    expect(loaded.explain("mcp_servers.x.command")).toMatchObject({ known: true, value: null });
  });

  it("suggests the key that was meant", async () => {
    const loaded = await world().load();
    expect(formatExplanation(loaded.explain("tui.them"))).toBe(
      "`tui.them` is not a setting. Did you mean `tui.theme`?\n",
    );
    expect(loaded.explain("aproval_policy").didYouMean).toBe("approval_policy");
    expect(loaded.explain("qqqqq").didYouMean).toBeNull();
  });
});

describe("unknown keys", () => {
  it("are named with place and nearest known key, in every part of the file", async () => {
    const { load, home } = world({
      "home/config.toml": `modle = "x"
approvalPolicy = "never"
[tui]
teme = "x"
[features]
shel_tool = true
[mcp_servers.a]
command = "c"
comand = "d"
[profiles.p]
web-search = "live"
[otel.exporter.otlp-http]
endpoint = "x"
protocol = "json"
header = {}
`,
    });
    const file = `${home}/config.toml`;
    expect((await load()).unknownKeys().map(warning => warning.message)).toEqual([
      `Unknown key \`modle\` in ${file}:1:9 is ignored. Did you mean \`model\`?`,
      `Unknown key \`approvalPolicy\` in ${file}:2:18 is ignored. Did you mean \`approval_policy\`?`,
      `Unknown key \`tui.teme\` in ${file}:4:8 is ignored. Did you mean \`tui.theme\`?`,
      `Unknown key \`features.shel_tool\` in ${file}:6:13 is ignored. Did you mean \`features.shell_tool\`?`,
      `Unknown key \`mcp_servers.a.comand\` in ${file}:9:10 is ignored. Did you mean \`mcp_servers.a.command\`?`,
      `Unknown key \`profiles.p.web-search\` in ${file}:11:14 is ignored. Did you mean \`profiles.p.web_search\`?`,
      `Unknown key \`otel.exporter.otlp-http.header\` in ${file}:15:10 is ignored. Did you mean \`otel.exporter.otlp-http.headers\`?`,
    ]);
  });

  it("of maps people name themselves are none, and a flood is summed up", async () => {
    const quiet = world({
      "home/config.toml": "[projects.'/x']\ntrust_level = 'trusted'\n[agents.role]\ndescription = 'd'\n[plugins.p]\n",
    });
    expect((await quiet.load()).unknownKeys()).toEqual([]);
    const flood = world({ "home/config.toml": Array.from({ length: 50 }, (_, at) => `zz${at} = 1`).join("\n") });
    const warnings = (await flood.load()).unknownKeys();
    expect([warnings.length, warnings.at(-1)?.message]).toEqual([21, expect.stringContaining("30 more unknown keys")]);
  });
});

describe("a loader that is asked again", () => {
  it("gives the same object as long as nothing changed, and new settings when something did", async () => {
    const { home, work } = world({ "home/config.toml": 'model = "a"\n', "work/.git/": "" });
    const loader = new ConfigLoader();
    const options = { codexHome: home, cwd: work, env: { HOME: "/home/me" } };
    const first = await loader.load(options);
    expect(await loader.load({ ...options })).toBe(first);
    put(home, { "config.toml": 'model = "bb"\n' });
    const second = await loader.load(options);
    expect([first.config.model, second.config.model]).toEqual(["a", "bb"]);
    put(work, { ".codex/config.toml": "" });
    expect((await loader.load(options)).layers.some(layer => layer.name.type === "project")).toBe(true);
    put(home, { "AGENTS.md": "hello" });
    expect((await loader.load(options)).config.userInstructions).toBe("hello");
    expect((await loader.load({ ...options, overrides: { model: "c" } })).config.model).toBe("c");
    expect(path.isAbsolute(second.config.cwd)).toBe(true);
  });
});
