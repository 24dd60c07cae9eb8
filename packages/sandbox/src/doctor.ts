import {
  emptyPathFs,
  fromLegacy,
  globEntry,
  needsDirectRuntimeEnforcement,
  type PermissionProfile,
  profileToRuntime,
} from "@codex-ts/permissions";
import { chooseSandbox, type MachineFacts, type SandboxEngine } from "./choose.ts";
import { factsOfProbe, type SandboxProbe } from "./linux/probe.ts";
import { resolvePolicy } from "./policy/resolve.ts";

export interface DoctorCheck {
  name: string;
  ok: boolean;
  detail: string;
  /** The command that installs or allows what is missing; null when nothing is, or nothing can be done. */
  fix: string | null;
}

export interface DoctorEngine {
  mode: "read-only" | "workspace-write" | "deny-read" | "danger-full-access";
  engine: SandboxEngine | "error";
  reason: string;
  /** What this engine does not enforce here, in words. */
  limits: string[];
}

/** What `doctor` prints about the sandbox; plain JSON. */
export interface DoctorReport {
  /** Commands can be confined in read-only and workspace-write mode. */
  ready: boolean;
  checks: DoctorCheck[];
  engines: DoctorEngine[];
}

/**
 * Puts a probe into words: what works, which engine each mode gets, and how to fix what is missing. Pure.
 * @param settings.legacyLandlock the feature `use_legacy_landlock` is on
 */
export function describeProbe(probe: SandboxProbe, settings: { legacyLandlock?: boolean } = {}): DoctorReport {
  const engines = enginesOf(probe, settings.legacyLandlock === true);
  const ready = engines.every(({ mode, engine }) => mode === "deny-read" || engine !== "error");
  return { ready, checks: probe.platform === "linux" ? linuxChecks(probe) : otherChecks(probe), engines };
}

function linuxChecks(probe: SandboxProbe): DoctorCheck[] {
  const { bwrap, wsl1, landlockAbi, helper } = probe;
  const checks: DoctorCheck[] = [];
  const check = (name: string, ok: boolean, detail: string, fix: string | null = null) =>
    checks.push({ name, ok, detail, fix: ok ? null : fix });
  if (wsl1) check("wsl", false, "WSL1 has no user namespaces", "wsl --set-version <distribution> 2");
  const installed = bwrap.path !== null;
  check(
    "bubblewrap",
    installed,
    installed ? `${bwrap.path} ${bwrap.version ?? "(unknown version)"}` : (bwrap.problem ?? "not found"),
    installCommand(probe.distribution, "bubblewrap"),
  );
  if (installed) {
    const said = bwrap.problem ? `refused: ${bwrap.problem}` : "refused";
    const state = (ok: boolean) => (ok ? "allowed" : said);
    check("user namespaces", bwrap.userNamespace, state(bwrap.userNamespace), userNamespaceFix(probe));
    check("process namespaces", bwrap.pidNamespace, state(bwrap.pidNamespace), userNamespaceFix(probe));
    check(
      "network namespaces",
      bwrap.networkNamespace,
      bwrap.networkNamespace ? "allowed" : `${said}; the system call filter alone takes the network away`,
      networkNamespaceFix(probe),
    );
    check(
      "private /proc",
      bwrap.mountProc,
      bwrap.mountProc ? "mountable" : `${said}; commands see the processes of the host`,
      probe.container
        ? "start the container with --security-opt systempaths=unconfined"
        : "unmount what covers parts of /proc (findmnt --submounts /proc lists it)",
    );
  }
  check(
    "landlock",
    landlockAbi > 0,
    landlockAbi > 0 ? `ABI ${landlockAbi}` : "not offered by this kernel",
    "start a kernel from 5.13 on with lsm=landlock,… on its command line",
  );
  check(
    "system call filter",
    helper,
    helper ? "loadable" : "the native interface (koffi) has no binary for this machine, or the kernel has no seccomp",
    "reinstall with optional dependencies: npm install --include=optional",
  );
  return checks;
}

function otherChecks(probe: SandboxProbe): DoctorCheck[] {
  if (probe.platform === "darwin") {
    return [{ name: "seatbelt", ok: true, detail: "/usr/bin/sandbox-exec", fix: null }];
  }
  return [{ name: "platform", ok: false, detail: `no engine of this package runs on ${probe.platform}`, fix: null }];
}

function userNamespaceFix({ settings, container }: Pick<SandboxProbe, "settings" | "container">): string {
  if (settings.unprivilegedUsernsClone === 0) return "sudo sysctl -w kernel.unprivileged_userns_clone=1";
  if (settings.maxUserNamespaces === 0) return "sudo sysctl -w user.max_user_namespaces=15000";
  if (settings.apparmorRestrictUserns === 1) return "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0";
  if (container) return "start the container with --security-opt seccomp=unconfined --security-opt apparmor=unconfined";
  return "allow user namespaces for this user; sudo dmesg | grep -iE 'apparmor|avc|seccomp' names the policy that refuses them";
}

function networkNamespaceFix({ settings, container, bwrap }: SandboxProbe): string {
  if (!bwrap.userNamespace) return userNamespaceFix({ settings, container });
  if (container) return "start the container with --cap-add NET_ADMIN";
  if (settings.apparmorRestrictUserns === 1) return "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0";
  return "allow user namespaces to configure loopback; sudo dmesg | grep -iE 'apparmor|avc|seccomp' names the policy that refuses it";
}

