import nodePath from "node:path";
import { ConfigError, tomlErrorText } from "../errors.ts";
import { errorCode, osErrorText } from "@codex-ts/protocol/os-errors";
import type { ConfigFs } from "../fs.ts";
import { decodeTold, fieldNamed, keepPaths, TypeMismatch } from "../keys/decode.ts";
import { configKeys } from "../keys/root.ts";
import { key, list, table, text } from "../keys/types.ts";
import { byBytes } from "../layers/fingerprint.ts";
import { statOrNull } from "../layers/project.ts";
import { utf8Mistake } from "../layers/read.ts";
import { parseToml } from "../toml/parse.ts";
import { setOwn, type TomlTable, type TomlValue } from "../toml/value.ts";
import { Reader } from "./read.ts";

/** What a role's file says about the role itself; the rest of it are settings. */
const ownKeys = table("RawAgentRoleFileToml", {
  name: key(text, "Name of the role."),
  description: key(text, "What the role is for."),
  nickname_candidates: key(list(text), "Names to call such agents."),
});

/** A role that is left out, and why. */
export class MalformedRole extends Error {}

export interface RoleFile {
  name: string;
  description: string | null;
  nicknames: string[] | null;
}

/**
 * Reads the file of a role.
 * @param hint the name it has in a table; a file that no table names must say its name and its instructions
 * @throws MalformedRole
 */
export function readRoleFile(file: string, hint: string | null, fs: ConfigFs): RoleFile {
  const written = parsed(file, fs);
  const role = typed(file, written);
  const description = filledText(role, "description", `agent role file ${file}`);
  const instructions = filledText(role, "developer_instructions", `agent role file at ${file}`);
  if (instructions === null && hint === null) {
    throw new MalformedRole(`agent role file at ${file} must define \`developer_instructions\``);
  }
  const name = role.words("name") ?? hint;
  if (name === null) throw new MalformedRole(`agent role file at ${file} must define a non-empty \`name\``);
  return { name, description, nicknames: nicknamesOf(role, `agent role file ${file}`) };
}

function parsed(file: string, fs: ConfigFs): TomlTable {
  let bytes: Uint8Array;
  try {
    bytes = fs.readFile(file);
  } catch (error) {
    throw new MalformedRole(osErrorText(error));
  }
  let source: string;
  try {
    source = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new MalformedRole(utf8Mistake(bytes));
  }
  try {
    return parseToml(source);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { range, sourceLine, reason } = error;
    const said = range === undefined ? reason : tomlErrorText(reason, range, sourceLine ?? "");
    throw new MalformedRole(`failed to parse agent role file at ${file}: ${said}`);
  }
}

/** The role's own keys are looked at first, then the settings, whose places are not told, then names that nothing reads. */
function typed(file: string, written: TomlTable): Reader {
  const refuse = (message: string, path: string): MalformedRole =>
    new MalformedRole(`failed to deserialize agent role file at ${file}: ${message}\n${path}`);
  const own: TomlTable = {};
  const settings: TomlTable = {};
  for (const name of Object.keys(written)) {
    const side = fieldNamed(ownKeys, name) === undefined ? settings : own;
    setOwn(side, name, written[name] as TomlValue);
  }
  try {
    decodeTold(ownKeys, own, [], keepPaths);
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    throw refuse(error.message, `in \`${error.shown.join(".")}\`\n`);
  }
  try {
    decodeTold(configKeys, settings, [], keepPaths);
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    throw refuse(error.buffered ?? error.message, "");
  }
  const unknown = Object.keys(settings)
    .filter(name => fieldNamed(configKeys, name) === undefined)
    .sort(byBytes)[0];
  if (unknown !== undefined) throw refuse(`unknown field \`${unknown}\``, "");
  return new Reader(written);
}

/** A text that may be missing, but not blank. */
export function filledText(role: Reader, name: string, place: string): string | null {
  const value = role.words(name);
  if (value === null && role.has(name)) throw new MalformedRole(`${place}.${name} cannot be blank`);
  return value;
}

export function nicknamesOf(role: Reader, place: string): string[] | null {
  const names = role.strings("nickname_candidates")?.map(name => name.trim());
  if (names === undefined) return null;
  const refuse = (why: string): MalformedRole => new MalformedRole(`${place}.nickname_candidates ${why}`);
  if (names.length === 0) throw refuse("must contain at least one name");
  if (names.includes("")) throw refuse("cannot contain blank names");
  if (new Set(names).size < names.length) throw refuse("cannot contain duplicates");
  if (!names.every(name => /^[A-Za-z0-9 _-]+$/.test(name))) {
    throw refuse("may only contain ASCII letters, digits, spaces, hyphens, and underscores");
  }
  return names;
}

/**
 * The role files in a folder, at any depth, in the order of their names; none where there is no folder. A folder that
 * links lead to again is read once, so that a loop of links ends.
 * @throws ConfigError when the folder, or one in it, cannot be listed
 */
export function findRoleFiles(folder: string, fs: ConfigFs): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  const look = (at: string, names: readonly string[]): void => {
    const real = fs.realpath(at);
    if (seen.has(real)) return;
    seen.add(real);
    for (const name of names.toSorted(byBytes)) {
      const path = nodePath.join(at, name);
      const kind = statOrNull(fs, path)?.kind;
      if (kind === "directory") look(path, namesIn(path, fs));
      else if (kind === "file" && nodePath.extname(name) === ".toml") found.push(path);
    }
  };
  const names = namesIn(folder, fs);
  if (names.length > 0) look(folder, names);
  return found;
}

function namesIn(folder: string, fs: ConfigFs): string[] {
  try {
    return fs.readDir(folder);
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return [];
    throw new ConfigError("io", osErrorText(cause), { cause });
  }
}
