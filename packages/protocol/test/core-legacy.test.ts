import { describe, expect, it } from "vitest";
import {
  EventMsg,
  PermissionProfile,
  RolloutLine,
  SandboxPolicy,
  SessionMetaLine,
  writeFileSystemPermissions,
} from "../src/core/index.ts";
import { FileSystemPermissions, NetworkApprovalProtocol } from "../src/core/index.ts";
import { decode, PermissionProfile as WireProfile } from "../src/index.ts";

const path = (text: string) => ({ type: "path", path: text });

describe("a permission profile without a tag", () => {
  it("vector 32: is a managed one with the listed entries, and the network on when it was switched on", () => {
    const old = {
      network: { enabled: true },
      file_system: {
        entries: [{ path: { type: "special", value: { kind: "root" } }, access: "write" }],
        glob_scan_max_depth: 2,
      },
    };
    expect(PermissionProfile.parse(old)).toEqual({
      type: "managed",
      file_system: { type: "restricted", entries: old.file_system.entries, glob_scan_max_depth: 2 },
      network: "enabled",
    });
  });

  it("reads the older lists of paths, and nothing as nothing allowed", () => {
    expect(PermissionProfile.parse({ file_system: { read: ["/a"], write: null }, network: null })).toEqual({
      type: "managed",
      file_system: { type: "restricted", entries: [{ path: path("/a"), access: "read" }] },
      network: "restricted",
    });
    expect(PermissionProfile.parse({})).toEqual({
      type: "managed",
      file_system: { type: "restricted", entries: [] },
      network: "restricted",
    });
  });

  it("is refused when it has other members, and on the v2 wire", () => {
    expect(() => decode(PermissionProfile, { network: null, extra: 1 })).toThrow("missing field `type`");
    expect(() => decode(WireProfile, { network: null })).toThrow("missing field `type`");
  });
});

describe("file system permissions", () => {
  it("are refused when both forms are mixed", () => {
    expect(FileSystemPermissions.safeParse({ entries: [], read: [] }).success).toBe(false);
  });

  it("are written as lists when every entry is a path that may be read or written", () => {
    const lists = { read: ["/a"], write: null };
    expect(writeFileSystemPermissions(FileSystemPermissions.parse(lists))).toEqual(lists);
    const canonical = { entries: [{ path: { type: "glob_pattern", pattern: "**" }, access: "none" }] };
    expect(writeFileSystemPermissions(FileSystemPermissions.parse(canonical))).toEqual(canonical);
  });

  it("refuse a depth of zero", () => {
    expect(() => decode(FileSystemPermissions, { entries: [], glob_scan_max_depth: 0 })).toThrow(
      "invalid value: integer `0`, expected a nonzero usize",
    );
  });
});

describe("older lines of a rollout", () => {
  it("are read by their older names", () => {
    expect(EventMsg.parse({ type: "turn_started", turn_id: "t" })).toMatchObject({ type: "task_started" });
    expect(NetworkApprovalProtocol.parse("http-connect")).toBe("https");
    expect(
      SessionMetaLine.parse({
        id: "i",
        timestamp: "t",
        cwd: "/",
        originator: "o",
        cli_version: "1",
        agent_type: "worker",
        source: "spaceship",
      }),
    ).toMatchObject({ agent_role: "worker", source: "unknown", base_instructions: null });
  });

  it("keep the legacy sandbox policies", () => {
    expect(SandboxPolicy.parse({ type: "workspace-write" })).toEqual({
      type: "workspace-write",
      network_access: false,
      exclude_tmpdir_env_var: false,
      exclude_slash_tmp: false,
    });
  });

  it("are told by their type", () => {
    const line = RolloutLine.parse({
      timestamp: "2026-01-01T00:00:00.000Z",
      type: "response_item",
      payload: { type: "compaction_summary", encrypted_content: "x" },
    });
    expect(line.type === "response_item" && line.payload).toEqual({ type: "compaction", encrypted_content: "x" });
  });
});
