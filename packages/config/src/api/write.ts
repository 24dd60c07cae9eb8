import nodePath from "node:path";
import { ConfigEdits, withConfigLock } from "../edits/config-edits.ts";
import { writeTarget } from "../edits/file.ts";
import type { LockOptions } from "../edits/lock.ts";
import { ConfigError } from "../errors.ts";
import { resolveFeatures } from "../features/resolve.ts";
import { absolutePaths, decode, decodeTold, keepPaths, RelativePath, TypeMismatch } from "../keys/decode.ts";
import { configKeys } from "../keys/root.ts";

import { loadLayersNow, type LoadLayersOptions } from "../layers/load.ts";
import { mergeTables } from "../layers/merge.ts";
import { makeLayer } from "../layers/read.ts";
import { LayerStack, mismatchError } from "../layers/stack.ts";
import { type ConfigLayer, describeSource, type LayerMetadata } from "../layers/types.ts";
import type { Requirements } from "../requirements/types.ts";
import { loadTomlReader, parseToml } from "../toml/parse.ts";
import {
  cloneValue,
  fromJson,
  getOwn,
  getPath,
  isTable,
  type JsonValue,
  type NumberTexts,
  sameValue,
  setPath,
  type TomlTable,
  toJson,
  type TomlValue,
} from "../toml/value.ts";
import { worded } from "./answer.ts";
import { refusePinnedFeatures } from "./pins.ts";

export type ConfigWriteErrorCode =
  | "configLayerReadonly"
  | "configVersionConflict"
  | "configValidationError"
  | "configPathNotFound"
  | "configSchemaUnknownKey"
  | "userLayerNotFound";

/** Why a write of the config API was refused; `writeCode` goes to the client as `config_write_error_code`. */
export class ConfigWriteError extends ConfigError {
  override readonly name = "ConfigWriteError";
  readonly writeCode: ConfigWriteErrorCode;
  constructor(writeCode: ConfigWriteErrorCode, reason: string, cause?: unknown) {
    super(
      writeCode === "configVersionConflict" ? "conflict" : "edit_refused",
      reason,
      cause === undefined ? {} : { cause },
    );
    this.writeCode = writeCode;
  }
}

export interface ConfigEdit {
  keyPath: string;
  /** Null clears. */
  value: JsonValue;
  mergeStrategy: "replace" | "upsert";
}

export interface ConfigWriteRequest {
  edits: readonly ConfigEdit[];
  /** Must be the user's config.toml. */
  filePath?: string | null;
  /** The version that the client read; another one means that somebody wrote in between. */
  expectedVersion?: string | null;
  /** How numbers of the edits were written, where a double does not tell; an edit's own value has the key `value`. */
  numbers?: NumberTexts;
}

export interface ConfigWriteResponse {
  status: "ok" | "okOverridden";
  version: string;
  filePath: string;
  overriddenMetadata: { message: string; overridingLayer: LayerMetadata; effectiveValue: JsonValue } | null;
}

/**
 * Does a `config/value/write` or `config/batchWrite`: all edits or none, checked against types, pins and the settings
 * that result, then written at once.
 * @throws ConfigWriteError with the client's code; ConfigError for files that cannot be read
 */
export async function writeConfig(
  request: ConfigWriteRequest,
  load: LoadLayersOptions,
  options: LockOptions = {},
): Promise<ConfigWriteResponse> {
  await loadTomlReader();
  const file = nodePath.join(load.codexHome, "config.toml");
  if (request.filePath !== undefined && request.filePath !== null && !sameFile(request.filePath, file)) {
    throw new ConfigWriteError("configLayerReadonly", "Only writes to the user config are allowed");
  }
  const target = writeTarget(file);
  return withConfigLock(target, () => writeLocked(request, { ...load, cwd: null }, target), options);
}

function sameFile(given: string, file: string): boolean {
  if (!nodePath.isAbsolute(given)) return false;
  return nodePath.normalize(given) === file || writeTarget(nodePath.normalize(given)) === writeTarget(file);
}

function writeLocked(request: ConfigWriteRequest, load: LoadLayersOptions, target: string): ConfigWriteResponse {
  const stack = layersOf(load);
  const before = stack.userLayer;
  if (
    request.expectedVersion !== undefined &&
    request.expectedVersion !== null &&
    request.expectedVersion !== before.version
  ) {
    throw new ConfigWriteError(
      "configVersionConflict",
      "Configuration was modified since last read. Fetch latest version and retry.",
    );
  }
  const file = nodePath.join(load.codexHome, "config.toml");
  const raw = parseToml(before.text ?? "", file);
  const wanted = cloneValue(raw);
  const edits = new ConfigEdits(load.codexHome);
  const paths: string[][] = [];
  for (const edit of request.edits) {
    paths.push(applyEdit(wanted, edit, edits, request.numbers));
  }
  const after = makeLayer({
    name: before.name,
    raw: wanted,
    base: nodePath.dirname(file),
    home: stack.home,
    file,
  }).layer;
  const next = new LayerStack({
    layers: stack.layers.map(layer => (layer === before ? after : layer)),
    requirements: stack.requirements,
    project: stack.project,
    codexHome: stack.codexHome,
    home: stack.home,
    warnings: [],
  });
  try {
    edits.preview(before.text ?? "", file);
    validate(paths, wanted, raw, after, next, load.platform ?? process.platform);
    edits.applyNow(load.fs, target);
  } catch (error) {
    if (error instanceof ConfigError && error.code === "edit_refused") {
      throw new ConfigWriteError("configValidationError", error.reason, error);
    }
    throw error;
  }
  const overridden = paths.map(path => overriddenBy(path, after, next)).find(found => found !== null) ?? null;
  return {
    status: overridden === null ? "ok" : "okOverridden",
    version: after.version,
    filePath: file,
    overriddenMetadata: overridden,
  };
}

