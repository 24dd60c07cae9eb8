import {
  emptyPathFs,
  fromLegacy,
  globEntry,
  pathEntry,
  type PermissionProfile,
  specialEntry,
} from "@codex-ts/permissions";
import { describe, expect, it } from "vitest";
import { chooseSandbox, type MachineFacts, requiresSandbox, type SandboxChoiceInput } from "../src/choose.ts";
import { resolvePolicy } from "../src/policy/resolve.ts";
import { fakeFs } from "./support/fake-fs.ts";

const W = "/home/me/work";
const fs = fakeFs({ directories: [W, `${W}/docs`, "/opt/other"] });
const ctx = { cwd: W, fs };
const root = (access: "read" | "write") => specialEntry({ kind: "root" }, access);
const managed = (
  entries: ReturnType<typeof root>[] | null,
  network: "enabled" | "restricted" = "restricted",
): PermissionProfile => ({
  type: "managed",
  file_system: entries === null ? { type: "unrestricted" } : { type: "restricted", entries },
  network,
});

const able: MachineFacts = {
  platform: "linux",
  wsl1: false,
  bwrap: { usable: true, program: "/usr/bin/bwrap", mountProc: true, networkNamespace: true },
  landlockAbi: 7,
  helper: true,
};
const withoutBwrap: MachineFacts = { ...able, bwrap: { usable: false, problem: "not installed" } };
const withNothing: MachineFacts = { ...withoutBwrap, landlockAbi: 0 };

function choose(profile: PermissionProfile, machine = able, more: Partial<SandboxChoiceInput> = {}) {
  return chooseSandbox({ policy: resolvePolicy(profile, ctx), machine, fs, ...more });
}

const readOnly = fromLegacy({ type: "read-only" }, ctx);
const workspaceWrite = fromLegacy({ type: "workspace-write" }, ctx);

const unusable = { usable: false, problem: "not found" } as const;

describe("the decision table (section 2)", () => {
  it.each([
    ["unrestricted, network", managed(null, "enabled"), "none"],
    ["unrestricted, no network (S3)", managed(null), "seccomp"],
    ["root write, no network (S3)", managed([root("write")]), "seccomp"],
    ["root write, network (S40)", managed([root("write")], "enabled"), "none"],
    ["read-only", readOnly, "bwrap"],
    ["workspace-write", workspaceWrite, "bwrap"],
    ["restricted files, network", managed([root("read")], "enabled"), "bwrap"],
    ["external, no network", { type: "external", network: "restricted" } as const, "none"],
    ["external, network", { type: "external", network: "enabled" } as const, "none"],
    ["disabled", { type: "disabled" } as const, "none"],
  ])("%s: %s", (_name, profile, engine) => {
    expect(choose(profile).engine).toBe(engine);
  });

  it("S42: a managed network always needs a sandbox, and one with a network of its own", () => {
    expect(requiresSandbox({ kind: "unrestricted", network: "enabled", fullWrite: true }, true)).toBe(true);
    expect(choose(managed(null, "enabled"), able, { managedNetwork: true })).toMatchObject({ engine: "bwrap" });
    expect(choose(managed(null, "enabled"), { ...able, bwrap: unusable }, { managedNetwork: true })).toMatchObject({
      engine: "error",
      error: { code: "unsupported_policy" },
    });
  });

  it.each([
    ["darwin", "seatbelt"],
    ["win32", "none"],
    ["freebsd", "error"],
  ] as const)("on %s a restricted policy gets %s", (platform, engine) => {
    expect(choose(readOnly, { ...able, platform }).engine).toBe(engine);
  });

  it("on Windows a configured level gives the restricted token", () => {
    const windowsLevel = "restricted-token" as const;
    expect(choose(readOnly, { ...able, platform: "win32" }, { windowsLevel }).engine).toBe("restricted-token");
  });

  it("the caller may forbid a sandbox or require one", () => {
    expect(choose(readOnly, able, { preference: "forbid" }).engine).toBe("none");
    expect(choose(workspaceWrite, withNothing, { preference: "require" }).engine).toBe("error");
  });
});

