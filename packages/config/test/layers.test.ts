import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  configReadResponse,
  formatConfigError,
  LayerStack,
  loadLayers,
  nodeFs,
  resolveCodexHome,
  writeConfig,
} from "@codex-ts/config";
import { describe, expect, it } from "vitest";
import { failure, put, scratch, world } from "./helpers.ts";

const EMPTY = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

describe("CODEX_HOME", () => {
  it("is ~/.codex when the variable is unset or empty, whether it exists or not", () => {
    expect(resolveCodexHome({ HOME: "/home/me" })).toBe("/home/me/.codex");
    expect(resolveCodexHome({ HOME: "/home/me", CODEX_HOME: "" })).toBe("/home/me/.codex");
  });

  it("must exist and be a folder when it is set; links are resolved", () => {
    const root = scratch();
    put(root, { "real/": "", file: "" });
    symlinkSync(path.join(root, "real"), path.join(root, "link"));
    expect(resolveCodexHome({ CODEX_HOME: path.join(root, "link") })).toBe(path.join(root, "real"));
    expect(() => resolveCodexHome({ CODEX_HOME: path.join(root, "no") })).toThrow(
      `CODEX_HOME points to "${path.join(root, "no")}", but that path does not exist`,
    );
    expect(() => resolveCodexHome({ CODEX_HOME: path.join(root, "file") })).toThrow(
      `CODEX_HOME points to "${path.join(root, "file")}", but that path is not a directory`,
    );
  });

  it("gets a memories folder when settings are loaded", async () => {
    const { load, home } = world();
    await load();
    expect(nodeFs.stat(path.join(home, "memories"))?.kind).toBe("directory");
  });
});

describe("the layers", () => {
  it("always have a system and a user layer, empty when their files are missing", async () => {
    const { load } = world();
    const { layers } = await load({ cwd: null });
    expect(layers.map(layer => [layer.name.type, layer.config, layer.version])).toEqual([
      ["system", {}, EMPTY],
      ["user", {}, EMPTY],
    ]);
  });

  it("win in the order system, user, project, -c, managed", async () => {
    const { load, work } = world({
      "etc/config.toml": 'model = "system"\nreview_model = "system"\n[tui]\ntheme = "system"\nstatus_line = ["a"]\n',
      "home/config.toml":
        'model = "user"\nprofile = "p"\n[tui]\ntheme = "user"\n[profiles.p]\nmodel_verbosity = "low"\n',
      "work/.git/": "",
      "work/.codex/config.toml": 'model = "project"\ncompact_prompt = "project"\ninstructions = "project"\n',
      "etc/managed_config.toml": 'instructions = "managed"\n',
    });
    const { config, origins, layers, stack } = await load({
      cliOverrides: [
        ["projects", { [work]: { trust_level: "trusted" } }],
        ["compact_prompt", "flag"],
        ["instructions", "flag"],
      ],
    });
    expect([config.model, config.reviewModel, config.tui.theme, config.compactPrompt]).toEqual([
      "project",
      "system",
      "user",
      "flag",
    ]);
    expect(config.tui.statusLine).toEqual(["a"]);
    expect(config.modelVerbosity).toBe("low");
    expect(stack.merged["instructions"]).toBe("managed");
    expect(layers.map(layer => layer.name.type)).toEqual([
      "system",
      "user",
      "project",
      "sessionFlags",
      "legacyManagedConfigTomlFromFile",
    ]);
    expect(Object.fromEntries(Object.entries(origins).map(([key, origin]) => [key, origin.name.type]))).toMatchObject({
      model: "project",
      review_model: "system",
      "tui.theme": "user",
      "tui.status_line.0": "system",
      compact_prompt: "sessionFlags",
      instructions: "legacyManagedConfigTomlFromFile",
    });
  });

  it("are refused when they are not in order", () => {
    const layer = (name: object): never => ({ name, config: {}, version: EMPTY }) as never;
    const stack = (...layers: never[]): LayerStack =>
      new LayerStack({ layers, requirements: {}, project: null, codexHome: "/h", home: undefined, warnings: [] });
    const user = layer({ type: "user", file: "/h/config.toml" });
    expect(() => stack(layer({ type: "sessionFlags" }), user)).toThrow(
      "config layers are not in correct precedence order",
    );
    expect(() => stack(user, user)).toThrow("multiple user config layers found");
    const project = (folder: string): never => layer({ type: "project", dotCodexFolder: `${folder}/.codex` });
    expect(() => stack(project("/w/a"), project("/w"))).toThrow("project layers are not ordered from root to cwd");
    expect(stack(user, project("/w"), project("/w/a")).layers).toHaveLength(3);
  });

  it("resolve paths against the folder that holds the file, session flags against the cwd", async () => {
    const { load, home, work } = world({ "home/config.toml": 'sqlite_home = "./db"\nzsh_path = "~/zsh"\n' });
    const { config } = await load({ env: { HOME: "/home/me" }, c: ["log_dir=./x"] });
    expect([config.sqliteHome, config.zshPath, config.logDir]).toEqual([`${home}/db`, "/home/me/zsh", `${work}/x`]);
    const without = await load({ cwd: null, c: ["log_dir=./x"] });
    expect(without.stack.merged["log_dir"]).toBe(`${home}/x`);
  });

  it("take an alias in a lower layer and the current name in a higher one for the same key", async () => {
    const { load } = world({ "home/config.toml": "[memories]\nno_memories_if_mcp_or_web_search = true\n" });
    expect((await load()).config.memories.disableOnExternalContext).toBe(true);
    const { config } = await load({ c: ["memories.disable_on_external_context=false"] });
    expect(config.memories.disableOnExternalContext).toBe(false);
  });

  it("fingerprint the meaning, not the text", async () => {
    const versions = await Promise.all(
      ['model = "b"', "# hi\nmodel   =   'b' # there\n"].map(async text => {
        const { load } = world({ "home/config.toml": text });
        return (await load()).stack.userLayer.version;
      }),
    );
    expect(versions).toEqual(Array(2).fill("sha256:8ee01bdc7953d35f198ea5c44709cdfda45a6daa12cc49bbc0555b1814a34c45"));
    const flags = await world().load({ c: ["web_search=live"] });
    expect(flags.layers.at(-1)?.version).toBe(
      "sha256:17dffffc1c1565e5d4e76414a5c997e9af704f9482aa73f313e4100225e3d26d",
    );
  });

  it("tell floats from integers in the fingerprint", async () => {
    const version = async (text: string): Promise<string> =>
      (await world({ "home/config.toml": text }).load()).stack.userLayer.version;
    expect(await version("x = 1.0")).not.toBe(await version("x = 1"));
    // Fingerprints of the reference program: the zero below zero is one of its own, but for seconds.
    expect(await version("[x]\ny = -0.0\n")).toBe(
      "sha256:4ae808ed41be0ad3f8f3895e07d432c903c4ebbcb0b5a0be496eb4d8ab5ff547",
    );
    expect(await version('[mcp_servers.a]\ncommand = "c"\ntool_timeout_sec = -0.0\n')).toBe(
      "sha256:9dfd54f5ae6a3d195d008fef5ed644c32242d5d16759050b3a55603da7540713",
    );
  });
});

