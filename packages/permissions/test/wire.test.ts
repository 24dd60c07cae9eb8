import { PermissionProfile as V2PermissionProfile, SandboxPolicy as V2SandboxPolicy } from "@codex-ts/protocol";
import { describe, expect, it } from "vitest";
import {
  additionalPermissionsFromV2,
  additionalPermissionsToV2,
  decodeAdditionalPermissions,
  decodeFileSystemPolicy,
  decodeProfile,
  decodeSandboxPolicy,
  encodeAdditionalPermissions,
  encodeSandboxPolicy,
  type PermissionProfile,
  PermissionsError,
  profileFromV2,
  profileToV2,
  type SandboxPolicy,
  sandboxPolicyFromV2,
  sandboxPolicyToV2,
} from "../src/index.ts";
import { cwd, deny, managed, minimal, path, project, root, slashTmp, unknown } from "./entries.ts";
import { O, W } from "./tree.ts";

const PROFILES: [string, PermissionProfile, object][] = [
  ["disabled", { type: "disabled" }, { type: "disabled" }],
  ["external", { type: "external", network: "enabled" }, { type: "external", network: { enabled: true } }],
  [
    "managed, unrestricted",
    { type: "managed", file_system: { type: "unrestricted" }, network: "restricted" },
    { type: "managed", network: { enabled: false }, fileSystem: { type: "unrestricted" } },
  ],
  [
    "managed, restricted",
    {
      type: "managed",
      file_system: {
        type: "restricted",
        entries: [
          root("read"),
          project("write"),
          project("read", "docs"),
          path(O, "none"),
          deny("/x/**"),
          unknown(":f", "write"),
        ],
        glob_scan_max_depth: 7,
      },
      network: "enabled",
    },
    {
      type: "managed",
      network: { enabled: true },
      fileSystem: {
        type: "restricted",
        entries: [
          { path: { type: "special", value: { kind: "root" } }, access: "read" },
          { path: { type: "special", value: { kind: "project_roots", subpath: null } }, access: "write" },
          { path: { type: "special", value: { kind: "project_roots", subpath: "docs" } }, access: "read" },
          { path: { type: "path", path: O }, access: "none" },
          { path: { type: "glob_pattern", pattern: "/x/**" }, access: "none" },
          { path: { type: "special", value: { kind: "unknown", path: ":f", subpath: null } }, access: "write" },
        ],
        globScanMaxDepth: 7,
      },
    },
  ],
  [
    "managed, nothing",
    managed([]),
    { type: "managed", network: { enabled: false }, fileSystem: { type: "restricted", entries: [] } },
  ],
];

describe("profiles on the v2 wire", () => {
  it.each(PROFILES)("%s", (_name, profile, wire) => {
    expect(profileToV2(profile)).toEqual(wire);
    expect(profileFromV2(V2PermissionProfile.parse(wire))).toEqual(profile);
  });

  it("have no base for relative paths", () => {
    const wire = {
      type: "managed",
      network: { enabled: false },
      fileSystem: { type: "restricted", entries: [{ path: { type: "path", path: "rel" }, access: "read" }] },
    } as const;
    const refused = () =>
      profileFromV2({ ...wire, fileSystem: { type: "restricted", entries: [...wire.fileSystem.entries] } });
    expect(refused).toThrow("AbsolutePathBuf deserialized without a base path");
    expect(refused).toThrow(PermissionsError);
  });
});

