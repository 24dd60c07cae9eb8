import { readFileSync } from "node:fs";
import path from "node:path";
import {
  checkFeatureEnablement,
  ConfigEdits,
  deprecationNotices,
  formatFeatureChange,
  formatFeatureList,
  migrateGuardianAlias,
} from "@codex-ts/config";
import { describe, expect, it } from "vitest";
import { world } from "./helpers.ts";

const features = async (toml: string): Promise<Record<string, boolean>> =>
  (await world({ "home/config.toml": toml }).load()).config.features;

describe("features", () => {
  it("list with the reference program's keys, stages, defaults and columns", async () => {
    const recorded = readFileSync(path.join(import.meta.dirname, "data/features-list.txt"), "utf8");
    expect(formatFeatureList(await features(""))).toBe(recorded);
  });

  const resolutions: [string, Record<string, boolean>][] = [
    ["[features]\ncollab = false\nmulti_agent = true", { multi_agent: true }],
    ["[features]\ncollab = true\nmulti_agent = false", { multi_agent: false }],
    ["[features]\nconnectors = false\napps = true", { apps: false }],
    [
      "[features]\ncode_mode_only = true\nenable_fanout = true\nmulti_agent = false\njs_repl_tools_only = true",
      { code_mode: true, multi_agent: true, js_repl_tools_only: false },
    ],
    [
      "[features]\ntui_app_server = false\nimage_detail_original = true\nsqlite = false",
      { tui_app_server: true, image_detail_original: false, sqlite: false },
    ],
    ["[features]\nspawn_csv = true", { enable_fanout: false }],
    ["[features]\nsmart_approvals = false", { guardian_approval: false }],
    ["[features.multi_agent_v2]\nusage_hint_enabled = false", { multi_agent_v2: false }],
    ["[features.multi_agent_v2]\nenabled = true", { multi_agent_v2: true }],
    ["experimental_use_unified_exec_tool = false", { unified_exec: false }],
    ["experimental_use_unified_exec_tool = false\n[features]\nunified_exec = true", { unified_exec: true }],
    ['profile = "p"\n[features]\nundo = false\n[profiles.p.features]\nundo = true\n', { undo: true }],
    ['profile = "p"\n[profiles.p]\ninclude_apply_patch_tool = true\n', { apply_patch_freeform: true }],
  ];
  for (const [toml, expected] of resolutions) {
    it(`resolve ${JSON.stringify(toml)}`, async () => {
      expect(await features(toml)).toMatchObject(expected);
    });
  }

  it("start without unified exec on Windows", async () => {
    const { config } = await world().load({ platform: "win32" });
    expect(config.features["unified_exec"]).toBe(false);
  });

  it("take in-memory switches only where nobody configured one", async () => {
    const { load } = world({ "home/config.toml": "[features]\nplugins = true\n" });
    const { config } = await load({ featureEnablement: { plugins: false, apps: false } });
    expect([config.features["plugins"], config.features["apps"]]).toEqual([true, false]);
  });

  it("refuse in-memory switches of other features and by older names", () => {
    checkFeatureEnablement({ apps: true });
    expect(() => checkFeatureEnablement({ undo: true })).toThrow(
      "unsupported feature enablement `undo`: currently supported features are apps, memories, plugins, tool_search, tool_suggest, tool_call_mcp_elicitation",
    );
    expect(() => checkFeatureEnablement({ connectors: true })).toThrow(
      "invalid feature enablement `connectors`: use canonical feature key `apps`",
    );
    expect(() => checkFeatureEnablement({ zz: true })).toThrow("invalid feature enablement `zz`");
  });
});