const installers: readonly [distribution: string, command: string][] = [
  ["debian", "sudo apt-get install"],
  ["ubuntu", "sudo apt-get install"],
  ["fedora", "sudo dnf install"],
  ["rhel", "sudo dnf install"],
  ["arch", "sudo pacman -S"],
  ["alpine", "sudo apk add"],
  ["suse", "sudo zypper install"],
  ["opensuse", "sudo zypper install"],
  ["nixos", "nix-env -iA nixos."],
];

function installCommand(distribution: readonly string[], name: string): string {
  const known = installers.find(([id]) => distribution.includes(id))?.[1];
  if (known === undefined) return `install the package ${name} with this system's package manager`;
  return known.endsWith(".") ? known + name : `${known} ${name}`;
}

/** A workspace that stands for any: the answer must not depend on where the doctor is called. */
const workspace = { cwd: "/workspace", tmpdir: null, slashTmp: true, fs: emptyPathFs };

function enginesOf(probe: SandboxProbe, legacyLandlock: boolean): DoctorEngine[] {
  const readOnly = fromLegacy({ type: "read-only" }, workspace);
  const denyRead: PermissionProfile =
    readOnly.type === "managed" && readOnly.file_system.type === "restricted"
      ? {
          ...readOnly,
          file_system: {
            ...readOnly.file_system,
            entries: [...readOnly.file_system.entries, globEntry("/workspace/**/*.env")],
          },
        }
      : readOnly;
  const modes: [DoctorEngine["mode"], PermissionProfile][] = [
    ["read-only", readOnly],
    ["workspace-write", fromLegacy({ type: "workspace-write" }, workspace)],
    ["deny-read", denyRead],
    ["danger-full-access", { type: "disabled" }],
  ];
  const machine = factsOfProbe(probe);
  return modes.map(([mode, profile]) => {
    const policy = resolvePolicy(profile, workspace);
    const needsDirectEnforcement = needsDirectRuntimeEnforcement(profileToRuntime(profile), workspace);
    const choice = chooseSandbox({ policy, machine, fs: emptyPathFs, legacyLandlock, needsDirectEnforcement });
    return { mode, engine: choice.engine, reason: choice.reason, limits: limitsOf(choice.engine, mode, probe) };
  });
}

function limitsOf(engine: DoctorEngine["engine"], mode: DoctorEngine["mode"], probe: SandboxProbe): string[] {
  const limits: string[] = [];
  if (engine === "landlock") {
    if (mode === "workspace-write") limits.push(".git, .agents and .codex inside writable folders are not protected");
    limits.push("owner, mode and time stamps of files outside writable folders can be changed, as the user could");
    limits.push("processes of the host are visible; a daemon may outlive its command, still confined");
    if (probe.landlockAbi < 6) limits.push("processes of the host can be signalled (Landlock before ABI 6)");
  }
  if (engine === "bwrap" && !probe.bwrap.mountProc) limits.push("processes of the host are visible");
  return limits;
}

/**
 * What a session with a sandbox says at its start when something is missing (section 3.7); null when all is well. Only
 * for sessions whose commands are confined at all.
 */
export function sandboxWarning({ platform, wsl1, bwrap, landlockAbi, helper }: MachineFacts): string | null {
  if (platform !== "linux") return null;
  if (wsl1) return "WSL1 cannot run bubblewrap, so commands cannot be sandboxed. Use WSL2.";
  const doctor = "Run `codex-ts doctor` to see how to change that.";
  if (bwrap.usable) {
    if (bwrap.networkNamespace) return null;
    return `The sandbox needs access to create user namespaces with a network of their own, which this machine refuses. Commands are confined, and the system call filter alone takes the network away. ${doctor}`;
  }
  const missing = /not installed/.test(bwrap.problem)
    ? `bubblewrap was not found on the PATH. Install it with your system's package manager; ${PREREQUISITES}`
    : `The sandbox needs access to create user namespaces, and bubblewrap was refused it (${bwrap.problem}); ${PREREQUISITES}`;
  if (landlockAbi > 0 && helper) {
    return `${missing} Meanwhile commands are confined with Landlock, which does not protect .git, .agents and .codex inside writable folders. ${doctor}`;
  }
  return `${missing} No sandbox works on this machine, so sandboxed commands will be refused. ${doctor}`;
}

const PREREQUISITES =
  "the prerequisites of the sandbox stand at https://developers.openai.com/codex/concepts/sandboxing#prerequisites.";

/** The report for people. */
export function formatDoctorReport(report: DoctorReport): string {
  const lines = report.checks.flatMap(({ name, ok, detail, fix }) => [
    `${ok ? "ok     " : "missing"}  ${name}: ${detail}`,
    ...(fix === null ? [] : [`         fix: ${fix}`]),
  ]);
  const engines = report.engines.flatMap(({ mode, engine, reason, limits }) => [
    `${mode}: ${engine === "error" ? "cannot run" : engine} (${reason})`,
    ...limits.map(limit => `  limit: ${limit}`),
  ]);
  return [...lines, "", ...engines, ""].join("\n");
}