describe("profiles in rollouts", () => {
  it.each(PROFILES)("%s stands there as it is in memory", (_name, profile) => {
    expect(decodeProfile(JSON.parse(JSON.stringify(profile)))).toEqual(profile);
  });

  it.each<[string, object, PermissionProfile]>([
    ["nothing", {}, managed([])],
    ["network", { network: { enabled: true } }, managed([], "enabled")],
    ["network that is not said", { network: { enabled: null }, file_system: null }, managed([])],
    [
      "lists",
      { network: null, file_system: { read: ["/r"], write: ["/w/../v"] } },
      managed([path("/r", "read"), path("/v", "write")]),
    ],
    [
      "entries",
      { file_system: { entries: [deny("/x/*")], glob_scan_max_depth: 2 } },
      {
        type: "managed",
        file_system: { type: "restricted", entries: [deny("/x/*")], glob_scan_max_depth: 2 },
        network: "restricted",
      },
    ],
  ])("of the time before tags, with %s, are read as managed ones", (_name, value, profile) => {
    expect(decodeProfile(value)).toEqual(profile);
  });

  it.each<[string, unknown, string]>([
    ["no object", 3, "invalid type: number `3`, expected a permission profile"],
    ["null", null, "invalid type: null, expected a permission profile"],
    ["a list", [], "invalid type: sequence, expected a permission profile"],
    ["an unknown type", { type: "x" }, "unknown variant `x`, expected one of `managed`, `disabled`, `external`"],
    ["a type of another kind", { type: 1 }, "invalid type: number `1`, expected one of"],
    ["no network", { type: "external" }, "missing field `network`"],
    ["no files", { type: "managed", network: "enabled" }, "missing field `file_system`"],
    [
      "no entries",
      { type: "managed", network: "enabled", file_system: { type: "restricted" } },
      "missing field `entries`",
    ],
    [
      "entries that are no list",
      { type: "managed", network: "enabled", file_system: { type: "restricted", entries: {} } },
      "invalid type: map, expected a sequence",
    ],
    [
      "a depth of zero",
      { file_system: { glob_scan_max_depth: 0 } },
      "invalid value: integer `0`, expected a nonzero usize",
    ],
    [
      "a depth in words",
      { file_system: { glob_scan_max_depth: "x" } },
      "invalid type: string, expected a nonzero usize",
    ],
    ["an unknown key", { nets: {} }, "unknown field `nets`, expected `network` or `file_system`"],
    [
      "lists and entries",
      { file_system: { read: [], entries: [] } },
      "unknown field `entries`, expected `read` or `write`",
    ],
    ["network that is no flag", { network: { enabled: "yes" } }, "invalid type: string, expected a boolean"],
    [
      "an unknown kind",
      { file_system: { entries: [{ path: { type: "special", value: { kind: "new" } }, access: "read" }] } },
      "unknown variant `new`",
    ],
    [
      "an unknown access",
      { file_system: { entries: [{ path: { type: "path", path: "/" }, access: "rw" }] } },
      "unknown variant `rw`, expected one of `read`, `write`, `none`",
    ],
    ["a path that is no text", { file_system: { read: [true] } }, "invalid type: boolean, expected a path"],
    ["a relative path", { file_system: { read: ["x"] } }, "AbsolutePathBuf deserialized without a base path"],
  ])("with %s are refused", (_name, value, message) => {
    expect(() => decodeProfile(value)).toThrow(PermissionsError);
    expect(() => decodeProfile(value)).toThrow(message);
  });
});

