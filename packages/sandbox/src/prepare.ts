import { nodePathFs } from "@codex-ts/permissions/node";
import {
  needsDirectRuntimeEnforcement,
  type PermissionContext,
  type PermissionProfile,
  profileToRuntime,
} from "@codex-ts/permissions";
import { chooseSandbox, type SandboxChoice, type SandboxChoiceInput, type SandboxEngine } from "./choose.ts";
import { sandboxEnvironment, splitLoaderVariables } from "./environment.ts";
import { SandboxError } from "./errors.ts";
import { bwrapArguments } from "./linux/bwrap-args.ts";
import { dataPath, sandboxMarker } from "./linux/data-descriptor.ts";
import { expandDenyGlobs, ListingCache } from "./linux/deny-globs.ts";
import {
  type HelperConfig,
  helperEnvironment,
  helperLandlock,
  landlockKeptCapabilities,
  planLandlock,
} from "./linux/landlock.ts";
import { helperFile } from "./linux/helper-file.ts";
import { claimPlaceholders, isPlaceholder } from "./linux/placeholders.ts";
import { planSandbox, type SandboxPlan } from "./linux/plan.ts";
import { proxyRoutes } from "./linux/proxy-routes.ts";
import { openProxySockets } from "./linux/proxy-sockets.ts";
import { wrapForProxy } from "./linux/proxy-wrap.ts";
import { bwrapVersion, canSetArg0, machineFacts } from "./linux/probe.ts";
import { seccompProgram } from "./linux/seccomp.ts";
import { SANDBOX_EXEC, seatbeltArguments, type SeatbeltOptions, seatbeltProfile } from "./macos/seatbelt.ts";
import { type ResolvedPolicy, resolvePolicy } from "./policy/resolve.ts";

/** What a command may do and where it runs. */
export interface SandboxContext {
  /** The command's working directory, absolute. */
  cwd: string;
  /** The command's whole environment; nothing else is inherited. */
  env: Readonly<Record<string, string>>;
  /** Null runs the command without any sandbox, as approved for it or asked for by the user. */
  profile: PermissionProfile | null;
  /** The directory that special paths of the profile are resolved from; the command's own by default. */
  policyCwd?: string;
  /** `$TMPDIR` of the agent; the command's by default. */
  tmpdir?: string | null;
  /** `proxy`: a network proxy is active and the only way out. */
  network?: "proxy" | undefined;
  /** The feature `use_legacy_landlock`. */
  legacyLandlock?: boolean;
  preference?: SandboxChoiceInput["preference"];
  /** Argument 0 of the command, where the engine can set it (bubblewrap from 0.9). */
  arg0?: string;
  /** Descriptors of this process that the command gets, as 3, 4, … in this order. Not on a terminal. */
  inherit?: readonly number[];
  host?: HostOptions;
  /** What only macOS can allow. */
  seatbelt?: SeatbeltOptions;
}

/** Where the programs that build a sandbox come from. */
export interface HostOptions {
  /** The PATH to find bubblewrap on; the command's by default. */
  path?: string;
  /** The Landlock helper script; by default the one that stands beside this package's code. */
  helper?: string;
  /** The script that bridges a proxy into a network namespace; by default the one that stands beside this package's code. */
  bridge?: string;
  /** The Node program that runs the helpers; by default this process's own. */
  node?: string;
  /** Where the sockets go that lead to the proxy; by default the system's temporary folder. */
  socketFolder?: string;
}

/** A command ready to be started: what to execute so that it runs confined. */
export interface WrappedCommand {
  engine: SandboxEngine;
  choice: SandboxChoice;
  file: string;
  args: string[];
  arg0?: string;
  env: Record<string, string>;
  cwd: string;
  /** Descriptors of this process to hand to the child as 3, 4, … */
  inherit: readonly number[];
  /** Files to open for reading as the child's descriptors after those; each needs an own open file. */
  inputs: string[];
  /** The mounts, when bubblewrap makes them. */
  plan: SandboxPlan | null;
  /** Removes what the run leaves on the host. Call it once, after the command has ended. Never rejects. */
  dispose(): Promise<void>;
}

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const FIRST_DESCRIPTOR = 3;

const listings = new ListingCache();

/** A profile worked out for a context, and what the machine makes of it. */
export interface Preparation {
  policy: ResolvedPolicy;
  choice: SandboxChoice;
}

