import { buildShellEnvironment, type LoadedConfig } from "@codex-ts/config";
import { explainSandbox, formatExplanation, runSandboxCommand, type SandboxContext } from "@codex-ts/sandbox";
import { loadCommandConfig } from "../config.ts";
import { CliError } from "../errors.ts";
import { type CommandIo, write } from "../io.ts";
import type { GlobalOptions } from "../options.ts";

/**
 * `codex-ts sandbox linux|macos|windows`: one command as the agent would run it (spec: sandbox, section 11).
 * @returns the command's exit code, or 128 + n when signal n killed it
 */
export async function sandboxCommand(
  platform: "linux" | "macos" | "windows",
  argv: string[],
  options: { fullAuto?: boolean },
  levels: GlobalOptions[],
  io: CommandIo,
): Promise<number> {
  const context = await sandboxContext(options, levels, io);
  return await runSandboxCommand({ ...context, platform, argv, printError: text => write(io.stderr, `${text}\n`) });
}

/** `codex-ts sandbox explain`: the plan for a command in words; nothing is run. */
export async function sandboxExplainCommand(
  argv: string[],
  options: { fullAuto?: boolean; json?: boolean },
  levels: GlobalOptions[],
  io: CommandIo,
): Promise<number> {
  const explanation = await explainSandbox(argv, await sandboxContext(options, levels, io));
  write(io.stdout, options.json ? `${JSON.stringify(explanation, null, 2)}\n` : formatExplanation(explanation));
  return explanation.error === null ? 0 : 1;
}

async function sandboxContext(
  options: { fullAuto?: boolean },
  levels: GlobalOptions[],
  io: CommandIo,
): Promise<SandboxContext> {
  const { config } = await sandboxConfig(options, levels, io);
  return {
    cwd: io.cwd,
    env: buildShellEnvironment(config.shellEnvironmentPolicy, io.env),
    profile: config.permissionProfile,
    tmpdir: io.env["TMPDIR"] ?? null,
    legacyLandlock: config.features["use_legacy_landlock"] === true,
    host: { path: io.env["PATH"] ?? "" },
  };
}

/**
 * A `[permissions]` profile counts as it is; otherwise the mode is forced: read-only, or workspace-write with
 * `--full-auto`. What `sandbox_mode` says does not count.
 */
async function sandboxConfig(
  options: { fullAuto?: boolean },
  levels: GlobalOptions[],
  io: CommandIo,
): Promise<LoadedConfig> {
  const loaded = await loadCommandConfig({ cwd: io.cwd, levels }, io);
  if (loaded.config.permissionsName !== null) {
    if (options.fullAuto) {
      throw new CliError(
        "`codex-ts sandbox --full-auto` is only supported for legacy `sandbox_mode` configs; choose a writable `[permissions]` profile instead",
      );
    }
    return loaded;
  }
  const sandboxMode = options.fullAuto ? "workspace-write" : "read-only";
  return await loadCommandConfig({ cwd: io.cwd, levels, typed: { sandboxMode } }, io);
}
