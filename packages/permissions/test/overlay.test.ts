import { describe, expect, it } from "vitest";
import {
  addDenies,
  type AdditionalPermissionProfile,
  effectiveLegacy,
  effectivePermissions,
  escalationExecution,
  escalationRuntime,
  type FileSystemSandboxEntry,
  type FileSystemSandboxPolicy,
  fileSystemForNewCwd,
  keepDenies,
  legacyFileSystem,
  legacyFileSystemKeepingDenies,
  merge,
  normalizeOverlay,
  pathEntry,
  restricted,
  type SandboxPolicy,
} from "../src/index.ts";
import { cwd, deny, minimal, path, root, slashTmp } from "./entries.ts";
import { context, O, W } from "./tree.ts";

const overlay = (
  entries: FileSystemSandboxEntry[] | null,
  network: boolean | null = null,
  depth?: number,
): AdditionalPermissionProfile => ({
  network: network === null ? null : { enabled: network },
  file_system: entries === null ? null : { entries, ...(depth === undefined ? {} : { glob_scan_max_depth: depth }) },
});

describe("normalizing an overlay", () => {
  it("drops halves that ask for nothing", () => {
    expect(normalizeOverlay({ network: { enabled: null }, file_system: { entries: [] } }, context())).toEqual(
      overlay(null),
    );
    expect(normalizeOverlay(overlay([], true, 3), context())).toEqual(overlay(null, true));
  });

  it("canonicalises paths, keeps the order and says each entry once", () => {
    const ctx = context({ "/private/a/x": "dir", "/a": { link: "/private/a" } });
    const normal = normalizeOverlay(
      overlay([path("/a/x", "read"), deny("**/x"), path("/private/a/x", "read"), path("y", "write")], null, 2),
      ctx,
    );
    expect(normal).toEqual(overlay([path("/private/a/x", "read"), deny("**/x"), path(`${W}/y`, "write")], null, 2));
  });

  it("refuses a glob that is no denial", () => {
    const glob = { path: { type: "glob_pattern", pattern: "/x/*" }, access: "read" } as const;
    expect(() => normalizeOverlay(overlay([glob]), context())).toThrow(
      "glob file system permissions only support deny-read entries",
    );
  });
});

describe("merging overlays", () => {
  it("joins entries once and keeps the network once it is granted", () => {
    const merged = merge(overlay([path(O, "read")], true), overlay([path(O, "read"), path(W, "write")], false));
    expect(merged).toEqual(overlay([path(O, "read"), path(W, "write")], true));
  });

  it("has nothing for nothing", () => {
    expect(merge(null, null)).toBeNull();
    expect(merge(null, overlay(null))).toBeNull();
    expect(merge(overlay(null, false), overlay(null, false))).toBeNull();
    const one = overlay(null, true);
    expect(merge(one, null)).toBe(one);
  });

  it.each<[string, number | undefined, boolean, number | undefined, boolean, number | undefined]>([
    ["neither has a glob", 2, false, 3, false, undefined],
    ["one has a bounded glob", 2, true, 9, false, 2],
    ["both are bounded", 2, true, 5, true, 5],
    ["one is unbounded", 2, true, undefined, true, undefined],
    ["only the unbounded one has a glob", 2, false, undefined, true, undefined],
  ])("takes the deeper scan: %s", (_name, left, leftGlob, right, rightGlob, expected) => {
    const side = (depth: number | undefined, hasGlob: boolean, name: string) =>
      overlay([path(`/${name}`, "read"), ...(hasGlob ? [deny(`/${name}/*`)] : [])], null, depth);
    const merged = merge(side(left, leftGlob, "l"), side(right, rightGlob, "r"));
    expect(merged?.file_system?.glob_scan_max_depth).toBe(expected);
  });
});