/** Resolves the profile and chooses the engine; nothing is started but, once per process, the probe. */
export async function prepare(ctx: SandboxContext): Promise<Preparation> {
  const profile = ctx.profile ?? ({ type: "disabled" } satisfies PermissionProfile);
  const policy = resolvePolicy(profile, permissionContext(ctx));
  const input = { policy, fs: nodePathFs, ...choiceOptions(ctx) };
  // Without a need for confinement nothing has to be known about the machine.
  const idle = chooseSandbox({ ...input, machine: unknownMachine });
  if (idle.engine === "none") return { policy, choice: idle };
  const machine = await machineFacts({ path: ctx.host?.path ?? ctx.env.PATH ?? DEFAULT_PATH, cwd: ctx.cwd });
  return { policy, choice: chooseSandbox({ ...input, machine }) };
}

const unknownMachine = {
  platform: process.platform,
  wsl1: false,
  bwrap: { usable: false, problem: "not looked for" },
  landlockAbi: 0,
  helper: false,
} as const;

function choiceOptions(ctx: SandboxContext): Partial<SandboxChoiceInput> {
  return {
    ...(ctx.preference ? { preference: ctx.preference } : {}),
    managedNetwork: ctx.network === "proxy",
    legacyLandlock: ctx.legacyLandlock ?? false,
    needsDirectEnforcement:
      ctx.legacyLandlock === true &&
      ctx.profile !== null &&
      needsDirectRuntimeEnforcement(profileToRuntime(ctx.profile), permissionContext(ctx)),
  };
}

export function permissionContext(ctx: SandboxContext): PermissionContext {
  return { cwd: ctx.policyCwd ?? ctx.cwd, tmpdir: ctx.tmpdir ?? ctx.env.TMPDIR ?? null, fs: nodePathFs };
}

/**
 * Says what to execute so that `argv` runs inside its permissions. The result is for one run.
 * @throws SandboxError when no engine can enforce the permissions: the command must not be run
 */
export async function wrapCommand(argv: readonly string[], ctx: SandboxContext): Promise<WrappedCommand> {
  const [file] = argv;
  if (file === undefined) throw new SandboxError("invalid_request", "command args are empty");
  const { policy, choice } = await prepare(ctx);
  if (choice.engine === "error") throw choice.error;
  const network = ctx.profile === null ? "enabled" : policy.network;
  const env = sandboxEnvironment(ctx.env, choice.engine, network);
  const base = {
    engine: choice.engine,
    choice,
    env,
    cwd: ctx.cwd,
    inherit: ctx.inherit ?? [],
    inputs: [],
    plan: null,
    dispose: () => Promise.resolve(),
  };
  switch (choice.engine) {
    case "none":
      return { ...base, file, args: argv.slice(1), ...(ctx.arg0 === undefined ? {} : { arg0: ctx.arg0 }) };
    case "bwrap": {
      const globMatches = await denyGlobMatches(policy);
      const plan = planSandbox({
        policy,
        globMatches,
        commandCwd: ctx.cwd,
        facts: choice.facts,
        fs: nodePathFs,
        isPlaceholder,
        proxied: ctx.network === "proxy",
      });
      // Claimed in the same breath as planned: no other run may remove a mount point in between.
      const dispose = claimPlaceholders(plan);
      try {
        const wrap = ctx.network === "proxy" ? withProxy : withBwrap;
        return { ...base, plan, dispose, ...(await wrap(argv, ctx, env, plan, choice.program, dispose)) };
      } catch (error) {
        await dispose();
        throw error;
      }
    }
    case "landlock":
    case "seccomp":
      return { ...base, ...withHelper(argv, ctx, env, policy, choice) };
    case "seatbelt": {
      const proxy = ctx.network === "proxy" ? seatbeltProxy(env) : {};
      const { policy: text, parameters } = seatbeltProfile({ policy, fs: nodePathFs, ...proxy, ...ctx.seatbelt });
      return { ...base, file: SANDBOX_EXEC, args: seatbeltArguments(text, parameters, argv) };
    }
    case "restricted-token":
      throw new SandboxError(
        "unsupported_platform",
        "the Windows sandbox is decided here, but started by a helper this version does not have; nothing was run",
      );
  }
}

/** On macOS the profile itself names the proxy's ports. */
function seatbeltProxy(env: Readonly<Record<string, string>>): SeatbeltOptions {
  return {
    managedNetwork: true,
    proxyPorts: [...new Set(proxyRoutes(env).map(({ port }) => port))],
    allowLocalBinding: env["CODEX_NETWORK_ALLOW_LOCAL_BINDING"] === "1",
  };
}

/** The files that deny-read globs of a policy match right now. */
export async function denyGlobMatches(policy: ResolvedPolicy): Promise<string[]> {
  const { unreadableGlobs: patterns, globScanMaxDepth: maxDepth } = policy;
  return patterns.length === 0 ? [] : await expandDenyGlobs({ patterns, maxDepth, cache: listings });
}

