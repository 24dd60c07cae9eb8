import { compareBytes } from "./derived.ts";
import { PermissionsError } from "./errors.ts";
import { hasGlobCharacters } from "./glob.ts";
import { absolutePath, isAbsolutePath, joinPath, pathFlavor, withoutDevicePrefix } from "./path.ts";
import { globEntry, pathEntry, restricted, specialEntry } from "./policy.ts";
import type { RuntimePermissions } from "./profile.ts";
import { field, type JsonObject } from "./reader.ts";
import type { FileSystemAccessMode, FileSystemSandboxEntry } from "./types.ts";

export interface CompileProfileOptions {
  /** The profile's name, for texts. */
  name: string;
  /** The policy's working directory: the base of globs below `:project_roots`. */
  cwd: string;
  home?: string | null;
  /** On macOS the sandbox enforces globs itself, so its warnings do not apply there. */
  platform?: "linux" | "macos" | "windows";
}

export interface CompiledProfile extends RuntimePermissions {
  /** What a person should know and that does not stop the run. */
  warnings: string[];
}

type Value = { access: FileSystemAccessMode } | { below: readonly [subpath: string, access: FileSystemAccessMode][] };

function refuse(message: string): never {
  throw new PermissionsError("invalid_profile", message);
}

/**
 * Compiles `[permissions.<name>]` of a configuration file (section 4.2). `table` is the parsed TOML table; keys this
 * version does not know have no effect.
 * @throws PermissionsError `invalid_profile` with the texts of section 4.1
 */
export function compileProfileTable(table: unknown, options: CompileProfileOptions): CompiledProfile {
  const profile = isTable(table) ? table : {};
  const fileSystem = field(profile, "filesystem");
  const network = field(profile, "network");
  const warnings: string[] = [];
  const entries: FileSystemSandboxEntry[] = [];
  let depth: number | undefined;
  let recognised = false;
  if (isTable(fileSystem)) {
    depth = scanDepth(field(fileSystem, "glob_scan_max_depth"));
    const keys = Object.keys(fileSystem).filter(key => key !== "glob_scan_max_depth");
    for (const key of keys.toSorted(compareBytes)) {
      recognised = true;
      const value = readValue(fileSystem[key]);
      warnings.push(...unknownTokenWarnings(key, value, options.name));
      // The `?` of a device path is no glob character.
      const spelled = pathFlavor(options.cwd) === "windows" ? withoutDevicePrefix(key) : key;
      entries.push(...compileKey(spelled, value, options));
    }
  }
  if (!recognised) {
    warnings.unshift(
      `permissions profile \`${options.name}\` defines no filesystem entries; filesystem access stays restricted`,
    );
  }
  warnings.push(...globWarnings(entries, depth, options));
  const enabled = isTable(network) && field(network, "enabled") === true;
  return { fileSystem: restricted(entries, depth), network: enabled ? "enabled" : "restricted", warnings };
}

