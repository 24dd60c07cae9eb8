import { isUnder } from "../paths.ts";
import type { ResolvedPolicy } from "../policy/resolve.ts";

/** How far commands are confined on Windows (section 9). */
export type WindowsSandboxLevel = "disabled" | "restricted-token" | "elevated";

export interface WindowsSettings {
  /** `windows.sandbox` of the configuration, and of the selected configuration profile, which wins. */
  sandbox?: "elevated" | "unelevated" | undefined;
  profileSandbox?: "elevated" | "unelevated" | undefined;
  /** `windows.sandbox_private_desktop`, likewise. */
  privateDesktop?: boolean | undefined;
  profilePrivateDesktop?: boolean | undefined;
  /** Feature keys as they stand in the configuration, removed ones included. */
  features?: Readonly<Record<string, boolean>> | undefined;
  /** The network proxy's firewall rules hang on the users of the elevated sandbox. */
  proxyActive?: boolean | undefined;
}

const elevatedFeatures = ["elevated_windows_sandbox"];
const unelevatedFeatures = ["experimental_windows_sandbox", "enable_experimental_windows_sandbox"];

/** The level that settings select. */
export function windowsSandboxLevel(settings: WindowsSettings): WindowsSandboxLevel {
  const { features = {}, proxyActive = false } = settings;
  const on = (names: readonly string[]) => names.some(name => features[name] === true);
  const named = settings.profileSandbox ?? settings.sandbox;
  const chosen = named ?? (on(elevatedFeatures) ? "elevated" : on(unelevatedFeatures) ? "unelevated" : undefined);
  if (chosen === undefined) return "disabled";
  return chosen === "elevated" || proxyActive ? "elevated" : "restricted-token";
}

/** Whether each sandboxed child gets a desktop of its own; the default, and never given up silently. */
export function windowsPrivateDesktop(settings: WindowsSettings): boolean {
  return settings.profilePrivateDesktop ?? settings.privateDesktop ?? true;
}

export interface WindowsDecisionInput {
  policy: ResolvedPolicy;
  /** The `type` of the legacy projection, and its writable roots with what stays read-only. */
  legacyType: "danger-full-access" | "read-only" | "external-sandbox" | "workspace-write";
  legacyWritableRoots: ResolvedPolicy["writableRoots"];
  needsDirectEnforcement: boolean;
}

export type WindowsDecision = { run: true; denyWritePaths: string[] } | { run: false; reason: string };

const REFUSING = "refusing to run unsandboxed";

/** What the restricted-token backend does with a policy: it knows legacy policies and paths to deny. */
export function decideRestrictedToken(input: WindowsDecisionInput): WindowsDecision {
  const { policy, legacyType, legacyWritableRoots, needsDirectEnforcement } = input;
  if (policy.kind !== "restricted" || legacyType === "danger-full-access" || legacyType === "external-sandbox") {
    return {
      run: false,
      reason: `windows sandbox backend cannot enforce file_system=${policy.kind}, network=${policy.network}, legacy_policy=${legacyType}; ${REFUSING}`,
    };
  }
  if (!needsDirectEnforcement) return { run: true, denyWritePaths: [] };
  const refuse = (what: string): WindowsDecision => ({
    run: false,
    reason: `windows unelevated restricted-token sandbox cannot enforce ${what}; ${REFUSING}`,
  });
  if (!policy.fullRead) return refuse("split read restrictions");
  if (policy.unreadableRoots.length > 0 || policy.unreadableGlobs.length > 0) return refuse("deny-read entries");
  const roots = policy.writableRoots.map(({ root }) => root);
  if (
    !sameSet(
      roots,
      legacyWritableRoots.map(({ root }) => root),
    )
  )
    return refuse("split writable root sets");
  if (reopensCarveout(policy)) return refuse("a writable root below another root's read-only path");
  const known = new Set(legacyWritableRoots.flatMap(({ read_only_subpaths: carveouts }) => carveouts));
  const carveouts = policy.writableRoots.flatMap(({ read_only_subpaths: paths }) => paths);
  return { run: true, denyWritePaths: carveouts.filter(path => !known.has(path)) };
}

export type ElevatedDecision =
  | { run: true; readRoots: string[] | null; writeRoots: string[] | null; denyWritePaths: string[] }
  | { run: false; reason: string };

/** What the elevated backend does with a policy; roots are named only where they differ from the legacy ones. */
export function decideElevated(
  input: Omit<WindowsDecisionInput, "needsDirectEnforcement"> & { legacyReadableRoots: readonly string[] },
): ElevatedDecision {
  const { policy, legacyWritableRoots, legacyReadableRoots } = input;
  const refuse = (what: string): ElevatedDecision => ({
    run: false,
    reason: `windows elevated sandbox cannot enforce ${what}; ${REFUSING}`,
  });
  if (policy.unreadableRoots.length > 0 || policy.unreadableGlobs.length > 0) return refuse("deny-read entries");
  if (reopensCarveout(policy)) return refuse("reopened descendants of read-only paths");
  const roots = policy.writableRoots.map(({ root }) => root);
  const known = new Set(legacyWritableRoots.flatMap(({ read_only_subpaths: carveouts }) => carveouts));
  return {
    run: true,
    readRoots: sameSet(policy.readableRoots, legacyReadableRoots) ? null : policy.readableRoots,
    writeRoots: sameSet(
      roots,
      legacyWritableRoots.map(({ root }) => root),
    )
      ? null
      : roots,
    denyWritePaths: policy.writableRoots
      .flatMap(({ read_only_subpaths: paths }) => paths)
      .filter(path => !known.has(path)),
  };
}

function reopensCarveout({ writableRoots }: ResolvedPolicy): boolean {
  return writableRoots.some(({ root }) =>
    writableRoots.some(other => other.root !== root && other.read_only_subpaths.some(path => isUnder(root, path))),
  );
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  const [a, b] = [new Set(left), new Set(right)];
  return a.size === b.size && [...a].every(item => b.has(item));
}