describe("the ladder of a machine that cannot do everything", () => {
  it("takes Landlock where bubblewrap does not work, and says why and what is lost", () => {
    expect(choose(workspaceWrite, withoutBwrap)).toEqual({
      engine: "landlock",
      mode: "fallback",
      abi: 7,
      reason: "bubblewrap cannot be used: not installed",
      unenforced: [`${W}/.codex`],
    });
  });

  it("never ends in no sandbox", () => {
    const choice = choose(readOnly, withNothing);
    expect(choice).toMatchObject({ engine: "error", error: { code: "no_engine" } });
    expect(choice.reason).toMatch(/nothing was run.*not installed.*does not offer it/);
  });

  it("does not count on Landlock when its helper cannot run", () => {
    expect(choose(readOnly, { ...withoutBwrap, helper: false })).toMatchObject({ error: { code: "no_engine" } });
  });

  it("uses bubblewrap for the network alone when the helper cannot run", () => {
    expect(choose(managed(null), { ...able, helper: false }).engine).toBe("bwrap");
    expect(choose(managed(null), { ...withNothing, helper: false }).engine).toBe("error");
  });

  it.each([
    ["a deny-read glob", [root("read"), globEntry("/opt/**/*.pem")], /hide the files that match/],
    ["a hidden folder", [root("read"), pathEntry("/opt/other", "none")], /hide \/opt\/other below \//],
    [
      "a read-only part of a writable root",
      [root("read"), pathEntry(W, "write"), pathEntry(`${W}/docs`, "read")],
      /keep .*docs read-only/,
    ],
  ])("Landlock refuses %s instead of losing it", (_name, entries, text) => {
    const choice = choose(managed(entries), withoutBwrap);
    expect(choice).toMatchObject({ engine: "error", error: { code: "unsupported_policy" } });
    expect(choice.reason).toMatch(text);
  });

  it("WSL1 is named", () => {
    expect(choose(readOnly, { ...able, wsl1: true })).toMatchObject({ error: { code: "unsupported_platform" } });
    expect(choose(managed(null), { ...able, wsl1: true }).engine).toBe("seccomp");
  });
});

describe("legacy Landlock (section 6)", () => {
  const legacy = (profile: PermissionProfile, more: Partial<SandboxChoiceInput> = {}) =>
    choose(profile, able, { legacyLandlock: true, ...more });

  it("replaces bubblewrap, also where bubblewrap works", () => {
    expect(legacy(workspaceWrite)).toMatchObject({ engine: "landlock", mode: "legacy" });
  });

  it("refuses what legacy policies cannot say", () => {
    expect(legacy(workspaceWrite, { needsDirectEnforcement: true }).reason).toBe(
      "split sandbox policies requiring direct runtime enforcement are incompatible with --use-legacy-landlock",
    );
  });

  it("refuses restricted reads", () => {
    const profile = fromLegacy({ type: "read-only", access: { type: "restricted", readable_roots: [] } }, ctx);
    expect(legacy(profile).reason).toBe(
      "Restricted read-only access is not supported by the legacy Linux Landlock filesystem backend.",
    );
  });

  it("does not fall back to bubblewrap on a kernel without Landlock", () => {
    expect(choose(workspaceWrite, { ...able, landlockAbi: 0 }, { legacyLandlock: true })).toMatchObject({
      engine: "error",
      reason: expect.stringMatching(/^Landlock was not able to fully enforce all sandbox rules/),
    });
  });

  it("is seccomp alone for full write", () => {
    expect(legacy(managed([root("write")])).engine).toBe("seccomp");
  });
});

it("an empty machine description is enough when nothing has to be confined", () => {
  expect(
    chooseSandbox({ policy: resolvePolicy({ type: "disabled" }, ctx), machine: withNothing, fs: emptyPathFs }).engine,
  ).toBe("none");
});
