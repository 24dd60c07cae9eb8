import { fromLegacy, pathEntry, type PermissionProfile, specialEntry } from "@codex-ts/permissions";
import { describe, expect, it } from "vitest";
import { helperEnvironment, planLandlock } from "../src/linux/landlock.ts";
import { resolvePolicy } from "../src/policy/resolve.ts";
import { fakeFs } from "./support/fake-fs.ts";

const W = "/home/me/work";
const devices = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"];
const fs = fakeFs({ directories: [`${W}/.git`, "/usr", "/bin", "/opt/data"], files: devices });
const ctx = { cwd: W, fs };
const READ = 0b1101n;

const plan = (profile: PermissionProfile, abi: number, mode: "legacy" | "fallback" = "fallback") =>
  planLandlock(resolvePolicy(profile, ctx), mode, abi, fs);
const workspaceWrite = fromLegacy({ type: "workspace-write" }, ctx);

describe("the rules for Landlock (section 6)", () => {
  it.each([
    [1, (1n << 13n) - 1n],
    [2, (1n << 14n) - 1n],
    [3, (1n << 15n) - 1n],
    [4, (1n << 15n) - 1n],
    [5, (1n << 16n) - 1n],
    [7, (1n << 16n) - 1n],
  ])("handle what ABI %i knows", (abi, handled) => {
    expect(plan(workspaceWrite, abi).handled).toBe(handled);
  });

  it("take away the network and foreign processes from the ABI on that can", () => {
    expect(plan(workspaceWrite, 3)).toMatchObject({ network: 0n, scoped: 0n });
    expect(plan(workspaceWrite, 4)).toMatchObject({ network: 3n, scoped: 0n });
    expect(plan(workspaceWrite, 6)).toMatchObject({ network: 3n, scoped: 3n });
    const online = fromLegacy({ type: "workspace-write", network_access: true }, ctx);
    expect(plan(online, 6)).toMatchObject({ network: 0n, scoped: 2n });
  });

  it("in legacy mode are: read everything, write /dev/null and the roots", () => {
    const { rules, handled } = plan(workspaceWrite, 7, "legacy");
    expect(rules.map(({ path, access }) => [path, access])).toEqual([
      ["/", READ],
      ["/dev/null", handled],
      [W, handled],
    ]);
  });

  it("in fallback mode add the devices that hold nothing", () => {
    expect(plan(workspaceWrite, 7).rules.map(({ path }) => path)).toEqual(["/", ...devices, W]);
  });

  it("confine reads when the policy does", () => {
    const entries = [specialEntry({ kind: "minimal" }, "read"), pathEntry("/opt/data", "read")];
    const profile: PermissionProfile = {
      type: "managed",
      file_system: { type: "restricted", entries },
      network: "restricted",
    };
    const readable = plan(profile, 7).rules.filter(({ access }) => access === READ);
    expect(readable.map(({ path }) => path)).toEqual(["/opt/data", "/bin", "/usr"]);
  });

  it("name the protected folders they cannot protect", () => {
    expect(plan(workspaceWrite, 7).unenforced).toEqual([`${W}/.git`, `${W}/.codex`]);
  });

  it("do not exist without the kernel's help", () => {
    expect(() => plan(workspaceWrite, 0)).toThrow("Landlock was not able to fully enforce all sandbox rules");
  });
});

it("the helper's environment holds no name that acts on the helper", () => {
  expect(helperEnvironment({ NODE_OPTIONS: "--require=/evil.js", LD_PRELOAD: "/evil.so", A: "1" })).toEqual({
    _NODE_OPTIONS: "--require=/evil.js",
    _LD_PRELOAD: "/evil.so",
    _A: "1",
  });
});
