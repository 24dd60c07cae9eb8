import { symlinkSync } from "node:fs";
import path from "node:path";
import { ConfigEdits, type ConfigFs, formatConfigError, nodeFs } from "@codex-ts/config";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failure, put, scratch, world } from "./helpers.ts";
import { minimalModel } from "./minimal-model.ts";

describe("a file that is no TOML", () => {
  const broken: [string, string, number, number, RegExp][] = [
    ["a string that does not end", 'model = "x', 1, 11, /^invalid basic string, expected `"`$/],
    ["a key twice", "a = 1\na = 2", 2, 1, /^duplicate key$/],
    ["a table twice", "[a]\nb = 1\n[a]\n", 3, 2, /^duplicate key$/],
    ["a key without a value", "foo", 1, 4, /^key with no value, expected `=`$/],
    ["an array that does not end", "a=[1,\n", 1, 7, /^unclosed array, expected `]`$/],
    ["nesting without end", `a = ${"[".repeat(5000)}`, 1, 85, /^cannot recurse further/],
    ["deep inline tables", `a = ${"{a=".repeat(2000)}1${"}".repeat(2000)}`, 1, 245, /^cannot recurse further/],
  ];
  for (const [what, text, line, column, reason] of broken) {
    it(`is refused with place and source line: ${what}`, async () => {
      const { load, home } = world({ "home/config.toml": text });
      const error = await failure(load());
      expect([error.code, error.file]).toEqual(["toml_syntax", `${home}/config.toml`]);
      expect(error.range?.start).toEqual({ line, column });
      expect(error.reason).toMatch(reason);
      expect(error.message).toBe(`${home}/config.toml:${line}:${error.range?.start.column}: ${error.reason}`);
      expect(formatConfigError(error).length).toBeLessThan(800);
    });
  }

  const unreadable: [value: string, column: number, reason: string][] = [
    [
      "123456789012345678901",
      5,
      "invalid type: integer `123456789012345678901` as i128, expected any valid TOML value",
    ],
    ["[1, 9223372036854775808]", 9, "u64 value was too large"],
    ["{ b = 1e400 }", 11, "floating-point number overflowed"],
    ["2021-02-30", 5, "invalid date, expected day between 01 and 28"],
  ];
  it.each(unreadable)("is refused where a value does not exist: %s", async (value, column, reason) => {
    const { load, home } = world({ "home/config.toml": `b = [inf, -inf, 2020-02-29]\na = ${value}\n` });
    expect((await failure(load())).message).toBe(`${home}/config.toml:2:${column}: ${reason}`);
  });

  it("shows where it broke", async () => {
    const { load, home } = world({ "home/config.toml": "model = 'x'\n\n[tui]\ntheme = 3\n" });
    const error = await failure(load());
    expect(formatConfigError(error)).toBe(
      `${home}/config.toml:4:9: invalid type: integer \`3\`, expected a string\n  |\n4 | theme = 3\n  |         ^\nin \`tui.theme\``,
    );
  });

  it("counts characters, not bytes, and not the byte order mark", async () => {
    const { load } = world({ "home/config.toml": '\ufeff"👍é" = 1\nmodel = 3 # 👍' });
    const error = await failure(load());
    expect(error.range?.start).toEqual({ line: 2, column: 9 });
    const emoji = await failure(world({ "home/config.toml": 'tui = { "👍" = 1, theme = 3 }' }).load());
    expect(emoji.range?.start.column).toBe(26);
  });

  it("reads line ends of Windows", async () => {
    const { load } = world({ "home/config.toml": 'model = "a"\r\n[tui]\r\ntheme = "x"\r\n' });
    expect((await load()).config).toMatchObject({ model: "a", tui: { theme: "x" } });
  });

  it("names the place of invalid UTF-8", async () => {
    const bytes = Buffer.concat([Buffer.from('# \ufffd fine\nmodel = "'), Buffer.from([0xff]), Buffer.from('"\n')]);
    const { load } = world({ "home/config.toml": bytes });
    const error = await failure(load());
    expect([error.reason, error.range?.start]).toEqual(["invalid UTF-8", { line: 2, column: 10 }]);
  });

  it("of ten megabytes is read, and placed when it is broken at its end", async () => {
    const lines = `${Array.from({ length: 200_000 }, (_, at) => `key_number_${at} = "some text that is long enough ${at}"`).join("\n")}\n`;
    expect(lines.length).toBeGreaterThan(10 * 1024 * 1024);
    const good = world({ "home/config.toml": lines });
    expect((await good.load()).stack.merged["key_number_199999"]).toBe("some text that is long enough 199999");
    const bad = await failure(world({ "home/config.toml": `${lines}model = 3\n` }).load());
    expect(bad.range?.start).toEqual({ line: 200_001, column: 9 });
  }, 180_000);

  it("of ten megabytes in one profile is read when it is chosen, and placed when it is broken", async () => {
    const servers = Array.from(
      { length: 140_000 },
      (_, at) => `k${at} = { text = "${"long enough ".repeat(4)}${at}" }`,
    );
    const profile = `profile = "big"\n[profiles.big]\nmodel = "from-the-profile"\n${servers.join("\n")}\n`;
    expect(profile.length).toBeGreaterThan(10 * 1024 * 1024);
    const { config } = await world({ "home/config.toml": profile }).load();
    expect([config.model, config.profile]).toEqual(["from-the-profile", "big"]);
    const bad = await failure(world({ "home/config.toml": `${profile}model_verbosity = "x"\n` }).load());
    expect([bad.keyPath, bad.range?.start]).toEqual(["profiles.big.model_verbosity", { line: 140_004, column: 19 }]);
  }, 180_000);

  it("never throws anything but its own error, whatever the bytes", async () => {
    const piece = fc.constantFrom(
      "a",
      "=",
      "1",
      '"',
      "'",
      "[",
      "]",
      "{",
      "}",
      "\n",
      "#",
      ".",
      ",",
      "\\",
      "model",
      '"""',
      "\u0000",
      " ",
      "true",
      "[[x]]",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async pieces => {
        const text = pieces.join("");
        const fs: ConfigFs = { ...nodeFs, readFile: file => readFrom(file, text), mkdirp: () => undefined };
        const thrown = await world()
          .load({ fs })
          .then(() => "ConfigError")
          .catch((error: Error) => error.name);
        expect(thrown).toBe("ConfigError");
      }),
      { numRuns: 300 },
    );
  });
});

