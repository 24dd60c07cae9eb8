import nodePath from "node:path";
import { type AsyncHandler, functionHandler } from "../async-handler.ts";
import type { HookHandler } from "../handler.ts";
import { errorText } from "../text.ts";
import { type HooksFs, nodeHooksFs } from "./hooks-fs.ts";
import {
  describeManagedSource,
  type HookLayer,
  layerPlace,
  type ManagedHookRequirement,
  managedSource,
} from "./layers.ts";
import { HookShapeError, parseHookEvents, type WrittenHooks } from "./parse.ts";
import { keyPath, parseHooksJson, readSource, saysAnything, type SourceFacts } from "./read-source.ts";

export interface DiscoverHooksOptions {
  /** All layers of the settings, lowest precedence first; disabled ones are passed over. */
  readonly layers: readonly HookLayer[];
  /** What an administrator demands. */
  readonly managed?: ManagedHookRequirement | null;
  /** Feature `codex_hooks`. Off: nothing is looked at. Default: true. */
  readonly enabled?: boolean;
  /** Functions that a library user hooks in; they come after everything that is configured, and `enabled` does not touch them. */
  readonly functions?: readonly AsyncHandler[];
  readonly platform?: NodeJS.Platform;
  readonly fs?: HooksFs;
}

/** What a session has hooked in. */
export interface DiscoveredHooks {
  /** In configuration order. */
  readonly handlers: readonly HookHandler[];
  /** What is left out and why, each naming its file. */
  readonly warnings: readonly string[];
}

/**
 * Finds the handlers of every source (spec: hooks §1): managed requirements, then each enabled layer with its hooks.json and its `[hooks]`
 * table. Layers add; none replaces another. What is wrong with a source becomes a warning, and the others count all the same.
 * @throws MatcherError when the matcher of one of `functions` is no regular expression: that is a mistake in the program
 */
export async function discoverHooks(options: DiscoverHooksOptions): Promise<DiscoveredHooks> {
  const found = new Discovery(options);
  if (options.enabled !== false) {
    await found.managed(options.managed ?? null);
    for (const layer of options.layers) if (layer.disabledReason === undefined) await found.layer(layer);
  }
  for (const hook of options.functions ?? []) await found.function(hook);
  return { handlers: found.handlers, warnings: found.warnings };
}

class Discovery {
  readonly handlers: HookHandler[] = [];
  readonly warnings: string[] = [];
  private readonly fs: HooksFs;
  private readonly windows: boolean;
  private readonly path: nodePath.PlatformPath;

  constructor({ fs, platform = process.platform }: DiscoverHooksOptions) {
    this.fs = fs ?? nodeHooksFs;
    this.windows = platform === "win32";
    this.path = this.windows ? nodePath.win32 : nodePath.posix;
  }

  async managed(requirement: ManagedHookRequirement | null): Promise<void> {
    if (requirement === null) return;
    const { value, source } = requirement;
    const shown = describeManagedSource(source);
    const skip = (why: string): void => void this.warnings.push(`skipping managed hooks from ${shown}: ${why}`);
    const folder = this.windows ? value.windowsManagedDir : value.managedDir;
    if (folder === null) return skip("no managed hook directory is configured for this platform");
    if (!this.path.isAbsolute(folder)) return skip(`managed hook directory ${folder} is not absolute`);
    const kind = await this.fs.kind(folder);
    if (kind === null) return skip(`managed hook directory ${folder} does not exist`);
    if (kind !== "directory") return skip(`managed hook directory ${folder} is not a directory`);
    const written = this.table(value.events, shown);
    if (written === null) return;
    await this.take(written, { source: managedSource(source), sourcePath: folder, isManaged: true });
  }

  async layer(layer: HookLayer): Promise<void> {
    const place = layerPlace(layer.name, this.path, this.windows);
    const file = place.folder === null ? null : this.path.join(place.folder, "hooks.json");
    const fromJson = file === null ? null : await this.file(file);
    const table = Object.hasOwn(layer.config, "hooks") ? layer.config["hooks"] : undefined;
    const fromToml = table === undefined ? null : this.table(table, place.toml);
    if (fromJson !== null && fromToml !== null && saysAnything(fromJson) && saysAnything(fromToml)) {
      this.warnings.push(
        `loading hooks from both ${file} and ${place.toml}; prefer a single representation for this layer`,
      );
    }
    const whose = { source: place.source, isManaged: false };
    if (file !== null && fromJson !== null) await this.take(fromJson, { ...whose, sourcePath: file });
    if (fromToml !== null) await this.take(fromToml, { ...whose, sourcePath: place.toml });
  }

  async function(hook: AsyncHandler): Promise<void> {
    this.handlers.push(await functionHandler(hook, this.handlers.length, this.windows));
  }

  /** What a hooks.json says; null when there is none or it cannot be used. */
  private async file(file: string): Promise<WrittenHooks | null> {
    if ((await this.fs.kind(file)) !== "file") return null;
    let text: string;
    try {
      text = await this.fs.readText(file);
    } catch (error) {
      this.warnings.push(`failed to read hooks config ${file}: ${errorText(error)}`);
      return null;
    }
    try {
      return parseHooksJson(text);
    } catch (error) {
      this.warnings.push(`failed to parse hooks config ${file}: ${errorText(error)}`);
      return null;
    }
  }

  private table(table: unknown, path: string): WrittenHooks | null {
    try {
      return parseHookEvents(table, ["hooks"]);
    } catch (error) {
      if (!(error instanceof HookShapeError)) throw error;
      this.warnings.push(`failed to parse TOML hooks in ${path}: ${keyPath(error.path)}: ${error.message}`);
      return null;
    }
  }

  private async take(written: WrittenHooks, facts: SourceFacts): Promise<void> {
    const { handlers, warnings } = await readSource(written, facts);
    this.warnings.push(...warnings);
    for (const handler of handlers) this.handlers.push({ ...handler, displayOrder: this.handlers.length });
  }
}