describe("overlays", () => {
  it("are encoded as lists where lists can say it", () => {
    const encode = (...args: Parameters<typeof encodeAdditionalPermissions>) => encodeAdditionalPermissions(...args);
    expect(encode({ network: { enabled: true }, file_system: { entries: [path("/w", "write")] } })).toEqual({
      network: { enabled: true },
      file_system: { write: ["/w"] },
    });
    expect(encode({ network: null, file_system: { entries: [path("/w", "none")] } })).toEqual({
      network: null,
      file_system: { entries: [path("/w", "none")] },
    });
    expect(encode({ network: null, file_system: { entries: [], glob_scan_max_depth: 2 } })).toEqual({
      network: null,
      file_system: { glob_scan_max_depth: 2 },
    });
    expect(encode({ network: null, file_system: null })).toEqual({ network: null, file_system: null });
  });

  it("resolve relative paths against the folder of the call and ~ against home", () => {
    const options = { base: W, home: "/home/u" };
    expect(
      decodeAdditionalPermissions({ file_system: { read: ["a/../b", "~", "~/c", "~d"] } }, options).file_system,
    ).toEqual({
      entries: [path(`${W}/b`, "read"), path("/home/u", "read"), path("/home/u/c", "read"), path(`${W}/~d`, "read")],
    });
  });

  it("reject unknown keys where the request is strict, and ignore them elsewhere", () => {
    expect(() => decodeAdditionalPermissions({ more: 1 }, { strict: true })).toThrow("unknown field `more`");
    expect(decodeAdditionalPermissions({ more: 1 })).toEqual({ network: null, file_system: null });
  });

  it("prefer entries to lists on the v2 wire, and take the depth with either", () => {
    const entries = [{ path: { type: "path" as const, path: "/e" }, access: "write" as const }];
    expect(
      additionalPermissionsFromV2({ fileSystem: { read: ["/r"], write: null, entries, globScanMaxDepth: 3 } }),
    ).toEqual({
      network: null,
      file_system: { entries: [path("/e", "write")], glob_scan_max_depth: 3 },
    });
    expect(additionalPermissionsFromV2({ fileSystem: { read: ["/r"], write: ["/w"], globScanMaxDepth: 3 } })).toEqual({
      network: null,
      file_system: { entries: [path("/r", "read"), path("/w", "write")], glob_scan_max_depth: 3 },
    });
    expect(additionalPermissionsFromV2({ network: null, fileSystem: null })).toEqual({
      network: null,
      file_system: null,
    });
  });

  it("show specials on the v2 wire as entries alone, and reads before writes", () => {
    const toV2 = (entries: Parameters<typeof managed>[0], depth?: number) =>
      additionalPermissionsToV2({
        network: null,
        file_system: { entries, ...(depth === undefined ? {} : { glob_scan_max_depth: depth }) },
      }).fileSystem;
    expect(toV2([minimal("read")])).toMatchObject({ read: null, write: null });
    expect(toV2([path("/a", "read")], 2)).toMatchObject({ read: null, write: null, globScanMaxDepth: 2 });
    expect(toV2([path("/w", "write"), path("/r", "read")])?.entries?.map(({ access }) => access)).toEqual([
      "read",
      "write",
    ]);
  });
});

