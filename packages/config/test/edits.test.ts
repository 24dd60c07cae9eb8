import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { ConfigEdits, type ConfigError, loadConfig, setProjectTrust, writeConfig } from "@codex-ts/config";
import fc from "fast-check";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import recorded from "./data/edits.json" with { type: "json" };
import { failure, put, scratch, world } from "./helpers.ts";

interface Recorded {
  before: string;
  edits: { keyPath: string; value: never; mergeStrategy: "replace" | "upsert" }[];
  error?: string;
  status?: string;
  version?: string;
  after: string;
}

/** Where we keep more than the recorded program: line ends, order, comments, a space before `=`. */
const OURS: Record<string, string> = {
  'model="d" # m\nreview_model="x"\n\n[# lead\nsandbox_workspace_write ]\nnetwork_access = true\nexclude_slash_tmp =true\n\n[tui]\ntheme="x"\n':
    'model="d" # m\nreview_model="x"\n\n# lead\n[sandbox_workspace_write ]\nnetwork_access = true\nexclude_slash_tmp = true\n\n[tui]\ntheme="x"\n',
  "a.b = 1 # one\na.d = 3\na.e = 5\nc = 2\n[tui]\n": "a.b = 1 # one\nc = 2\na.d = 3\na.e = 5\n[tui]\n",
  "a= 5\n\n[c]\nz=1\n": "a = 5\n\n[c]\nz=1\n",
  'arr= [{ a = 5 }, { b = "x" }]\n[tui]\n': 'arr = [{ a = 5 }, { b = "x" }]\n[tui]\n',
  "[a]\nx=1\ny = 2\n\n[b]\nc = 3\n": "[a]\r\nx=1\r\ny = 2\r\n\r\n[b]\r\nc = 3\r\n",
};

describe("a write leaves the text that the reference program leaves", () => {
  for (const vector of recorded as unknown as Recorded[]) {
    it(`${JSON.stringify(vector.before)} with ${JSON.stringify(vector.edits)}`, async () => {
      const { home } = world({ "home/config.toml": vector.before });
      const write = writeConfig({ edits: vector.edits }, { codexHome: home, env: {} });
      const outcome = await write.then(
        ({ status, version }) => ({ status, version }),
        (error: ConfigError) => ({ error: error.reason }),
      );
      const { status, version, error } = vector;
      expect(outcome).toEqual(error === undefined ? { status, version } : { error });
      expect(readFileSync(path.join(home, "config.toml"), "utf8")).toBe(OURS[vector.after] ?? vector.after);
    });
  }
});

it("a write beside a file that is no TOML says that the settings do not load, and leaves it", async () => {
  const { home } = world({ "home/config.toml": "model =\n" });
  const edits = [{ keyPath: "model", value: "m", mergeStrategy: "replace" as const }];
  const error = await failure(writeConfig({ edits }, { codexHome: home, env: {} }));
  const file = path.join(home, "config.toml");
  expect(error.message).toBe(
    `failed to load configuration: ${file}:1:8: string values must be quoted, expected literal string`,
  );
  expect(readFileSync(file, "utf8")).toBe("model =\n");
});

