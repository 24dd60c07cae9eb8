import type { Requirements } from "@codex-ts/config";
import type { ThreadSettings } from "@codex-ts/core";
import type { TurnStartParams } from "@codex-ts/protocol";
import { describe, expect, it } from "vitest";
import { turnOverrides } from "../src/threads/turn-overrides.ts";

const settings = {
  cwd: "/w/docs",
  permissions: {
    type: "managed",
    file_system: {
      type: "restricted",
      entries: [
        { path: { type: "path", path: "/o/key" }, access: "none" },
        { path: { type: "special", value: { kind: "root" } }, access: "read" },
      ],
    },
    network: "restricted",
  },
} as unknown as ThreadSettings;
const source = { type: "system", file: "/etc/codex/requirements.toml" } as const;
const managed: Requirements = {
  allowedApprovalPolicies: { value: ["never", "on-request"], source },
  allowedSandboxModes: { value: ["read-only", "workspace-write"], source },
  allowedApprovalsReviewers: { value: ["user"], source },
};
const change = (params: object, requirements: Requirements = {}) =>
  turnOverrides({ threadId: "t", input: [], ...params } as unknown as TurnStartParams, settings, {
    serverCwd: "/server",
    env: {},
    requirements,
  });
const unrestricted = { type: "managed", network: { enabled: true }, fileSystem: { type: "unrestricted" } };

describe("what a turn changes", () => {
  it("keeps what may not be read", () => {
    for (const params of [
      { sandboxPolicy: { type: "readOnly", access: { type: "fullAccess" }, networkAccess: false } },
      { permissionProfile: unrestricted },
    ]) {
      expect(JSON.stringify(change(params).permissions)).toContain('"path":"/o/key"},"access":"none"');
    }
  });

  it("keeps the words in which permissions were asked for, until they are asked for in others", () => {
    const asked = change({ sandboxPolicy: { type: "readOnly", access: { type: "fullAccess" }, networkAccess: false } });
    expect(asked.askedPolicy).toEqual({ type: "read-only", access: { type: "full-access" }, network_access: false });
    expect(change({ permissionProfile: unrestricted }).askedPolicy).toBeNull();
    const later = turnOverrides(
      { threadId: "t", input: [], cwd: "/elsewhere" } as unknown as TurnStartParams,
      { ...settings, ...asked } as ThreadSettings,
      { serverCwd: "/server", env: {}, requirements: {} },
    );
    expect(later.askedPolicy ?? asked.askedPolicy).toEqual(asked.askedPolicy);
  });

  it("counts a relative folder from the server's", () => {
    expect(change({ cwd: "sub" }).cwd).toBe("/server/sub");
  });

  it("is nothing when nothing is asked for", () => {
    expect(change({})).toEqual({});
  });

  it("refuses a profile that the older words cannot express, and shows it", () => {
    const entries = [{ path: { type: "path", path: "/o/a" }, access: "write" }];
    const permissionProfile = {
      type: "managed",
      network: { enabled: false },
      fileSystem: { type: "restricted", entries },
    };
    expect(() => change({ permissionProfile })).toThrow(
      'invalid turn context override: invalid value for `permission_profile`: `Managed { file_system: Restricted { entries: [FileSystemSandboxEntry { path: Path { path: AbsolutePathBuf("/o/a") }, access: Write }], glob_scan_max_depth: None }, network: Restricted }` is not in the allowed set permission profiles that can be represented by the active sandbox constraints: permissions profile requests filesystem writes outside the workspace root, which is not supported until the runtime enforces FileSystemSandboxPolicy directly (set by <unspecified>)',
    );
  });
});

describe("what administrators require", () => {
  const allowed = "is not in the allowed set [ReadOnly, WorkspaceWrite] (set by /etc/codex/requirements.toml)";

  it.each([
    ["DangerFullAccess", { sandboxPolicy: { type: "dangerFullAccess" } }],
    ["DangerFullAccess", { permissionProfile: { type: "disabled" } }],
    ["DangerFullAccess", { permissionProfile: unrestricted }],
    ["ExternalSandbox", { sandboxPolicy: { type: "externalSandbox" } }],
    ["ExternalSandbox", { permissionProfile: { type: "external", network: { enabled: true } } }],
  ])("holds for every way to ask for %s", (shown, params) => {
    expect(() => change(params, managed)).toThrow(
      `invalid turn context override: invalid value for \`sandbox_mode\`: \`${shown}\` ${allowed}`,
    );
  });

  it("holds for approval policies, which are looked at first", () => {
    const params = { approvalPolicy: "untrusted", sandboxPolicy: { type: "dangerFullAccess" } };
    expect(() => change(params, managed)).toThrow(
      "invalid turn context override: invalid value for `approval_policy`: `UnlessTrusted` is not in the allowed set [Never, OnRequest] (set by /etc/codex/requirements.toml)",
    );
  });

  it("keeps a reviewer away who is not allowed, without an error", () => {
    expect(change({ approvalsReviewer: "auto_review" }, managed)).toEqual({});
    expect(change({ approvalsReviewer: "auto_review" })).toEqual({ approvalsReviewer: "auto_review" });
    expect(change({ approvalsReviewer: "user" }, managed)).toEqual({ approvalsReviewer: "user" });
  });

  it("lets pass what it allows", () => {
    expect(
      change(
        {
          approvalPolicy: "never",
          sandboxPolicy: { type: "readOnly", access: { type: "fullAccess" }, networkAccess: false },
        },
        managed,
      ).approvalPolicy,
    ).toBe("never");
  });
});