describe("project layers", () => {
  it("lie between the project root and the cwd, from the outside in", async () => {
    const { load, work, home } = world({
      "work/.git/": "",
      "work/.codex/config.toml": 'model = "root"\nreview_model = "root"\n',
      "work/a/b/.codex/config.toml": 'model = "deep"\n',
      "work/a/.codex/": "",
    });
    put(home, { "config.toml": `[projects."${work}"]\ntrust_level = "trusted"\n` });
    const { config, layers } = await load({ cwd: path.join(work, "a", "b") });
    expect([config.model, config.reviewModel, config.projectRoot]).toEqual(["deep", "root", work]);
    const folders = layers.flatMap(layer => (layer.name.type === "project" ? [layer.name.dotCodexFolder] : []));
    expect(folders).toEqual([`${work}/.codex`, `${work}/a/.codex`, `${work}/a/b/.codex`]);
  });

  it("stay out until the project is trusted, and say what to do", async () => {
    const { load, work, home } = world({ "work/.git/": "", "work/.codex/config.toml": 'model = "mine"' });
    const undecided = await load();
    expect(undecided.config.model).toBeNull();
    expect(undecided.config.trustLevel).toBeNull();
    expect(undecided.layers.at(-1)?.disabledReason).toBe(
      `To load project-local config, hooks, and exec policies, add ${work} as a trusted project in ${home}/config.toml.`,
    );
    put(home, { "config.toml": `[projects."${work}"]\ntrust_level = "untrusted"\n` });
    const untrusted = await load();
    expect(untrusted.layers.at(-1)?.disabledReason).toBe(
      `${work} is marked as untrusted in ${home}/config.toml. To load project-local config, hooks, and exec policies, mark it trusted.`,
    );
    expect([untrusted.config.approvalPolicy, untrusted.config.sandboxMode]).toEqual(["untrusted", "workspace-write"]);
  });

  it("with `project_root_markers = []` only the cwd's own folder counts", async () => {
    const { load, work } = world({
      "home/config.toml": "project_root_markers = []",
      "work/.git/": "",
      "work/.codex/": "",
      "work/a/.codex/": "",
    });
    const { layers } = await load({ cwd: path.join(work, "a") });
    expect(layers.flatMap(layer => (layer.name.type === "project" ? [layer.name.dotCodexFolder] : []))).toEqual([
      `${work}/a/.codex`,
    ]);
  });

  it("stand below the cwd alone when a root marker is an absolute path that exists", async () => {
    const { load, work, home } = world({ "work/.git/": "", "work/.codex/": "", "work/a/.codex/": "" });
    put(home, { "config.toml": `project_root_markers = ["${home}"]` });
    const { layers } = await load({ cwd: path.join(work, "a") });
    expect(layers.flatMap(layer => (layer.name.type === "project" ? [layer.name.dotCodexFolder] : []))).toEqual([
      `${work}/a/.codex`,
    ]);
  });

  it("never include CODEX_HOME itself, also through a link", async () => {
    const root = scratch();
    put(root, { "work/.git/": "", "home/": "" });
    symlinkSync(path.join(root, "home"), path.join(root, "work/.codex"));
    const stack = await loadLayers({ codexHome: path.join(root, "home"), cwd: path.join(root, "work"), env: {} });
    expect(stack.layers.some(layer => layer.name.type === "project")).toBe(false);
  });

  it("take the main work tree's decision for a linked work tree", async () => {
    const { load, work, home } = world({ "work/main/.git/worktrees/w/": "", "work/linked/": "" });
    writeFileSync(path.join(work, "linked/.git"), `gitdir: ${work}/main/.git/worktrees/w\n`);
    put(home, { "config.toml": `[projects."${work}/main"]\ntrust_level = "trusted"\n` });
    const { config } = await load({ cwd: path.join(work, "linked") });
    expect([config.trustLevel, config.gitRoot]).toEqual(["trusted", `${work}/main`]);
  });

  it("fail the load when a trusted file is broken, and count as empty when an untrusted one is", async () => {
    const { load, work, home } = world({ "work/.git/": "", "work/.codex/config.toml": "model = \n" });
    expect((await load()).layers.at(-1)?.config).toEqual({});
    put(home, { "config.toml": `[projects."${work}"]\ntrust_level = "trusted"\n` });
    const error = await failure(load());
    const place = `Error parsing project config file ${work}/.codex/config.toml: TOML parse error at line 1, column 9`;
    expect(error.message).toContain(`${place}\n  |\n1 | model = \n  |         ^\n`);
    expect(formatConfigError(error)).toBe(error.message.trimEnd());
  });

  it("match trust keys on Windows without regard to ASCII case", async () => {
    const { load, work, home } = world();
    put(home, { "config.toml": `[projects."${work.toUpperCase()}"]\ntrust_level = "trusted"\n` });
    expect((await load()).config.trustLevel).toBeNull();
    expect((await load({ platform: "win32" })).config.trustLevel).toBe("trusted");
  });
});

