import { execFile, spawn } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import type { MachineFacts } from "../choose.ts";
import { isUnder } from "../paths.ts";
import { libc } from "./libc.ts";
import { isWsl1 } from "./wsl.ts";

/** What a trial run of bubblewrap showed. */
export interface BwrapProbe {
  path: string | null;
  /** It can make a mount, user and process namespace: enough to confine files. */
  usable: boolean;
  userNamespace: boolean;
  pidNamespace: boolean;
  /** A network namespace can be made and its loopback interface configured. */
  networkNamespace: boolean;
  /** A fresh /proc can be mounted inside. */
  mountProc: boolean;
  /** The last message of bubblewrap about what it may not do, or why it was not tried. */
  problem: string | null;
}

export interface ProbeOptions {
  /** The PATH to look bubblewrap up on. */
  path: string;
  /** Programs below this folder are not trusted as bubblewrap: the command could have put them there. */
  cwd: string;
}

const TRIAL_TIMEOUT_MS = 10_000;
const MAX_STDERR_BYTES = 64 * 1024;

/** Trial runs, kept for the life of the process by program path and modification time. */
const trials = new Map<string, Promise<BwrapProbe>>();

/** The first `bwrap` on the PATH that does not lie below the working directory (section 3.7). */
export function findBwrap({ path: searchPath, cwd }: ProbeOptions): string | null {
  let realCwd = cwd;
  try {
    realCwd = realpathSync(cwd);
  } catch {
    // A working directory that does not exist holds no program either.
  }
  for (const folder of searchPath.split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    try {
      const file = realpathSync(path.join(folder, "bwrap"));
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile() && (realCwd === "/" || !isUnder(file, realCwd))) return file;
    } catch {
      // Not here.
    }
  }
  return null;
}

/** Finds out, once per process and program, what bubblewrap may do on this machine. */
export function probeBwrap(options: ProbeOptions): Promise<BwrapProbe> {
  const file = findBwrap(options);
  if (file === null) {
    return Promise.resolve({ ...nothing, path: null, problem: "bubblewrap (bwrap) is not installed" });
  }
  const key = `${file}\0${statSync(file).mtimeMs}`;
  let trial = trials.get(key);
  if (!trial) {
    trial = tryOut(file);
    trials.set(key, trial);
  }
  return trial;
}

const nothing = {
  usable: false,
  userNamespace: false,
  pidNamespace: false,
  networkNamespace: false,
  mountProc: false,
} as const;

/** One run tells all when everything works; else each capability is tried on its own. */
async function tryOut(file: string): Promise<BwrapProbe> {
  const user = "--unshare-user";
  const pid = "--unshare-pid";
  const net = "--unshare-net";
  const proc = ["--proc", "/proc"];
  if (await works(file, [user, pid, net, ...proc])) {
    return {
      path: file,
      usable: true,
      userNamespace: true,
      pidNamespace: true,
      networkNamespace: true,
      mountProc: true,
      problem: null,
    };
  }
  const [userProblem, pidProblem, netProblem, procProblem, allProblem] = await Promise.all([
    problemOf(file, [user]),
    problemOf(file, [user, pid]),
    problemOf(file, [user, pid, net]),
    problemOf(file, [user, pid, ...proc]),
    problemOf(file, [user, pid, net, ...proc]),
  ]);
  return {
    path: file,
    usable: pidProblem === null,
    userNamespace: userProblem === null,
    pidNamespace: pidProblem === null,
    networkNamespace: netProblem === null,
    mountProc: procProblem === null,
    problem: userProblem ?? pidProblem ?? netProblem ?? procProblem ?? allProblem,
  };
}

function trialArguments(args: readonly string[]): string[] {
  return ["--new-session", "--die-with-parent", "--ro-bind", "/", "/", "--dev", "/dev", ...args, "--", trueProgram()];
}

/**
 * Whether `true` runs in such a sandbox. What bubblewrap says about it is not read: usually it works, and the start of a
 * program waits for this run, which pipes would make longer.
 */
function works(file: string, args: readonly string[]): Promise<boolean> {
  return new Promise(resolve => {
    const options = { timeout: TRIAL_TIMEOUT_MS, env: {}, cwd: "/", stdio: "ignore" } as const;
    const child = spawn(file, trialArguments(args), options);
    child.once("error", () => resolve(false));
    child.once("exit", code => resolve(code === 0));
  });
}

/** Runs `true` in such a sandbox; null when that worked, else what bubblewrap said. */
function problemOf(file: string, args: readonly string[]): Promise<string | null> {
  const options = { timeout: TRIAL_TIMEOUT_MS, maxBuffer: MAX_STDERR_BYTES, env: {}, cwd: "/" };
  return new Promise(resolve => {
    execFile(file, trialArguments(args), options, (error, _stdout, stderr) => {
      if (!error) resolve(null);
      else resolve(stderr.trim().split("\n").at(-1) || error.message.split("\n")[0] || "it failed without a message");
    });
  });
}

