import nodePath from "node:path";
import { osErrorText } from "@codex-ts/protocol/os-errors";
import type { ConfigFs } from "../fs.ts";
import { agents } from "../keys/agent.ts";
import { decodeTold, TypeMismatch } from "../keys/decode.ts";
import { byBytes } from "../layers/fingerprint.ts";
import { absolutePath } from "../layers/home.ts";
import type { LayerStack } from "../layers/stack.ts";
import { type ConfigLayer, layerFolder } from "../layers/types.ts";
import { getOwn, setOwn, type TomlTable } from "../toml/value.ts";
import type { ConfigWarning } from "../warnings.ts";
import { Reader } from "./read.ts";
import { filledText, findRoleFiles, MalformedRole, nicknamesOf, readRoleFile } from "./role-files.ts";
import type { AgentRole } from "./types.ts";

/** A role of one layer, and where a warning about it points. */
interface Found {
  name: string;
  role: AgentRole;
  at: Pick<ConfigWarning, "keyPath" | "file">;
}

/**
 * The roles of all layers, lowest first: in each those of `[agents.<role>]`, then the files in `agents/` beside its
 * config.toml. A role of a higher layer replaces one of the same name and takes over what it leaves open. A role with a
 * mistake is left out, with a warning that names it.
 * @throws ConfigError when an `agents` folder cannot be listed
 */
export function readAgentRoles(stack: LayerStack, fs: ConfigFs, warnings: ConfigWarning[]): Record<string, AgentRole> {
  const roles: Record<string, AgentRole> = {};
  for (const layer of stack.layers) {
    if (layer.disabledReason !== undefined) continue;
    for (const { name, role, at } of rolesOfLayer(layer, stack, fs, warnings)) {
      const lower = getOwn(roles, name);
      const merged = {
        description: role.description ?? lower?.description ?? null,
        configFile: role.configFile ?? lower?.configFile ?? null,
        nicknameCandidates: role.nicknameCandidates ?? lower?.nicknameCandidates ?? null,
      };
      if (merged.description !== null) setOwn(roles, name, merged);
      else warn(warnings, `agent role \`${name}\` must define a description`, at);
    }
  }
  return roles;
}

function warn(warnings: ConfigWarning[], message: string, at: Found["at"]): void {
  warnings.push({ code: "agent_role", ...at, message: `Ignoring malformed agent role definition: ${message}` });
}

function rolesOfLayer(layer: ConfigLayer, stack: LayerStack, fs: ConfigFs, warnings: ConfigWarning[]): Found[] {
  const roles = new Map<string, Found>();
  const attempt = (at: Found["at"], read: () => void): void => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof MalformedRole)) throw error;
      warn(warnings, error.message, at);
    }
  };
  const add = (found: Found): void => {
    if (roles.has(found.name)) throw duplicate(found.name, "declared in the same config layer");
    roles.set(found.name, found);
  };
  const ofTables = new Set<string>();
  for (const [declared, table] of declaredRoles(layer, stack, warnings)) {
    const at = { keyPath: `agents.${declared}` };
    attempt(at, () => {
      const found = declaredRole(declared, table, fs);
      if (found.role.configFile !== null) ofTables.add(found.role.configFile);
      add({ ...found, at });
    });
  }
  const folder = layerFolder(layer);
  if (folder === null) return sorted(roles);
  // The files are compared with each other before they are with the tables.
  const agentsFolder = nodePath.join(folder, "agents");
  const discovered = new Map<string, Found>();
  for (const file of findRoleFiles(agentsFolder, fs)) {
    if (ofTables.has(file)) continue;
    attempt({ file }, () => {
      const { name, description, nicknames } = readRoleFile(file, null, fs);
      if (discovered.has(name)) throw duplicate(name, `discovered in ${agentsFolder}`);
      discovered.set(name, {
        name,
        role: { description, configFile: file, nicknameCandidates: nicknames },
        at: { file },
      });
    });
  }
  for (const found of discovered.values()) attempt(found.at, () => add(found));
  return sorted(roles);
}

function duplicate(name: string, place: string): MalformedRole {
  return new MalformedRole(`duplicate agent role name \`${name}\` ${place}`);
}

function sorted(roles: ReadonlyMap<string, Found>): Found[] {
  return [...roles.values()].sort((a, b) => byBytes(a.name, b.name));
}

/** The `[agents.<role>]` of one layer, sorted. Its own mistakes hide them, also where a higher layer is right. */
function declaredRoles(layer: ConfigLayer, stack: LayerStack, warnings: ConfigWarning[]): [string, Reader][] {
  const written = getOwn(layer.config, "agents");
  if (written === undefined) return [];
  const base = layerFolder(layer) ?? stack.project?.cwd ?? stack.codexHome;
  const resolvePath = (path: string): string => absolutePath(path, base, stack.home);
  try {
    const table = new Reader(decodeTold(agents, written, [], { resolvePath }) as TomlTable);
    return table
      .entries()
      .filter(([name]) => !isSetting(name))
      .sort(([a], [b]) => byBytes(a, b));
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    const path = error.shown.length > 0 ? `in \`${error.shown.join(".")}\`\n` : "";
    const file = layer.file === undefined ? {} : { file: layer.file };
    warn(warnings, `${error.message}\n${path}`, { keyPath: "agents", ...file });
    return [];
  }
}

function isSetting(name: string): boolean {
  return Object.entries(agents.fields).some(([field, { aliases }]) => field === name || aliases?.includes(name));
}

/** A role of a table: what its file says comes before what the table says. */
function declaredRole(declared: string, role: Reader, fs: ConfigFs): Omit<Found, "at"> {
  const place = `agents.${declared}`;
  const configFile = role.string("config_file");
  if (configFile !== null) mustBeFile(configFile, place, fs);
  const description = filledText(role, "description", place);
  const nicknames = nicknamesOf(role, place);
  const file = configFile === null ? null : readRoleFile(configFile, declared, fs);
  return {
    name: file?.name ?? declared,
    role: {
      description: file?.description ?? description,
      configFile,
      nicknameCandidates: file?.nicknames ?? nicknames,
    },
  };
}

function mustBeFile(file: string, place: string, fs: ConfigFs): void {
  let kind: string | undefined;
  let why = "No such file or directory (os error 2)";
  try {
    kind = fs.stat(file)?.kind;
  } catch (error) {
    why = osErrorText(error);
  }
  if (kind === undefined) {
    throw new MalformedRole(`${place}.config_file must point to an existing file at ${file}: ${why}`);
  }
  if (kind !== "file") throw new MalformedRole(`${place}.config_file must point to a file: ${file}`);
}
