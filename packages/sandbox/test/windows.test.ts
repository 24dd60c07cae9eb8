import {
  emptyPathFs,
  type FileSystemSandboxEntry,
  fromLegacy,
  globEntry,
  pathEntry,
  type PermissionProfile,
  specialEntry,
} from "@codex-ts/permissions";
import { describe, expect, it } from "vitest";
import { resolvePolicy } from "../src/policy/resolve.ts";
import {
  decideElevated,
  decideRestrictedToken,
  windowsPrivateDesktop,
  type WindowsDecisionInput,
  windowsSandboxLevel,
} from "../src/windows/settings.ts";

const W = "/work";
const ctx = { cwd: W, fs: emptyPathFs };
const legacyPolicy = resolvePolicy(
  fromLegacy({ type: "workspace-write", exclude_slash_tmp: true, exclude_tmpdir_env_var: true }, ctx),
  ctx,
);

function input(profile: PermissionProfile | FileSystemSandboxEntry[], more: Partial<WindowsDecisionInput> = {}) {
  const permissions: PermissionProfile = Array.isArray(profile)
    ? { type: "managed", file_system: { type: "restricted", entries: profile }, network: "restricted" }
    : profile;
  return {
    policy: resolvePolicy(permissions, ctx),
    legacyType: "workspace-write" as const,
    legacyWritableRoots: legacyPolicy.writableRoots,
    needsDirectEnforcement: true,
    ...more,
  };
}

const root = specialEntry({ kind: "root" }, "read");
const workspace = specialEntry({ kind: "project_roots" }, "write");
const below = (subpath: string, access: "read" | "write") => specialEntry({ kind: "project_roots", subpath }, access);

describe("the Windows sandbox level (section 9)", () => {
  it.each([
    [{}, "disabled"],
    [{ sandbox: "elevated" as const }, "elevated"],
    [{ sandbox: "unelevated" as const }, "restricted-token"],
    [{ sandbox: "elevated" as const, profileSandbox: "unelevated" as const }, "restricted-token"],
    [{ features: { elevated_windows_sandbox: true } }, "elevated"],
    [{ features: { experimental_windows_sandbox: true } }, "restricted-token"],
    [{ features: { enable_experimental_windows_sandbox: true } }, "restricted-token"],
    [{ features: { elevated_windows_sandbox: true }, sandbox: "unelevated" as const }, "restricted-token"],
    [{ sandbox: "unelevated" as const, proxyActive: true }, "elevated"],
    [{ proxyActive: true }, "disabled"],
  ])("%j: %s", (settings, level) => {
    expect(windowsSandboxLevel(settings)).toBe(level);
  });

  it("gives each child its own desktop unless told otherwise", () => {
    expect(windowsPrivateDesktop({})).toBe(true);
    expect(windowsPrivateDesktop({ privateDesktop: false })).toBe(false);
    expect(windowsPrivateDesktop({ privateDesktop: false, profilePrivateDesktop: true })).toBe(true);
  });
});

describe("the restricted-token backend", () => {
  it("runs what legacy policies can say", () => {
    expect(decideRestrictedToken(input([root, workspace], { needsDirectEnforcement: false }))).toEqual({
      run: true,
      denyWritePaths: [],
    });
  });

  it("denies further read-only parts", () => {
    expect(decideRestrictedToken(input([root, workspace, below("docs", "read")]))).toEqual({
      run: true,
      denyWritePaths: [`${W}/docs`],
    });
  });

  it.each([
    ["external files", { type: "external", network: "restricted" } as const, {}],
    ["a dangerous legacy projection", [root, workspace], { legacyType: "danger-full-access" as const }],
    ["an external legacy projection", [root, workspace], { legacyType: "external-sandbox" as const }],
    ["restricted reads", [workspace], {}],
    ["hidden files", [root, workspace, globEntry(`${W}/*.env`)], {}],
    ["other writable roots", [root, workspace, pathEntry("/other", "write")], {}],
    [
      "a root below a read-only part",
      [root, workspace, below("docs", "read"), below("docs/pub", "write")],
      { legacyWritableRoots: [...legacyPolicy.writableRoots, { root: `${W}/docs/pub`, read_only_subpaths: [] }] },
    ],
  ])("refuses %s", (_name, profile, more) => {
    const decision = decideRestrictedToken(input(profile, more));
    expect(decision).toMatchObject({ run: false, reason: expect.stringMatching(/refusing to run unsandboxed$/) });
  });
});

describe("the elevated backend", () => {
  const decide = (profile: FileSystemSandboxEntry[]) => decideElevated({ ...input(profile), legacyReadableRoots: [] });

  it("takes roots that differ from the legacy ones, and paths to deny", () => {
    expect(decide([root, workspace, pathEntry("/other", "write"), below("docs", "read")])).toEqual({
      run: true,
      readRoots: null,
      writeRoots: [W, "/other"],
      denyWritePaths: [`${W}/docs`],
    });
    expect(decide([pathEntry("/data", "read"), workspace])).toMatchObject({
      readRoots: ["/data", W],
      writeRoots: null,
    });
  });

  it("refuses hidden files and reopened descendants", () => {
    expect(decide([root, workspace, pathEntry("/k", "none")])).toMatchObject({ run: false });
    expect(decide([root, workspace, below("docs", "read"), below("docs/pub", "write")])).toMatchObject({ run: false });
  });
});