describe("features enable and disable", () => {
  it("write true, remove what is off by default, and write false for the rest", async () => {
    const { home } = world({ "home/config.toml": "[features]\nundo = true\n" });
    await new ConfigEdits(home).setFeatureEnabled("code_mode", true).apply();
    await new ConfigEdits(home).setFeatureEnabled("undo", false).apply();
    await new ConfigEdits(home).setFeatureEnabled("shell_tool", false).apply();
    expect(readFileSync(path.join(home, "config.toml"), "utf8")).toBe(
      "[features]\ncode_mode = true\nshell_tool = false\n",
    );
  });

  it("go to the profile that is named", async () => {
    const { home } = world();
    await new ConfigEdits(home).withProfile("p").setFeatureEnabled("undo", false).apply();
    expect(readFileSync(path.join(home, "config.toml"), "utf8")).toBe("[profiles.p.features]\nundo = false\n");
  });

  it("say what they did, and warn about features under development", () => {
    expect(formatFeatureChange("undo", false, { profile: null, configPath: "/h/config.toml" })).toEqual({
      stdout: "Disabled feature `undo` in config.toml.\n",
      stderr: "",
    });
    expect(formatFeatureChange("code_mode", true, { profile: null, configPath: "/h/config.toml" }).stderr).toBe(
      "Under-development features enabled: code_mode. Under-development features are incomplete and may behave unpredictably. To suppress this warning, set `suppress_unstable_features_warning = true` in /h/config.toml.\n",
    );
  });

  it("refuse a name that is no feature", () => {
    expect(() => new ConfigEdits("/h").setFeatureEnabled("zz", true)).toThrow("Unknown feature flag: zz");
  });
});

describe("deprecation", () => {
  const notices = async (toml: string): Promise<string[]> => {
    const { stack, config } = await world({ "home/config.toml": toml }).load();
    return deprecationNotices(stack, config).map(notice => notice.summary);
  };

  it("is told for older feature names, older switches and features on their way out", async () => {
    expect(
      await notices(
        "experimental_use_unified_exec_tool = true\nexperimental_instructions_file = 'x'\n[features]\ncollab = true\nweb_search = true\nuse_legacy_landlock = false\nundo = true\n",
      ),
    ).toEqual([
      "`[features].collab` is deprecated. Use `[features].multi_agent` instead.",
      "`[features].experimental_use_unified_exec_tool` is deprecated. Use `[features].unified_exec` instead.",
      "`[features].use_legacy_landlock` is deprecated and will be removed soon.",
      "`[features].web_search` is deprecated because web search is enabled by default.",
      "`experimental_instructions_file` is deprecated and ignored. Use `model_instructions_file` instead.",
    ]);
    expect(await notices("")).toEqual([]);
  });

  it("of features under development is a warning of each thread, where they are on", async () => {
    const { home, load } = world({
      "home/config.toml": "[features]\ncode_mode = true\nartifact = true\njs_repl_tools_only = true\nundo = true\n",
    });
    const { notices } = await load();
    expect(notices.warnings).toEqual([
      expect.stringContaining("Under-development features enabled: artifact, code_mode. Under-development"),
    ]);
    expect(notices.warnings[0]).toContain(`in ${home}/config.toml.`);
    expect((await load({ c: ["suppress_unstable_features_warning=true"] })).notices.warnings).toEqual([]);
  });

  it("comes in the order of names, today's as `features.<name>`", async () => {
    const toml =
      "experimental_use_unified_exec_tool = false\n[features]\nweb_search = true\nweb_search_request = true\nmemory_tool = false\nuse_legacy_landlock = false\n";
    const { deprecations } = (await world({ "home/config.toml": toml }).load()).notices;
    expect(deprecations.map(({ summary }) => /\[features\]\.(\w+)/.exec(summary)?.[1])).toEqual([
      "experimental_use_unified_exec_tool",
      "use_legacy_landlock",
      "web_search_request",
      "memory_tool",
      "web_search",
    ]);
  });
});

describe("the migration of the reviewer's older switch", () => {
  const cases: [object, object][] = [
    [
      { features: { smart_approvals: true } },
      { features: { guardian_approval: true }, approvals_reviewer: "guardian_subagent" },
    ],
    [
      { features: { smart_approvals: true }, approvals_reviewer: "user" },
      { features: { guardian_approval: true }, approvals_reviewer: "user" },
    ],
    [{ features: { smart_approvals: false } }, { features: { guardian_approval: false } }],
    [{ features: { guardian_approval: true } }, { features: { guardian_approval: true } }],
    [{}, {}],
  ];
  for (const [before, after] of cases) {
    it(`turns ${JSON.stringify(before)} into ${JSON.stringify(after)}`, () => {
      expect(migrateGuardianAlias(before as never)).toEqual(after);
    });
  }
});
