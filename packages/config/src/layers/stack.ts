import { ConfigError } from "../errors.ts";
import { decodeTold, keepPaths, reasonOutsideFiles, TypeMismatch } from "../keys/decode.ts";
import { configKeys } from "../keys/root.ts";
import type { Requirements } from "../requirements/types.ts";
import { maskedReason } from "../secrets.ts";
import { Locator } from "../toml/locate.ts";
import { lineAt } from "../toml/parse.ts";
import type { TomlTable } from "../toml/value.ts";
import type { ConfigWarning } from "../warnings.ts";
import { absolutePath } from "./home.ts";
import { collectOrigins, mergeLayers } from "./merge.ts";
import type { ProjectFacts } from "./project.ts";
import { type ConfigLayer, type LayerMetadata, PRECEDENCE } from "./types.ts";

export interface LayerStackParts {
  /** Low to high precedence, disabled ones included. */
  layers: readonly ConfigLayer[];
  requirements: Requirements;
  /** Null when loaded without a folder. */
  project: ProjectFacts | null;
  codexHome: string;
  home: string | undefined;
  warnings: readonly ConfigWarning[];
}

/** All layers of one load, checked for order, with what follows from them computed when first asked for. */
export class LayerStack implements LayerStackParts {
  readonly layers: readonly ConfigLayer[];
  readonly requirements: Requirements;
  readonly project: ProjectFacts | null;
  readonly codexHome: string;
  readonly home: string | undefined;
  readonly warnings: readonly ConfigWarning[];
  #merged: TomlTable | undefined;
  #origins: Record<string, LayerMetadata> | undefined;
  #checked: TomlTable | undefined;

  /** @throws ConfigError `layer_order` when the layers are not sorted, or when there are two user layers */
  constructor(parts: LayerStackParts) {
    checkOrder(parts.layers);
    this.layers = parts.layers;
    this.requirements = parts.requirements;
    this.project = parts.project;
    this.codexHome = parts.codexHome;
    this.home = parts.home;
    this.warnings = parts.warnings;
  }

  /** The merged table, unchecked. */
  get merged(): TomlTable {
    this.#merged ??= mergeLayers(this.layers);
    return this.#merged;
  }

  get origins(): Record<string, LayerMetadata> {
    this.#origins ??= collectOrigins(this.layers);
    return this.#origins;
  }

  get userLayer(): ConfigLayer {
    const layer = this.layers.find(candidate => candidate.name.type === "user");
    if (layer === undefined) throw new ConfigError("layer_order", "there is no user layer");
    return layer;
  }

  /**
   * The merged table, every value checked against the key table.
   * @throws ConfigError `invalid_value`, placed in the first file (low to high) that is bad by itself
   */
  checked(): TomlTable {
    this.#checked ??= this.#check();
    return this.#checked;
  }

  /** What `checked` would throw, without a place: the mistake of the merged settings, not that of one file. */
  mistake(): ConfigError | null {
    const found = this.#checked ?? this.#decode();
    return found instanceof TypeMismatch ? mismatchError(found) : null;
  }

  #check(): TomlTable {
    const found = this.#decode();
    if (found instanceof TypeMismatch) throw placedMismatch(found, this.layers);
    return found;
  }

  #decode(): TomlTable | TypeMismatch {
    const resolvePath = (path: string): string => absolutePath(path, this.codexHome, this.home);
    try {
      return decodeTold(configKeys, this.merged, [], { resolvePath }) as TomlTable;
    } catch (error) {
      if (error instanceof TypeMismatch) return error;
      throw error;
    }
  }
}

/** A mismatch of the merged settings, placed in the first file (low to high) that is bad by itself. */
export function placedMismatch(error: TypeMismatch, layers: readonly ConfigLayer[]): ConfigError {
  for (const layer of layers) {
    if (layer.file === undefined || layer.text === undefined || layer.disabledReason !== undefined) continue;
    try {
      decodeTold(configKeys, layer.config, [], keepPaths);
    } catch (own) {
      if (own instanceof TypeMismatch) return mismatchError(own, layer.file, layer.text);
      throw own;
    }
  }
  return mismatchError(error);
}

/** A type mismatch as the error that people see; with a position when the text is known. */
export function mismatchError(error: TypeMismatch, file?: string, text?: string): ConfigError {
  const keyPath = error.shown.join(".");
  const named = keyPath === "" ? {} : { keyPath };
  if (file === undefined || text === undefined) {
    return new ConfigError("invalid_value", maskedReason(reasonOutsideFiles(error), error.at.join(".")), named);
  }
  const reason = maskedReason(error.message, error.at.join("."));
  const range = new Locator(text).locate(error.at) ?? { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
  return new ConfigError("invalid_value", reason, {
    ...named,
    file,
    range,
    sourceLine: lineAt(text, range.start.line),
  });
}

function checkOrder(layers: readonly ConfigLayer[]): void {
  let users = 0;
  let lastProject: string | undefined;
  layers.forEach((layer, index) => {
    const before = layers[index - 1];
    if (before !== undefined && PRECEDENCE[before.name.type] > PRECEDENCE[layer.name.type]) {
      throw new ConfigError("layer_order", "config layers are not in correct precedence order");
    }
    if (layer.name.type === "user" && ++users > 1) {
      throw new ConfigError("layer_order", "multiple user config layers found");
    }
    if (layer.name.type === "project") {
      const folder = layer.name.dotCodexFolder.replace(/\/?\.codex$/, "");
      if (lastProject !== undefined && !`${folder}/`.startsWith(`${lastProject}/`)) {
        throw new ConfigError("layer_order", "project layers are not ordered from root to cwd");
      }
      lastProject = folder;
    }
  });
}
