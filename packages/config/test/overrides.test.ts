import { ConfigError, featureFlagOverrides, formatConfigError, loadLayers, parseCliOverrides } from "@codex-ts/config";
import { describe, expect, it } from "vitest";
import { failure, world } from "./helpers.ts";

/** The session-flags layer of `-c` arguments. */
async function flags(...c: string[]): Promise<{ config: unknown; version: string }> {
  const { load } = world();
  const { layers } = await load({ c, cwd: null });
  const layer = layers.find(candidate => candidate.name.type === "sessionFlags");
  return { config: layer?.config, version: layer?.version ?? "" };
}

describe("-c key=value", () => {
  const values: [string, unknown][] = [
    ["x=o3", "o3"],
    ["x=1_000", 1000],
    ["x=true", true],
    ["x=-7", -7],
    ['x="a', "a"],
    ["x=", ""],
    ["x='it'", "it"],
    ['x="a\\"b"', 'a"b'],
    ['x="unterminated', "unterminated"],
    ["x = x y ", "x y"],
    ["x=[1, 'a']", [1, "a"]],
    ["x={a = 1}", { a: 1 }],
    ["x=truely", "truely"],
    ["x=inferno", "inferno"],
    ["x=/tmp/a b", "/tmp/a b"],
    ["x=gpt-5.1", "gpt-5.1"],
    ["x=a=b", "a=b"],
    ["x='''", ""],
    ["x=1\ny = 2", 1],
    ["x=1\n_x_ = 2", "1\n_x_ = 2"],
    ["x=1e400", "1e400"],
    ["x=9223372036854775808", "9223372036854775808"],
    ["x=[0xFFFFFFFFFFFFFFFF]", "[0xFFFFFFFFFFFFFFFF]"],
    ["x=2021-02-30", "2021-02-30"],
  ];
  for (const [argument, value] of values) {
    it(`${JSON.stringify(argument)} is ${JSON.stringify(value)}`, async () => {
      expect((await flags(argument)).config).toEqual({ x: value });
    });
  }

  const dates: [written: string, text: string][] = [
    ["1979-05-27", "1979-05-27"],
    ["07:32", "07:32:00"],
    ["1979-05-27 07:32:00.500", "1979-05-27T07:32:00.5"],
    ["1979-05-27T07:32:00.999999-07:00", "1979-05-27T07:32:00.999999-07:00"],
    ["1979-05-27t07:32:00z", "1979-05-27T07:32:00Z"],
  ];
  it.each(dates)("x=%s is a date that keeps what was written", async (written, text) => {
    expect((await flags(`x=${written}`)).config).toEqual({ x: { text } });
  });

  it("splits the key at every dot, quotes or not", async () => {
    expect((await flags('a."b.c"=1')).config).toEqual({ a: { '"b': { 'c"': 1 } } });
  });

  it("extends an inline table that came before, and replaces what is not a table", async () => {
    const { config } = await flags("t={a=true}", "t.b=true", "s=1", "s.x=2", "t2={a=1}", "t2={b=2}");
    expect(config).toEqual({ t: { a: true, b: true }, s: { x: 2 }, t2: { b: 2 } });
  });

  it("knows one alias", async () => {
    expect((await flags("use_legacy_landlock=true")).config).toEqual({ features: { use_legacy_landlock: true } });
  });

  it("refuses arguments without = and without a key", () => {
    expect(() => parseCliOverrides(["model"])).toThrow("Invalid override (missing '='): model");
    expect(() => parseCliOverrides([" = x"])).toThrow("Empty key in override:  = x");
  });

  it("never reads a key as part of the prototype", async () => {
    const { config } = await flags("__proto__.polluted=true", "constructor.prototype.polluted=true");
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.keys(config as object)).toEqual(["__proto__", "constructor"]);
  });

  it("reports a bad value without a file position, with its key", async () => {
    const { load } = world();
    const error = await failure(load({ c: ["approval_policy=zz"] }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toBe(
      "unknown variant `zz`, expected one of `untrusted`, `on-failure`, `on-request`, `granular`, `never`\nin `approval_policy`\n",
    );
    expect(formatConfigError(error)).toBe(error.message.trimEnd());
  });

  it("names markers of a project's root that are no words as such, unless a file says where they stand", async () => {
    const flags = await failure(world().load({ c: ["project_root_markers=1"] }));
    expect(flags.message).toBe("project_root_markers must be an array of strings");
    const { load, home } = world({ "home/config.toml": "project_root_markers = 1\n" });
    const file = await failure(load());
    expect(file.message).toBe(`${home}/config.toml:1:24: invalid type: integer \`1\`, expected a sequence`);
  });

  it("tells the first mistake by key where no files are read, also when projects are mistaken", async () => {
    const { load } = world();
    const error = await failure(load({ c: ["projects=1", "mcp_servers.x.command=1"], ignoreConfigFiles: true }));
    expect(error.message).toBe("invalid type: integer `1`, expected a string\nin `mcp_servers.x.command`\n");
    const first = await failure(load({ c: ["projects=a#b", "features.apps=07:32"], ignoreConfigFiles: true }));
    expect(first.message).toBe('invalid type: string "07:32:00", expected a boolean\nin `features`\n');
  });

  it("keeps the last word with a request's own overrides", async () => {
    const { home, work } = world();
    const stack = await loadLayers({
      codexHome: home,
      cwd: work,
      env: {},
      cliOverrides: [...parseCliOverrides(["model=a"]), ["model", "b"]],
    });
    expect(stack.merged).toEqual({ model: "b" });
  });
});

describe("--enable and --disable", () => {
  it("let --disable win, in any order", async () => {
    const { load } = world();
    const loaded = await load({ cliOverrides: featureFlagOverrides(["undo"], ["undo"]) });
    expect(loaded.config.features["undo"]).toBe(false);
  });

  it("refuse a name that is no feature", () => {
    expect(() => featureFlagOverrides(["nope"], [])).toThrow("Unknown feature flag: nope");
  });

  it("accept removed features and older names", () => {
    expect(featureFlagOverrides(["use_linux_sandbox_bwrap", "collab"], [])).toEqual([
      ["features.use_linux_sandbox_bwrap", true],
      ["features.collab", true],
    ]);
  });
});
