import nodePath from "node:path";
import { buildShellEnvironment, type LoadedConfig } from "@codex-ts/config";
import {
  explainFailure,
  explainSandbox,
  formatExplanation,
  formatFailure,
  type LikelyCause,
  runSandboxCommand,
  runSandboxed,
  type RunResult,
  type SandboxContext,
  SandboxError,
} from "@codex-ts/sandbox";
import { loadCommandConfig } from "../config.ts";
import { offerPatchAliases } from "../patch-aliases/aliases.ts";
import { CliError } from "../errors.ts";
import { probeMachine } from "./probe-machine.ts";
import { withSandboxProxy } from "./sandbox-proxy.ts";
import { type CommandIo, write } from "../io.ts";
import type { GlobalOptions } from "../global-options.ts";

export interface SandboxOptions {
  fullAuto?: boolean;
  /** Only `sandbox macos` has these two. */
  allowUnixSocket?: string[];
  logDenials?: boolean;
}

export interface SandboxExplainOptions {
  fullAuto?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

/** Where a command runs. */
type Surroundings = Pick<CommandIo, "env" | "cwd">;

/**
 * `codex-ts sandbox linux|macos|windows`: one command as the agent would run it (spec: sandbox, section 11).
 * @returns the command's exit code, or 128 + n when signal n killed it
 */
export async function sandboxCommand(
  platform: "linux" | "macos" | "windows",
  argv: string[],
  options: SandboxOptions,
  levels: GlobalOptions[],
  io: Surroundings & Pick<CommandIo, "stderr">,
): Promise<number> {
  const printError = (text: string) => write(io.stderr, `${text}\n`);
  // What the machine can do is found out while the configuration is read.
  if (platform === "linux") probeMachine(io);
  const loaded = await sandboxConfig(options, levels, io);
  return await withSandboxProxy(loaded, io, sandboxContext(loaded, options, withAliases(loaded, io)), context =>
    runSandboxCommand({ ...context, platform, argv, printError }),
  );
}

/**
 * `codex-ts sandbox explain`: the plan for a command in words; then the command runs, and when it fails, the rule it
 * most likely ran into is named. With `--dry-run` nothing is run.
 * @returns the command's exit code; 1 when it would not be run at all
 */
export async function sandboxExplainCommand(
  argv: string[],
  options: SandboxExplainOptions,
  levels: GlobalOptions[],
  io: CommandIo,
): Promise<number> {
  const loaded = await sandboxConfig(options, levels, io);
  const context = sandboxContext(loaded, options, options.dryRun ? io : withAliases(loaded, io));
  const explanation = await explainSandbox(argv, context);
  const json = (more: object): void => write(io.stdout, `${JSON.stringify({ ...explanation, ...more }, null, 2)}\n`);
  if (!options.json) write(io.stdout, formatExplanation(explanation));
  if (explanation.error !== null || options.dryRun) {
    if (options.json) json({ run: null, cause: null });
    return explanation.error === null ? 0 : 1;
  }
  const result = await withSandboxProxy(loaded, io, context, inside => runExplained(argv, inside, options, io));
  const failed = result.exitCode !== 0;
  const cause: LikelyCause | null = failed ? explainFailure(explanation, result.aggregated) : null;
  const { exitCode, signal, denied, durationMs, stdout, stderr } = result;
  if (options.json) json({ run: { exitCode, signal, denied, durationMs, stdout, stderr }, cause });
  else write(io.stdout, formatFailure(result, cause));
  return exitCode;
}

/** Commands find the patch program as the agent's do; where they cannot, the command's output says it soon enough. */
function withAliases({ config }: LoadedConfig, { env, cwd }: Surroundings): Surroundings {
  return { env: offerPatchAliases(config.codexHome, { env }).env, cwd };
}

/** Runs the command with its output passed through, or kept for the JSON. */
async function runExplained(
  argv: string[],
  context: SandboxContext,
  options: SandboxExplainOptions,
  io: CommandIo,
): Promise<RunResult> {
  if (!options.json) write(io.stdout, "output:\n");
  try {
    return await runSandboxed({
      ...context,
      permissions: context.profile,
      argv,
      timeoutMs: null,
      ...(options.json ? {} : { onOutput: ({ stream, chunk }) => void io[stream].write(chunk) }),
    });
  } catch (error) {
    if (error instanceof SandboxError) throw new CliError(error.message);
    throw error;
  }
}

function sandboxContext(
  { config }: LoadedConfig,
  options: SandboxOptions | SandboxExplainOptions,
  io: Surroundings,
): SandboxContext {
  const sockets = "allowUnixSocket" in options ? (options.allowUnixSocket ?? []) : [];
  return {
    cwd: io.cwd,
    env: buildShellEnvironment(config.shellEnvironmentPolicy, io.env),
    profile: config.permissionProfile,
    tmpdir: io.env["TMPDIR"] ?? null,
    legacyLandlock: config.features["use_legacy_landlock"] === true,
    host: { path: io.env["PATH"] ?? "" },
    ...(sockets.length === 0
      ? {}
      : { seatbelt: { allowUnixSockets: sockets.map(socket => nodePath.resolve(io.cwd, socket)) } }),
  };
}

/**
 * A configuration with `default_permissions` counts as it is, also where a higher layer's `sandbox_mode` replaces the
 * profile. In any other the mode is forced: read-only, or workspace-write with `--full-auto`, whatever `sandbox_mode`
 * says.
 */
async function sandboxConfig(
  options: Pick<SandboxOptions, "fullAuto">,
  levels: GlobalOptions[],
  io: Surroundings,
): Promise<LoadedConfig> {
  const sandboxMode = options.fullAuto ? "workspace-write" : "read-only";
  const forced = await loadCommandConfig({ cwd: io.cwd, levels, typed: { sandboxMode } }, io);
  // Forcing a mode hides what is wrong with profiles: whoever speaks of profiles is read once more without it.
  const layers = forced.stack.layers.filter(({ disabledReason }) => disabledReason === undefined);
  const says = (key: string) => layers.some(({ config }) => Object.hasOwn(config, key));
  if (!says("default_permissions") && !says("permissions")) return forced;
  const loaded = await loadCommandConfig({ cwd: io.cwd, levels }, io);
  if (!says("default_permissions")) return forced;
  if (options.fullAuto) {
    throw new CliError(
      "`codex-ts sandbox --full-auto` is only supported for legacy `sandbox_mode` configs; choose a writable `[permissions]` profile instead",
    );
  }
  return loaded;
}
