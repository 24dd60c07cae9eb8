import { ConfigError } from "../errors.ts";
import { type ConfigFs, osErrorText } from "../fs.ts";
import { decode, keepPaths, TypeMismatch } from "../keys/decode.ts";
import { key, list, table, text } from "../keys/types.ts";
import { byBytes } from "../layers/fingerprint.ts";
import { parseToml } from "../toml/parse.ts";
import { setOwn, type TomlTable } from "../toml/value.ts";
import type { ConfigWarning } from "../warnings.ts";
import { Reader } from "./read.ts";
import type { AgentRole } from "./types.ts";

/** What a role's own file says about the role; the rest of it are settings. */
const roleFile = table("AgentRoleFile", {
  name: key(text, "Name of the role."),
  description: key(text, "What the role is for."),
  nickname_candidates: key(list(text), "Names to call such agents."),
  developer_instructions: key(text, "Extra developer message of such agents."),
});

class Malformed extends Error {}

/**
 * The roles of `[agents.<role>]`. A role's file speaks before the table: its name, its description, its nicknames. A
 * role with a mistake is left out, with a warning that names it.
 */
export function readAgentRoles(
  entries: readonly [name: string, role: Reader][],
  fs: ConfigFs,
  warnings: ConfigWarning[],
): Record<string, AgentRole> {
  const found: [declared: string, name: string, role: AgentRole][] = [];
  const warn = (declared: string, message: string): void => {
    const text = `Ignoring malformed agent role definition: ${message}`;
    warnings.push({ code: "agent_role", keyPath: `agents.${declared}`, message: text });
  };
  for (const [declared, role] of entries.toSorted(([a], [b]) => byBytes(a, b))) {
    try {
      found.push([declared, ...readRole(declared, role, fs)]);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      warn(declared, error.message);
    }
  }
  const roles: Record<string, AgentRole> = {};
  for (const [declared, name, role] of found) {
    if (role.description === null) warn(declared, `agent role \`${name}\` must define a description`);
    else setOwn(roles, name, role);
  }
  return roles;
}

function readRole(declared: string, role: Reader, fs: ConfigFs): [name: string, role: AgentRole] {
  const place = `agents.${declared}`;
  const description = described(role, "description", place);
  const configFile = role.string("config_file");
  if (configFile !== null) mustBeFile(configFile, place, fs);
  const nicknames = nicknamesOf(role, place);
  const file = configFile === null ? null : readRoleFile(configFile, fs);
  return [
    file?.name ?? declared,
    {
      description: file?.description ?? description,
      configFile,
      nicknameCandidates: file?.nicknames ?? nicknames,
    },
  ];
}

function mustBeFile(file: string, place: string, fs: ConfigFs): void {
  let kind: string | undefined;
  let why = "No such file or directory (os error 2)";
  try {
    kind = fs.stat(file)?.kind;
  } catch (error) {
    why = osErrorText(error);
  }
  if (kind === undefined) throw new Malformed(`${place}.config_file must point to an existing file at ${file}: ${why}`);
  if (kind !== "file") throw new Malformed(`${place}.config_file must point to a file: ${file}`);
}

function readRoleFile(file: string, fs: ConfigFs) {
  let read: TomlTable;
  try {
    read = parseToml(Buffer.from(fs.readFile(file)).toString("utf8"));
  } catch (error) {
    const at = error instanceof ConfigError ? error.range?.start : undefined;
    const where = at === undefined ? "" : `TOML parse error at line ${at.line}, column ${at.column}: `;
    const why = error instanceof ConfigError ? error.reason : osErrorText(error);
    throw new Malformed(`failed to parse agent role file at ${file}: ${where}${why}`);
  }
  let role: Reader;
  try {
    role = new Reader(decode(roleFile, read, [], keepPaths) as TomlTable);
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    const path = error.shown.length > 0 ? `in \`${error.shown.join(".")}\`\n` : "";
    throw new Malformed(`failed to deserialize agent role file at ${file}: ${error.message}\n${path}`);
  }
  described(role, "developer_instructions", `agent role file at ${file}`);
  return {
    name: role.words("name"),
    description: described(role, "description", `agent role file ${file}`),
    nicknames: nicknamesOf(role, `agent role file ${file}`),
  };
}

/** A text that may be missing, but not blank. */
function described(role: Reader, name: string, place: string): string | null {
  const value = role.words(name);
  if (value === null && role.has(name)) throw new Malformed(`${place}.${name} cannot be blank`);
  return value;
}

function nicknamesOf(role: Reader, place: string): string[] | null {
  const names = role.strings("nickname_candidates")?.map(name => name.trim());
  if (names === undefined) return null;
  const refuse = (why: string): Malformed => new Malformed(`${place}.nickname_candidates ${why}`);
  if (names.length === 0) throw refuse("must contain at least one name");
  if (names.includes("")) throw refuse("cannot contain blank names");
  if (new Set(names).size < names.length) throw refuse("cannot contain duplicates");
  if (!names.every(name => /^[A-Za-z0-9 _-]+$/.test(name))) {
    throw refuse("may only contain ASCII letters, digits, spaces, hyphens, and underscores");
  }
  return names;
}
