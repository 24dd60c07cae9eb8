import { describe, expect, it } from "vitest";
import {
  absolutePath,
  type FileSystemSandboxEntry,
  fromLegacy,
  globEntry,
  pathEntry,
  type PermissionProfile,
  PermissionsError,
  profileFromRuntime,
  profileToRuntime,
  restricted,
  type SandboxPolicy,
  specialEntry,
  toLegacy,
} from "../src/index.ts";
import { context, H, O, type TreeNode, W } from "./tree.ts";

const root = (access: FileSystemSandboxEntry["access"]) => specialEntry({ kind: "root" }, access);
const cwd = (access: FileSystemSandboxEntry["access"]) => specialEntry({ kind: "current_working_directory" }, access);
const project = (access: FileSystemSandboxEntry["access"], subpath?: string) =>
  specialEntry({ kind: "project_roots", ...(subpath === undefined ? {} : { subpath }) }, access);
const managed = (entries: FileSystemSandboxEntry[], network: "restricted" | "enabled" = "restricted") =>
  profileFromRuntime(restricted(entries), network);
const entriesOf = (profile: PermissionProfile) => profileToRuntime(profile).fileSystem.entries ?? [];
const TMP = [specialEntry({ kind: "slash_tmp" }, "write"), specialEntry({ kind: "tmpdir" }, "write")];

describe("from the legacy policy to a profile", () => {
  const workspace: SandboxPolicy = { type: "workspace-write", writable_roots: [`${H}/memories`] };
  const table: [name: string, policy: SandboxPolicy, nodes: Record<string, TreeNode>, profile: PermissionProfile][] = [
    ["V1 read-only reads everything", { type: "read-only" }, {}, managed([root("read")])],
    [
      "V2 workspace-write lists its entries in order, the missing .codex among them",
      workspace,
      {},
      managed([
        root("read"),
        cwd("write"),
        ...TMP,
        pathEntry(`${H}/memories`, "write"),
        pathEntry(`${W}/.codex`, "read"),
      ]),
    ],
    [
      "V3 an existing .git is protected before .codex",
      workspace,
      { [`${W}/.git`]: "dir" },
      managed([
        root("read"),
        cwd("write"),
        ...TMP,
        pathEntry(`${H}/memories`, "write"),
        pathEntry(`${W}/.git`, "read"),
        pathEntry(`${W}/.codex`, "read"),
      ]),
    ],
    ["V4 danger-full-access is the disabled profile", { type: "danger-full-access" }, {}, { type: "disabled" }],
    [
      "external-sandbox keeps its network bit",
      { type: "external-sandbox", network_access: "enabled" },
      {},
      { type: "external", network: "enabled" },
    ],
    [
      "restricted reading starts with cwd and the platform defaults",
      { type: "read-only", access: { type: "restricted", readable_roots: [O] }, network_access: true },
      {},
      managed([cwd("read"), specialEntry({ kind: "minimal" }, "read"), pathEntry(O, "read")], "enabled"),
    ],
    [
      "restricted reading of workspace-write has no entry for cwd and may leave the defaults out",
      {
        type: "workspace-write",
        read_only_access: { type: "restricted", include_platform_defaults: false, readable_roots: [O] },
        exclude_slash_tmp: true,
        exclude_tmpdir_env_var: true,
      },
      {},
      managed([pathEntry(O, "read"), cwd("write"), pathEntry(`${W}/.codex`, "read")]),
    ],
    [
      "a readable root inside a writable one goes, one inside protected metadata stays",
      {
        type: "workspace-write",
        read_only_access: {
          type: "restricted",
          include_platform_defaults: false,
          readable_roots: [`${W}/docs`, "/", `${W}/.git/hooks`, "/tmp/x"],
        },
        exclude_tmpdir_env_var: true,
      },
      { [`${W}/.git`]: "dir" },
      managed([
        pathEntry("/", "read"),
        pathEntry(`${W}/.git/hooks`, "read"),
        cwd("write"),
        specialEntry({ kind: "slash_tmp" }, "write"),
        pathEntry(`${W}/.git`, "read"),
        pathEntry(`${W}/.codex`, "read"),
      ]),
    ],
    [
      "metadata of a configured root is protected where it exists, and explicit paths are not repeated",
      {
        type: "workspace-write",
        writable_roots: [O, `${O}/.agents`],
        exclude_slash_tmp: true,
        exclude_tmpdir_env_var: true,
      },
      { [`${O}/.git`]: { file: "gitdir: ../real.git\n" }, "/srv/real.git": "dir", [`${O}/.agents`]: "dir" },
      managed([
        root("read"),
        cwd("write"),
        pathEntry(O, "write"),
        pathEntry(`${O}/.agents`, "write"),
        pathEntry(`${W}/.codex`, "read"),
        pathEntry("/srv/real.git", "read"),
        pathEntry(`${O}/.git`, "read"),
      ]),
    ],
  ];
  it.each(table)("%s", (_name, policy, nodes, profile) => {
    expect(fromLegacy(policy, context(nodes))).toEqual(profile);
  });
});

