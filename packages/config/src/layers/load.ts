import { hostname as systemHostname } from "node:os";
import nodePath from "node:path";
import { ConfigError, tomlErrorText } from "../errors.ts";
import { type ConfigFs, nodeFs } from "../fs.ts";
import { decodeTold, keepPaths, TypeMismatch } from "../keys/decode.ts";
import { configKeys } from "../keys/root.ts";
import { composeRequirements, legacyRequirements } from "../requirements/compose.ts";
import { parseRequirements, type RequirementContext, requirementsFrom } from "../requirements/parse.ts";
import type { Requirements, RequirementSource } from "../requirements/types.ts";
import { isReaderLoaded, loadTomlReader, parseToml, ReaderNotLoaded } from "../toml/parse.ts";
import { getOwn, type TomlTable, type TomlValue } from "../toml/value.ts";
import type { ConfigWarning } from "../warnings.ts";
import { defaultSystemPaths, type Env, homeFolder, type SystemPaths } from "./home.ts";
import { mergeLayers } from "./merge.ts";
import { type CliOverride, needsReader, overridesTable } from "./overrides.ts";
import { findGitRoot, findProjectRoot, lookupTrust, type ProjectFacts, projectFolders, statOrNull } from "./project.ts";
import { layerFromFile, makeLayer, readText } from "./read.ts";
import { LayerStack, placedMismatch } from "./stack.ts";
import { type ConfigLayer, layerFolder } from "./types.ts";

/** macOS managed preferences, already decoded from base64. */
export interface ManagedPreferences {
  domain: string;
  /** TOML of the preference `config_toml_base64`. */
  config?: string;
  /** TOML of the preference `requirements_toml_base64`. */
  requirements?: string;
}

export interface LoadLayersOptions {
  /** See `resolveCodexHome`. */
  codexHome: string;
  /** The folder whose project layers count; without one there are none. Relative ones start at the process's folder. */
  cwd?: string | null;
  env: Env;
  cliOverrides?: readonly CliOverride[];
  fs?: ConfigFs;
  systemPaths?: Partial<SystemPaths>;
  platform?: NodeJS.Platform;
  /** This machine's name, for requirements by host; the operating system's when absent. */
  hostname?: string;
  /** Text of the workspace's requirements, as the backend gave it. */
  cloudRequirements?: string | null;
  managedPreferences?: ManagedPreferences | null;
  /** Leave the `config.toml` of CODEX_HOME unread (`--ignore-user-config`); its layer is then empty. */
  ignoreUserConfig?: boolean;
  /** Leave every config.toml unread, of the system, the user and projects; what is required holds all the same. */
  ignoreConfigFiles?: boolean;
  /** Leave the machine's requirements unread, too: to tell what flags say by themselves. Nothing may run with the result. */
  ignoreRequirements?: boolean;
}

/**
 * Reads every layer and requirement that applies.
 * @throws ConfigError when a file that must hold cannot be read or is not TOML
 */
export async function loadLayers(options: LoadLayersOptions): Promise<LayerStack> {
  if (!isReaderLoaded() && needsReader(options.cliOverrides ?? [])) await loadTomlReader();
  try {
    return loadLayersNow(options);
  } catch (error) {
    // Only a start that meets a file pays for the reader.
    if (!(error instanceof ReaderNotLoaded)) throw error;
    await loadTomlReader();
    return loadLayersNow(options);
  }
}

