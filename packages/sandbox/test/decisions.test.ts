import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DenialInput, isLikelySandboxDenied } from "../src/denial.ts";
import { sandboxEnvironment, splitLoaderVariables } from "../src/environment.ts";
import { isWsl1 } from "../src/linux/wsl.ts";
import { aggregate, HeadBuffer } from "../src/process/capture.ts";

describe("the denial guess (section 10.3)", () => {
  const ended = (more: Partial<DenialInput>): DenialInput => ({
    sandbox: "bwrap",
    exitCode: 1,
    stdout: "",
    stderr: "",
    aggregated: "",
    ...more,
  });

  it.each([
    [{ stderr: "touch: a: Read-only file system" }, true],
    [{ stdout: "PERMISSION DENIED" }, true],
    [{ aggregated: "Operation not permitted" }, true],
    [{ stderr: "failed to write file x" }, true],
    [{ stderr: "landlock" }, true],
    [{ stderr: "seccomp" }, true],
    [{ stderr: "no such file" }, false],
    [{ stderr: "permission denied", exitCode: 0 }, false],
    [{ stderr: "permission denied", sandbox: "none" as const }, false],
    [{ stderr: "permission denied", exitCode: 126 }, true],
    [{ exitCode: 2 }, false],
    [{ exitCode: 126 }, false],
    [{ exitCode: 127 }, false],
    [{ exitCode: 159 }, true],
    [{ exitCode: 159, sandbox: "seatbelt" as const }, false],
  ])("%j: %s", (input, denied) => {
    expect(isLikelySandboxDenied(ended(input))).toBe(denied);
  });
});

describe("the environment of a command (section 10)", () => {
  it("marks the missing network by the network policy alone", () => {
    expect(sandboxEnvironment({ A: "1" }, "none", "restricted")).toEqual({
      A: "1",
      CODEX_SANDBOX_NETWORK_DISABLED: "1",
    });
    expect(sandboxEnvironment({ A: "1" }, "bwrap", "enabled")).toEqual({ A: "1" });
  });

  it("does not hand a marker on that came from outside", () => {
    const prepared = { CODEX_SANDBOX: "seatbelt", CODEX_SANDBOX_NETWORK_DISABLED: "1" };
    expect(sandboxEnvironment(prepared, "bwrap", "enabled")).toEqual({});
    expect(prepared.CODEX_SANDBOX).toBe("seatbelt");
  });

  it("names Seatbelt, where sandboxes cannot be nested", () => {
    expect(sandboxEnvironment({}, "seatbelt", "enabled")).toEqual({ CODEX_SANDBOX: "seatbelt" });
  });

  it("keeps variables of the dynamic loader away from the program that builds the sandbox", () => {
    expect(splitLoaderVariables({ LD_PRELOAD: "/x.so", PATH: "/bin" })).toEqual({
      outside: { PATH: "/bin" },
      inside: [["LD_PRELOAD", "/x.so"]],
    });
  });
});

describe("WSL1 is recognised by /proc/version (section 2)", () => {
  it.each([
    ["Linux version 4.4.0-19041-Microsoft (Microsoft@Microsoft.com)", true],
    ["Linux version 5.15.90.1-microsoft-standard-WSL2 (gcc)", false],
    ["Linux version 6.1.0 WSL1", true],
    ["Linux version 5.10.16.3-microsoft-standard", false],
    ["Linux version 6.8.0-generic (buildd@lcy02)", false],
  ])("%s: %s", (text, wsl1) => {
    expect(isWsl1(text)).toBe(wsl1);
  });
});

describe("captured output (section 10.1)", () => {
  const bytes = (letter: string, count: number) => Buffer.from(letter.repeat(count));

  it("keeps exactly the first bytes and counts all", () => {
    const buffer = new HeadBuffer(5);
    for (const part of ["abc", "def", "ghi"]) buffer.append(Buffer.from(part));
    expect(Buffer.from(buffer.bytes()).toString()).toBe("abcde");
    expect(buffer.total).toBe(9);
  });

  it.each([
    [3, 3, 9, "ooo", "eee"],
    [9, 9, 9, "ooo", "eeeeee"],
    [9, 1, 9, "oooooooo", "e"],
    [1, 9, 9, "o", "eeeeeeee"],
    [10, 0, 9, "ooooooooo", ""],
    [0, 10, 9, "", "eeeeeeeee"],
  ])("%i + %i bytes in %i", (out, error, cap, keptOut, keptError) => {
    expect(Buffer.from(aggregate(bytes("o", out), bytes("e", error), cap)).toString()).toBe(keptOut + keptError);
  });

  it("never exceeds the cap and wastes no room", () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), fc.integer({ min: 0, max: 60 }), (out, error, cap) => {
        const kept = aggregate(bytes("o", out), bytes("e", error), cap);
        expect(kept.byteLength).toBe(Math.min(cap, out + error));
      }),
    );
  });
});
