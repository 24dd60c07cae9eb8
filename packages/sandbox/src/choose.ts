import type { PathFs } from "@codex-ts/permissions";
import { SandboxError } from "./errors.ts";
import { type LandlockMode, planLandlock } from "./linux/landlock.ts";
import type { PlanFacts } from "./linux/plan.ts";
import type { ResolvedPolicy } from "./policy/resolve.ts";
import type { WindowsSandboxLevel } from "./windows/settings.ts";

/** What confines a command. `seccomp` is the network filter alone, for a policy that leaves the file system open. */
export type SandboxEngine = "none" | "bwrap" | "landlock" | "seccomp" | "seatbelt" | "restricted-token";

/** What this machine can do, as the probe found it. */
export interface MachineFacts {
  platform: NodeJS.Platform;
  wsl1: boolean;
  /** What bubblewrap can do here, or why it cannot be used. */
  bwrap: ({ usable: true; program: string } & PlanFacts) | { usable: false; problem: string };
  /** 0 when the kernel or the C library interface does not offer Landlock. */
  landlockAbi: number;
  /** The helper that loads Landlock and seccomp can run here. */
  helper: boolean;
}

export interface SandboxChoiceInput {
  policy: ResolvedPolicy;
  machine: MachineFacts;
  fs: PathFs;
  /** `auto` (default) confines when the policy asks for it; `forbid` never does; `require` always does. */
  preference?: "auto" | "forbid" | "require";
  /** A network proxy is active for the command. */
  managedNetwork?: boolean;
  /** The feature `use_legacy_landlock`. */
  legacyLandlock?: boolean;
  /** The policy says more than a legacy policy can (permissions, section 7.5). Looked at for legacy Landlock only. */
  needsDirectEnforcement?: boolean;
  windowsLevel?: WindowsSandboxLevel;
}

export type SandboxChoice =
  | { engine: "none"; reason: string }
  | { engine: "seccomp"; reason: string }
  | { engine: "bwrap"; reason: string; program: string; facts: PlanFacts }
  | { engine: "landlock"; reason: string; mode: LandlockMode; abi: number; unenforced: string[] }
  | { engine: "seatbelt"; reason: string }
  | { engine: "restricted-token"; reason: string }
  | { engine: "error"; reason: string; error: SandboxError };

/** Whether the policy asks for a sandbox of this platform at all (section 2). */
export function requiresSandbox(
  policy: Pick<ResolvedPolicy, "kind" | "network" | "fullWrite">,
  managedNetwork = false,
): boolean {
  if (managedNetwork) return true;
  if (policy.network === "restricted") return policy.kind !== "external-sandbox";
  return policy.kind === "restricted" && !policy.fullWrite;
}

/**
 * The decision table (section 2): which engine confines a command, or why none can. It never answers `none` where the
 * policy asks for confinement; a machine or policy that no engine can serve gives an error.
 */
export function chooseSandbox(input: SandboxChoiceInput): SandboxChoice {
  const { policy, machine, preference = "auto", managedNetwork = false } = input;
  if (preference === "forbid") return { engine: "none", reason: "the caller asked for no sandbox" };
  if (preference === "auto" && !requiresSandbox(policy, managedNetwork)) {
    const reason = policy.kind === "external-sandbox" ? "an outer sandbox confines the command" : "full access";
    return { engine: "none", reason };
  }
  switch (machine.platform) {
    case "linux":
      return chooseOnLinux(input);
    case "darwin":
      return { engine: "seatbelt", reason: "macOS confines processes with Seatbelt" };
    case "win32":
      return (input.windowsLevel ?? "disabled") === "disabled"
        ? { engine: "none", reason: "no Windows sandbox level is configured" }
        : { engine: "restricted-token", reason: `Windows sandbox level ${input.windowsLevel}` };
    default:
      return failed(new SandboxError("no_engine", `there is no sandbox for ${machine.platform}; nothing was run`));
  }
}

function chooseOnLinux(input: SandboxChoiceInput): SandboxChoice {
  const { policy, machine, managedNetwork = false, legacyLandlock = false } = input;
  if (managedNetwork) return chooseForProxy(input);
  const open = policy.fullWrite && policy.unreadableGlobs.length === 0;
  if (open && policy.network === "enabled") return { engine: "none", reason: "full access" };
  if (open && machine.helper) {
    return { engine: "seccomp", reason: "the file system is open, only the network is taken away" };
  }
  if (legacyLandlock && !open) return landlock(input, "legacy", "the feature use_legacy_landlock is on");
  if (machine.wsl1) {
    return failed(
      new SandboxError(
        "unsupported_platform",
        "bubblewrap is not supported on WSL1, which has no user namespaces; nothing was run. Use WSL2",
      ),
    );
  }
  if (machine.bwrap.usable) {
    const { program, mountProc, networkNamespace } = machine.bwrap;
    return { engine: "bwrap", reason: "bubblewrap works here", program, facts: { mountProc, networkNamespace } };
  }
  if (machine.landlockAbi > 0 && machine.helper && !open) {
    return landlock(input, "fallback", `bubblewrap cannot be used: ${machine.bwrap.problem}`);
  }
  return failed(
    new SandboxError(
      "no_engine",
      `no sandbox works on this machine; nothing was run. bubblewrap: ${machine.bwrap.problem}. Landlock: ${landlockProblem(machine)}. The doctor command prints how to fix each`,
    ),
  );
}

/** Only an empty network keeps a command from everything but the proxy: Landlock's rules know ports, but no addresses. */
function chooseForProxy({ machine, legacyLandlock = false }: SandboxChoiceInput): SandboxChoice {
  const refused = (problem: string) =>
    failed(
      new SandboxError(
        "unsupported_policy",
        `a command that may reach the network only through the proxy needs bubblewrap with a network namespace; nothing was run. ${problem}`,
      ),
    );
  if (legacyLandlock) return refused("The feature use_legacy_landlock is on: turn it off");
  if (machine.wsl1) return refused("WSL1 has no namespaces: use WSL2");
  if (!machine.bwrap.usable) return refused(`bubblewrap: ${machine.bwrap.problem}`);
  const { program, mountProc, networkNamespace } = machine.bwrap;
  if (!networkNamespace) return refused("This machine allows none (the doctor command prints how to allow it)");
  return {
    engine: "bwrap",
    reason: "bubblewrap works here, and the proxy is the only way out",
    program,
    facts: { mountProc, networkNamespace },
  };
}

function landlock(
  { policy, machine, fs, needsDirectEnforcement }: SandboxChoiceInput,
  mode: LandlockMode,
  reason: string,
): SandboxChoice {
  try {
    if (mode === "legacy" && needsDirectEnforcement) {
      throw new SandboxError(
        "unsupported_policy",
        "split sandbox policies requiring direct runtime enforcement are incompatible with --use-legacy-landlock",
      );
    }
    const plan = planLandlock(policy, mode, machine.helper ? machine.landlockAbi : 0, fs);
    return { engine: "landlock", reason, mode, abi: plan.abi, unenforced: plan.unenforced };
  } catch (error) {
    if (error instanceof SandboxError) return failed(error);
    throw error;
  }
}

function landlockProblem(machine: MachineFacts): string {
  if (!machine.helper) return "the native interface (koffi) cannot be loaded";
  return machine.landlockAbi > 0 ? "it cannot enforce this policy" : "this kernel does not offer it";
}

function failed(error: SandboxError): SandboxChoice {
  return { engine: "error", reason: error.message, error };
}
