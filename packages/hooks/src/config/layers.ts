import type { HookSource } from "@codex-ts/protocol";

/** Where a layer of settings comes from, as `@codex-ts/config` names it. */
export type HookLayerName =
  | { readonly type: "mdm"; readonly domain: string; readonly key: string }
  | { readonly type: "system"; readonly file: string }
  | { readonly type: "user"; readonly file: string }
  | { readonly type: "project"; readonly dotCodexFolder: string }
  | { readonly type: "sessionFlags" }
  | { readonly type: "legacyManagedConfigTomlFromFile"; readonly file: string }
  | { readonly type: "legacyManagedConfigTomlFromMdm" };

/** One layer of settings. A `ConfigLayer` of `@codex-ts/config` fits. */
export interface HookLayer {
  readonly name: HookLayerName;
  /** Its own table, not the merged one; only `hooks` is looked at. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Set when the layer takes no part (an untrusted project). */
  readonly disabledReason?: string;
}

/** Hooks that an administrator demands. `Requirements.hooks` of `@codex-ts/config` fits. */
export interface ManagedHookRequirement {
  readonly value: {
    readonly managedDir: string | null;
    readonly windowsManagedDir: string | null;
    readonly events: Readonly<Record<string, unknown>>;
  };
  readonly source: ManagedHookSource;
}

export type ManagedHookSource =
  | { readonly type: "cloud" }
  | { readonly type: "mdm"; readonly domain: string; readonly key: string }
  | { readonly type: "system"; readonly file: string }
  | { readonly type: "legacyManagedMdm" }
  | { readonly type: "legacyManagedFile"; readonly file: string };

/** What is known of a layer's place before anything is read. */
export interface LayerPlace {
  readonly source: HookSource;
  /** The layer's folder, which may hold a hooks.json; null where there is none. */
  readonly folder: string | null;
  /** Path of its config.toml, made up for layers that are no file. */
  readonly toml: string;
}

/** Paths of one platform, of which only these two are needed. */
export interface PathWords {
  join(...parts: string[]): string;
  dirname(path: string): string;
}

/** Where a layer's hooks stand (spec: hooks §1.4). */
export function layerPlace(name: HookLayerName, path: PathWords, windows: boolean): LayerPlace {
  const synthetic = (folder: string, file: string): string =>
    windows ? `C:\\${folder}\\${file}` : `/${folder}/${file}`;
  switch (name.type) {
    case "mdm":
      return { source: "mdm", folder: null, toml: synthetic(`<mdm:${name.domain}:${name.key}>`, "config.toml") };
    case "system":
      return { source: "system", folder: path.dirname(name.file), toml: name.file };
    case "user":
      return { source: "user", folder: path.dirname(name.file), toml: name.file };
    case "project":
      return {
        source: "project",
        folder: name.dotCodexFolder,
        toml: path.join(name.dotCodexFolder, "config.toml"),
      };
    case "sessionFlags":
      return { source: "sessionFlags", folder: null, toml: synthetic("<session-flags>", "config.toml") };
    case "legacyManagedConfigTomlFromFile":
      return { source: "legacyManagedConfigFile", folder: null, toml: name.file };
    case "legacyManagedConfigTomlFromMdm":
      return {
        source: "legacyManagedConfigMdm",
        folder: null,
        toml: synthetic("<legacy-managed-config.toml-mdm>", "managed_config.toml"),
      };
  }
}

/** How the source of managed hooks is called on the wire. */
export function managedSource(source: ManagedHookSource | undefined): HookSource {
  switch (source?.type) {
    case "mdm":
      return "mdm";
    case "system":
      return "system";
    case "legacyManagedFile":
      return "legacyManagedConfigFile";
    case "legacyManagedMdm":
      return "legacyManagedConfigMdm";
    default:
      return "unknown";
  }
}

/** How people read the source of managed hooks. */
export function describeManagedSource(source: ManagedHookSource | undefined): string {
  switch (source?.type) {
    case undefined:
      return "managed requirements";
    case "cloud":
      return "cloud requirements";
    case "mdm":
      return `MDM ${source.domain}:${source.key}`;
    case "legacyManagedMdm":
      return "MDM managed_config.toml (legacy)";
    case "system":
    case "legacyManagedFile":
      return source.file;
  }
}
