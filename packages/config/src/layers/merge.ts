import { getOwn, isTable, setOwn, type TomlTable, type TomlValue } from "../toml/value.ts";
import type { ConfigLayer, LayerMetadata } from "./types.ts";

/** Older key names in a table (by its dotted path), and what they are called now. */
const KEY_ALIASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  memories: { no_memories_if_mcp_or_web_search: "disable_on_external_context" },
  agents: { max_concurrent_threads_per_session: "max_threads" },
};

/** The table with older key names replaced; where both names stand, the current one wins. */
export function withoutAliases(table: TomlTable): TomlTable {
  let out = table;
  for (const [path, aliases] of Object.entries(KEY_ALIASES)) {
    const inner = getOwn(table, path);
    if (!isTable(inner) || !Object.keys(aliases).some(alias => Object.hasOwn(inner, alias))) continue;
    const renamed: TomlTable = {};
    for (const key of Object.keys(inner)) {
      const name = getOwn(aliases, key) ?? key;
      if (name === key || !Object.hasOwn(inner, name)) setOwn(renamed, name, inner[key] as TomlValue);
    }
    if (out === table) out = { ...table };
    out[path] = renamed;
  }
  return out;
}

/** Merges `over` onto `base`: tables key by key, everything else replaced whole. Neither input is changed. */
export function mergeTables(base: TomlTable, over: TomlTable): TomlTable {
  return mergePlain(withoutAliases(base), withoutAliases(over));
}

function mergePlain(base: TomlTable, over: TomlTable): TomlTable {
  const out: TomlTable = {};
  for (const key of Object.keys(base)) setOwn(out, key, base[key] as TomlValue);
  for (const key of Object.keys(over)) {
    const below = getOwn(base, key);
    const above = over[key] as TomlValue;
    setOwn(out, key, isTable(below) && isTable(above) ? mergePlain(below, above) : above);
  }
  return out;
}

/** The layers that take part, merged low to high as `mergeTables` does, without a copy of everything at each step. */
export function mergeLayers(layers: readonly ConfigLayer[]): TomlTable {
  const out: TomlTable = {};
  const own = new Set<TomlTable>([out]);
  for (const layer of layers) {
    if (layer.disabledReason === undefined) mergeInto(out, withoutAliases(layer.config), own);
  }
  return out;
}

/** Tables in `own` were made here and may be changed; all others belong to layers. */
function mergeInto(out: TomlTable, over: TomlTable, own: Set<TomlTable>): void {
  for (const key of Object.keys(over)) {
    const above = over[key] as TomlValue;
    let below = isTable(above) ? getOwn(out, key) : undefined;
    if (!isTable(above) || !isTable(below)) {
      setOwn(out, key, above);
      continue;
    }
    if (!own.has(below)) {
      below = { ...below };
      own.add(below);
      setOwn(out, key, below);
    }
    mergeInto(below, above, own);
  }
}

/** Dotted path of every leaf to the layer that set it last. Array elements are leaves by index. */
export function collectOrigins(layers: readonly ConfigLayer[]): Record<string, LayerMetadata> {
  const origins: Record<string, LayerMetadata> = {};
  for (const layer of layers) {
    if (layer.disabledReason !== undefined) continue;
    const metadata: LayerMetadata = { name: layer.name, version: layer.version };
    recordLeaves(withoutAliases(layer.config), null, metadata, origins);
  }
  return origins;
}

function recordLeaves(
  value: TomlValue,
  path: string | null,
  metadata: LayerMetadata,
  origins: Record<string, LayerMetadata>,
): void {
  const below = (step: string | number): string => (path === null ? String(step) : `${path}.${step}`);
  if (Array.isArray(value)) {
    value.forEach((item, index) => recordLeaves(item, below(index), metadata, origins));
  } else if (isTable(value)) {
    for (const key of Object.keys(value)) {
      recordLeaves(value[key] as TomlValue, below(key), metadata, origins);
    }
  } else {
    setOwn(origins, path ?? "", metadata);
  }
}
