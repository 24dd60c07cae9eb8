import { describe, expect, it } from "vitest";
import { SandboxError } from "../src/errors.ts";
import { type SeccompMode, seccompProgram } from "../src/linux/seccomp.ts";
import { type SeccompArch, type SyscallName, syscallTables } from "../src/linux/syscalls.ts";

type Verdict = "allow" | "eperm" | "kill";

/** Interprets the few instructions the filter consists of, as the kernel does. */
function verdict(program: Uint8Array, auditArch: number, nr: number, args: readonly number[] = []): Verdict {
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, nr, true);
  data.setUint32(4, auditArch, true);
  for (const [index, value] of args.entries()) data.setBigUint64(16 + 8 * index, BigInt(value), true);
  const code = new DataView(program.buffer, program.byteOffset, program.byteLength);
  let accumulator = 0;
  for (let at = 0; at < program.byteLength / 8; at++) {
    const [op, jt, jf] = [code.getUint16(at * 8, true), code.getUint8(at * 8 + 2), code.getUint8(at * 8 + 3)];
    const k = code.getUint32(at * 8 + 4, true);
    if (op === 0x20) accumulator = data.getUint32(k, true);
    else if (op === 0x54) accumulator = (accumulator & k) >>> 0;
    else if (op === 0x15) at += accumulator === k ? jt : jf;
    else if (op === 0x35) at += accumulator >= k ? jt : jf;
    else if (op === 0x06) {
      const name = { [0x7fff0000]: "allow", [0x00050001]: "eperm", [0x80000000]: "kill" }[k];
      if (name) return name as Verdict;
      throw new Error(`unknown answer ${k.toString(16)}`);
    } else throw new Error(`unknown instruction ${op.toString(16)}`);
  }
  throw new Error("the program has no end");
}

const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
const STREAM = 1;
const DGRAM = 2;
const RAW = 3;
const SEQPACKET = 5;
const CLOEXEC = 0o2000000;

/** Section 4: system call, arguments, answer when restricted, answer when routed to the proxy. */
const table: [SyscallName, number[], restricted: Verdict, routed: Verdict][] = [
  ["ptrace", [], "eperm", "eperm"],
  ["io_uring_setup", [], "eperm", "eperm"],
  ["io_uring_enter", [], "eperm", "eperm"],
  ["io_uring_register", [], "eperm", "eperm"],
  ["connect", [], "eperm", "allow"],
  ["accept", [], "eperm", "allow"],
  ["accept4", [], "eperm", "allow"],
  ["bind", [], "eperm", "allow"],
  ["listen", [], "eperm", "allow"],
  ["getpeername", [], "eperm", "allow"],
  ["getsockname", [], "eperm", "allow"],
  ["shutdown", [], "eperm", "allow"],
  ["sendto", [], "eperm", "allow"],
  ["sendmmsg", [], "eperm", "allow"],
  ["recvmmsg", [], "eperm", "allow"],
  ["getsockopt", [], "eperm", "allow"],
  ["setsockopt", [], "eperm", "allow"],
  ["socket", [AF_UNIX, STREAM], "allow", "eperm"],
  ["socket", [AF_UNIX, STREAM | CLOEXEC], "allow", "eperm"],
  ["socket", [AF_UNIX, SEQPACKET], "allow", "eperm"],
  ["socket", [AF_UNIX, DGRAM | CLOEXEC], "eperm", "eperm"],
  ["socket", [AF_UNIX, RAW], "eperm", "eperm"],
  ["socket", [AF_INET, STREAM], "eperm", "allow"],
  ["socket", [AF_INET6, DGRAM], "eperm", "allow"],
  ["socket", [AF_NETLINK, RAW], "eperm", "eperm"],
  ["socket", [2 ** 32 + AF_INET, STREAM], "eperm", "allow"],
  ["socketpair", [AF_UNIX, STREAM], "allow", "eperm"],
  ["socketpair", [AF_UNIX, DGRAM], "eperm", "eperm"],
  ["socketpair", [AF_INET, STREAM], "eperm", "allow"],
];

const allowedAlways = { x86_64: [0, 1, 45, 46, 47, 59], aarch64: [63, 64, 207, 211, 212, 221] };

describe.each(["x86_64", "aarch64"] as const)("the filter for %s", arch => {
  const { auditArch, numbers } = syscallTables[arch];
  const ask = (mode: SeccompMode, nr: number, args: number[] = []) =>
    verdict(seccompProgram(mode, arch), auditArch, nr, args);

  it.each(table)("answers %s %j with %s when restricted and %s when routed", (name, args, restricted, routed) => {
    expect(ask("restricted", numbers[name], args)).toBe(restricted);
    expect(ask("proxy-routed", numbers[name], args)).toBe(routed);
  });

  it("lets reading, writing, recvfrom, recvmsg, sendmsg and execve pass", () => {
    for (const nr of allowedAlways[arch]) {
      expect(ask("restricted", nr)).toBe("allow");
      expect(ask("proxy-routed", nr)).toBe("allow");
    }
  });

  it("kills a process that calls through another architecture", () => {
    const other: SeccompArch = arch === "x86_64" ? "aarch64" : "x86_64";
    expect(verdict(seccompProgram("restricted", arch), syscallTables[other].auditArch, 0)).toBe("kill");
    expect(verdict(seccompProgram("restricted", arch), 0x40000003, 0)).toBe("kill");
  });

  it("consists of whole records", () => {
    expect(seccompProgram("restricted", arch).byteLength % 8).toBe(0);
  });
});

describe("the filter", () => {
  it("has no second door through the x32 numbers", () => {
    const program = seccompProgram("restricted", "x64");
    expect(verdict(program, syscallTables.x86_64.auditArch, 0x40000000 + 41, [AF_INET, STREAM])).toBe("eperm");
    expect(verdict(program, syscallTables.x86_64.auditArch, 0x40000000)).toBe("eperm");
  });

  it("does not exist for a processor without a table", () => {
    expect(() => seccompProgram("restricted", "mips")).toThrow(SandboxError);
  });
});
