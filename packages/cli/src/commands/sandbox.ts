import { constants } from "node:os";
import { buildShellEnvironment, type LoadedConfig } from "@codex-ts/config";
import { SandboxError, wrapCommand } from "@codex-ts/sandbox";
import { loadCommandConfig } from "../config.ts";
import { CliError } from "../errors.ts";
import { inherit } from "../inherit.ts";
import type { CommandIo } from "../io.ts";
import type { GlobalOptions, SharedOptions } from "../options.ts";

const elsewhere = {
  macos: ["darwin", "Seatbelt sandbox is only available on macOS"],
  windows: ["win32", "Windows sandbox is only available on Windows"],
} as const;

/**
 * `codex-ts sandbox linux|macos|windows`: one command as the agent would run it (spec: sandbox, section 11).
 * @returns the command's exit code, or 128 + n when signal n killed it
 */
export async function sandboxCommand(
  platform: "linux" | "macos" | "windows",
  argv: string[],
  options: { fullAuto?: boolean },
  levels: (GlobalOptions & SharedOptions)[],
  io: CommandIo,
): Promise<number> {
  if (platform !== "linux") {
    const [needed, message] = elsewhere[platform];
    if (process.platform !== needed) throw new CliError(message);
  }
  const { config } = await sandboxConfig(options, levels, io);
  const env = buildShellEnvironment(config.shellEnvironmentPolicy, io.env);
  try {
    const wrapped = await wrapCommand(argv, {
      cwd: io.cwd,
      env,
      profile: config.permissionProfile,
      tmpdir: io.env["TMPDIR"] ?? null,
      legacyLandlock: config.features["use_legacy_landlock"] === true,
      host: { path: io.env["PATH"] ?? "" },
    });
    try {
      const { code, signal } = await inherit(wrapped);
      return signal === null ? (code ?? 1) : 128 + (constants.signals[signal] ?? 0);
    } finally {
      wrapped.dispose();
    }
  } catch (error) {
    if (error instanceof SandboxError)
      throw new CliError(error.message, { exitCode: error.code === "no_engine" ? 3 : 1 });
    throw error;
  }
}

/**
 * A `[permissions]` profile counts as it is; otherwise the mode is forced: read-only, or workspace-write with
 * `--full-auto`. What `sandbox_mode` says does not count.
 */
async function sandboxConfig(
  options: { fullAuto?: boolean },
  levels: (GlobalOptions & SharedOptions)[],
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
