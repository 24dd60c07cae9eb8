import { describe, expect, it } from "vitest";
import {
  compileProfileTable,
  type CompileProfileOptions,
  type FileSystemSandboxEntry,
  PermissionsError,
  selectPermissions,
} from "../src/index.ts";
import { deny, minimal, path, project, root, tmpdir, unknown } from "./entries.ts";
import { O, W } from "./tree.ts";

const HOME = "/home/u";
const compile = (filesystem: unknown, more: Partial<CompileProfileOptions> & { network?: unknown } = {}) =>
  compileProfileTable(
    { filesystem, network: more.network },
    { name: "dev", cwd: W, home: HOME, platform: "linux", ...more },
  );

describe("a permissions table", () => {
  it.each<[string, object, FileSystemSandboxEntry[]]>([
    [
      "plain keys, in byte order",
      { "/b": "write", "/a": "read", ":root": "none" },
      [path("/a", "read"), path("/b", "write"), root("none")],
    ],
    [
      "tokens",
      { ":minimal": "read", ":tmpdir": "write", ":project_roots": "read" },
      [minimal("read"), project("read"), tmpdir("write")],
    ],
    [
      "the home folder",
      { "~": "read", "~/g*": "none", "~/x/../y": "read" },
      [path(HOME, "read"), deny(`${HOME}/g*`), path(`${HOME}/y`, "read")],
    ],
    [
      "a trailing globstar that may be read or written",
      { "/x/**": "write", ":fut/**": "read" },
      [path("/x", "write"), unknown(":fut", "read")],
    ],
    ["tokens of another version", { ":slash_tmp": "read" }, [unknown(":slash_tmp", "read")]],
    [
      "V22 entries below the project",
      {
        ":root": "read",
        ":project_roots": { ".": "write", docs: "read", "docs/private": "none", "**/*.env": "none" },
      },
      [deny(`${W}/**/*.env`), project("write"), project("read", "docs"), project("none", "docs/private"), root("read")],
    ],
    [
      "entries below a path",
      { "/opt/data": { ".": "read", "a//b/": "write", "**/*.pem": "none", "sub/**": "read" } },
      [
        deny("/opt/data/**/*.pem"),
        path("/opt/data", "read"),
        path("/opt/data/a/b", "write"),
        path("/opt/data/sub", "read"),
      ],
    ],
    [
      "entries below a token of another version",
      { ":future": { ".": "write", "a/**": "read" } },
      [
        unknown(":future", "write"),
        { path: { type: "special", value: { kind: "unknown", path: ":future", subpath: "a" } }, access: "read" },
      ],
    ],
    ["the root itself as a nested entry", { ":root": { ".": "read" } }, [root("read")]],
    ["a deny glob of everything below", { "/o": { "**": "none" } }, [deny("/o/**")]],
  ])("compiles %s", (_name, table, entries) => {
    expect(compile(table).fileSystem.entries ?? []).toEqual(entries);
  });

  it.each<[string, object, string]>([
    ["E4 a depth of zero", { glob_scan_max_depth: 0 }, "glob_scan_max_depth must be at least 1"],
    ["a depth that is no integer", { glob_scan_max_depth: 1.5 }, "glob_scan_max_depth must be an integer"],
    ["E5 a relative path", { x: "read" }, "filesystem path `x` must be absolute, use `~/...`, or start with `:`"],
    ["E5 a relative glob", { "x/*": "none" }, "filesystem path `x/*` must be absolute"],
    ["E5 another user's home", { "~x": "read" }, "filesystem path `~x` must be absolute"],
    ["E5 a glob of tokens", { ":fut*": "none" }, "filesystem path `:fut*` must be absolute"],
    ["E5 nothing before a globstar", { "/**": "read" }, "filesystem path `` must be absolute"],
    [
      "E6 an empty subpath",
      { "/o": { "": "read" } },
      "filesystem subpath `` must be a descendant path without `.` or `..` components",
    ],
    [
      "E6 a climbing subpath",
      { ":project_roots": { "../**/x": "none" } },
      "filesystem subpath `../**/x` must be a descendant path",
    ],
    ["E6 an absolute subpath", { "/o": { "/a": "read" } }, "filesystem subpath `/a` must be a descendant path"],
    ["E6 a dotted subpath", { "/o": { "./a": "read" } }, "filesystem subpath `./a` must be a descendant path"],
    ["E7 entries below root", { ":root": { x: "read" } }, "filesystem path `:root` does not support nested entries"],
    [
      "E7 entries below minimal",
      { ":minimal": { x: "read" } },
      "filesystem path `:minimal` does not support nested entries",
    ],
    [
      "E8 a glob that may be read",
      { "/o/*/x": "read" },
      "filesystem glob path `/o/*/x` only supports `none` access; use an exact path or trailing `/**` for `read` subtree access",
    ],
    [
      "E8 a nested glob that may be written",
      { "/o": { "a/*": "write" } },
      "filesystem glob path `a/*` only supports `none` access",
    ],
    [
      "E8 a glob below a token that is no project",
      { ":tmpdir": { "*.x": "none" } },
      "filesystem glob path `*.x` only supports `none` access",
    ],
    ["E9 another access", { "/x": "rw" }, "data did not match any variant of untagged enum FilesystemPermissionToml"],
    ["E9 a nested table too deep", { "/x": { y: { z: "read" } } }, "data did not match any variant"],
  ])("refuses %s", (_name, table, message) => {
    expect(() => compile(table)).toThrow(PermissionsError);
    expect(() => compile(table)).toThrow(message);
  });

  it("keeps the depth, also as a big integer", () => {
    expect(compile({ glob_scan_max_depth: 3, "/x/*": "none" }).fileSystem.glob_scan_max_depth).toBe(3);
    expect(compile({ glob_scan_max_depth: 4n }).fileSystem.glob_scan_max_depth).toBe(4);
  });

  it("enables the network only by a true flag", () => {
    expect(compile({}, { network: { enabled: true } }).network).toBe("enabled");
    for (const network of [undefined, {}, { enabled: false }, { enabled: "true" }, { allowed_domains: ["*"] }]) {
      expect(compile({}, { network }).network).toBe("restricted");
    }
  });

  it.each<[string, object, Partial<CompileProfileOptions>, RegExp[]]>([
    ["nothing to say", { "/x": "read" }, {}, []],
    ["no entries", { glob_scan_max_depth: 2 }, {}, [/defines no filesystem entries/]],
    ["an unknown token", { ":future": "read" }, {}, [/`:future` is not recognized/]],
    [
      "an unknown token with entries",
      { ":future": { ".": "read", a: "read" } },
      {},
      [/`:future` is not/, /nested entry `a` is not/],
    ],
    [
      "a glob that crosses folders without depth",
      { "/x/**/y": "none" },
      {},
      [/enforced by scanning; set `glob_scan_max_depth`/],
    ],
    ["the same with a depth", { "/x/**/y": "none", glob_scan_max_depth: 2 }, {}, []],
    ["the same on macOS", { "/x/**/y": "none" }, { platform: "macos" }, []],
    ["a glob of one folder", { "/x/*": "none" }, {}, []],
  ])("warns about %s", (_name, table, more, expected) => {
    const { warnings } = compile(table, more);
    expect(warnings).toHaveLength(expected.length);
    for (const [index, text] of expected.entries()) expect(warnings[index]).toMatch(text);
  });

  it("takes a missing or foreign table for an empty one", () => {
    for (const table of [undefined, null, 3, [], { filesystem: "x" }]) {
      const compiled = compileProfileTable(table, { name: "dev", cwd: W });
      expect(compiled).toMatchObject({ fileSystem: { kind: "restricted" }, network: "restricted" });
      expect(compiled.warnings).toHaveLength(1);
    }
  });

  it("reads device paths and drives on Windows", () => {
    const compiled = compile({ "\\\\?\\D:\\data": "read", "c:/x": "write" }, { cwd: "C:\\w", platform: "windows" });
    expect(compiled.fileSystem.entries).toEqual([path("D:\\data", "read"), path("C:\\x", "write")]);
  });
});

