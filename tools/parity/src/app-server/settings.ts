import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Json } from "@codex-ts-tools/model-server";
import { type Ask, askAll, asking, scenario } from "./stage.ts";

const write = (keyPath: string, value: unknown, more: Json = {}): Json => ({
  keyPath,
  value,
  mergeStrategy: "replace",
  ...more,
});
const edit = (keyPath: string, value: unknown): Json => ({ keyPath, value, mergeStrategy: "replace" });

/** What loads the settings anew, or changes them. */
const WITH_SETTINGS: readonly Ask[] = [
  ["features", "experimentalFeature/list", { limit: 1 }],
  ["features from nowhere", "experimentalFeature/list", { cursor: "x" }],
  ["no switch", "experimentalFeature/enablement/set", { enablement: {} }],
  ["an unknown switch", "experimentalFeature/enablement/set", { enablement: { zz: true } }],
  ["a switch", "experimentalFeature/enablement/set", { enablement: { memories: true } }],
  ["servers", "mcpServerStatus/list", {}],
  ["servers from nowhere", "mcpServerStatus/list", { cursor: "x" }],
  ["reload", "config/mcpServer/reload"],
  ["resource", "mcpServer/resource/read", { server: "s", uri: "u" }],
  ["login", "mcpServer/oauth/login", { name: "s" }],
  ["apps", "app/list", {}],
  ["apps of no thread", "app/list", { threadId: "x" }],
  ["plugins", "plugin/list", {}],
  ["plugin nowhere", "plugin/read", { pluginName: "p" }],
  ["plugin", "plugin/read", { marketplacePath: "/nope", pluginName: "p" }],
  ["plugin elsewhere", "plugin/read", { remoteMarketplaceName: "r", pluginName: "p" }],
  ["install", "plugin/install", { marketplacePath: "/nope", pluginName: "p" }],
  ["install from elsewhere", "plugin/install", { remoteMarketplaceName: "r", pluginName: "p" }],
  ["uninstall", "plugin/uninstall", { pluginId: "a@b" }],
  ["uninstall no plugin", "plugin/uninstall", { pluginId: "a" }],
  ["uninstall a wrong name", "plugin/uninstall", { pluginId: "a@b@c" }],
  ["uninstall from a wrong name", "plugin/uninstall", { pluginId: "a@b c" }],
  ["remove", "marketplace/remove", { marketplaceName: "m" }],
  ["remove again", "marketplace/remove", { marketplaceName: "m" }],
  ["upgrade", "marketplace/upgrade", { marketplaceName: "m" }],
  ["upgrade all", "marketplace/upgrade", {}],
  ["skills", "skills/list", { cwds: [] }],
  ["skill", "skills/config/write", { name: "x", enabled: false }],
  ["account", "account/read", {}],
  ["conversations", "thread/list", {}],
  ["read", "config/read", {}],
];