describe("the working directory", () => {
  it("U12 is made absolute before policies are asked", () => {
    const cwd = absolutePath("workspace", { base: "/proc" });
    const profile = fromLegacy({ type: "workspace-write" }, { ...context(), cwd });
    expect(entriesOf(profile).at(-1)).toEqual(pathEntry("/proc/workspace/.codex", "read"));
  });

  it("is refused when it is relative", () => {
    expect(() => fromLegacy({ type: "workspace-write" }, { ...context(), cwd: "workspace" })).toThrow(
      "the folder `workspace` must be absolute",
    );
  });
});

describe("from a profile to the legacy policy", () => {
  const full = { type: "full-access" } as const;
  const table: [name: string, profile: PermissionProfile, policy: SandboxPolicy][] = [
    ["disabled", { type: "disabled" }, { type: "danger-full-access" }],
    [
      "V5 external with network",
      { type: "external", network: "enabled" },
      { type: "external-sandbox", network_access: "enabled" },
    ],
    [
      "V6 unrestricted files without network become external-sandbox restricted",
      { type: "managed", file_system: { type: "unrestricted" }, network: "restricted" },
      { type: "external-sandbox", network_access: "restricted" },
    ],
    [
      "V7 unrestricted files with network become danger-full-access",
      { type: "managed", file_system: { type: "unrestricted" }, network: "enabled" },
      { type: "danger-full-access" },
    ],
    ["V8 root write with network", managed([root("write")], "enabled"), { type: "danger-full-access" }],
    ["V1 root read", managed([root("read")]), { type: "read-only", access: full, network_access: false }],
    [
      "V9 a deny makes reading restricted to the root",
      managed([root("read"), pathEntry(`${O}/key`, "none")]),
      {
        type: "read-only",
        access: { type: "restricted", include_platform_defaults: false, readable_roots: ["/"] },
        network_access: false,
      },
    ],
    [
      "V11 a writable project root without tmp",
      managed([root("read"), project("write")]),
      {
        type: "workspace-write",
        writable_roots: [],
        read_only_access: full,
        network_access: false,
        exclude_tmpdir_env_var: true,
        exclude_slash_tmp: true,
      },
    ],
    [
      "V13 minimal and cwd reading",
      managed([specialEntry({ kind: "minimal" }, "read"), cwd("read")]),
      {
        type: "read-only",
        access: { type: "restricted", include_platform_defaults: true, readable_roots: [W] },
        network_access: false,
      },
    ],
    [
      "V21 a further root with network",
      managed([root("read"), cwd("write"), pathEntry(`${O}/a`, "write")], "enabled"),
      {
        type: "workspace-write",
        writable_roots: [`${O}/a`],
        read_only_access: full,
        network_access: true,
        exclude_tmpdir_env_var: true,
        exclude_slash_tmp: true,
      },
    ],
    [
      "V22 a configured profile",
      managed([
        globEntry(`${W}/**/*.env`),
        project("write"),
        project("read", "docs"),
        project("none", "docs/private"),
        root("read"),
        pathEntry(`${H}/memories`, "write"),
      ]),
      {
        type: "workspace-write",
        writable_roots: [`${H}/memories`],
        read_only_access: { type: "restricted", include_platform_defaults: false, readable_roots: [`${W}/docs`, "/"] },
        network_access: false,
        exclude_tmpdir_env_var: true,
        exclude_slash_tmp: true,
      },
    ],
    [
      "V23 unknown tokens are ignored",
      managed([specialEntry({ kind: "unknown", path: ":future" }, "write")]),
      {
        type: "read-only",
        access: { type: "restricted", include_platform_defaults: false, readable_roots: [] },
        network_access: false,
      },
    ],
    [
      "an entry for the path of cwd is the workspace",
      managed([pathEntry(W, "write"), ...TMP]),
      {
        type: "workspace-write",
        writable_roots: [],
        read_only_access: { type: "restricted", include_platform_defaults: false, readable_roots: [] },
        network_access: false,
        exclude_tmpdir_env_var: false,
        exclude_slash_tmp: false,
      },
    ],
  ];
  it.each(table)("%s", (_name, profile, policy) => {
    expect(toLegacy(profile, context())).toEqual(policy);
  });

  it.each([
    ["V20 a write outside the workspace", [root("read"), pathEntry(`${O}/a`, "write")]],
    ["a write to tmp alone", [root("read"), specialEntry({ kind: "slash_tmp" }, "write")]],
    ["a write to TMPDIR alone", [specialEntry({ kind: "tmpdir" }, "write")]],
    ["root write with a deny glob", [root("write"), globEntry("**/*.env")]],
    ["a write below the project root alone", [project("write", "out")]],
  ])("refuses %s", (_name, entries) => {
    const attempt = () => toLegacy(managed(entries), context());
    expect(attempt).toThrow(PermissionsError);
    expect(attempt).toThrow("permissions profile requests filesystem writes outside the workspace root");
  });
});