function isTable(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function scanDepth(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const depth = typeof value === "bigint" ? Number(value) : value;
  if (depth === 0) refuse("glob_scan_max_depth must be at least 1");
  if (typeof depth !== "number" || !Number.isSafeInteger(depth) || depth < 0) {
    refuse("glob_scan_max_depth must be an integer of at least 1");
  }
  return depth;
}

function readValue(value: unknown): Value {
  if (isTable(value)) {
    const below = Object.entries(value).map(([subpath, access]) => [subpath, readAccess(access)] as const);
    return { below: below.toSorted(([left], [right]) => compareBytes(left, right)).map(([a, b]) => [a, b]) };
  }
  return { access: readAccess(value) };
}

function readAccess(value: unknown): FileSystemAccessMode {
  if (value === "read" || value === "write" || value === "none") return value;
  return refuse("data did not match any variant of untagged enum FilesystemPermissionToml");
}

function compileKey(key: string, value: Value, options: CompileProfileOptions): FileSystemSandboxEntry[] {
  if ("access" in value) return [compilePlain(key, value.access, options)];
  return value.below.map(([subpath, access]) => compileBelow(key, subpath, access, options));
}

function compilePlain(
  key: string,
  access: FileSystemAccessMode,
  options: CompileProfileOptions,
): FileSystemSandboxEntry {
  if (!hasGlobCharacters(key)) return tokenEntry(key, undefined, access) ?? pathEntry(keyPath(key, options), access);
  if (access === "none") return globEntry(keyPath(key, options));
  const folder = withoutTrailingGlobstar(key, access);
  return tokenEntry(folder, undefined, access) ?? pathEntry(keyPath(folder, options), access);
}

function compileBelow(
  key: string,
  subpath: string,
  access: FileSystemAccessMode,
  options: CompileProfileOptions,
): FileSystemSandboxEntry {
  if (subpath === ".") return tokenEntry(key, undefined, access) ?? pathEntry(keyPath(key, options), access);
  const parts = subpath.split(/[\\/]/);
  if (subpath === "" || /^[\\/]|^[A-Za-z]:/.test(subpath) || parts.includes(".") || parts.includes("..")) {
    refuse(`filesystem subpath \`${subpath}\` must be a descendant path without \`.\` or \`..\` components`);
  }
  const isProject = key === ":project_roots";
  if (hasGlobCharacters(subpath) && access === "none" && (isProject || !key.startsWith(":"))) {
    return globEntry(joinPath(isProject ? options.cwd : keyPath(key, options), subpath));
  }
  const plain = withoutTrailingGlobstar(subpath, access);
  return tokenEntry(key, plain, access) ?? pathEntry(joinPath(keyPath(key, options), plain), access);
}

/** `folder` of `folder/**`: the one pattern that may be read or written. */
function withoutTrailingGlobstar(pattern: string, access: FileSystemAccessMode): string {
  const folder = pattern.endsWith("/**") ? pattern.slice(0, -3) : pattern;
  if (hasGlobCharacters(folder)) {
    refuse(
      `filesystem glob path \`${pattern}\` only supports \`none\` access; use an exact path or trailing \`/**\` for \`${access}\` subtree access`,
    );
  }
  return folder;
}

/** The entry of a `:token`, or null when the key is an ordinary path. */
function tokenEntry(
  key: string,
  subpath: string | undefined,
  access: FileSystemAccessMode,
): FileSystemSandboxEntry | null {
  if (!key.startsWith(":")) return null;
  const rest = subpath === undefined ? {} : { subpath };
  switch (key) {
    case ":project_roots":
      return specialEntry({ kind: "project_roots", ...rest }, access);
    case ":root":
    case ":minimal":
    case ":tmpdir":
      if (subpath !== undefined) refuse(`filesystem path \`${key}\` does not support nested entries`);
      return specialEntry({ kind: key.slice(1) as "root" | "minimal" | "tmpdir" }, access);
    default:
      return specialEntry({ kind: "unknown", path: key, ...rest }, access);
  }
}

function keyPath(key: string, options: CompileProfileOptions): string {
  const flavor = pathFlavor(options.cwd);
  const isHome = key === "~" || key.startsWith("~/") || (flavor === "windows" && key.startsWith("~\\"));
  if (!isHome && !isAbsolutePath(key, flavor)) {
    refuse(`filesystem path \`${key}\` must be absolute, use \`~/...\`, or start with \`:\``);
  }
  return absolutePath(key, { base: options.cwd, home: options.home ?? null });
}

const KNOWN_TOKENS = new Set([":root", ":minimal", ":project_roots", ":tmpdir"]);

function unknownTokenWarnings(key: string, value: Value, name: string): string[] {
  if (!key.startsWith(":") || KNOWN_TOKENS.has(key)) return [];
  const where = `permissions profile \`${name}\`: filesystem path \`${key}\``;
  if ("access" in value) return [`${where} is not recognized by this version and will be ignored`];
  return value.below.map(([subpath]) =>
    subpath === "."
      ? `${where} is not recognized by this version and will be ignored`
      : `${where} with nested entry \`${subpath}\` is not recognized by this version and will be ignored`,
  );
}

function globWarnings(
  entries: readonly FileSystemSandboxEntry[],
  depth: number | undefined,
  options: CompileProfileOptions,
): string[] {
  if (options.platform === "macos" || depth !== undefined) return [];
  return entries.flatMap(({ path }) =>
    path.type === "glob_pattern" && path.pattern.includes("**")
      ? [
          `permissions profile \`${options.name}\`: the pattern \`${path.pattern}\` is enforced by scanning; set \`glob_scan_max_depth\` or list the paths`,
        ]
      : [],
  );
}
