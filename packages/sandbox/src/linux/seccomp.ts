import { SandboxError } from "../errors.ts";
import { type SeccompArch, type SyscallName, syscallTables } from "./syscalls.ts";

/**
 * The network filter of a sandboxed command (section 4). `restricted` leaves no way to talk to anything but the
 * command's own pipes; `proxy-routed` allows internet sockets, which lead only to the proxy bridge of an otherwise
 * empty network namespace.
 */
export type SeccompMode = "restricted" | "proxy-routed";

const BPF_LD_W_ABS = 0x20;
const BPF_ALU_AND_K = 0x54;
const BPF_JEQ_K = 0x15;
const BPF_JGE_K = 0x35;
const BPF_RET_K = 0x06;

const RET_ALLOW = 0x7fff0000;
const RET_EPERM = 0x00050000 | 1;
const RET_KILL_PROCESS = 0x80000000;

/** Offsets in the kernel's `struct seccomp_data`; arguments are compared by their low 32 bits. */
const OFFSET_NR = 0;
const OFFSET_ARCH = 4;
const offsetOfArgument = (index: number) => 16 + 8 * index;

/** The first system call number of the x32 ABI, which reports itself as x86_64. */
const X32_BIT = 0x40000000;

const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
const SOCK_TYPE_MASK = 0xf;

const alwaysDenied: readonly SyscallName[] = ["ptrace", "io_uring_setup", "io_uring_enter", "io_uring_register"];

const deniedWhenRestricted: readonly SyscallName[] = [
  "connect",
  "accept",
  "accept4",
  "bind",
  "listen",
  "getpeername",
  "getsockname",
  "shutdown",
  "sendto",
  "sendmmsg",
  "recvmmsg",
  "getsockopt",
  "setsockopt",
];

type Label = "allow" | "deny" | "kill" | "socket" | "socketpair" | "type";
type Line =
  | { label: Label }
  | { load: number }
  | { and: number }
  | { jump: typeof BPF_JEQ_K | typeof BPF_JGE_K; value: number; then?: Label; otherwise?: Label }
  | { ret: number };

/** What the filter does, as lines with named targets. */
function sourceOf(arch: SeccompArch, mode: SeccompMode): Line[] {
  const table = syscallTables[arch];
  const denied = mode === "restricted" ? [...alwaysDenied, ...deniedWhenRestricted] : alwaysDenied;
  const is = (value: number, then: Label): Line => ({ jump: BPF_JEQ_K, value, then });
  const lines: Line[] = [
    { load: OFFSET_ARCH },
    { jump: BPF_JEQ_K, value: table.auditArch, otherwise: "kill" },
    { load: OFFSET_NR },
  ];
  if (arch === "x86_64") lines.push({ jump: BPF_JGE_K, value: X32_BIT, then: "deny" });
  for (const name of denied) lines.push(is(table.numbers[name], "deny"));
  lines.push(is(table.numbers.socket, "socket"), is(table.numbers.socketpair, "socketpair"), { ret: RET_ALLOW });

  if (mode === "restricted") {
    // A datagram socket can send to any address with sendmsg (which build tools need for stream pairs), without ever
    // calling connect: so only stream and seqpacket sockets may be made. The kernel treats AF_UNIX raw as datagram.
    lines.push(
      { label: "socket" },
      { label: "socketpair" },
      { load: offsetOfArgument(0) },
      { jump: BPF_JEQ_K, value: AF_UNIX, otherwise: "deny" },
      { label: "type" },
      { load: offsetOfArgument(1) },
      { and: SOCK_TYPE_MASK },
      is(SOCK_DGRAM, "deny"),
      is(SOCK_RAW, "deny"),
      { ret: RET_ALLOW },
    );
  } else {
    lines.push(
      { label: "socket" },
      { load: offsetOfArgument(0) },
      is(AF_INET, "allow"),
      is(AF_INET6, "allow"),
      { ret: RET_EPERM },
      { label: "socketpair" },
      { load: offsetOfArgument(0) },
      is(AF_UNIX, "deny"),
      { label: "allow" },
      { ret: RET_ALLOW },
    );
  }
  lines.push({ label: "deny" }, { ret: RET_EPERM }, { label: "kill" }, { ret: RET_KILL_PROCESS });
  return lines;
}

/** Turns lines into `struct sock_filter` records: u16 code, u8 jt, u8 jf, u32 k, little endian. */
function assemble(lines: readonly Line[]): Uint8Array {
  const places = new Map<Label, number>();
  const instructions: Exclude<Line, { label: Label }>[] = [];
  for (const line of lines) {
    if ("label" in line) places.set(line.label, instructions.length);
    else instructions.push(line);
  }
  const bytes = new Uint8Array(instructions.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [index, line] of instructions.entries()) {
    const put = (code: number, k: number, jt = 0, jf = 0) => {
      view.setUint16(index * 8, code, true);
      view.setUint8(index * 8 + 2, jt);
      view.setUint8(index * 8 + 3, jf);
      view.setUint32(index * 8 + 4, k >>> 0, true);
    };
    const distance = (label: Label | undefined) => {
      if (label === undefined) return 0;
      const steps = (places.get(label) ?? Number.NaN) - index - 1;
      if (!(steps >= 0 && steps <= 255)) throw new RangeError(`jump to ${label} does not fit into a BPF instruction`);
      return steps;
    };
    if ("load" in line) put(BPF_LD_W_ABS, line.load);
    else if ("and" in line) put(BPF_ALU_AND_K, line.and);
    else if ("ret" in line) put(BPF_RET_K, line.ret);
    else put(line.jump, line.value, distance(line.then), distance(line.otherwise));
  }
  return bytes;
}

/**
 * The filter program as the bytes `bwrap --seccomp FD` and `seccomp(2)` take: 8 bytes a record.
 * @throws SandboxError `unsupported_platform` for a processor without a table
 */
export function seccompProgram(mode: SeccompMode, arch: string): Uint8Array {
  return assemble(sourceOf(seccompArch(arch), mode));
}

/** The filter architecture of a Node `process.arch` or a `uname -m` name. */
export function seccompArch(arch: string): SeccompArch {
  if (arch === "x64" || arch === "x86_64") return "x86_64";
  if (arch === "arm64" || arch === "aarch64") return "aarch64";
  throw new SandboxError(
    "unsupported_platform",
    `no system call filter exists for the processor ${arch}; commands without network access can only be confined on x86_64 and aarch64`,
  );
}