function readFrom(file: string, text: string): Uint8Array {
  if (file.endsWith("home/config.toml")) return Buffer.from(text);
  return nodeFs.readFile(file);
}

describe("a file that cannot be read", () => {
  it("because it is a folder", async () => {
    const { load, home } = world({ "home/config.toml/": "" });
    expect((await failure(load())).message).toBe(
      `Failed to read config file ${home}/config.toml: Is a directory (os error 21)`,
    );
  });

  it("because links go round in a circle", async () => {
    const root = scratch();
    put(root, { "home/": "", "work/": "" });
    symlinkSync(path.join(root, "home/b"), path.join(root, "home/config.toml"));
    symlinkSync(path.join(root, "home/config.toml"), path.join(root, "home/b"));
    const { load } = world();
    const error = await failure(load({ codexHome: path.join(root, "home") }));
    expect(error.message).toBe(`Failed to read config file ${root}/home/config.toml: Symbolic link loop (os error 40)`);
  });

  for (const [code, words] of [
    ["EACCES", "Permission denied (os error 13)"],
    ["ENOTDIR", "Not a directory (os error 20)"],
    ["EIO", "I/O error (os error 5)"],
  ] as const) {
    it(`because of ${code}`, async () => {
      const fs: ConfigFs = {
        ...nodeFs,
        readFile: file => {
          if (file.endsWith("home/config.toml")) throw Object.assign(new Error(code), { code });
          return nodeFs.readFile(file);
        },
      };
      const { load, home } = world();
      const error = await failure(load({ fs }));
      expect([error.code, error.message]).toEqual(["io", `Failed to read config file ${home}/config.toml: ${words}`]);
    });
  }

  it("is not overwritten by an edit", async () => {
    const { home } = world({ "home/config.toml/": "" });
    expect((await failure(new ConfigEdits(home).set("model", "x").apply())).code).toBe("io");
  });
});

describe("files that keys name", () => {
  const named: [string, string, string][] = [
    [
      "model_instructions_file",
      "missing.md",
      "failed to read model instructions file HOME/missing.md: No such file or directory (os error 2)",
    ],
    ["model_instructions_file", "blank.md", "model instructions file is empty: HOME/blank.md"],
    ["experimental_compact_prompt_file", "blank.md", "experimental compact prompt file is empty: HOME/blank.md"],
    ["model_catalog_json", "missing.json", "No such file or directory (os error 2)"],
    ["model_catalog_json", "blank.md", "failed to parse model_catalog_json path `HOME/blank.md` as JSON: "],
    ["model_catalog_json", "part.json", "path `HOME/part.json` as JSON: missing field `display_name`"],
    ["model_catalog_json", "none.json", "model_catalog_json path `HOME/none.json` must contain at least one model"],
  ];
  for (const [key, file, message] of named) {
    it(`${key} = ${file}`, async () => {
      const { load, home } = world({
        "home/config.toml": `${key} = "./${file}"\n`,
        "home/blank.md": " \n",
        "home/none.json": '{"models": []}',
        "home/part.json": '{"models": [{"slug": "x"}]}',
      });
      expect((await failure(load())).message.replaceAll(home, "HOME")).toContain(message);
    });
  }

  it("are read into the settings", async () => {
    const model = { ...minimalModel, slug: "x", display_name: "", supported_reasoning_levels: [] };
    const { load } = world({
      "home/config.toml": 'model_instructions_file = "i.md"\nmodel_catalog_json = "m.json"\n',
      "home/i.md": "\nBe brief.\n",
      "home/m.json": JSON.stringify({ models: [model] }),
      "home/AGENTS.md": "all",
      "home/AGENTS.override.md": " ",
    });
    const { config } = await load();
    expect([config.baseInstructions, config.modelCatalog, config.userInstructions]).toEqual([
      "Be brief.",
      [model],
      "all",
    ]);
  });
});

describe("secrets in a broken file", () => {
  const planted = "sk-planted-5ecret";
  const texts = [
    `[model_providers.x]\nname = 'x'\nexperimental_bearer_token = "${planted}`,
    `[model_providers.x]\nname = 'x'\nhttp_headers = "${planted}"`,
    `[model_providers.x]\nname = 'x'\nhttp_headers = { Authorization = "${planted}", B = 3 }`,
    `[mcp_servers.x]\nurl = 'u'\nbearer_token = "${planted}"`,
    `[mcp_servers.x]\ncommand = 'u'\nenv = "${planted}"`,
    `mcp_servers.x = { command = 'u', env = { API_KEY = "${planted}", B = 2 } }`,
    `[shell_environment_policy]\nset = "${planted}"`,
  ];
  for (const text of texts) {
    it(`are not repeated: ${JSON.stringify(text)}`, async () => {
      const error = await failure(world({ "home/config.toml": text }).load());
      expect(formatConfigError(error) + error.message + String(error.sourceLine)).not.toContain("planted");
    });
  }
});
