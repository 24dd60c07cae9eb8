import type { FileSystemPermissions } from "./permissions.ts";

type Fields = Record<string, unknown>;

function isMap(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether an object has no members but these. */
function hasOnly(value: Fields, names: readonly string[]): boolean {
  return Object.keys(value).every(name => names.includes(name));
}

function entriesOf(paths: unknown, access: string): readonly unknown[] {
  return Array.isArray(paths) ? paths.map((path: unknown) => ({ path: { type: "path", path }, access })) : [];
}

function isAbsentOrList(value: unknown): boolean {
  return value === undefined || value === null || Array.isArray(value);
}

/**
 * The older form of file system permissions, `{read?, write?}`, as entries; everything else as it is. An empty object
 * is the canonical form without entries; a mix of both forms is left to be refused.
 */
export function readLegacyFileSystem(value: Fields): Fields {
  if (Object.hasOwn(value, "entries")) {
    return value;
  }
  if (hasOnly(value, ["glob_scan_max_depth"])) {
    return { ...value, entries: [] };
  }
  const { read, write } = value;
  if (!hasOnly(value, ["read", "write"]) || !isAbsentOrList(read) || !isAbsentOrList(write)) {
    return value;
  }
  return { entries: [...entriesOf(read, "read"), ...entriesOf(write, "write")] };
}

/**
 * The form of permission profiles before they had a tag, `{network?, file_system?}`, as a managed profile: the network
 * is on only if it was switched on, and the file system is restricted to what was listed. Everything else as it is.
 */
export function readLegacyProfile(value: Fields): Fields {
  if (Object.hasOwn(value, "type") || !hasOnly(value, ["network", "file_system"])) {
    return value;
  }
  const { network = null, file_system: fileSystem = null } = value;
  if ((network !== null && !isMap(network)) || (fileSystem !== null && !isMap(fileSystem))) {
    return value;
  }
  const canonical = fileSystem === null ? { entries: [] } : readLegacyFileSystem(fileSystem);
  return {
    type: "managed",
    file_system: { type: "restricted", ...canonical },
    network: network?.["enabled"] === true ? "enabled" : "restricted",
  };
}

/**
 * How permissions are written: as the older `{read, write}` lists when every entry is an explicit path that may be read
 * or written and no depth is set, else as entries.
 */
export function writeFileSystemPermissions(permissions: FileSystemPermissions): Fields {
  const lists = { read: [] as string[], write: [] as string[] };
  for (const { path, access } of permissions.entries) {
    if (path.type !== "path" || access === "none") {
      return { ...permissions };
    }
    lists[access].push(path.path);
  }
  if (permissions.glob_scan_max_depth !== undefined || permissions.entries.length === 0) {
    return { ...permissions };
  }
  return {
    read: lists.read.length === 0 ? null : lists.read,
    write: lists.write.length === 0 ? null : lists.write,
  };
}
