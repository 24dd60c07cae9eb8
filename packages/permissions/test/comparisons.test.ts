import { describe, expect, it } from "vitest";
import {
  type AdditionalPermissionProfile,
  defaultProfile,
  explain,
  type FileSystemPath,
  type FileSystemSandboxPolicy,
  fromLegacy,
  legacyEnforcement,
  legacyNetwork,
  permissionsOfCall,
  profileToRuntime,
  protectedMetadata,
  restricted,
  sameEntry,
  sameFileSystemPolicy,
  describePath,
  toLegacy,
} from "../src/index.ts";
import { cwd, deny, managed, path, project, root, unknown } from "./entries.ts";
import { context, O, tree, W } from "./tree.ts";

describe("equality", () => {
  it.each<[string, FileSystemSandboxPolicy, FileSystemSandboxPolicy, boolean]>([
    ["nothing and nothing", restricted([]), { kind: "restricted", entries: [] }, true],
    ["two kinds", { kind: "unrestricted" }, { kind: "external-sandbox" }, false],
    ["two depths", restricted([deny("/x/*")], 1), restricted([deny("/x/*")], 2), false],
    [
      "the same entries",
      restricted([path(O, "read"), cwd("write")]),
      restricted([path(O, "read"), cwd("write")]),
      true,
    ],
    ["another order", restricted([path(O, "read"), cwd("write")]), restricted([cwd("write"), path(O, "read")]), false],
    ["one entry more", restricted([path(O, "read")]), restricted([path(O, "read"), cwd("write")]), false],
    ["another access", restricted([path(O, "read")]), restricted([path(O, "write")]), false],
  ])("of policies: %s", (_name, left, right, same) => {
    expect(sameFileSystemPolicy(left, right)).toBe(same);
    expect(sameFileSystemPolicy(right, left)).toBe(same);
  });

  it("of entries counts path and access", () => {
    expect(sameEntry(path(O, "read"), path(O, "read"))).toBe(true);
    expect(sameEntry(path(O, "read"), path(O, "write"))).toBe(false);
    expect(sameEntry(path(O, "read"), path(W, "read"))).toBe(false);
    expect(sameEntry(project("read", "a"), project("read", "b"))).toBe(false);
    expect(sameEntry(project("read", ""), project("read"))).toBe(false);
    expect(sameEntry(unknown(":x", "read"), unknown(":y", "read"))).toBe(false);
    expect(sameEntry(deny("/x"), path("/x", "none"))).toBe(false);
  });
});

describe("what was granted before", () => {
  const overlay = (
    entries: Parameters<typeof restricted>[0],
    depth?: number,
    enabled?: boolean,
  ): AdditionalPermissionProfile => ({
    network: enabled === undefined ? null : { enabled },
    file_system: { entries, ...(depth === undefined ? {} : { glob_scan_max_depth: depth }) },
  });
  it.each<[string, AdditionalPermissionProfile, AdditionalPermissionProfile, boolean]>([
    ["the very same", overlay([path(O, "read")]), overlay([path(O, "read")]), true],
    [
      "a part of it, which is an entry of its own",
      overlay([path(`${O}/a`, "read")]),
      overlay([path(O, "read")]),
      false,
    ],
    ["more than it", overlay([path(O, "write")]), overlay([path(O, "read")]), false],
    ["another place", overlay([path("/b", "read")]), overlay([path(O, "read")]), false],
    ["the network too", overlay([path(O, "read")], undefined, true), overlay([path(O, "read")]), false],
    ["only the network", { network: { enabled: true }, file_system: null }, overlay([path(O, "read")]), false],
    [
      "a network that was granted",
      { network: { enabled: true }, file_system: null },
      overlay([path(O, "read")], undefined, true),
      true,
    ],
  ])("covers a call that asks for %s: %#", (_name, additional, session, preapproved) => {
    const call = { mode: "with_additional_permissions" as const, additional };
    expect(permissionsOfCall(call, { session, turn: null }, context()).preapproved).toBe(preapproved);
  });
});