describe("which syntax holds", () => {
  const select = (
    layers: Parameters<typeof selectPermissions>[0]["layers"],
    names: string[] | null = ["p"],
    override = false,
  ) => selectPermissions({ layers, profileNames: names, sandboxModeOverride: override });
  it.each([
    ["nothing said", [], null, { syntax: "legacy" }],
    ["no profile there", [{}], [], { syntax: "legacy" }],
    ["a mode", [{ sandboxMode: "read-only" }], ["p"], { syntax: "legacy" }],
    ["a default profile", [{ defaultPermissions: "p" }], ["p"], { syntax: "profile", name: "p" }],
    [
      "both in one layer",
      [{ sandboxMode: "read-only", defaultPermissions: "p" }],
      ["p"],
      { syntax: "profile", name: "p" },
    ],
    [
      "V24 a profile over a mode",
      [{ sandboxMode: "x" }, { defaultPermissions: "p" }],
      ["p"],
      { syntax: "profile", name: "p" },
    ],
    ["V24 a mode over a profile", [{ defaultPermissions: "p" }, { sandboxMode: "x" }], ["p"], { syntax: "legacy" }],
  ])("%s", (_name, layers, names, expected) => {
    expect(select(layers, names)).toEqual(expected);
  });

  it("is the legacy one for a call that names a mode, whatever the files say", () => {
    expect(select([{ defaultPermissions: "missing" }], null, true)).toEqual({ syntax: "legacy" });
  });

  it("is an error where tables and default do not fit", () => {
    expect(() => select([])).toThrow("config defines `[permissions]` profiles but does not set `default_permissions`");
    expect(() => select([{ defaultPermissions: "p" }], null)).toThrow(
      "default_permissions requires a `[permissions]` table",
    );
    expect(() => select([{ defaultPermissions: "q" }])).toThrow("default_permissions refers to undefined profile `q`");
    expect(() => select([{ defaultPermissions: O }], [])).toThrow(PermissionsError);
  });
});
