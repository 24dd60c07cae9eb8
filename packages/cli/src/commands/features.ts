import {
  ConfigEdits,
  ConfigError,
  formatFeatureChange,
  formatFeatureList,
  resolveCodexHome,
  tomlErrorText,
} from "@codex-ts/config";
import path from "node:path";
import { configFailure, loadCommandConfig, readOverrides } from "../config.ts";
import { CliError } from "../errors.ts";
import { type CommandIo, write } from "../io.ts";
import type { GlobalOptions } from "../global-options.ts";
import type { SharedOptions } from "../options.ts";

type Levels = readonly (GlobalOptions & SharedOptions)[];

/** `features list`: every switch with its stage and its state in this folder (spec: configuration, section 8.5). */
export async function featuresListCommand(levels: Levels, io: CommandIo): Promise<number> {
  const { config } = await loadCommandConfig({ cwd: io.cwd, levels, profile: profileOf(levels) }, io);
  write(io.stdout, formatFeatureList(config.features));
  return 0;
}

/** `features enable|disable KEY`: writes the user's config.toml, under the profile of `-p` where one is named. */
export async function featuresSetCommand(
  key: string,
  enabled: boolean,
  levels: Levels,
  io: CommandIo,
): Promise<number> {
  readOverrides({ levels });
  const profile = profileOf(levels);
  try {
    const codexHome = resolveCodexHome(io.env);
    await new ConfigEdits(codexHome).withProfile(profile).setFeatureEnabled(key, enabled).apply();
    const configPath = path.join(codexHome, "config.toml");
    const { stdout, stderr } = formatFeatureChange(key, enabled, { profile: profile ?? null, configPath });
    write(io.stdout, stdout);
    write(io.stderr, stderr);
    return 0;
  } catch (error) {
    throw error instanceof ConfigError ? unwritten(error) : error;
  }
}

/** A file that is no TOML is shown as its reader shows it. */
function unwritten(error: ConfigError): CliError {
  const { code, range, reason, sourceLine } = error;
  if (code !== "toml_syntax" || range === undefined) return configFailure(error, false);
  return new CliError(tomlErrorText(reason, range, sourceLine ?? ""));
}

function profileOf(levels: Levels): string | undefined {
  return levels.findLast(level => level.profile !== undefined)?.profile;
}