describe("the policies of one command with an overlay", () => {
  it("widen a restricted policy and leave others alone", () => {
    const base = { fileSystem: restricted([root("read")], 4), network: "restricted" } as const;
    const extra = overlay([path(O, "write"), root("read")], true);
    expect(effectivePermissions(base, extra)).toEqual({
      fileSystem: restricted([root("read"), path(O, "write")]),
      network: "enabled",
    });
    expect(effectivePermissions(base, null)).toEqual(base);
    expect(effectivePermissions(base, overlay(null, false))).toEqual(base);
    const open = { fileSystem: { kind: "unrestricted" }, network: "enabled" } as const;
    expect(effectivePermissions(open, overlay([deny("/x")], false))).toEqual(open);
  });

  it.each<[string, SandboxPolicy, AdditionalPermissionProfile, SandboxPolicy]>([
    [
      "full access stays",
      { type: "danger-full-access" },
      overlay([path(O, "write")], true),
      { type: "danger-full-access" },
    ],
    [
      "an outer sandbox gets the network",
      { type: "external-sandbox", network_access: "restricted" },
      overlay([path(O, "write")], true),
      { type: "external-sandbox", network_access: "enabled" },
    ],
    [
      "a workspace gets roots",
      {
        type: "workspace-write",
        writable_roots: ["/a"],
        read_only_access: { type: "restricted", readable_roots: ["/r"] },
      },
      overlay([path(O, "write"), path("/b", "read"), path("/c", "none"), slashTmp("write")]),
      {
        type: "workspace-write",
        writable_roots: ["/a", O],
        read_only_access: { type: "restricted", readable_roots: ["/r", O, "/b"] },
        network_access: false,
      },
    ],
    [
      "read-only gets what is only read",
      { type: "read-only", access: { type: "restricted", include_platform_defaults: false } },
      overlay([path(O, "read")], true),
      {
        type: "read-only",
        access: { type: "restricted", include_platform_defaults: false, readable_roots: [O] },
        network_access: true,
      },
    ],
    [
      "read-only becomes a workspace for a write",
      { type: "read-only" },
      overlay([path(O, "write")]),
      {
        type: "workspace-write",
        writable_roots: [O],
        read_only_access: { type: "full-access" },
        network_access: false,
        exclude_tmpdir_env_var: false,
        exclude_slash_tmp: false,
      },
    ],
    [
      "a network that was there stays",
      { type: "workspace-write", network_access: true },
      overlay([path(O, "write"), path(O, "read")], false),
      {
        type: "workspace-write",
        writable_roots: [O],
        read_only_access: { type: "full-access" },
        network_access: true,
      },
    ],
    [
      "an outer sandbox without a word about the network",
      { type: "external-sandbox" },
      overlay(null, false),
      { type: "external-sandbox", network_access: "restricted" },
    ],
    [
      "read-only with files that are only denied",
      { type: "read-only", access: { type: "full-access" } },
      overlay([path(O, "none")]),
      { type: "read-only", access: { type: "full-access" }, network_access: false },
    ],
  ])("in the legacy view: %s", (_name, policy, extra, expected) => {
    expect(effectiveLegacy(policy, extra)).toEqual(expected);
    expect(effectiveLegacy(policy, null)).toBe(policy);
  });
});