describe("legacy policies", () => {
  const full: SandboxPolicy = {
    type: "workspace-write",
    writable_roots: [O],
    read_only_access: { type: "restricted", include_platform_defaults: false, readable_roots: ["/r"] },
    network_access: true,
    exclude_tmpdir_env_var: true,
    exclude_slash_tmp: true,
  };
  it.each<[string, SandboxPolicy, object, object]>([
    [
      "danger-full-access",
      { type: "danger-full-access" },
      { type: "danger-full-access" },
      { type: "dangerFullAccess" },
    ],
    [
      "read-only",
      { type: "read-only", access: { type: "full-access" }, network_access: false },
      { type: "read-only" },
      { type: "readOnly", access: { type: "fullAccess" }, networkAccess: false },
    ],
    [
      "external-sandbox",
      { type: "external-sandbox", network_access: "enabled" },
      { type: "external-sandbox", network_access: "enabled" },
      { type: "externalSandbox", networkAccess: "enabled" },
    ],
    [
      "workspace-write with defaults",
      {
        type: "workspace-write",
        writable_roots: [],
        read_only_access: { type: "full-access" },
        network_access: false,
        exclude_tmpdir_env_var: false,
        exclude_slash_tmp: false,
      },
      { type: "workspace-write", network_access: false, exclude_tmpdir_env_var: false, exclude_slash_tmp: false },
      {
        type: "workspaceWrite",
        writableRoots: [],
        readOnlyAccess: { type: "fullAccess" },
        networkAccess: false,
        excludeTmpdirEnvVar: false,
        excludeSlashTmp: false,
      },
    ],
    [
      "workspace-write with everything",
      full,
      {
        type: "workspace-write",
        writable_roots: [O],
        read_only_access: { type: "restricted", include_platform_defaults: false, readable_roots: ["/r"] },
        network_access: true,
        exclude_tmpdir_env_var: true,
        exclude_slash_tmp: true,
      },
      {
        type: "workspaceWrite",
        writableRoots: [O],
        readOnlyAccess: { type: "restricted", includePlatformDefaults: false, readableRoots: ["/r"] },
        networkAccess: true,
        excludeTmpdirEnvVar: true,
        excludeSlashTmp: true,
      },
    ],
    [
      "read-only with restricted reading",
      {
        type: "read-only",
        access: { type: "restricted", include_platform_defaults: true, readable_roots: [] },
        network_access: true,
      },
      { type: "read-only", access: { type: "restricted", include_platform_defaults: true }, network_access: true },
      {
        type: "readOnly",
        access: { type: "restricted", includePlatformDefaults: true, readableRoots: [] },
        networkAccess: true,
      },
    ],
  ])("%s in all spellings", (_name, policy, core, v2) => {
    expect(encodeSandboxPolicy(policy)).toEqual(core);
    expect(decodeSandboxPolicy(core)).toEqual(policy);
    expect(sandboxPolicyToV2(policy)).toEqual(v2);
    expect(sandboxPolicyFromV2(V2SandboxPolicy.parse(v2))).toEqual(policy);
  });

  it("fill in what is missing", () => {
    expect(decodeSandboxPolicy({ type: "external-sandbox" })).toEqual({
      type: "external-sandbox",
      network_access: "restricted",
    });
    expect(decodeSandboxPolicy({ type: "read-only", access: { type: "restricted" } })).toMatchObject({
      access: { include_platform_defaults: true, readable_roots: [] },
    });
    expect(sandboxPolicyToV2({ type: "workspace-write" })).toMatchObject({ writableRoots: [], excludeSlashTmp: false });
    expect(sandboxPolicyToV2({ type: "external-sandbox" })).toEqual({
      type: "externalSandbox",
      networkAccess: "restricted",
    });
    expect(encodeSandboxPolicy({ type: "external-sandbox" })).toEqual({
      type: "external-sandbox",
      network_access: "restricted",
    });
    expect(encodeSandboxPolicy({ type: "workspace-write" })).toMatchObject({ exclude_slash_tmp: false });
    expect(sandboxPolicyToV2({ type: "read-only", access: { type: "restricted" } })).toMatchObject({
      access: { includePlatformDefaults: true, readableRoots: [] },
    });
    expect(encodeSandboxPolicy({ type: "read-only", access: { type: "restricted" } })).toMatchObject({
      access: { include_platform_defaults: true },
    });
    expect(() => decodeSandboxPolicy({ type: "workspace-write", writable_roots: ["rel"] })).toThrow(
      "without a base path",
    );
    expect(() => decodeSandboxPolicy({})).toThrow("missing field `type`");
  });
});

describe("runtime file-system policies", () => {
  it("are read with their entries and depth, which mean nothing when absent", () => {
    expect(decodeFileSystemPolicy({ kind: "unrestricted" })).toEqual({ kind: "unrestricted" });
    expect(decodeFileSystemPolicy({ kind: "restricted", entries: [], glob_scan_max_depth: 2 })).toEqual({
      kind: "restricted",
      glob_scan_max_depth: 2,
    });
    const policy = { kind: "restricted", entries: [cwd("write"), slashTmp("read")] };
    expect(decodeFileSystemPolicy(policy)).toEqual(policy);
    expect(() => decodeFileSystemPolicy({ kind: "x" })).toThrow("unknown variant `x`");
  });
});