function trueProgram(): string {
  for (const file of ["/usr/bin/true", "/bin/true"]) {
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Try the next one.
    }
  }
  return "true";
}

const versions = new Map<string, Promise<string | null>>();

/** The version bubblewrap reports, such as `0.8.0`; asked once per program. */
export function bwrapVersion(file: string): Promise<string | null> {
  let version = versions.get(file);
  if (!version) {
    version = new Promise(resolve => {
      execFile(file, ["--version"], { timeout: TRIAL_TIMEOUT_MS, env: {}, cwd: "/" }, (_error, stdout) => {
        resolve(/\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? null);
      });
    });
    versions.set(file, version);
  }
  return version;
}

/** Whether bubblewrap of this version can set argument 0 of the command (0.9 and later). */
export function canSetArg0(version: string | null): boolean {
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  return major > 0 || minor >= 9;
}

/** Everything the doctor wants to know about this machine. */
export interface SandboxProbe {
  platform: NodeJS.Platform;
  arch: string;
  root: boolean;
  wsl1: boolean;
  container: boolean;
  /** The `ID` and `ID_LIKE` words of `/etc/os-release`. */
  distribution: string[];
  bwrap: BwrapProbe & { version: string | null };
  landlockAbi: number;
  /** The C library interface (`koffi`) works and the kernel knows system call filters. */
  helper: boolean;
  /** Kernel settings that decide about user namespaces; null where the kernel has no such setting. */
  settings: {
    unprivilegedUsernsClone: number | null;
    maxUserNamespaces: number | null;
    apparmorRestrictUserns: number | null;
  };
}

/** Probes this machine. The trial run of bubblewrap happens once per process; the rest is read each time. */
export async function probeSandbox(options: ProbeOptions): Promise<SandboxProbe> {
  const { platform, arch } = process;
  const linux = platform === "linux";
  const bwrap = linux ? await probeBwrap(options) : { ...nothing, path: null, problem: `not used on ${platform}` };
  const native = libc();
  return {
    platform,
    arch,
    root: process.geteuid?.() === 0,
    wsl1: linux && isWsl1(readText("/proc/version")),
    container: existsSync("/.dockerenv") || existsSync("/run/.containerenv"),
    distribution: [...readText("/etc/os-release").matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap(match =>
      (match[1] ?? "").split(" "),
    ),
    bwrap: { ...bwrap, version: bwrap.path === null ? null : await bwrapVersion(bwrap.path) },
    landlockAbi: native?.landlockAbi() ?? 0,
    helper: native?.hasSeccompFilter() ?? false,
    settings: {
      unprivilegedUsernsClone: setting("kernel/unprivileged_userns_clone"),
      maxUserNamespaces: setting("user/max_user_namespaces"),
      apparmorRestrictUserns: setting("kernel/apparmor_restrict_unprivileged_userns"),
    },
  };
}

function setting(name: string): number | null {
  const text = linuxSetting(name).trim();
  return /^\d+$/.test(text) ? Number(text) : null;
}

function linuxSetting(name: string): string {
  return process.platform === "linux" ? readText(`/proc/sys/${name}`) : "";
}

/** The facts of a probe in the form the decision table takes. */
export function factsOfProbe(probe: SandboxProbe): MachineFacts {
  const { platform, wsl1, bwrap, landlockAbi, helper } = probe;
  return { platform, wsl1, bwrap: bwrapFacts(bwrap), landlockAbi, helper };
}

function bwrapFacts({
  usable,
  path: program,
  networkNamespace,
  mountProc,
  problem,
}: BwrapProbe): MachineFacts["bwrap"] {
  if (usable && program !== null) return { usable, program, networkNamespace, mountProc };
  return { usable: false, problem: problem ?? "it failed without a message" };
}

let procVersion: string | undefined;

/** What this machine can do, in the form the decision table takes. Cheap after the first call. */
export async function machineFacts(options: ProbeOptions): Promise<MachineFacts> {
  const { platform } = process;
  if (platform !== "linux") {
    return { platform, wsl1: false, bwrap: { usable: false, problem: "not Linux" }, landlockAbi: 0, helper: false };
  }
  procVersion ??= readText("/proc/version");
  const wsl1 = isWsl1(procVersion);
  const probe = wsl1 ? { ...nothing, path: null, problem: "WSL1" } : await probeBwrap(options);
  return {
    platform,
    wsl1,
    bwrap: bwrapFacts(probe),
    // The C library takes longer to load than all the rest; where bubblewrap works nobody asks.
    get landlockAbi() {
      return libc()?.landlockAbi() ?? 0;
    },
    get helper() {
      return libc()?.hasSeccompFilter() ?? false;
    },
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
