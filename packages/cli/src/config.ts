import {
  type CliOverride,
  ConfigError,
  type ConfigOverrides,
  findFeature,
  formatConfigError,
  type LoadedConfig,
  loadConfig,
  parseCliOverrides,
  resolveCodexHome,
  tomlErrorText,
} from "@codex-ts/config";
import { CliError } from "./errors.ts";
import type { CommandIo } from "./io.ts";
import { featureFlags, type GlobalOptions, overrideArguments } from "./global-options.ts";
import { compatibleVersion } from "./version.ts";

/** What a command line says about the configuration. */
export interface ConfigRequest {
  cwd: string;
  /** `-c`, `--enable` and `--disable` of the command and its parents, outermost first. */
  levels: readonly GlobalOptions[];
  profile?: string | undefined;
  /** Typed flags (`-m`, `-s` …); stronger than profile and files. */
  typed?: ConfigOverrides | undefined;
  /** Leave the user's config.toml unread. */
  ignoreUserConfig?: boolean;
  /** `exec` words its failures in its own way. */
  exec?: boolean;
}

/** Refuses features that there are not. @throws CliError with the reference's text */
export function checkFeatureFlags(levels: readonly GlobalOptions[]): void {
  const unknown = featureFlags(levels).find(name => findFeature(name) === undefined);
  if (unknown !== undefined) throw new CliError(`Unknown feature flag: ${unknown}`);
}

/**
 * The overrides of a command line.
 * @throws CliError with the reference's text for a missing `=`, an empty key
 */
export function readOverrides(request: Pick<ConfigRequest, "levels" | "exec">): CliOverride[] {
  try {
    return parseCliOverrides(overrideArguments(...request.levels));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CliError(error.message, { prefix: request.exec ? "Error parsing -c overrides: " : "Error: " });
  }
}

/** Loads the configuration of a command. @throws CliError with file, line, column and key of what is wrong */
export async function loadCommandConfig(request: ConfigRequest, io: Pick<CommandIo, "env">): Promise<LoadedConfig> {
  try {
    return await loadPlainConfig(request, io);
  } catch (error) {
    if (error instanceof ConfigError) throw configFailure(error, request.exec === true);
    throw error;
  }
}

/** As `loadCommandConfig`, for whoever words failures in its own way. @throws ConfigError; CliError for flags */
export function loadPlainConfig(request: ConfigRequest, io: Pick<CommandIo, "env">): Promise<LoadedConfig> {
  const cliOverrides = readOverrides(request);
  return loadConfig({
    codexHome: resolveCodexHome(io.env),
    cwd: request.cwd,
    env: io.env,
    cliOverrides,
    version: compatibleVersion,
    ...(request.profile === undefined ? {} : { profile: request.profile }),
    ...(request.typed === undefined ? {} : { overrides: request.typed }),
    ignoreUserConfig: request.ignoreUserConfig ?? false,
  });
}

/** A configuration error as a chain of causes: where it stands, then why and in which line or key. */
export function configCauses(error: ConfigError): Error {
  const cause = configCause(error);
  return cause === null ? new Error(formatConfigError(error)) : new Error(error.message, { cause });
}

/** What stands behind an error that has a place in a file; null for one that has none. */
function configCause({ code, file, range, keyPath, reason, sourceLine }: ConfigError): Error | null {
  if (file === undefined || range === undefined) return null;
  if (code === "toml_syntax") return new Error(tomlErrorText(reason, range, sourceLine ?? ""));
  return new Error(keyPath === undefined ? reason : `${reason}\nin \`${keyPath}\``);
}

/** A configuration error as the command line prints it: with its causes; `exec` names what it was loading, and shows the line. */
export function configFailure(error: ConfigError, exec: boolean): CliError {
  const text = formatConfigError(error);
  const inFile = error.code === "toml_syntax" || (error.code === "invalid_value" && error.keyPath !== undefined);
  const cause = configCause(error);
  if (!exec) return cause === null ? new CliError(text) : new CliError(error.message, { cause });
  if (!inFile) return new CliError(text);
  return new CliError(text, { prefix: `Error loading config.toml:${error.range === undefined ? " " : "\n"}` });
}
