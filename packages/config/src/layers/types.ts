import nodePath from "node:path";
import type { TomlTable } from "../toml/value.ts";

/** Where a layer comes from, as the config API names it. */
export type LayerSource =
  | { type: "mdm"; domain: string; key: string }
  | { type: "system"; file: string }
  | { type: "user"; file: string }
  | { type: "project"; dotCodexFolder: string }
  | { type: "sessionFlags" }
  | { type: "legacyManagedConfigTomlFromFile"; file: string }
  | { type: "legacyManagedConfigTomlFromMdm" };

/** Higher wins. */
export const PRECEDENCE: Readonly<Record<LayerSource["type"], number>> = {
  mdm: 0,
  system: 10,
  user: 20,
  project: 25,
  sessionFlags: 30,
  legacyManagedConfigTomlFromFile: 40,
  legacyManagedConfigTomlFromMdm: 50,
};

/** One source of settings. */
export interface ConfigLayer {
  readonly name: LayerSource;
  /** The table with paths resolved and word aliases replaced; unknown keys as written. */
  readonly config: TomlTable;
  /** Set when the layer takes no part (an untrusted project): why, and what to do. */
  readonly disabledReason?: string;
  /** The file it was read from, and its text, for positions. */
  readonly file?: string;
  readonly text?: string;
  /** Fingerprint of `config`: equal tables have equal versions, whatever their formatting. */
  readonly version: string;
}

export interface LayerMetadata {
  name: LayerSource;
  version: string;
}

/** A short name for people. */
export function describeSource(name: LayerSource): string {
  switch (name.type) {
    case "mdm":
      return `managed policy (MDM): ${name.domain}`;
    case "system":
      return `system config: ${name.file}`;
    case "user":
      return `user config: ${name.file}`;
    case "project":
      return `project config: ${name.dotCodexFolder}/config.toml`;
    case "sessionFlags":
      return "session flags";
    case "legacyManagedConfigTomlFromFile":
      return `legacy managed_config.toml: ${name.file}`;
    case "legacyManagedConfigTomlFromMdm":
      return "legacy managed configuration from MDM";
  }
}

/** The folder of a layer's file, where people put what belongs to it. */
export function layerFolder({ name }: ConfigLayer): string | null {
  if (name.type === "project") return name.dotCodexFolder;
  return name.type === "system" || name.type === "user" ? nodePath.dirname(name.file) : null;
}