/** `loadLayers` without waiting; the TOML reader must be loaded. */
export function loadLayersNow(options: LoadLayersOptions): LayerStack {
  const { codexHome, env } = options;
  const fs = options.fs ?? nodeFs;
  const platform = options.platform ?? process.platform;
  const home = homeFolder(env);
  const paths = { ...defaultSystemPaths(platform, codexHome, env), ...options.systemPaths };
  const cwd = options.cwd === undefined || options.cwd === null ? null : nodePath.resolve(options.cwd);
  const warnings: ConfigWarning[] = [];
  const keep = (made: { layer: ConfigLayer; warnings: ConfigWarning[] }): ConfigLayer => {
    warnings.push(...made.warnings);
    return made.layer;
  };

  // What is required is checked when all files have been read: a mistake of form, anywhere, is told first.
  const requirements: (() => Requirements)[] = [];
  const demand = (text: string | null | undefined, source: RequirementSource, base: string): void => {
    if (text === null || text === undefined || text.trim() === "") return;
    const context: RequirementContext = { source, base, home, hostname: options.hostname ?? systemHostname() };
    const table = parseRequirements(text, source);
    requirements.push(() => requirementsFrom(table, context));
  };
  const requireLegacy = (layer: ConfigLayer): void => {
    const required = legacyRequirements(layer);
    requirements.push(() => required);
  };
  const managed = options.managedPreferences;
  demand(options.cloudRequirements, { type: "cloud" }, codexHome);
  if (managed) {
    demand(managed.requirements, { type: "mdm", domain: managed.domain, key: "requirements_toml_base64" }, codexHome);
  }
  const systemRequirements = options.ignoreRequirements ? null : readText(fs, paths.requirements, "requirements");
  demand(systemRequirements, { type: "system", file: paths.requirements }, nodePath.dirname(paths.requirements));

  const userFile = nodePath.join(codexHome, "config.toml");
  const system = keep(
    options.ignoreConfigFiles === true
      ? makeLayer({
          name: { type: "system", file: paths.config },
          raw: {},
          base: nodePath.dirname(paths.config),
          home,
        })
      : layerFromFile(fs, paths.config, { type: "system", file: paths.config }, home),
  );
  const user = keep(
    options.ignoreUserConfig === true || options.ignoreConfigFiles === true
      ? makeLayer({ name: { type: "user", file: userFile }, raw: {}, base: codexHome, home })
      : layerFromFile(fs, userFile, { type: "user", file: userFile }, home),
  );
  const layers = [system, user];

  const overrides = options.cliOverrides ?? [];
  const flags =
    overrides.length === 0
      ? null
      : keep(
          makeLayer({ name: { type: "sessionFlags" }, raw: overridesTable(overrides), base: cwd ?? codexHome, home }),
        );

  let project: ProjectFacts | null = null;
  if (cwd !== null) {
    const known = [system, user, ...(flags === null ? [] : [flags])];
    const settings = mergeLayers(known);
    // Without files no project is looked for: what the flags get wrong is told with all the rest.
    const needed = (name: string) =>
      options.ignoreConfigFiles === true ? undefined : settingOf(name, settings, known);
    const markers = (needed("project_root_markers") ?? [".git"]) as string[];
    const decisions = (needed("projects") ?? {}) as TomlTable;
    const root = findProjectRoot(cwd, markers, fs);
    const gitRoot = findGitRoot(cwd, fs);
    const trustOf = (folder: string): ProjectFacts["trust"] =>
      lookupTrust(decisions, gitRoot === null ? [folder, root] : [folder, root, gitRoot], fs, platform);
    project = { cwd, root, gitRoot, trust: trustOf(cwd) };
    for (const folder of options.ignoreConfigFiles === true ? [] : projectFolders(project, codexHome, fs)) {
      layers.push(keep(projectLayer(fs, folder, trustOf(folder), gitRoot ?? root, userFile, home)));
    }
  }
  if (flags !== null) layers.push(flags);

  const legacyName: ConfigLayer["name"] = { type: "legacyManagedConfigTomlFromFile", file: paths.managed };
  const legacy = options.ignoreRequirements
    ? { ...makeLayer({ name: legacyName, raw: {}, base: nodePath.dirname(paths.managed), home }), missing: true }
    : layerFromFile(fs, paths.managed, legacyName, home);
  if (managed?.config !== undefined) {
    const fromMdm = keep(
      makeLayer({
        name: { type: "legacyManagedConfigTomlFromMdm" },
        raw: parseToml(managed.config),
        base: codexHome,
        home,
      }),
    );
    requireLegacy(fromMdm);
    if (!legacy.missing) layers.push(legacy.layer);
    layers.push(fromMdm);
  } else if (!legacy.missing) {
    layers.push(legacy.layer);
  }
  if (!legacy.missing) {
    warnings.push(...legacy.warnings);
    requireLegacy(legacy.layer);
  }

  if (!isReaderLoaded() && layers.some(layer => hasRoleFiles(layer, fs))) throw new ReaderNotLoaded();
  return new LayerStack({
    layers,
    requirements: composeRequirements(requirements.map(required => required())),
    project,
    codexHome,
    home,
    warnings,
  });
}

/** Whether there may be role files beside a layer's file; they are read where the settings are put together. */
function hasRoleFiles(layer: ConfigLayer, fs: ConfigFs): boolean {
  const folder = layerFolder(layer);
  if (folder === null || layer.disabledReason !== undefined) return false;
  return statOrNull(fs, nodePath.join(folder, "agents"))?.kind === "directory";
}

/** A setting that must be right before projects can be looked for. */
function settingOf(name: string, settings: TomlTable, layers: readonly ConfigLayer[]): TomlValue | undefined {
  const written = getOwn(settings, name);
  const type = configKeys.fields[name]?.type;
  if (written === undefined || type === undefined) return undefined;
  try {
    return decodeTold(type, written, [name], keepPaths);
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    const placed = placedMismatch(error, layers);
    if (name !== "project_root_markers" || placed.range !== undefined) throw placed;
    throw new ConfigError("invalid_value", "project_root_markers must be an array of strings", { cause: error });
  }
}

/** The layer of one `.codex` folder: active only with a recorded decision to trust it. */
function projectLayer(
  fs: ConfigFs,
  folder: string,
  trust: ProjectFacts["trust"],
  suggestion: string,
  userFile: string,
  home: string | undefined,
): { layer: ConfigLayer; warnings: ConfigWarning[] } {
  const dotCodexFolder = nodePath.join(folder, ".codex");
  const file = nodePath.join(dotCodexFolder, "config.toml");
  const name = { type: "project", dotCodexFolder } as const;
  if (trust?.level === "trusted") {
    try {
      return layerFromFile(fs, file, name, home);
    } catch (error) {
      if (!(error instanceof ConfigError) || error.code !== "toml_syntax") throw error;
      const { range, sourceLine, reason } = error;
      const said = range === undefined ? reason : tomlErrorText(reason, range, sourceLine ?? "");
      throw new ConfigError("toml_syntax", `Error parsing project config file ${file}: ${said}`, {
        ...(range === undefined ? {} : { range }),
        cause: error,
      });
    }
  }
  const disabledReason =
    trust === null
      ? `To load project-local config, hooks, and exec policies, add ${suggestion} as a trusted project in ${userFile}.`
      : `${trust.key} is marked as untrusted in ${userFile}. To load project-local config, hooks, and exec policies, mark it trusted.`;
  const base = dotCodexFolder;
  try {
    const text = readText(fs, file, "config");
    const raw = text === null ? {} : parseToml(text, file);
    const made = makeLayer({ name, raw, base, home, file, ...(text === null ? {} : { text }), disabledReason });
    return { layer: made.layer, warnings: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { layer: makeLayer({ name, raw: {}, base, home, file, disabledReason }).layer, warnings: [] };
  }
}
