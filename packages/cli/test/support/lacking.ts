import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { type Bench, type CliResult, finished, program } from "./cli.ts";

const ENOSYS = 38;
const EPERM = 1;
const CLONE_NEWUSER = 0x10000000;
const AF_NETLINK = 16;

/** System call numbers; those from 400 on are the same everywhere. */
const numbers =
  process.arch === "arm64" ? { clone: 220, unshare: 97, socket: 198 } : { clone: 56, unshare: 272, socket: 41 };
const CLONE3 = 435;
const LANDLOCK_CREATE_RULESET = 444;

/** Answers a call with an error: always, when a bit of the first argument is set, or when the argument is a value. */
interface Refusal {
  call: number;
  error: number;
  bit?: number;
  value?: number;
}

export const noUserNamespaces: readonly Refusal[] = [
  { call: numbers.clone, bit: CLONE_NEWUSER, error: EPERM },
  { call: numbers.unshare, bit: CLONE_NEWUSER, error: EPERM },
  { call: CLONE3, error: ENOSYS },
];
export const noLoopback: readonly Refusal[] = [{ call: numbers.socket, value: AF_NETLINK, error: EPERM }];
export const noLandlock: readonly Refusal[] = [{ call: LANDLOCK_CREATE_RULESET, error: ENOSYS }];

/** Assembles a filter: `struct sock_filter` records, 8 bytes each. */
function filter(refusals: readonly Refusal[]): Buffer {
  const load = (offset: number) => [0x20, 0, 0, offset];
  const ret = (value: number) => [0x06, 0, 0, value];
  const steps: number[][] = [];
  for (const { call, error, bit, value } of refusals) {
    const test =
      bit !== undefined ? [load(16), [0x45, 0, 1, bit]] : value !== undefined ? [load(16), [0x15, 0, 1, value]] : [];
    const body = [...test, ret(0x00050000 | error)];
    steps.push(load(0), [0x15, 0, body.length, call], ...body);
  }
  steps.push(ret(0x7fff0000));
  const bytes = Buffer.alloc(steps.length * 8);
  for (const [index, [code = 0, yes = 0, no = 0, value = 0]] of steps.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(yes, index * 8 + 2);
    bytes.writeUInt8(no, index * 8 + 3);
    bytes.writeUInt32LE(value, index * 8 + 4);
  }
  return bytes;
}

function start(bench: Bench, argv: readonly string[], env: Record<string, string>): ChildProcessWithoutNullStreams {
  const [file = "", ...args] = argv;
  const child = spawn(file, args, {
    cwd: bench.work,
    env: { ...process.env, CODEX_HOME: bench.home, NO_COLOR: "1", ...env },
  });
  child.stdin.end();
  return child;
}

/** Runs our program below a parent whose system call filter refuses something to it and to all it starts. */
export async function runRefused(
  bench: Bench,
  refusals: readonly Refusal[],
  args: readonly string[],
  more: Record<string, string> = {},
): Promise<CliResult> {
  const helper = createRequire(import.meta.url).resolve("@codex-ts/sandbox/landlock-helper");
  const config = {
    parent: process.pid,
    seccomp: filter(refusals).toString("base64"),
    landlock: null,
    keepCapabilities: null,
    newSession: false,
    inherited: 0,
    arg0: null,
  };
  // The helper hands on the variables that arrive with a prefix.
  const env = { ...process.env, CODEX_HOME: bench.home, NO_COLOR: "1", ...more };
  const prefixed = Object.fromEntries(Object.entries(env).map(([name, value]) => [`_${name}`, value ?? ""]));
  const argv = [process.execPath, helper, JSON.stringify(config), "--", process.execPath, program, ...args];
  return await finished(start(bench, argv, prefixed));
}

/** Runs our program inside a mount namespace with changes to what is mounted. */
export async function runMounted(bench: Bench, mounts: readonly string[], args: readonly string[]): Promise<CliResult> {
  const argv = ["bwrap", "--dev-bind", "/", "/", ...mounts, "--", process.execPath, program, ...args];
  return await finished(start(bench, argv, {}));
}

/** Runs a shell script inside a mount namespace with changes to what is mounted: several runs see the same. */
export async function scriptMounted(bench: Bench, mounts: readonly string[], script: string): Promise<CliResult> {
  return await finished(start(bench, ["bwrap", "--dev-bind", "/", "/", ...mounts, "--", "/bin/sh", "-c", script], {}));
}