function layersOf(load: LoadLayersOptions): LayerStack {
  try {
    return loadLayersNow(load);
  } catch (error) {
    return worded("failed to load configuration: ")(error);
  }
}

function applyEdit(wanted: TomlTable, edit: ConfigEdit, edits: ConfigEdits, numbers?: NumberTexts): string[] {
  if (edit.keyPath.trim() === "") throw new ConfigWriteError("configValidationError", "keyPath must not be empty");
  const path = edit.keyPath.split(".");
  if (edit.value === null) {
    const parent = path.length === 1 ? wanted : getPath(wanted, path.slice(0, -1));
    if (!isTable(parent)) throw new ConfigWriteError("configPathNotFound", "Path not found");
    delete parent[path.at(-1) as string];
    edits.clear(path);
    return path;
  }
  if (holdsNull(edit.value)) {
    const reason = "invalid value: invalid type: null, expected any valid TOML value";
    throw new ConfigWriteError("configValidationError", reason);
  }
  const parent = path.length === 1 ? wanted : getPath(wanted, path.slice(0, -1));
  if (parent !== undefined && !isTable(parent)) {
    throw new ConfigWriteError("configValidationError", "cannot set value on non-table parent");
  }
  const given = fromJson(edit.value, numbers, numbers?.get(edit)?.get("value"));
  const present = getPath(wanted, path);
  const value: TomlValue =
    edit.mergeStrategy === "upsert" && isTable(present) && isTable(given) ? mergeTables(present, given) : given;
  setPath(wanted, path, value);
  if (edit.mergeStrategy === "upsert" && isTable(present) && isTable(given)) setLeaves(edits, path, given, present);
  else edits.set(path, value);
  return path;
}

/** TOML has no null: one inside a list or a table cannot be written. */
function holdsNull(value: JsonValue): boolean {
  if (typeof value !== "object") return false;
  return value === null || Object.values(value).some(holdsNull);
}

/** An upsert touches only the keys that it names; a table that names none takes nothing from the one that is there. */
function setLeaves(edits: ConfigEdits, path: readonly string[], value: TomlTable, present: TomlTable): void {
  for (const key of Object.keys(value)) {
    const item = value[key] as TomlValue;
    const old = getOwn(present, key);
    if (isTable(item) && (isTable(old) || Object.keys(item).length > 0)) {
      setLeaves(edits, [...path, key], item, isTable(old) ? old : {});
    } else edits.set([...path, key], item);
  }
}

/** With the base alone and with each profile, what is pinned must hold together with what follows from it. */
function keepPins(base: TomlTable, { features: pins }: Requirements, platform: NodeJS.Platform): void {
  if (pins === undefined) return;
  resolveFeatures({ base, pins, platform });
  const profiles = getPath(base, ["profiles"]);
  for (const [name, profile] of isTable(profiles) ? Object.entries(profiles) : []) {
    try {
      if (isTable(profile)) resolveFeatures({ base, profile, pins, platform });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const reason = `invalid feature configuration for profile \`${name}\`: ${error.reason}`;
      throw new ConfigError(error.code, reason, { cause: error });
    }
  }
}

/** A client's paths are absolute: what it writes stands beside no file that a relative one could be beside. */
function refuseRelativePaths(paths: readonly (readonly string[])[], wanted: TomlTable): void {
  for (const path of paths) {
    const value = getPath(wanted, path);
    if (value === undefined) continue;
    const alone: TomlTable = {};
    setPath(alone, path, value);
    try {
      decode(configKeys, alone, [], absolutePaths);
    } catch (error) {
      // What else is wrong with it is found where it stands.
      if (error instanceof RelativePath || !(error instanceof TypeMismatch)) throw error;
    }
  }
}

function validate(
  paths: readonly (readonly string[])[],
  wanted: TomlTable,
  raw: TomlTable,
  after: ConfigLayer,
  next: LayerStack,
  platform: NodeJS.Platform,
): void {
  const refuse = (error: unknown): unknown => {
    const inner = error instanceof TypeMismatch ? mismatchError(error) : error;
    if (!(inner instanceof ConfigError)) return error;
    const where = inner.keyPath === undefined ? "" : `\nin \`${inner.keyPath}\`\n`;
    return new ConfigWriteError("configValidationError", `Invalid configuration: ${inner.reason}${where}`, inner);
  };
  try {
    refuseRelativePaths(paths, wanted);
    decodeTold(configKeys, after.config, [], keepPaths);
    refusePinnedFeatures(wanted, raw, next.requirements);
    keepPins(after.config, next.requirements, platform);
    const mistake = next.mistake();
    if (mistake !== null) throw mistake;
  } catch (error) {
    throw refuse(error);
  }
}

/** The uppermost layer that says something at the path, when what holds there is not what the user's layer says. */
function overriddenBy(
  path: readonly string[],
  user: ConfigLayer,
  stack: LayerStack,
): ConfigWriteResponse["overriddenMetadata"] {
  const mine = getPath(user.config, path);
  const effective = getPath(stack.merged, path);
  if (sameValue(mine, effective)) return null;
  const hiding = stack.layers.findLast(
    layer => layer.disabledReason === undefined && getPath(layer.config, path) !== undefined,
  );
  if (hiding === undefined) return null;
  return {
    message: `Overridden by ${overridingName(hiding)}`,
    overridingLayer: { name: hiding.name, version: hiding.version },
    effectiveValue: effective === undefined ? null : toJson(effective),
  };
}

function overridingName(layer: ConfigLayer): string {
  return layer.name.type === "system" ? `managed config (system): ${layer.name.file}` : describeSource(layer.name);
}