describe("ConfigEdits", () => {
  const after = async (before: string, change: (edits: ConfigEdits) => ConfigEdits): Promise<string> => {
    const { home } = world({ "home/config.toml": before });
    await change(new ConfigEdits(home)).apply();
    return readFileSync(path.join(home, "config.toml"), "utf8");
  };

  it("replaces a value and keeps what stands around it", async () => {
    const text = '# top comment\nmodel = "a" # inline\n';
    expect(await after(text, edits => edits.set("model", "b"))).toBe('# top comment\nmodel = "b" # inline\n');
    expect(await after(text, edits => edits.clear("model"))).toBe("");
  });

  it("replaces a table and keeps the comments of the keys that stay", async () => {
    const text = '[mcp_servers.x]\n# inner\ncommand = "c" # cc\nargs = ["1"]';
    expect(await after(text, edits => edits.set("mcp_servers.x", { command: "d", args: [] }))).toBe(
      '[mcp_servers.x]\nargs = []\n# inner\ncommand = "d" # cc\n',
    );
  });

  it("turns an inline table on the way into a table of its own", async () => {
    const text = "sandbox_workspace_write = { network_access = false } # c\n";
    expect(await after(text, edits => edits.set("sandbox_workspace_write.network_access", true))).toBe(
      "[sandbox_workspace_write ]\nnetwork_access = true\n",
    );
  });

  it("clears inside an inline table, and leaves it alone when there is nothing to clear", async () => {
    const text = "a = { b = 1, c = 2 } # x\n";
    expect(await after(text, edits => edits.clear("a.b"))).toBe("[a ]\nc = 2\n");
    expect(await after(text, edits => edits.clear("a.z"))).toBe(text);
    expect(await after(text, edits => edits.clear("a.b.z"))).toBe(text);
  });

  it("sends model, tier and personality to the profile in force", async () => {
    expect(await after('profile = "p"\n', edits => edits.setModel("m", "low").setServiceTier("flex"))).toBe(
      'profile = "p"\n\n[profiles.p]\nmodel = "m"\nmodel_reasoning_effort = "low"\nservice_tier = "flex"\n',
    );
    expect(await after("", edits => edits.withProfile("q").setPersonality("none"))).toBe(
      '[profiles.q]\npersonality = "none"\n',
    );
    expect(await after('model = "x"\n', edits => edits.setModel(null, "high"))).toBe(
      'model_reasoning_effort = "high"\n',
    );
  });

  it("records trust under the folder's path, also beside inline decisions", async () => {
    const { home } = world({ "home/config.toml": 'projects = { "/a b" = { trust_level = "untrusted" } }\n' });
    await setProjectTrust(home, "/w/x.y", "trusted");
    expect(readFileSync(path.join(home, "config.toml"), "utf8")).toBe(
      '[projects ]\n"/a b" = { trust_level = "untrusted" }\n\n[projects."/w/x.y"]\ntrust_level = "trusted"\n',
    );
    await setProjectTrust(home, "/a b", "trusted");
    expect(parse(readFileSync(path.join(home, "config.toml"), "utf8"))).toEqual({
      projects: { "/a b": { trust_level: "trusted" }, "/w/x.y": { trust_level: "trusted" } },
    });
  });

  it("keeps an entry only for skills that are switched off", async () => {
    const off = await after("", edits => edits.setSkillConfig("/s/SKILL.md", false).setSkillConfigByName("n", false));
    expect(off).toBe(
      '[[skills.config]]\nenabled = false\npath = "/s/SKILL.md"\n\n[[skills.config]]\nenabled = false\nname = "n"\n'
        .replace('enabled = false\npath = "/s/SKILL.md"', 'path = "/s/SKILL.md"\nenabled = false')
        .replace('enabled = false\nname = "n"', 'name = "n"\nenabled = false'),
    );
    expect(await after(off, edits => edits.setSkillConfig("/s/SKILL.md", true))).toBe(
      '\n[[skills.config]]\nname = "n"\nenabled = false\n'.slice(1),
    );
    expect(await after(off, edits => edits.setSkillConfig("/s/SKILL.md", true).setSkillConfigByName("n", true))).toBe(
      "",
    );
  });

  it("writes nothing when nothing changes", async () => {
    const { home } = world({ "home/config.toml": 'model = "a"\n' });
    const file = path.join(home, "config.toml");
    const before = statSync(file, { bigint: true });
    const result = await new ConfigEdits(home).set("model", "a").clear("review_model").clear("a.b").apply();
    expect(result.changed).toBe(false);
    expect(statSync(file, { bigint: true })).toMatchObject({ mtimeNs: before.mtimeNs, ino: before.ino });
    expect(readdirSync(home)).toEqual(["config.toml"]);
  });

  it("does not touch a file that is broken already", async () => {
    const { home } = world({ "home/config.toml": "model = \n" });
    const error = await failure(new ConfigEdits(home).set("model", "x").apply());
    expect([error.code, error.range?.start.line]).toEqual(["toml_syntax", 1]);
    expect(readFileSync(path.join(home, "config.toml"), "utf8")).toBe("model = \n");
  });

  it("asks the caller's check before writing", async () => {
    const { home } = world();
    const edits = new ConfigEdits(home).set("model", "x").checkedBy(() => {
      throw new Error("no");
    });
    await expect(edits.apply()).rejects.toThrow("no");
    expect(existsSync(path.join(home, "config.toml"))).toBe(false);
  });

  it("keeps the mode of the file; a new one is private", async () => {
    const { home } = world({ "home/config.toml": "" });
    const file = path.join(home, "config.toml");
    chmodSync(file, 0o640);
    await new ConfigEdits(home).set("model", "x").apply();
    expect(statSync(file).mode & 0o777).toBe(0o640);
    const fresh = path.join(scratch(), "deep", "home");
    await new ConfigEdits(fresh).set("model", "x").apply();
    expect(statSync(path.join(fresh, "config.toml")).mode & 0o777).toBe(0o600);
  });

  it("follows links to the real file, and replaces a link that leads nowhere", async () => {
    const root = scratch();
    put(root, { "home/": "", "real/my.toml": 'model = "a"\n' });
    symlinkSync("../real/my.toml", path.join(root, "home/config.toml"));
    await new ConfigEdits(path.join(root, "home")).set("model", "b").apply();
    expect(readFileSync(path.join(root, "real/my.toml"), "utf8")).toBe('model = "b"\n');
    expect(lstatSync(path.join(root, "home/config.toml")).isSymbolicLink()).toBe(true);
    mkdirSync(path.join(root, "other"));
    symlinkSync("nowhere.toml", path.join(root, "other/config.toml"));
    await new ConfigEdits(path.join(root, "other")).set("model", "b").apply();
    expect(lstatSync(path.join(root, "other/config.toml")).isFile()).toBe(true);
  });

  it("leaves no lock and no draft behind, also when it fails", async () => {
    const { home } = world({ "home/config.toml": "model = 1\n" });
    await new ConfigEdits(home).set("model", "x").apply();
    writeFileSync(path.join(home, "config.toml"), "model =\n");
    await failure(new ConfigEdits(home).set("model", "y").apply());
    expect(readdirSync(home)).toEqual(["config.toml"]);
  });

  it("puts a table where something else stands in the way", async () => {
    const undo = (edits: ConfigEdits) => edits.setFeatureEnabled("undo", true);
    expect(await after("a = 1\nfeatures = 1 # c\nb = 2\n", undo)).toBe("a = 1\nb = 2\n\n[features ]\nundo = true\n");
    expect(await after("features = [{ a = 1 }]\n", undo)).toBe("[features ]\nundo = true\n");
    expect(await after('[profiles.x]\nfeatures = "s"\n', edits => undo(edits.withProfile("x")))).toBe(
      "[profiles.x]\n\n[profiles.x.features ]\nundo = true\n",
    );
  });

  it("keeps the switch of a feature's older name, though it is off by default", async () => {
    const off = (key: string) => after("", edits => edits.setFeatureEnabled(key, false));
    expect(await off("memories")).toBe("");
    expect(await off("memory_tool")).toBe("[features]\nmemory_tool = false\n");
  });

  it("takes over the lock of a process that is gone, and waits no longer than it should for a living one", async () => {
    const { home } = world();
    const lock = path.join(home, ".config.toml.lock");
    writeFileSync(lock, "999999999 1.x\n");
    expect((await new ConfigEdits(home).set("model", "x").apply()).changed).toBe(true);
    writeFileSync(lock, `${process.pid} 1.x\n`);
    const error = await failure(new ConfigEdits(home).set("model", "y").apply({ timeoutMs: 20 }));
    expect([error.code, existsSync(lock)]).toEqual(["locked", true]);
  });

  it("keeps a byte order mark", async () => {
    expect(await after('\ufeffmodel = "a"\n', edits => edits.set("model", "b"))).toBe('\ufeffmodel = "b"\n');
    expect(await after("\ufeff[tui]\n", edits => edits.set("model", "b"))).toBe('\ufeffmodel = "b"\n[tui]\n');
  });
});

