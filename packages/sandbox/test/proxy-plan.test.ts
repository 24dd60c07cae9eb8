import type { PermissionProfile } from "@codex-ts/permissions";
import { nodePathFs } from "@codex-ts/permissions/node";
import { describe, expect, it } from "vitest";
import { chooseSandbox, type MachineFacts, planSandbox, requiresSandbox, resolvePolicy } from "../src/index.ts";
import { bwrapArguments } from "../src/linux/bwrap-args.ts";

const open: PermissionProfile = { type: "managed", file_system: { type: "unrestricted" }, network: "enabled" };
const policy = resolvePolicy(open, { cwd: "/", tmpdir: null, fs: nodePathFs });
const facts = { mountProc: true, networkNamespace: true };

describe("a command behind the proxy", () => {
  it("is wrapped even where everything else is open (vectors S41 and S43)", () => {
    const plan = planSandbox({ policy, globMatches: [], commandCwd: "/", facts, fs: nodePathFs, proxied: true });
    expect(plan).toMatchObject({ wrap: true, unshareNetwork: true, seccomp: "proxy-routed" });
    expect(bwrapArguments(plan, ["CMD"]).join(" ")).toBe(
      "--new-session --die-with-parent --bind / / --dev-bind /dev /dev --unshare-user --unshare-pid --unshare-net --proc /proc -- CMD",
    );
  });

  it("needs a platform sandbox (vector S42)", () => {
    expect(requiresSandbox({ kind: "unrestricted", network: "enabled", fullWrite: true }, true)).toBe(true);
  });

  it.each<[string, Partial<MachineFacts>, boolean, string]>([
    ["without bubblewrap", { bwrap: { usable: false, problem: "not found" } }, false, "bubblewrap: not found"],
    [
      "without network namespaces",
      { bwrap: { usable: true, program: "/usr/bin/bwrap", mountProc: true, networkNamespace: false } },
      false,
      "This machine allows none",
    ],
    ["on WSL1", { wsl1: true }, false, "WSL1 has no namespaces"],
    ["under legacy Landlock", {}, true, "use_legacy_landlock is on"],
  ])("is not run %s", (_name, change, legacyLandlock, problem) => {
    const machine: MachineFacts = {
      platform: "linux",
      wsl1: false,
      bwrap: { usable: true, program: "/usr/bin/bwrap", ...facts },
      landlockAbi: 7,
      helper: true,
      ...change,
    };
    const choice = chooseSandbox({ policy, machine, fs: nodePathFs, managedNetwork: true, legacyLandlock });
    expect(choice.engine).toBe("error");
    expect(choice.reason).toContain(problem);
    expect(choice.reason).toContain("nothing was run");
  });
});