async function withBwrap(
  argv: readonly string[],
  ctx: SandboxContext,
  env: Record<string, string>,
  plan: SandboxPlan,
  program: string,
): Promise<Pick<WrappedCommand, "file" | "args" | "env" | "inputs">> {
  const arg0 = ctx.arg0 !== undefined && canSetArg0(await bwrapVersion(program)) ? ctx.arg0 : undefined;
  const { outside, inside } = splitLoaderVariables(env);
  const inputs: string[] = [];
  const first = FIRST_DESCRIPTOR + (ctx.inherit?.length ?? 0);
  const input = (path: string) => first + inputs.push(path) - 1;
  const empty = plan.mounts.some(step => step.op === "hide-file") ? input("/dev/null") : undefined;
  const seccomp = plan.seccomp ? input(dataPath(seccompProgram(plan.seccomp, process.arch))) : undefined;
  const mark = sandboxMarker();
  const marker = mark ? input(mark.path) : undefined;
  const args = bwrapArguments(plan, argv, {
    descriptors: {
      ...(empty === undefined ? {} : { empty }),
      ...(seccomp === undefined ? {} : { seccomp }),
      ...(marker === undefined ? {} : { marker }),
    },
    root: process.geteuid?.() === 0,
    setenv: inside,
    ...(arg0 === undefined ? {} : { arg0 }),
  });
  requireFewArguments(args, plan);
  return { file: program, args, env: outside, inputs };
}

/** bubblewrap counts its own name, its options and the command. */
const MAX_BWRAP_ARGUMENTS = 9000;

function requireFewArguments(args: readonly string[], plan: SandboxPlan): void {
  if (args.length + 1 <= MAX_BWRAP_ARGUMENTS) return;
  const hidden = plan.mounts.filter(({ op }) => op === "hide-file").length;
  const why =
    hidden > 100
      ? `the deny-read rules hide ${hidden} files. Deny a folder instead, name fewer files, or set glob_scan_max_depth`
      : "the command has too many. Pass them through a file or a shell";
  throw new SandboxError(
    "unsupported_policy",
    `bubblewrap takes at most ${MAX_BWRAP_ARGUMENTS} arguments and would get ${args.length + 1}; nothing was run: ${why}`,
  );
}

/** Bubblewrap in a network of its own that a bridge joins to the proxy; what it opens is closed when the run is disposed. */
async function withProxy(
  argv: readonly string[],
  ctx: SandboxContext,
  env: Record<string, string>,
  plan: SandboxPlan,
  program: string,
  dispose: () => Promise<void>,
): Promise<Pick<WrappedCommand, "file" | "args" | "env" | "inputs" | "dispose">> {
  const routes = proxyRoutes(env);
  const inner = await withBwrap(argv, ctx, env, { ...plan, unshareNetwork: false }, program);
  const sockets = await openProxySockets(routes, ctx.host?.socketFolder);
  try {
    const wrapped = wrapForProxy(
      {
        program,
        args: inner.args,
        env: inner.env,
        inputs: (ctx.inherit?.length ?? 0) + inner.inputs.length,
        node: ctx.host?.node ?? process.execPath,
        bridge: ctx.host?.bridge,
      },
      routes,
      sockets,
    );
    return {
      ...wrapped,
      inputs: inner.inputs,
      dispose: async () => void (await Promise.all([dispose(), sockets.release()])),
    };
  } catch (error) {
    await sockets.release();
    throw error;
  }
}

function withHelper(
  argv: readonly string[],
  ctx: SandboxContext,
  env: Record<string, string>,
  policy: ResolvedPolicy,
  choice: Extract<SandboxChoice, { engine: "landlock" | "seccomp" }>,
): Pick<WrappedCommand, "file" | "args" | "env"> {
  const restricted = policy.network === "restricted";
  const config: HelperConfig = {
    parent: process.pid,
    seccomp: restricted ? Buffer.from(seccompProgram("restricted", process.arch)).toString("base64") : null,
    landlock:
      choice.engine === "landlock" ? helperLandlock(planLandlock(policy, choice.mode, choice.abi, nodePathFs)) : null,
    keepCapabilities: choice.engine === "landlock" ? landlockKeptCapabilities : null,
    newSession: true,
    arg0: ctx.arg0 ?? null,
    inherited: ctx.inherit?.length ?? 0,
  };
  const helper = helperFile(ctx.host?.helper);
  return {
    file: ctx.host?.node ?? process.execPath,
    args: [helper, JSON.stringify(config), "--", ...argv],
    env: helperEnvironment(env),
  };
}