describe("profiles and runtime policies", () => {
  it("keeps an unrestricted file system managed unless nobody is to enforce it", () => {
    const unrestricted = { kind: "unrestricted" } as const;
    expect(profileFromRuntime(unrestricted, "enabled").type).toBe("managed");
    expect(profileFromRuntime(unrestricted, "enabled", "disabled")).toEqual({ type: "disabled" });
    expect(profileFromRuntime(unrestricted, "restricted", "disabled").type).toBe("managed");
    expect(profileFromRuntime({ kind: "external-sandbox" }, "enabled")).toEqual({
      type: "external",
      network: "enabled",
    });
  });

  it("drops a depth of zero", () => {
    const profile = profileFromRuntime({ kind: "restricted", glob_scan_max_depth: 0 }, "restricted");
    expect(profile).toEqual({
      type: "managed",
      file_system: { type: "restricted", entries: [] },
      network: "restricted",
    });
  });

  it("says the same thing after a round trip through the runtime policies", () => {
    const profiles: PermissionProfile[] = [
      { type: "external", network: "restricted" },
      { type: "managed", file_system: { type: "unrestricted" }, network: "restricted" },
      {
        type: "managed",
        file_system: { type: "restricted", entries: [globEntry("/x/*")], glob_scan_max_depth: 3 },
        network: "enabled",
      },
    ];
    for (const profile of profiles) {
      const { fileSystem, network } = profileToRuntime(profile);
      expect(profileFromRuntime(fileSystem, network)).toEqual(profile);
    }
  });

  it("keeps every entry of a legacy policy that legacy words can repeat", () => {
    const policy: SandboxPolicy = { type: "workspace-write", writable_roots: [O] };
    const again = toLegacy(fromLegacy(policy, context()), context());
    expect(again).toMatchObject({ type: "workspace-write", writable_roots: [O] });
    expect(entriesOf(fromLegacy(again, context()))).toEqual(entriesOf(fromLegacy(policy, context())));
  });
});
