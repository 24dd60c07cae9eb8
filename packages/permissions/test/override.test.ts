import { describe, expect, it } from "vitest";
import {
  debugProfile,
  emptyPathFs,
  fromLegacy,
  overridePermissions,
  type PermissionContext,
  type PermissionProfile,
  type SandboxPolicy,
  shownLegacy,
} from "../src/index.ts";

const at = (cwd: string): PermissionContext => ({ cwd, tmpdir: null, fs: emptyPathFs });
const root = (access: "read" | "write") => ({ path: { type: "special", value: { kind: "root" } }, access }) as const;
const denied = [
  { path: { type: "glob_pattern", pattern: "/o/**/*.pem" }, access: "none" },
  { path: { type: "path", path: "/o/key" }, access: "none" },
] as const;
const managed = (entries: readonly object[], network: "restricted" | "enabled", depth?: number): PermissionProfile =>
  ({
    type: "managed",
    file_system: { type: "restricted", entries, ...(depth === undefined ? {} : { glob_scan_max_depth: depth }) },
    network,
  }) as PermissionProfile;
const current = managed([...denied, root("read")], "restricted", 4);

describe("permissions that a client changes while a thread lives", () => {
  it("keep what may not be read under a policy in the older words", () => {
    const next = overridePermissions(current, { policy: { type: "read-only" } }, at("/w"), at("/w"));
    expect(next).toEqual(managed([root("read"), ...denied], "restricted", 4));
  });

  it("lose it where nothing is enforced any more", () => {
    const full = overridePermissions(current, { policy: { type: "danger-full-access" } }, at("/w"), at("/w"));
    expect(full).toEqual({ type: "disabled" });
    const external = { type: "external", network: "enabled" } as const;
    expect(overridePermissions(current, { profile: external }, at("/w"), at("/w"))).toEqual(external);
  });

  it("keep it under every profile that is enforced here, even one without restrictions", () => {
    const kept = managed([root("write"), ...denied], "enabled", 4);
    const unrestricted: PermissionProfile = {
      type: "managed",
      file_system: { type: "unrestricted" },
      network: "enabled",
    };
    expect(overridePermissions(current, { profile: unrestricted }, at("/w"), at("/w"))).toEqual(kept);
    expect(overridePermissions(current, { profile: { type: "disabled" } }, at("/w"), at("/w"))).toEqual(kept);
    expect(shownLegacy(kept, at("/w"))).toEqual({ type: "danger-full-access" });
    const offline = managed([root("write"), ...denied], "restricted");
    expect(shownLegacy(offline, at("/w"))).toEqual({ type: "external-sandbox", network_access: "restricted" });
  });

  it("are disabled when full access is asked for in the words of a profile", () => {
    const unrestricted: PermissionProfile = {
      type: "managed",
      file_system: { type: "unrestricted" },
      network: "enabled",
    };
    const plain = managed([root("read")], "restricted");
    expect(overridePermissions(plain, { profile: unrestricted }, at("/w"), at("/w"))).toEqual({ type: "disabled" });
  });

  it("refuse a profile that writes outside of a workspace that is not writable", () => {
    const profile = managed([root("read"), { path: { type: "path", path: "/o/a" }, access: "write" }], "restricted");
    expect(() => overridePermissions(current, { profile }, at("/w"), at("/w"))).toThrow(
      "permissions profile requests filesystem writes outside the workspace root",
    );
  });

  it("follow the working directory where they are a projection of the older words", () => {
    const policy: SandboxPolicy = {
      type: "workspace-write",
      writable_roots: ["/o/a"],
      read_only_access: { type: "full-access" },
      network_access: false,
      exclude_tmpdir_env_var: false,
      exclude_slash_tmp: false,
    };
    const before = fromLegacy(policy, at("/w"));
    expect(overridePermissions(before, null, at("/w"), at("/w/docs"))).toEqual(fromLegacy(policy, at("/w/docs")));
    expect(overridePermissions(current, null, at("/w"), at("/w/docs"))).toEqual(current);
    expect(overridePermissions({ type: "disabled" }, null, at("/w"), at("/x"))).toEqual({ type: "disabled" });
  });
});

describe("a profile in an error text", () => {
  it("is spelled with all its parts", () => {
    const profile = managed(
      [
        root("read"),
        { path: { type: "glob_pattern", pattern: "/x/*" }, access: "none" },
        { path: { type: "special", value: { kind: "project_roots", subpath: "docs" } }, access: "write" },
        { path: { type: "special", value: { kind: "unknown", path: ":f" } }, access: "write" },
        { path: { type: "path", path: "/o/a" }, access: "write" },
        { path: { type: "special", value: { kind: "slash_tmp" } }, access: "read" },
      ],
      "restricted",
      3,
    );
    expect(debugProfile(profile)).toBe(
      'Managed { file_system: Restricted { entries: [FileSystemSandboxEntry { path: Special { value: Root }, access: Read }, FileSystemSandboxEntry { path: GlobPattern { pattern: "/x/*" }, access: None }, FileSystemSandboxEntry { path: Special { value: ProjectRoots { subpath: Some("docs") } }, access: Write }, FileSystemSandboxEntry { path: Special { value: Unknown { path: ":f", subpath: None } }, access: Write }, FileSystemSandboxEntry { path: Path { path: AbsolutePathBuf("/o/a") }, access: Write }, FileSystemSandboxEntry { path: Special { value: SlashTmp }, access: Read }], glob_scan_max_depth: Some(3) }, network: Restricted }',
    );
    expect(debugProfile({ type: "disabled" })).toBe("Disabled");
    expect(debugProfile({ type: "external", network: "enabled" })).toBe("External { network: Enabled }");
    expect(debugProfile({ type: "managed", file_system: { type: "unrestricted" }, network: "enabled" })).toBe(
      "Managed { file_system: Unrestricted, network: Enabled }",
    );
  });
});
