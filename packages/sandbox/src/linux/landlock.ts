import type { PathFs } from "@codex-ts/permissions";
import { SandboxError } from "../errors.ts";
import { isUnder } from "../paths.ts";
import type { ResolvedPolicy } from "../policy/resolve.ts";

/** Access rights of the kernel's Landlock interface, with the ABI that brought each (section 6). */
const rights = [
  { name: "execute", bit: 0, group: "read", since: 1 },
  { name: "write_file", bit: 1, group: "write", since: 1 },
  { name: "read_file", bit: 2, group: "read", since: 1 },
  { name: "read_dir", bit: 3, group: "read", since: 1 },
  { name: "remove_dir", bit: 4, group: "write", since: 1 },
  { name: "remove_file", bit: 5, group: "write", since: 1 },
  { name: "make_char", bit: 6, group: "write", since: 1 },
  { name: "make_dir", bit: 7, group: "write", since: 1 },
  { name: "make_reg", bit: 8, group: "write", since: 1 },
  { name: "make_sock", bit: 9, group: "write", since: 1 },
  { name: "make_fifo", bit: 10, group: "write", since: 1 },
  { name: "make_block", bit: 11, group: "write", since: 1 },
  { name: "make_sym", bit: 12, group: "write", since: 1 },
  { name: "refer", bit: 13, group: "write", since: 2 },
  { name: "truncate", bit: 14, group: "write", since: 3 },
  { name: "ioctl_dev", bit: 15, group: "write", since: 5 },
] as const;

const NETWORK_SINCE = 4;
const NETWORK_BIND_AND_CONNECT = 3n;
const SCOPE_SINCE = 6;
const SCOPE_ABSTRACT_UNIX_SOCKET = 1n;
const SCOPE_SIGNAL = 2n;

/** Devices that hold no state of the machine: every program may use them. `/dev/null` is allowed in both modes. */
const harmlessDevices = ["/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"];

/** Capability numbers root keeps: CHOWN, DAC_OVERRIDE, FOWNER, FSETID, SETGID, SETUID. */
export const landlockKeptCapabilities: readonly number[] = [0, 1, 3, 4, 6, 7];

/** What the helper is told; 64-bit masks travel as decimal text. */
export interface HelperConfig {
  /** Process id of the library's process; when it is gone already, nothing is run. */
  parent: number;
  /** The filter program in base64, or null for none. */
  seccomp: string | null;
  landlock: { handled: string; network: string; scoped: string; rules: [path: string, access: string][] } | null;
  /** Capability numbers root keeps, or null to leave capabilities alone. */
  keepCapabilities: readonly number[] | null;
  /** Become a session leader, away from the caller's terminal. */
  newSession: boolean;
  arg0: string | null;
  /** How many descriptors from 3 on are for the command. */
  inherited: number;
}

/**
 * `legacy` is the deprecated mode of `features.use_legacy_landlock`, with its limits; `fallback` is what stands in for
 * bubblewrap on a machine where it cannot work, and also confines reads.
 */
export type LandlockMode = "legacy" | "fallback";

export interface LandlockPlan {
  mode: LandlockMode;
  abi: number;
  handled: bigint;
  network: bigint;
  scoped: bigint;
  rules: { path: string; access: bigint; why: string }[];
  /** Protected folders that stay writable, because Landlock knows no exceptions below an allowed folder. */
  unenforced: string[];
}

const accessOf = (group: "read" | "all", abi: number): bigint =>
  rights
    .filter(right => right.since <= abi && (group === "all" || right.group === "read"))
    .reduce((mask, right) => mask | (1n << BigInt(right.bit)), 0n);

/**
 * Turns a policy into Landlock rules, or says why Landlock cannot enforce it. Pure but for `fs`.
 * @throws SandboxError `unsupported_policy` when a rule of the policy would be lost, `no_engine` without Landlock
 */
export function planLandlock(policy: ResolvedPolicy, mode: LandlockMode, abi: number, fs: PathFs): LandlockPlan {
  if (abi < 1) {
    throw new SandboxError(
      "no_engine",
      "Landlock was not able to fully enforce all sandbox rules: this kernel does not offer it",
    );
  }
  if (mode === "legacy") refuseForLegacy(policy);
  else refuseForFallback(policy);
  const read = accessOf("read", abi);
  const all = accessOf("all", abi);
  const rules: LandlockPlan["rules"] = [];
  const add = (path: string, access: bigint, why: string) => rules.push({ path, access, why });
  if (policy.fullRead) add("/", read, "everything may be read");
  else {
    for (const path of policy.readableRoots) add(path, read, "readable root");
    for (const path of policy.platformDefaults) add(path, read, "a system folder every program needs");
  }
  add("/dev/null", all, "a device that holds nothing");
  if (mode === "fallback") for (const path of harmlessDevices) add(path, all, "a device that holds nothing");
  for (const { root } of policy.writableRoots) add(root, all, "writable root");
  const restricted = policy.network === "restricted";
  const scoped = SCOPE_SIGNAL | (restricted ? SCOPE_ABSTRACT_UNIX_SOCKET : 0n);
  return {
    mode,
    abi,
    handled: all,
    network: restricted && abi >= NETWORK_SINCE ? NETWORK_BIND_AND_CONNECT : 0n,
    scoped: abi >= SCOPE_SINCE ? scoped : 0n,
    rules: rules.filter(({ path }) => fs.stat(path) !== null),
    unenforced: policy.writableRoots.flatMap(({ read_only_subpaths: carveouts }) => carveouts),
  };
}

function refuseForLegacy(policy: ResolvedPolicy): void {
  if (!policy.fullRead) {
    throw new SandboxError(
      "unsupported_policy",
      "Restricted read-only access is not supported by the legacy Linux Landlock filesystem backend.",
    );
  }
}

function refuseForFallback(policy: ResolvedPolicy): void {
  const refuse = (what: string) => {
    throw new SandboxError(
      "unsupported_policy",
      `the Landlock engine cannot ${what}; nothing was run. Install bubblewrap, or allow it to create user namespaces (see the doctor command)`,
    );
  };
  const [glob] = policy.unreadableGlobs;
  if (glob !== undefined) refuse(`hide the files that match ${glob}`);
  const readable = policy.fullRead ? ["/"] : [...policy.readableRoots, ...policy.platformDefaults];
  const writable = policy.writableRoots.map(({ root }) => root);
  for (const hidden of policy.unreadableRoots) {
    const around = [...readable, ...writable].find(root => isUnder(hidden, root));
    if (around !== undefined) refuse(`hide ${hidden} below ${around}`);
  }
  for (const { root, read_only_subpaths: carveouts } of policy.writableRoots) {
    const named = carveouts.find(path => !policy.protectedMetadata.includes(path));
    if (named !== undefined) refuse(`keep ${named} read-only below writable ${root}`);
  }
}

/** The rules in the form the helper takes. */
export function helperLandlock(plan: LandlockPlan): NonNullable<HelperConfig["landlock"]> {
  return {
    handled: String(plan.handled),
    network: String(plan.network),
    scoped: String(plan.scoped),
    rules: plan.rules.map(({ path, access }) => [path, String(access)]),
  };
}

/** The names in the helper's own environment: prefixed, so that none acts on the helper. */
export function helperEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [`_${name}`, value]));
}
