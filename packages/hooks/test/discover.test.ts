import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  asyncHandler,
  discoverHooks,
  type DiscoverHooksOptions,
  type HookLayer,
  type HookLayerName,
  type HooksFs,
  MAX_HOOKS_FILE_BYTES,
} from "../src/index.ts";

let root = "";
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), "hooks-discover-"))));
afterAll(() => rm(root, { recursive: true, force: true }));

const command = (text: string, more: object = {}): object => ({ type: "command", command: text, ...more });
const group = (text: string, matcher?: string): object => ({
  ...(matcher === undefined ? {} : { matcher }),
  hooks: [command(text)],
});
const user: HookLayerName = { type: "user", file: "/home/config.toml" };
const layer = (name: HookLayerName, hooks?: unknown, disabledReason?: string): HookLayer => ({
  name,
  config: hooks === undefined ? {} : { hooks },
  ...(disabledReason === undefined ? {} : { disabledReason }),
});

/** A disk with these files; a number is a folder's stand-in of that kind. */
function disk(files: Readonly<Record<string, string | "folder">>): HooksFs {
  return {
    kind: async path => (!Object.hasOwn(files, path) ? null : files[path] === "folder" ? "directory" : "file"),
    readText: async path => files[path] ?? "",
  };
}

async function discover(layers: HookLayer[], files = {}, more: Partial<DiscoverHooksOptions> = {}) {
  const found = await discoverHooks({ layers, platform: "linux", fs: disk(files), ...more });
  return {
    ...found,
    shown: found.handlers.map(({ displayOrder, event, sourcePath, source, action }) =>
      [displayOrder, event, source, sourcePath, action.type === "command" ? action.command : "f"].join(" "),
    ),
  };
}

