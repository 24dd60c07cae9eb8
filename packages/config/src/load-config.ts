import type { PathFs } from "@codex-ts/permissions";
import nodePath from "node:path";
import { buildConfig } from "./effective/build.ts";
import type { ConfigOverrides } from "./effective/overrides.ts";
import type { Config } from "./effective/types.ts";
import { type Explanation, explainKey } from "./explain.ts";
import { type ConfigFs, nodeFs } from "./fs.ts";
import { findUnknownKeys } from "./keys/unknown.ts";
import { loadLayers, type LoadLayersOptions } from "./layers/load.ts";
import type { LayerStack } from "./layers/stack.ts";
import type { ConfigLayer, LayerMetadata } from "./layers/types.ts";
import { pathFsOf } from "./path-fs.ts";
import type { Requirements } from "./requirements/types.ts";
import { type ThreadNotices, threadNotices } from "./notices.ts";
import type { ConfigWarning } from "./warnings.ts";

export interface LoadConfigOptions extends LoadLayersOptions {
  /** The profile that `-p` names. */
  profile?: string | undefined;
  /** Typed overrides of a request or of command-line flags. */
  overrides?: ConfigOverrides | undefined;
  featureEnablement?: Readonly<Record<string, boolean>> | undefined;
  /** Version of the program; the built-in provider is told. */
  version?: string;
  /** What permission rules ask about paths; the machine's file system when absent. */
  pathFs?: PathFs;
  /** Create `CODEX_HOME/memories`, which commands may write; true when absent. */
  createFolders?: boolean;
}

/** Settings, and where they came from. */
export interface LoadedConfig {
  readonly config: Config;
  readonly stack: LayerStack;
  /** Low to high precedence. */
  readonly layers: readonly ConfigLayer[];
  /** Dotted path of each leaf to the layer that set it. */
  readonly origins: Readonly<Record<string, LayerMetadata>>;
  readonly requirements: Requirements;
  /** Told to clients at start. */
  readonly warnings: readonly ConfigWarning[];
  /** Told to a client when a thread with these settings starts. */
  readonly notices: ThreadNotices;
  /** Where one setting comes from. */
  explain(keyPath: string): Explanation;
  /** Keys that nothing reads, with the key that was probably meant; for people, clients are not told. */
  unknownKeys(): ConfigWarning[];
}

/**
 * Reads all layers and computes the settings for one folder.
 * @throws ConfigError; `formatConfigError` renders it with the source line
 */
export async function loadConfig(options: LoadConfigOptions): Promise<LoadedConfig> {
  return configFromStack(await loadLayers(options), options);
}

/** The settings of layers that were read before. */
export function configFromStack(stack: LayerStack, options: LoadConfigOptions): LoadedConfig {
  const fs: ConfigFs = options.fs ?? nodeFs;
  const cwd = nodePath.resolve(options.cwd ?? ".");
  const { config, warnings } = buildConfig(stack, {
    env: options.env,
    platform: options.platform ?? process.platform,
    fs,
    pathFs: options.pathFs ?? pathFsOf(fs),
    version: options.version ?? "0.0.0",
    profile: options.profile,
    overrides: options.overrides,
    featureEnablement: options.featureEnablement,
    cwd,
  });
  if (options.createFolders !== false) makeMemoriesFolder(fs, config.codexHome);
  return {
    config,
    stack,
    layers: stack.layers,
    get origins() {
      return stack.origins;
    },
    requirements: stack.requirements,
    warnings,
    get notices() {
      return threadNotices(stack, config, warnings);
    },
    explain: keyPath => explainKey(stack, config, keyPath),
    unknownKeys: () => findUnknownKeys(stack.layers),
  };
}

/** `CODEX_HOME/memories`, which commands with workspace-write may write. */
export function makeMemoriesFolder(fs: ConfigFs, codexHome: string): void {
  const folder = nodePath.join(codexHome, "memories");
  try {
    if (fs.stat(folder) === null) fs.mkdirp(folder);
  } catch {
    // A home that cannot be written is no reason not to start; writing memories will say so.
  }
}