describe("explanations", () => {
  it("say what decided, and whether it may be read and written", () => {
    const ctx = context();
    const nothing = explain(restricted([]), "/x", ctx);
    expect(nothing).toMatchObject({ canRead: false, canWrite: false, decidedBy: "no-entry", overruled: [] });
    const read = explain(restricted([path("/x", "read")]), "/x", ctx);
    expect(read).toMatchObject({ access: "read", canRead: true, canWrite: false, decidedBy: "entry", overruled: [] });
    expect(read.text).toBe("/x: read, because entry 1 (/x) covers it");
    const write = explain(restricted([root("read"), path("/x", "write")]), "/x", ctx);
    expect(write).toMatchObject({ access: "write", canRead: true, canWrite: true });
    expect(write.text).toBe("/x: write, because entry 2 (/x) is the narrowest that covers it");
    expect(explain({ kind: "unrestricted" }, "/x", ctx).text).toBe(
      "/x: write, because the file system is unrestricted",
    );
    expect(explain({ kind: "external-sandbox" }, "/x", ctx).text).toBe(
      "/x: write, because an outer sandbox enforces the file system",
    );
  });

  it("say why direct reads are denied", () => {
    const ctx = context();
    const denied = restricted([root("read"), path("/k", "none")]);
    expect(explain(denied, "/k/a", ctx).text).toContain("; direct reads are denied below /k");
    expect(explain(restricted([root("read"), deny("/x/*")]), "/x/a", ctx).text).toContain(
      "; direct reads are denied by the pattern /x/*",
    );
    expect(explain(denied, "/other", ctx).text).not.toContain("denied");
  });

  it.each<[FileSystemPath, string]>([
    [{ type: "path", path: "/a" }, "/a"],
    [{ type: "glob_pattern", pattern: "/a/*" }, "/a/*"],
    [{ type: "special", value: { kind: "current_working_directory" } }, "the working directory"],
    [{ type: "special", value: { kind: "slash_tmp" } }, "/tmp"],
    [{ type: "special", value: { kind: "tmpdir" } }, ":tmpdir"],
    [{ type: "special", value: { kind: "root" } }, ":root"],
    [{ type: "special", value: { kind: "minimal" } }, ":minimal"],
    [{ type: "special", value: { kind: "project_roots" } }, ":project_roots"],
    [{ type: "special", value: { kind: "project_roots", subpath: "a" } }, ":project_roots/a"],
    [{ type: "special", value: { kind: "unknown", path: ":x" } }, ":x"],
    [{ type: "special", value: { kind: "unknown", path: ":x", subpath: "a" } }, ":x/a"],
  ])("name %j as %s", (value, name) => {
    expect(describePath(value)).toBe(name);
  });
});

describe("the older policies", () => {
  it("say who enforces them, and whether there is a network", () => {
    expect(legacyEnforcement({ type: "danger-full-access" })).toBe("disabled");
    expect(legacyEnforcement({ type: "external-sandbox" })).toBe("external");
    expect(legacyEnforcement({ type: "read-only" })).toBe("managed");
    expect(legacyEnforcement({ type: "workspace-write" })).toBe("managed");
    expect(legacyNetwork({ type: "external-sandbox" })).toBe("restricted");
    expect(legacyNetwork({ type: "external-sandbox", network_access: "enabled" })).toBe("enabled");
    expect(legacyNetwork({ type: "read-only", network_access: true })).toBe("enabled");
    expect(legacyNetwork({ type: "workspace-write" })).toBe("restricted");
  });

  it("read platform defaults unless they say no", () => {
    const access = { type: "restricted" as const };
    expect(fromLegacy({ type: "read-only", access }, context())).toEqual(
      managed([cwd("read"), { path: { type: "special", value: { kind: "minimal" } }, access: "read" }]),
    );
    expect(
      fromLegacy({ type: "read-only", access: { ...access, include_platform_defaults: false } }, context()),
    ).toEqual(managed([cwd("read")]));
  });

  it("protect the metadata of the working folder, and of roots only where it is there", () => {
    const nodes = { [`${O}/.codex`]: "dir", [`${O}/.git`]: "dir", [`${W}/.agents`]: "dir" } as const;
    const exclude = { exclude_slash_tmp: true, exclude_tmpdir_env_var: true };
    const policy = { type: "workspace-write" as const, writable_roots: [O, "/plain"], ...exclude };
    expect(fromLegacy(policy, context(nodes))).toEqual(
      managed([
        root("read"),
        cwd("write"),
        path(O, "write"),
        path("/plain", "write"),
        path(`${W}/.agents`, "read"),
        path(`${W}/.codex`, "read"),
        path(`${O}/.git`, "read"),
        path(`${O}/.codex`, "read"),
      ]),
    );
  });

  it("come of specials that resolve to nothing without them", () => {
    const read = managed([project("read", "docs"), cwd("read")]);
    expect(toLegacy(read, context())).toEqual({
      type: "read-only",
      access: { type: "restricted", include_platform_defaults: false, readable_roots: [`${W}/docs`, W] },
      network_access: false,
    });
    const write = managed([root("read"), cwd("write"), project("write", "docs"), unknown(":x", "write")]);
    expect(toLegacy(write, context())).toMatchObject({ type: "workspace-write", writable_roots: [`${W}/docs`] });
    expect(profileToRuntime(defaultProfile())).toEqual({ fileSystem: { kind: "restricted" }, network: "restricted" });
  });
});

describe("the pointer file of a repository", () => {
  it.each<[string, string, string[]]>([
    ["that names a folder", "gitdir: /g/w", ["/g/w", "/r/.git"]],
    ["with blanks around the name", "  gitdir:   /g/w  \n", ["/g/w", "/r/.git"]],
    ["relative to the root", "gitdir: ../g/w", ["/g/w", "/r/.git"]],
    ["without a colon", "/g/w", ["/r/.git"]],
    ["without a name", "gitdir:", ["/r/.git"]],
    ["to a folder that is not there", "gitdir: /gone", ["/r/.git"]],
    ["with a NUL", "gitdir: /g\0/w", ["/r/.git"]],
  ])("%s protects %s", (_name, text, expected) => {
    const fs = tree({ "/g/w": "dir", "/r/.git": { file: text } });
    expect(protectedMetadata("/r", fs, { protectMissingCodex: false })).toEqual(expected);
  });

  it("that cannot be read protects itself alone", () => {
    const fs = { ...tree({ "/r/.git": { file: "gitdir: /" } }), readText: () => null };
    expect(protectedMetadata("/r", fs, { protectMissingCodex: false })).toEqual(["/r/.git"]);
  });
});