describe("discovery", () => {
  it("numbers handlers over all sources: layers from weak to strong, JSON before TOML, events in their fixed order", async () => {
    const six = Object.fromEntries(
      ["Stop", "UserPromptSubmit", "SessionStart", "PostToolUse", "PermissionRequest", "PreToolUse"].map(event => [
        event,
        [group(event)],
      ]),
    );
    const { shown, warnings } = await discover(
      [
        layer({ type: "mdm", domain: "d", key: "k" }, { Stop: [group("mdm")] }),
        layer({ type: "system", file: "/etc/codex/config.toml" }),
        layer(user, { Stop: [group("toml")] }),
        layer({ type: "project", dotCodexFolder: "/p/.codex" }),
        layer({ type: "project", dotCodexFolder: "/p/q/.codex" }, { Stop: [group("inner")] }),
        layer({ type: "sessionFlags" }, { Stop: [group("flags")] }),
        layer(
          { type: "legacyManagedConfigTomlFromFile", file: "/etc/codex/managed_config.toml" },
          { Stop: [group("old")] },
        ),
        layer({ type: "legacyManagedConfigTomlFromMdm" }, { Stop: [group("old mdm")] }),
      ],
      {
        "/etc/codex/hooks.json": JSON.stringify({ hooks: { Stop: [group("system")] } }),
        "/home/hooks.json": JSON.stringify({ hooks: six }),
        "/p/.codex/hooks.json": JSON.stringify({ hooks: { Stop: [group("outer")] } }),
      },
    );
    expect(shown).toEqual([
      "0 Stop mdm /<mdm:d:k>/config.toml mdm",
      "1 Stop system /etc/codex/hooks.json system",
      "2 PreToolUse user /home/hooks.json PreToolUse",
      "3 PermissionRequest user /home/hooks.json PermissionRequest",
      "4 PostToolUse user /home/hooks.json PostToolUse",
      "5 SessionStart user /home/hooks.json SessionStart",
      "6 UserPromptSubmit user /home/hooks.json UserPromptSubmit",
      "7 Stop user /home/hooks.json Stop",
      "8 Stop user /home/config.toml toml",
      "9 Stop project /p/.codex/hooks.json outer",
      "10 Stop project /p/q/.codex/config.toml inner",
      "11 Stop sessionFlags /<session-flags>/config.toml flags",
      "12 Stop legacyManagedConfigFile /etc/codex/managed_config.toml old",
      "13 Stop legacyManagedConfigMdm /<legacy-managed-config.toml-mdm>/managed_config.toml old mdm",
    ]);
    expect(warnings).toEqual([
      "loading hooks from both /home/hooks.json and /home/config.toml; prefer a single representation for this layer",
    ]);
  });

  it("does not warn of two representations when one of them says nothing", async () => {
    const files = { "/home/hooks.json": JSON.stringify({ hooks: { Stop: [] } }) };
    const { warnings } = await discover([layer(user, { Stop: [group("x")] })], files);
    expect(warnings).toEqual([]);
  });

  it("passes over layers that take no part, without a word", async () => {
    const project = layer({ type: "project", dotCodexFolder: "/p/.codex" }, { Stop: [group("x")] }, "untrusted");
    const files = { "/p/.codex/hooks.json": "broken" };
    expect(await discover([project], files)).toMatchObject({ handlers: [], warnings: [] });
  });

  it("looks at nothing when the feature is off", async () => {
    const files = { "/home/hooks.json": "broken" };
    expect(await discover([layer(user)], files, { enabled: false })).toMatchObject({ handlers: [], warnings: [] });
  });

  it("skips what cannot run, each with a warning, and gives it no number", async () => {
    const hooks = {
      PreToolUse: [{ matcher: "[", hooks: [command("never")] }],
      Stop: [
        {
          matcher: "[",
          hooks: [
            { type: "prompt", prompt: "x" },
            { type: "agent" },
            command("a", { async: true }),
            command("  "),
            command("ok"),
          ],
        },
      ],
    };
    const { shown, warnings } = await discover([layer(user)], { "/home/hooks.json": JSON.stringify({ hooks }) });
    expect(shown).toEqual(["0 Stop user /home/hooks.json ok"]);
    expect(warnings).toHaveLength(5);
    expect(warnings[0]).toMatch(/^invalid matcher "\[" in \/home\/hooks\.json: ./);
    expect(warnings.slice(1)).toEqual([
      "skipping prompt hook in /home/hooks.json: prompt hooks are not supported yet",
      "skipping agent hook in /home/hooks.json: agent hooks are not supported yet",
      "skipping async hook in /home/hooks.json: async hooks are not supported yet",
      "skipping empty hook command in /home/hooks.json",
    ]);
  });

  it("shows a bad matcher with escapes", async () => {
    const hooks = { PreToolUse: [group("x", '["\n\u001b')] };
    const { warnings } = await discover([layer(user, hooks)]);
    expect(warnings[0]).toMatch(/^invalid matcher "\[\\"\\n\\u\{1b\}" in \/home\/config\.toml: /);
  });

  it.each([
    ['{"hooks":{"Stop":5}}', "hooks.Stop: invalid type: integer `5`, expected a sequence at line 1 column 18"],
    [
      '{\n "hooks": {"Stop": [{"hooks": [{"type": "bash"}]}]}}',
      "hooks.Stop[0].hooks[0].type: unknown variant `bash`, expected one of `command`, `prompt`, `agent` at line 2 column 41",
    ],
    ['{"hooks":{"Stop":[{"hooks":[{}]}]}}', "hooks.Stop[0].hooks[0]: missing field `type` at line 1 column 29"],
    [
      '{"hooks":{"Stop":[{"hooks":[{"type":"command"}]}]}}',
      "hooks.Stop[0].hooks[0]: missing field `command` at line 1 column 29",
    ],
    [
      '{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"x","timeout":-1}]}]}}',
      "hooks.Stop[0].hooks[0].timeout: invalid type: integer `-1`, expected a whole number of seconds from 0 on at line 1 column 71",
    ],
    [
      '{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"x","timeout":1.5}]}]}}',
      "hooks.Stop[0].hooks[0].timeout: invalid type: floating point `1.5`, expected a whole number of seconds from 0 on at line 1 column 71",
    ],
    ...["1.0", "1e2", "-0", "18446744073709551616"].map((timeout): [string, string] => [
      `{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"x","timeout":${timeout}}]}]}}`,
      `hooks.Stop[0].hooks[0].timeout: invalid type: floating point \`${Number(timeout).toFixed(1)}\`, expected a whole number of seconds from 0 on at line 1 column 71`,
    ]),
    [
      '{"hooks":{"Stop":[{"matcher":{"a":"}"},"hooks":[]}]}}',
      "hooks.Stop[0].matcher: invalid type: map, expected a string at line 1 column 30",
    ],
    ['{"x":"\\"}","hooks":null}', "hooks: invalid type: null, expected a table of hook events at line 1 column 20"],
    ["[]", "invalid type: sequence, expected an object at line 1 column 1"],
    ['{"hooks":{},"hooks":{}}', "hooks: duplicate field `hooks` at line 1 column 13"],
    ['{"hooks":{"Stop":[],"Stop":[]}}', "hooks.Stop: duplicate field `Stop` at line 1 column 21"],
    [
      '{"hooks":{"Stop":[{},{"matcher":"a","hooks":[],\n"\\u006datcher":"b"}]}}',
      "hooks.Stop[1].matcher: duplicate field `matcher` at line 2 column 1",
    ],
    [
      '{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"deny","command":"allow"}]}]}}',
      "hooks.Stop[0].hooks[0].command: duplicate field `command` at line 1 column 64",
    ],
    [
      '{"hooks":{"Stop":[{"hooks":[{"type":"prompt","type":"prompt"}]}]}}',
      "hooks.Stop[0].hooks[0].type: duplicate field `type` at line 1 column 46",
    ],
    ["", "Unexpected end of JSON input at line 1 column 1"],
  ])("drops a file that is broken: %s", async (text, reason) => {
    const { handlers, warnings } = await discover([layer(user)], { "/home/hooks.json": text });
    expect(handlers).toEqual([]);
    expect(warnings).toEqual([`failed to parse hooks config /home/hooks.json: ${reason}`]);
  });

  it.each([
    ['{\n  "hooks": oops\n}', 2, 12],
    ["{,}", 1, 2],
    ['{"a":1,}', 1, 8],
    ["[1 2]", 1, 4],
    ['{"a" 1}', 1, 6],
    ["{} {}", 1, 4],
    ['{"a":"\\x"}', 1, 6],
    ["[1", 1, 3],
    ["[".repeat(100_000), 1, 100_001],
  ])("names line and column of a syntax error (%#)", async (text, line, column) => {
    const { warnings } = await discover([layer(user)], { "/home/hooks.json": text });
    expect(warnings[0]).toMatch(/^failed to parse hooks config \/home\/hooks\.json: /);
    expect(warnings[0]?.endsWith(` at line ${line} column ${column}`)).toBe(true);
  });

  it("drops a table of another shape", async () => {
    const { handlers, warnings } = await discover([layer(user, { Stop: "x" }), layer({ type: "sessionFlags" }, 5)]);
    expect(handlers).toEqual([]);
    expect(warnings).toEqual([
      'failed to parse TOML hooks in /home/config.toml: hooks.Stop: invalid type: string "x", expected a sequence',
      "failed to parse TOML hooks in /<session-flags>/config.toml: hooks: invalid type: integer `5`, expected a table of hook events",
    ]);
  });

  it("passes over keys that nobody knows, and reads every key that it knows", async () => {
    const hooks = {
      Whatever: 5,
      Stop: [
        {
          extra: 1,
          hooks: [command("a", { timeout: 0, statusMessage: "m", more: {} }), command("b", { timeout: 7n })],
        },
        {},
      ],
      PreToolUse: [
        {
          matcher: null,
          hooks: [command("c", { allowUpdatedInput: true }), command("d", { allowUpdatedInput: "yes" })],
        },
      ],
    };
    const { handlers, warnings } = await discover([layer(user, hooks)]);
    expect(warnings).toEqual([]);
    expect(
      handlers.map(({ timeoutSec, statusMessage, allowUpdatedInput }) => [
        timeoutSec,
        statusMessage,
        allowUpdatedInput,
      ]),
    ).toEqual([
      [600, null, true],
      [600, null, false],
      [1, "m", false],
      [7, null, false],
    ]);
  });

  it("passes over members that come twice where they mean nothing", async () => {
    const text = `{"x":1,"x":2,"hooks":{"Nope":3,"Nope":4,"Stop":[{"y":2,"y":3,"hooks":[
      {"type":"command","command":"a","z":1,"z":2,"more":{"command":1,"command":2}},
      {"type":"agent","command":"b","command":"c"}]}]}}`;
    const { shown, warnings } = await discover([layer(user)], { "/home/hooks.json": text });
    expect(shown).toEqual(["0 Stop user /home/hooks.json a"]);
    expect(warnings).toEqual(["skipping agent hook in /home/hooks.json: agent hooks are not supported yet"]);
  });

  it("puts functions behind everything that is configured, even when the feature is off", async () => {
    const functions = [asyncHandler("Stop", () => undefined, { name: "a/b" })];
    const { shown } = await discover([layer(user, { Stop: [group("x")] })], {}, { functions });
    expect(shown).toEqual(["0 Stop user /home/config.toml x", "1 Stop unknown /<function>/a_b f"]);
    expect((await discover([layer(user)], {}, { functions, enabled: false })).shown).toHaveLength(1);
    const wrong = [asyncHandler("PreToolUse", () => undefined, { matcher: "[" })];
    await expect(discover([], {}, { functions: wrong })).rejects.toThrow("missing closing ]");
  });
});

describe("managed hooks", () => {
  const managed = (managedDir: string | null, windowsManagedDir: string | null = null) => ({
    value: { managedDir, windowsManagedDir, events: { PreToolUse: [group("check")] } },
    source: { type: "system", file: "/etc/codex/requirements.toml" } as const,
  });

  it("come first, and their path is the folder", async () => {
    const { handlers, shown } = await discover(
      [layer(user, { PreToolUse: [group("mine")] })],
      { "/opt/hooks": "folder" },
      { managed: managed("/opt/hooks") },
    );
    expect(shown).toEqual(["0 PreToolUse system /opt/hooks check", "1 PreToolUse user /home/config.toml mine"]);
    expect(handlers.map(({ isManaged }) => isManaged)).toEqual([true, false]);
  });

  it.each([
    [managed(null), "no managed hook directory is configured for this platform"],
    [managed("opt/hooks"), "managed hook directory opt/hooks is not absolute"],
    [managed("/none"), "managed hook directory /none does not exist"],
    [managed("/file"), "managed hook directory /file is not a directory"],
  ])("are skipped when the folder is not there (%#)", async (requirement, reason) => {
    const { handlers, warnings } = await discover([], { "/file": "x" }, { managed: requirement });
    expect(handlers).toEqual([]);
    expect(warnings).toEqual([`skipping managed hooks from /etc/codex/requirements.toml: ${reason}`]);
  });

  it("have a folder of their own on Windows", async () => {
    const files = { "C:\\co\\hooks": "folder" };
    const { shown } = await discover([], files, { managed: managed("/opt", "C:\\co\\hooks"), platform: "win32" });
    expect(shown).toEqual(["0 PreToolUse system C:\\co\\hooks check"]);
  });

  it.each([
    [{ type: "cloud" }, "unknown", "cloud requirements"],
    [{ type: "mdm", domain: "d", key: "k" }, "mdm", "MDM d:k"],
    [{ type: "legacyManagedFile", file: "/m.toml" }, "legacyManagedConfigFile", "/m.toml"],
    [{ type: "legacyManagedMdm" }, "legacyManagedConfigMdm", "MDM managed_config.toml (legacy)"],
  ] as const)("of %j are called %s", async (source, wire, shown) => {
    const { handlers } = await discover([], { "/opt": "folder" }, { managed: { ...managed("/opt"), source } });
    expect(handlers[0]?.source).toBe(wire);
    const { warnings } = await discover([], {}, { managed: { ...managed(null), source } });
    expect(warnings[0]).toContain(`skipping managed hooks from ${shown}: `);
  });
});

describe("the real disk", () => {
  const at = (name: string): HookLayer => layer({ type: "user", file: join(root, name, "config.toml") });
  const write = async (name: string, content: string | Uint8Array): Promise<string> => {
    await mkdir(join(root, name), { recursive: true });
    const file = join(root, name, "hooks.json");
    await writeFile(file, content);
    return file;
  };

  it("gives one warning for a file of 5 MB", async () => {
    const many = Array.from({ length: 1200 }, () => group("x".repeat(4096)));
    const file = await write("big", JSON.stringify({ hooks: { Stop: many } }));
    const { handlers, warnings } = await discoverHooks({ layers: [at("big")] });
    expect(handlers).toEqual([]);
    expect(warnings).toEqual([
      expect.stringMatching(
        `^failed to read hooks config ${file}: the file has \\d+ bytes, and at most ${MAX_HOOKS_FILE_BYTES} are read$`,
      ),
    ]);
  });

  it("gives one warning for a file that is not UTF-8", async () => {
    const file = await write("latin", Buffer.from([0x7b, 0xff, 0x7d]));
    const { warnings } = await discoverHooks({ layers: [at("latin")] });
    expect(warnings).toEqual([`failed to read hooks config ${file}: stream did not contain valid UTF-8`]);
  });

  it("takes a folder of that name for no file", async () => {
    await mkdir(join(root, "folder", "hooks.json"), { recursive: true });
    expect(await discoverHooks({ layers: [at("folder")] })).toEqual({ handlers: [], warnings: [] });
  });
});
