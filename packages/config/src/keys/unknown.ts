import { FEATURES } from "../features/registry.ts";
import type { ConfigLayer } from "../layers/types.ts";
import { Locator } from "../toml/locate.ts";
import { isTable, type TomlTable, type TomlValue } from "../toml/value.ts";
import type { ConfigWarning } from "../warnings.ts";
import { features as featuresTable } from "./agent.ts";
import { fieldNamed } from "./decode.ts";
import { nearestName } from "./nearest.ts";
import { configKeys } from "./root.ts";
import type { KeyType, TableType } from "./types.ts";

/** More than these are summed up: a file of some other program should not flood the screen. */
const MOST = 20;

/**
 * Keys that nothing reads, each with the key that was probably meant. The loader ignores such keys, so this is for
 * people: start-up messages, `config explain`, diagnostics.
 */
export function findUnknownKeys(layers: readonly ConfigLayer[]): ConfigWarning[] {
  return layers.flatMap(layer => (layer.disabledReason === undefined ? unknownIn(layer) : []));
}

function unknownIn(layer: ConfigLayer): ConfigWarning[] {
  const found: { path: (string | number)[]; known: string[] }[] = [];
  walk(configKeys, layer.config, [], (path, known) => found.push({ path, known }));
  const locator = layer.text === undefined ? undefined : new Locator(layer.text);
  const where = layer.file ?? "the -c overrides";
  const warnings = found.slice(0, MOST).map(({ path, known }): ConfigWarning => {
    const range = locator?.locate(path) ?? undefined;
    const name = String(path.at(-1));
    const meant = nearestName(name, known);
    const at =
      layer.file === undefined
        ? where
        : range === undefined
          ? where
          : `${where}:${range.start.line}:${range.start.column}`;
    const hint = meant === undefined ? "" : ` Did you mean \`${[...path.slice(0, -1), meant].join(".")}\`?`;
    return {
      code: "unknown_key",
      keyPath: path.join("."),
      message: `Unknown key \`${path.join(".")}\` in ${at} is ignored.${hint}`,
      ...(layer.file === undefined ? {} : { file: layer.file }),
      ...(range === undefined ? {} : { range }),
    };
  });
  if (found.length > MOST) {
    warnings.push({
      code: "unknown_key",
      message: `${found.length - MOST} more unknown keys in ${where} are ignored.`,
    });
  }
  return warnings;
}

type Report = (path: (string | number)[], known: string[]) => void;

function walk(type: KeyType, value: TomlValue, path: (string | number)[], report: Report): void {
  switch (type.kind) {
    case "table":
      if (isTable(value)) walkTable(type, value, path, report);
      return;
    case "map":
      if (isTable(value))
        for (const name of Object.keys(value)) walk(type.of, value[name] as TomlValue, [...path, name], report);
      return;
    case "list":
      if (Array.isArray(value)) value.forEach((item, at) => walk(type.of, item, [...path, at], report));
      return;
    case "union": {
      const table = type.options.find(option => option.kind === "table" || option.kind === "map");
      if (table !== undefined && isTable(value)) walk(table, value, path, report);
      return;
    }
    case "variants":
      if (isTable(value)) {
        for (const name of Object.keys(value)) {
          const inner = type.tables[name];
          if (inner !== undefined) walk(inner, value[name] as TomlValue, [...path, name], report);
        }
      }
      return;
    case "tagged": {
      const tag = isTable(value) ? value[type.tag] : undefined;
      const variant = typeof tag === "string" ? type.variants[tag] : undefined;
      if (variant === undefined || !isTable(value)) return;
      const { [type.tag]: _, ...rest } = value;
      walkTable(variant, rest, path, report);
      return;
    }
    default:
  }
}

function walkTable(type: TableType, value: TomlTable, path: (string | number)[], report: Report): void {
  for (const name of Object.keys(value)) {
    const item = value[name] as TomlValue;
    const field = fieldNamed(type, name);
    if (field !== undefined) walk(field.type, item, [...path, name], report);
    else if (type.name === featuresTable.name) checkFeature(name, path, report);
    else if (type.rest !== undefined) walk(type.rest, item, [...path, name], report);
    else report([...path, name], knownNames(type));
  }
}

function knownNames(type: TableType): string[] {
  return Object.entries(type.fields).flatMap(([name, field]) => (field.hidden === true ? [] : [name]));
}

function checkFeature(name: string, path: (string | number)[], report: Report): void {
  const known = FEATURES.some(feature => feature.key === name || feature.aliases?.includes(name) === true);
  if (!known)
    report(
      [...path, name],
      FEATURES.map(feature => feature.key),
    );
}