describe("the config API's reading", () => {
  it("gives every known key, and layers only when asked", async () => {
    const { load } = world({ "home/config.toml": "unknown = 1\n[tui]\ntheme = 'x'\n" });
    const { stack } = await load();
    const plain = configReadResponse(stack, { processCwd: "/" });
    expect(Object.keys(plain)).toEqual(["config", "origins"]);
    expect(plain.config).toMatchObject({ model: null, profiles: {}, tui: { theme: "x", notifications: true } });
    expect(plain.config["unknown"]).toBeUndefined();
    const full = configReadResponse(stack, { processCwd: "/", includeLayers: true });
    expect(full.layers?.map(layer => layer.name.type)).toEqual(["user", "system"]);
    expect(full.layers?.[0]?.config).toMatchObject({ unknown: 1 });
  });
});

describe("the config API's writing", () => {
  const edit = (keyPath: string, value: unknown, mergeStrategy: "replace" | "upsert" = "replace"): never =>
    ({ keyPath, value, mergeStrategy }) as never;

  it("says when the value that was written does not hold", async () => {
    const { home } = world({ "home/config.toml": 'model = "u"\n' });
    const load = { codexHome: home, env: {}, cliOverrides: [["model", "s"] as const] };
    const response = await writeConfig({ edits: [edit("model", "n")] }, load);
    expect(response).toMatchObject({
      status: "okOverridden",
      overriddenMetadata: { message: "Overridden by session flags", effectiveValue: "s" },
    });
    expect(await writeConfig({ edits: [edit("model", null)] }, load)).toMatchObject({ status: "okOverridden" });
    expect(readFileSync(path.join(home, "config.toml"), "utf8")).toBe("");
  });

  it.each([
    ["sandbox_workspace_write.writable_roots", ["sub"], "sandbox_workspace_write.writable_roots"],
    ["sandbox_workspace_write.writable_roots", ["~/sub"], "sandbox_workspace_write.writable_roots"],
    ["sandbox_workspace_write", { writable_roots: ["sub"] }, "sandbox_workspace_write.writable_roots"],
    ["log_dir", "logs", "log_dir"],
  ])("refuses a path of a client that is not absolute: %s = %j", async (keyPath, value, at) => {
    // What stands in the file already counts from its folder, and keeps nobody from writing.
    const { home } = world({ "home/config.toml": 'model_instructions_file = "x.md"\n', "home/x.md": "x" });
    const load = { codexHome: home, env: {} };
    const error = await failure(writeConfig({ edits: [edit(keyPath, value)] }, load));
    expect(error.message).toBe(
      `Invalid configuration: AbsolutePathBuf deserialized without a base path\nin \`${at}\`\n`,
    );
    expect(await writeConfig({ edits: [edit("log_dir", "/srv/logs")] }, load)).toMatchObject({ status: "ok" });
    expect(readFileSync(path.join(home, "config.toml"), "utf8")).toContain('model_instructions_file = "x.md"');
  });

  it("writes all edits or none", async () => {
    const { home } = world({ "home/config.toml": "# keep\n" });
    const error = await failure(
      writeConfig({ edits: [edit("review_model", "x"), edit("model", 1)] }, { codexHome: home, env: {} }),
    );
    expect(error).toMatchObject({
      writeCode: "configValidationError",
      reason: "Invalid configuration: invalid type: integer `1`, expected a string\nin `model`\n",
    });
    expect(readFileSync(path.join(home, "config.toml"), "utf8")).toBe("# keep\n");
  });

  const refused: [string, Parameters<typeof writeConfig>[0], string, string][] = [
    [
      "another file",
      { edits: [], filePath: "/etc/codex/config.toml" },
      "configLayerReadonly",
      "Only writes to the user config are allowed",
    ],
    [
      "an old version",
      { edits: [edit("model", "x")], expectedVersion: "sha256:0" },
      "configVersionConflict",
      "Configuration was modified since last read. Fetch latest version and retry.",
    ],
    ["an empty key", { edits: [edit(" ", "x")] }, "configValidationError", "keyPath must not be empty"],
    ["clearing under nothing", { edits: [edit("a.b", null)] }, "configPathNotFound", "Path not found"],
    [
      "half a server",
      { edits: [edit("mcp_servers.z.tool_timeout_sec", 3)] },
      "configValidationError",
      "Invalid configuration: invalid transport\nin `mcp_servers.z`\n",
    ],
  ];
  for (const [what, request, code, message] of refused) {
    it(`refuses ${what}`, async () => {
      const { home } = world();
      expect(await failure(writeConfig(request, { codexHome: home, env: {} }))).toMatchObject({
        writeCode: code,
        reason: message,
      });
    });
  }

  it("writes floats without exponents, and the zero below zero as one", async () => {
    const { home } = world();
    const value = [1e21, 1.5e-9, -2.25e22, -0, 0.5] as never;
    await writeConfig({ edits: [{ keyPath: "x.y", value, mergeStrategy: "replace" }] }, { codexHome: home, env: {} });
    expect(readFileSync(path.join(home, "config.toml"), "utf8")).toBe(
      "[x]\ny = [1000000000000000000000.0, 0.0000000015, -22500000000000000000000.0, -0.0, 0.5]\n",
    );
  });

  it("creates the folder and the file, private", async () => {
    const home = path.join(scratch(), "new");
    const response = await writeConfig({ edits: [edit("a.b.c", 1)] }, { codexHome: home, env: {} });
    expect(response).toMatchObject({
      status: "ok",
      filePath: path.join(home, "config.toml"),
      overriddenMetadata: null,
    });
    expect(readFileSync(path.join(home, "config.toml"), "utf8")).toBe("[a.b]\nc = 1\n");
  });

  it("accepts the version that was read, and unknown keys", async () => {
    const { home, load } = world({ "home/config.toml": 'model = "a"\n' });
    const { version } = (await load()).stack.userLayer;
    const response = await writeConfig(
      { edits: [edit("zz", [1, { a: 2 }])], expectedVersion: version },
      { codexHome: home, env: {} },
    );
    expect(response.version).toBe((await load()).stack.userLayer.version);
  });
});
