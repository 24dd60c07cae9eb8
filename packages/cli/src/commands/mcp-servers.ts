import { ConfigError, type LoadedConfig } from "@codex-ts/config";
import { configCauses, loadPlainConfig, readOverrides } from "../config.ts";
import { CliError } from "../errors.ts";
import type { CommandIo } from "../io.ts";
import type { GlobalOptions } from "../global-options.ts";
import type { SharedOptions } from "../options.ts";

/** Options of a command and its parents, outermost first. */
export type McpLevels = readonly (GlobalOptions & SharedOptions)[];

/** The settings, with the failure worded as for all `mcp` commands. */
export async function loadServers(levels: McpLevels, io: CommandIo): Promise<LoadedConfig> {
  readOverrides({ levels });
  try {
    const profile = levels.findLast(level => level.profile !== undefined)?.profile;
    return await loadPlainConfig({ cwd: io.cwd, levels, profile }, io);
  } catch (error) {
    throw error instanceof ConfigError || error instanceof CliError
      ? new CliError("failed to load configuration", {
          cause: error instanceof ConfigError ? configCauses(error) : error,
        })
      : error;
  }
}