/** Settings, features, skills. */
export const settings = [
  asking("reading settings", [
    ["effective", "config/read", {}],
    ["requirements", "configRequirements/read"],
    ["relative folder", "config/read", { cwd: "x" }],
    ["folder", "config/read", drive => ({ cwd: drive.place.work })],
  ]),
  asking("writing settings", [
    ["a model", "config/value/write", write("model", "gpt-5.4")],
    ["a table", "config/value/write", write("tools", { web_search: true })],
    ["a member of it", "config/value/write", write("tui.notifications", true, { mergeStrategy: "upsert" })],
    ["nothing", "config/value/write", write("model", null)],
    ["nothing where nothing is", "config/value/write", write("a.b.c", null)],
    ["no key", "config/value/write", write("", 1)],
    ["a key with a gap", "config/value/write", write("a..b", 1)],
    ["a quoted key", "config/value/write", write('projects."/tmp/x".trust_level', "trusted")],
    ["an unknown key", "config/value/write", write("some.unknown.key", [1, "x", { y: 2.5 }])],
    ["a wrong value", "config/value/write", write("approval_policy", "bogus")],
    ["a wrong type", "config/value/write", write("model", 5)],
    ["below a value", "config/value/write", write("model_provider.x", 5)],
    ["no strategy", "config/value/write", { keyPath: "model", value: "x" }],
    ["an unknown strategy", "config/value/write", { keyPath: "model", value: "x", mergeStrategy: "merge" }],
    ["an old version", "config/value/write", write("model", "x", { expectedVersion: "sha256:0" })],
    ["another file", "config/value/write", write("model", "x", { filePath: "/tmp/other.toml" })],
    ["a relative file", "config/value/write", write("model", "x", { filePath: "config.toml" })],
    ["several", "config/batchWrite", { edits: [edit("model", "gpt-5.2"), edit("review_model", "gpt-5.4")] }],
    ["one of them wrong", "config/batchWrite", { edits: [edit("model", "kept-out"), edit("approval_policy", 1)] }],
    ["none", "config/batchWrite", { edits: [] }],
    ["what came", "config/read", {}],
  ]),
  asking("writing places", [
    ["relative", "config/value/write", write("sandbox_workspace_write.writable_roots", ["sub"])],
    ["at home", "config/value/write", write("sandbox_workspace_write.writable_roots", ["~/sub"])],
    ["a table with one", "config/value/write", write("sandbox_workspace_write", { writable_roots: ["sub"] })],
    ["absolute", "config/value/write", write("sandbox_workspace_write.writable_roots", ["/srv/x"])],
    ["a relative log", "config/value/write", write("log_dir", "logs")],
    ["relative instructions", "config/value/write", write("model_instructions_file", "x.md")],
    ["what came", "config/read", {}],
  ]),
  asking(
    "writing beside a relative place in the file",
    [
      ["a model", "config/value/write", write("model", "gpt-5.4")],
      ["another place", "config/value/write", write("log_dir", "/srv/logs")],
      ["what came", "config/read", {}],
    ],
    { tables: '[sandbox_workspace_write]\nwritable_roots = ["sub"]\n' },
  ),
  scenario("a version that fits, and one that does not any more", { script: [] }, async drive => {
    const read = await drive.call("config/read", { includeLayers: true });
    const layers = read["layers"] as { version: string }[];
    const expectedVersion = layers[0]?.version;
    await drive.note("first", "config/value/write", write("review_model", "a", { expectedVersion }));
    await drive.note("second", "config/value/write", write("review_model", "b", { expectedVersion }));
  }),
  scenario(
    "settings that a folder overrides",
    {
      script: [],
      files: { "work/.codex/config.toml": 'model = "gpt-5.4"\n' },
      config: "",
    },
    async drive => {
      const { work } = drive.place;
      await drive.note("untrusted", "config/read", { cwd: work });
      await drive.note("trust", "config/value/write", write(`projects."${work}".trust_level`, "trusted"));
      await drive.note("trusted", "config/read", { cwd: work, includeLayers: false });
    },
  ),
  scenario("settings written while a thread is loaded", { script: ["one", "two"] }, async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "1");
    const edits = [edit("model", "gpt-5.4"), edit("model_reasoning_effort", "high")];
    await drive.note("write", "config/batchWrite", { edits, reloadUserConfig: true });
    await drive.turn(thread, "2");
    drive.notes["models"] = drive.server.requests.map(({ body }) => [body["model"], body["reasoning"]]);
    await drive.note("resume", "thread/resume", { threadId: thread, excludeTurns: true });
  }),
  scenario(
    "settings that do not load",
    {
      script: [],
      prepare: async place => (await import("node:fs/promises")).appendFile(`${place.home}/config.toml`, "\nx = [\n"),
    },
    async drive => {
      await drive.note("start", "thread/start", {});
      await drive.note("read", "config/read", {});
      await drive.note("write", "config/value/write", write("model", "x"));
      await drive.note("models", "model/list", { limit: 1 });
      drive.notes["warnings"] = drive.messages.filter(({ method }) => method === "configWarning").length;
    },
  ),
  scenario("a setting of the wrong type", { script: [], config: 'model_context_window = "big"' }, async drive => {
    await drive.note("start", "thread/start", {});
    await drive.note("read", "config/read", {});
    drive.notes["warnings"] = drive.messages.filter(({ method }) => method === "configWarning");
  }),
  asking("switching features", [
    ["apps", "experimentalFeature/enablement/set", { enablement: { apps: false } }],
    ["several", "experimentalFeature/enablement/set", { enablement: { memories: true, tool_search: true } }],
    ["none", "experimentalFeature/enablement/set", { enablement: {} }],
    ["unknown", "experimentalFeature/enablement/set", { enablement: { bogus: true } }],
    ["not to be switched", "experimentalFeature/enablement/set", { enablement: { unified_exec: true } }],
    ["by its old name", "experimentalFeature/enablement/set", { enablement: { connectors: true } }],
    ["two problems", "experimentalFeature/enablement/set", { enablement: { bogus: true, unified_exec: true } }],
    ["a number", "experimentalFeature/enablement/set", { enablement: { apps: 1 } }],
    ["what came", "config/read", {}],
    ["echo", "mock/experimentalMethod", { value: "x" }],
    ["echo of nothing", "mock/experimentalMethod", {}],
  ]),
  ...[
    ["are no TOML", "model = \n"],
    ["have a wrong type", "model = 1\n"],
    ["name what is not there", 'profile = "nope"\n'],
    ["contradict themselves", "[agents]\nmax_threads = 0\n"],
    ["switch plugins off", "[features]\nplugins = false\napps = false\n"],
    [
      "name plugins and marketplaces",
      '[plugins."a@b"]\nenabled = true\n\n[marketplaces.m]\nsource_type = "local"\nsource = "/nope"\n',
    ],
  ].map(([what, text]) =>
    scenario(`lists and changes where settings ${what}`, { script: [] }, async drive => {
      await drive.note("before", "experimentalFeature/list", { limit: 1 });
      writeFileSync(path.join(drive.place.home, "config.toml"), text!);
      await askAll(drive, WITH_SETTINGS);
    }),
  ),
  scenario("settings that change while the server runs", { script: ["hi"] }, async drive => {
    await drive.note("before", "account/read", {});
    writeFileSync(
      path.join(drive.place.home, "config.toml"),
      'model_provider = "openai"\nforced_login_method = "chatgpt"\nsandbox_mode = "danger-full-access"\n[feedback]\nenabled = false\n',
    );
    await askAll(drive, [
      ["account", "account/read", {}],
      ["login", "getAuthStatus", {}],
      ["what may be written", "command/exec", { command: ["touch", path.join(drive.place.work, "x")] }],
      ["models", "model/list", { limit: 1 }],
      ["conversations", "thread/list", {}],
      ["a key", "account/login/start", { type: "apiKey", apiKey: "k" }],
      ["account with a key", "account/read", {}],
    ]);
  }),
  asking(
    "skills",
    [
      ["of the folder", "skills/list", drive => ({ cwds: [drive.place.work] })],
      ["of a relative folder", "skills/list", { cwds: ["x"] }],
      ["of no folder", "skills/list", { cwds: [] }],
      ["of the server", "skills/list", { forceReload: true }],
      [
        "with further roots",
        "skills/list",
        drive => ({
          cwds: [drive.place.work],
          perCwdExtraUserRoots: [{ cwd: drive.place.work, extraUserRoots: [`${drive.place.root}/more`] }],
        }),
      ],
      [
        "with relative roots",
        "skills/list",
        drive => ({
          cwds: [drive.place.work],
          perCwdExtraUserRoots: [{ cwd: drive.place.work, extraUserRoots: ["more"] }],
        }),
      ],
      ["off by name", "skills/config/write", { name: "greet", enabled: false }],
      ["seen", "skills/list", drive => ({ cwds: [drive.place.work], forceReload: true })],
      ["on by name", "skills/config/write", { name: "greet", enabled: true }],
      [
        "off by path",
        "skills/config/write",
        drive => ({ path: `${drive.place.work}/.codex/skills/greet/SKILL.md`, enabled: false }),
      ],
      ["relative path", "skills/config/write", { path: "x", enabled: false }],
      ["neither", "skills/config/write", { enabled: false }],
      ["both", "skills/config/write", { name: "greet", path: "/x", enabled: false }],
      ["a blank name", "skills/config/write", { name: " ", enabled: false }],
    ],
    {
      files: {
        "work/.codex/skills/greet/SKILL.md": "---\nname: greet\ndescription: Says hello.\n---\nSay hello.\n",
        "work/.codex/skills/broken/SKILL.md": "no front matter\n",
        "home/skills/own/SKILL.md": "---\nname: own\ndescription: The user's own.\n---\nDo it.\n",
        "more/extra/SKILL.md": "---\nname: extra\ndescription: One more.\n---\nMore.\n",
      },
    },
  ),
];