describe("keeping denials", () => {
  const existing = restricted([root("read"), deny("/x/*"), path(O, "none")], 2);

  it("U11 makes an unrestricted policy write-everything plus denials", () => {
    expect(keepDenies({ kind: "unrestricted" }, restricted([deny("/x/*")], 2))).toEqual(
      restricted([root("write"), deny("/x/*")], 2),
    );
    expect(keepDenies({ kind: "unrestricted" }, restricted([root("read")]))).toEqual({ kind: "unrestricted" });
  });

  it("appends missing denials to a restricted policy, whose own depth holds", () => {
    expect(keepDenies(restricted([cwd("write"), path(O, "none")], 7), existing)).toEqual(
      restricted([cwd("write"), path(O, "none"), deny("/x/*")], 7),
    );
    expect(keepDenies(restricted([cwd("write")]), existing).glob_scan_max_depth).toBe(2);
  });

  it("leaves an outer sandbox alone, and finds nothing in a policy that is not restricted", () => {
    expect(keepDenies({ kind: "external-sandbox" }, existing)).toEqual({ kind: "external-sandbox" });
    const odd: FileSystemSandboxPolicy = { kind: "unrestricted", entries: [path(O, "none")] };
    expect(keepDenies({ kind: "unrestricted" }, odd)).toEqual({ kind: "unrestricted" });
  });

  it("keeps them under a new restricted legacy policy only", () => {
    const kept = legacyFileSystemKeepingDenies({ type: "read-only" }, existing, context());
    expect(kept).toEqual(restricted([root("read"), deny("/x/*"), path(O, "none")], 2));
    expect(legacyFileSystemKeepingDenies({ type: "danger-full-access" }, existing, context()).kind).toBe(
      "unrestricted",
    );
  });

  it("adds those that requirements demand", () => {
    expect(addDenies({ kind: "unrestricted" }, [pathEntry(O, "none")])).toEqual(
      restricted([root("write"), path(O, "none")]),
    );
    const policy = restricted([root("read")]);
    expect(addDenies(policy, [])).toBe(policy);
  });
});

describe("a new working directory", () => {
  const policy: SandboxPolicy = { type: "workspace-write" };
  const before = context();
  const after = context({ "/new": "dir" }, { cwd: "/new" });

  it("moves a projection of the legacy policy", () => {
    const moved = fileSystemForNewCwd(legacyFileSystem(policy, before), policy, before, after);
    expect(moved.entries?.at(-1)).toEqual(path("/new/.codex", "read"));
  });

  it("keeps a policy of its own", () => {
    for (const own of [
      restricted([cwd("write")]),
      restricted([...(legacyFileSystem(policy, before).entries ?? [])], 3),
    ]) {
      expect(fileSystemForNewCwd(own, policy, before, after)).toBe(own);
    }
  });
});

describe("escalation of an intercepted child", () => {
  const resolved = { profile: { type: "disabled" }, sandboxPolicy: { type: "danger-full-access" } } as const;
  it("leaves the sandbox by rule or by request, and else never", () => {
    expect(escalationExecution({ decidedBy: "prefix-rule" })).toEqual({ kind: "unsandboxed" });
    const fallback = (mode: "use_default" | "require_escalated" | "with_additional_permissions", with_ = false) =>
      escalationExecution({ decidedBy: "fallback", mode, resolved: with_ ? resolved : null });
    expect(fallback("use_default", true)).toEqual({ kind: "turn-default" });
    expect(fallback("require_escalated")).toEqual({ kind: "unsandboxed" });
    expect(fallback("with_additional_permissions")).toEqual({ kind: "turn-default" });
    expect(fallback("with_additional_permissions", true)).toEqual({
      kind: "permissions",
      permissions: { kind: "resolved", ...resolved },
    });
  });

  it("runs with the turn's policies, widened, or with exactly its own", () => {
    const turn = { fileSystem: restricted([minimal("read")]), network: "restricted" } as const;
    expect(escalationRuntime({ kind: "unsandboxed" }, turn)).toBeNull();
    expect(escalationRuntime({ kind: "turn-default" }, turn)).toBe(turn);
    expect(
      escalationRuntime(
        { kind: "permissions", permissions: { kind: "additional", permissions: overlay([path(O, "read")]) } },
        turn,
      ),
    ).toEqual({ fileSystem: restricted([minimal("read"), path(O, "read")]), network: "restricted" });
    expect(escalationRuntime({ kind: "permissions", permissions: { kind: "resolved", ...resolved } }, turn)).toEqual({
      fileSystem: { kind: "unrestricted" },
      network: "enabled",
    });
  });
});
