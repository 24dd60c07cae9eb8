import type { MountStep, SandboxPlan } from "./plan.ts";

/** Descriptor numbers as the child sees them. */
export interface BwrapDescriptors {
  /** An open `/dev/null`: the content of hidden files. Needed when the plan hides files. */
  empty?: number;
  /** The filter program. Left out, no filter is loaded. */
  seccomp?: number;
  /** The agent's mark, which bubblewrap's own processes keep open and the command does not get. */
  marker?: number;
}

export interface BwrapOptions {
  descriptors?: BwrapDescriptors;
  /**
   * The caller is root. Root stays root inside: it could remount every read-only mount (CAP_SYS_ADMIN) and write the
   * kernel's settings below a fresh /proc, which belong to it. So most capabilities go, and /proc becomes read-only.
   */
  root?: boolean;
  /** Sets argument 0 of the command; needs bubblewrap 0.9. */
  arg0?: string;
  /** Variables for the command that bubblewrap itself was started without. */
  setenv?: readonly (readonly [name: string, value: string])[];
  /** Variables to remove from the environment that bubblewrap was started with. */
  unset?: readonly string[];
}

/** What root may keep inside: ownership and permission bits of its own files, switching users, nothing else. */
const keptCapabilities: readonly string[] = [
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_FOWNER",
  "CAP_FSETID",
  "CAP_SETGID",
  "CAP_SETUID",
];

/** The argument vector of `bwrap` for a plan (section 3), ending with the command. */
export function bwrapArguments(plan: SandboxPlan, command: readonly string[], options: BwrapOptions = {}): string[] {
  const { descriptors = {}, root = false, arg0, setenv = [], unset = [] } = options;
  const args = ["--new-session", "--die-with-parent"];
  for (const step of plan.mounts) args.push(...mountArguments(step, descriptors));
  args.push("--unshare-user", "--unshare-pid");
  if (plan.unshareNetwork) args.push("--unshare-net");
  if (plan.mountProc) args.push("--proc", "/proc");
  if (plan.chdir !== null) args.push("--chdir", plan.chdir);
  if (root && plan.mountProc) args.push("--remount-ro", "/proc");
  if (root) args.push("--cap-drop", "ALL", ...keptCapabilities.flatMap(name => ["--cap-add", name]));
  for (const [name, value] of setenv) args.push("--setenv", name, value);
  for (const name of unset) args.push("--unsetenv", name);
  if (descriptors.marker !== undefined) args.push("--sync-fd", String(descriptors.marker));
  if (descriptors.seccomp !== undefined) args.push("--seccomp", String(descriptors.seccomp));
  if (arg0 !== undefined) args.push("--argv0", arg0);
  args.push("--", ...command);
  return args;
}

function mountArguments(step: MountStep, { empty }: BwrapDescriptors): string[] {
  switch (step.op) {
    case "read-only":
      return ["--ro-bind", step.path, step.path];
    case "writable":
      return ["--bind", step.path, step.path];
    case "host-root":
      // A bind takes the use of device nodes away; the second one gives it back where they are.
      return ["--bind", "/", "/", "--dev-bind", "/dev", "/dev"];
    case "tmpfs":
      return [...(step.perms ? ["--perms", step.perms] : []), "--tmpfs", step.path];
    case "devices":
      return ["--dev", "/dev"];
    case "directory":
      return ["--dir", step.path];
    case "seal":
      return ["--remount-ro", step.path];
    case "block-missing":
      return ["--ro-bind", "/dev/null", step.path];
    case "hide-file":
      if (empty === undefined) throw new RangeError("hiding files needs a descriptor of /dev/null");
      return ["--perms", "000", "--ro-bind-data", String(empty), step.path];
  }
}