describe("any edit of any text", () => {
  const key = fc.constantFrom("a", "b", "c d", "e");
  const scalar = fc.constantFrom(
    "1",
    "'s'",
    '"""m\nn"""',
    "[1, 2] ",
    "{ x = 1, y = { z = 2 } }",
    "1.0",
    "2020-01-01",
    "[{ q = 1 }]",
  );
  const quoted = (name: string): string => (/^\w+$/.test(name) ? name : JSON.stringify(name));
  const body = fc
    .uniqueArray(fc.record({ key, scalar, comment: fc.boolean() }), { selector: line => line.key, maxLength: 4 })
    .map(lines =>
      lines
        .map(
          line =>
            `${line.comment ? "# note\n" : ""}${quoted(line.key)} = ${line.scalar}${line.comment ? " # t" : ""}\n`,
        )
        .join(""),
    );
  const document = fc
    .record({
      root: body,
      tables: fc.uniqueArray(fc.record({ name: fc.constantFrom("t", "t.u", "v", '"w x"'), body }), {
        selector: table => table.name,
        maxLength: 4,
      }),
    })
    .map(({ root, tables }) => root + tables.map(table => `\n[${table.name}]\n${table.body}`).join(""));
  const value = fc.oneof(
    fc.constantFrom("x", 1, true, 'q"uote', "line\nbreak"),
    fc.constant(["a", { b: 1 }]),
    fc.constant({}),
    fc.constant({ z: 1, b: { c: "d" } }),
  );
  const edit = fc.record({
    path: fc.array(fc.oneof(key, fc.constantFrom("t", "u", "v", "w x", "new")), { minLength: 1, maxLength: 3 }),
    value: fc.option(value),
  });

  it("changes what it names and nothing else, or refuses", async () => {
    await loadConfig({ codexHome: world({ "home/config.toml": "" }).home, env: {} });
    await fc.assert(
      fc.property(document, edit, (before, { path: keys, value: next }) => {
        const edits = new ConfigEdits("/nowhere");
        if (next === null) edits.clear(keys);
        else edits.set(keys, next as never);
        // `preview` verifies that the text means what was asked, and throws edit_refused "would ..." if not.
        const { text, refused } = attempt(() => edits.preview(before));
        expect([undefined, "cannot set value on non-table parent"]).toContain(refused);
        if (text === undefined) return;
        // Every comment survives unless its own key went.
        const name = keys[0] as string;
        const was = parse(before)[name];
        const plain = next !== null && keys.length === 1 && typeof next !== "object" && typeof was !== "object";
        const notes = (source: string): number => source.split("# note").length;
        expect(plain ? notes(text) : notes(before)).toBe(notes(before));
        expect(edits.preview(text)).toBe(text);
      }),
      { numRuns: 1500 },
    );
  });
});

function attempt(run: () => string): { text?: string; refused?: string } {
  try {
    return { text: run() };
  } catch (error) {
    return { refused: (error as Error).message };
  }
}
