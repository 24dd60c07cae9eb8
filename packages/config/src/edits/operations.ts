import { byBytes } from "../layers/fingerprint.ts";
import { getOwn, getPath, isTable, sameValue, setPath, type TomlTable, type TomlValue } from "../toml/value.ts";
import type { McpServerConfig } from "../effective/mcp.ts";
import type { TomlDocument } from "./document.ts";
import { mcpServerTable } from "../effective/mcp-table.ts";

/** One change of the file. The paths of profile-scoped ones are relative to the profile. */
export type EditOperation =
  | { kind: "set"; path: readonly string[]; value: TomlValue }
  | { kind: "clear"; path: readonly string[] }
  | { kind: "profileSet"; path: readonly string[]; value: TomlValue }
  | { kind: "profileClear"; path: readonly string[] }
  | { kind: "mcpServers"; servers: Readonly<Record<string, McpServerConfig>> }
  | { kind: "trust"; folder: string; level: "trusted" | "untrusted" }
  | { kind: "skill"; by: "name" | "path"; id: string; enabled: boolean };

/** A text being edited and the value it means; both change together. */
export interface Draft {
  document: TomlDocument;
  table: TomlTable;
  /** Set when the text must change although the value does not (never by itself). */
  changed: boolean;
}

/** Sets a value unless it is there already. */
export function setValue(draft: Draft, path: readonly string[], value: TomlValue): void {
  if (sameValue(getPath(draft.table, path), value)) return;
  draft.document.set(path, value);
  setPath(draft.table, path, value);
  draft.changed = true;
}

/** Removes a value; nothing happens when it is not there. */
export function clearValue(draft: Draft, path: readonly string[]): void {
  const parent = path.length === 1 ? draft.table : getPath(draft.table, path.slice(0, -1));
  const last = path.at(-1);
  if (last === undefined || !isTable(parent) || !Object.hasOwn(parent, last)) return;
  draft.document.clear(path);
  delete parent[last];
  draft.changed = true;
}

/** Applies one operation. `profile` is where profile-scoped ones go; null = the top level. */
export function applyOperation(draft: Draft, operation: EditOperation, profile: string | null): void {
  const scoped = (path: readonly string[]): readonly string[] =>
    profile === null ? path : ["profiles", profile, ...path];
  switch (operation.kind) {
    case "set":
      return setValue(draft, operation.path, operation.value);
    case "clear":
      return clearValue(draft, operation.path);
    case "profileSet":
      return setValue(draft, scoped(operation.path), operation.value);
    case "profileClear":
      return clearValue(draft, scoped(operation.path));
    case "mcpServers":
      return replaceMcpServers(draft, operation.servers);
    case "trust":
      return setValue(draft, ["projects", operation.folder, "trust_level"], operation.level);
    case "skill":
      return setSkill(draft, operation);
  }
}

function replaceMcpServers(draft: Draft, servers: Readonly<Record<string, McpServerConfig>>): void {
  const wanted = Object.keys(servers).sort(byBytes);
  if (wanted.length === 0) return clearValue(draft, ["mcp_servers"]);
  const current = getOwn(draft.table, "mcp_servers");
  for (const name of isTable(current) ? Object.keys(current) : []) {
    if (!Object.hasOwn(servers, name)) clearValue(draft, ["mcp_servers", name]);
  }
  for (const name of wanted) {
    const path = ["mcp_servers", name];
    const table = mcpServerTable(servers[name] as McpServerConfig);
    if (sameValue(getPath(draft.table, path), table)) continue;
    draft.document.replaceTable(path, table);
    setPath(draft.table, path, table);
    draft.changed = true;
  }
}

/** `[[skills.config]]`: an entry only for what is switched off. */
function setSkill(draft: Draft, { by, id, enabled }: Extract<EditOperation, { kind: "skill" }>): void {
  const list = getPath(draft.table, ["skills", "config"]);
  const entries = Array.isArray(list) ? list : [];
  const isIt = (entry: TomlValue): boolean => isTable(entry) && getOwn(entry, by) === id;
  const others = entries.filter(entry => !isIt(entry));
  if (enabled) {
    if (others.length === entries.length) return;
    if (others.length > 0) return setList(draft, others);
    clearValue(draft, ["skills", "config"]);
    const skills = getOwn(draft.table, "skills");
    if (isTable(skills) && Object.keys(skills).length === 0) clearValue(draft, ["skills"]);
    return;
  }
  const next = entries.map(entry => (isIt(entry) && isTable(entry) ? { ...entry, enabled: false } : entry));
  if (others.length === entries.length) next.push({ [by]: id, enabled: false });
  if (!sameValue(entries, next)) setList(draft, next);
}

function setList(draft: Draft, entries: TomlValue[]): void {
  draft.document.replaceTableArray(["skills", "config"], entries.filter(isTable));
  setPath(draft.table, ["skills", "config"], entries);
  draft.changed = true;
}
