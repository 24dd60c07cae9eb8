import { absolutePath, type AbsolutePathOptions } from "./path.ts";
import { pathEntry } from "./policy.ts";
import {
  field,
  type JsonObject,
  optional,
  readArray,
  readBoolean,
  readDepth,
  readObject,
  readString,
  readVariant,
  rejectUnknownFields,
  requiredField,
} from "./reader.ts";
import type {
  AdditionalPermissionProfile,
  FileSystemPath,
  FileSystemPermissions,
  FileSystemSandboxEntry,
  FileSystemSandboxPolicy,
  FileSystemSpecialPath,
  ManagedFileSystem,
  NetworkPermissions,
  NetworkSandboxPolicy,
  PermissionProfile,
} from "./types.ts";

/** How paths of an encoded value become absolute. Tool arguments have a base; rollouts and requests have none. */
export type DecodeOptions = AbsolutePathOptions;

const NETWORK = ["restricted", "enabled"] as const;
const ACCESS = ["read", "write", "none"] as const;
const SPECIAL_KINDS = [
  "root",
  "minimal",
  "current_working_directory",
  "project_roots",
  "tmpdir",
  "slash_tmp",
  "unknown",
] as const;

/**
 * Reads a complete profile as rollouts carry it (sections 1.4 and 7.6): the tagged form, or the older form without a
 * tag, which is a managed restricted profile.
 * @throws PermissionsError `invalid_shape`, `relative_path`
 */
export function decodeProfile(value: unknown, options: DecodeOptions = {}): PermissionProfile {
  const object = readObject(value, "a permission profile");
  const type = field(object, "type");
  if (type === undefined) return decodePreTaggedProfile(object, options);
  switch (readVariant(type, ["managed", "disabled", "external"])) {
    case "disabled":
      return { type: "disabled" };
    case "external":
      return { type: "external", network: decodeNetwork(requiredField(object, "network")) };
    case "managed":
      return {
        type: "managed",
        file_system: decodeManagedFileSystem(requiredField(object, "file_system"), options),
        network: decodeNetwork(requiredField(object, "network")),
      };
  }
}

function decodePreTaggedProfile(object: JsonObject, options: DecodeOptions): PermissionProfile {
  rejectUnknownFields(object, ["network", "file_system"]);
  const network = optional(field(object, "network"), decodeNetworkPermissions);
  const fileSystem = optional(field(object, "file_system"), half => decodeFileSystemPermissions(half, options));
  return {
    type: "managed",
    file_system: { type: "restricted", ...(fileSystem ?? { entries: [] }) },
    network: network?.enabled === true ? "enabled" : "restricted",
  };
}

function decodeManagedFileSystem(value: unknown, options: DecodeOptions): ManagedFileSystem {
  const object = readObject(value, "managed file system permissions");
  if (readVariant(requiredField(object, "type"), ["restricted", "unrestricted"]) === "unrestricted") {
    return { type: "unrestricted" };
  }
  return {
    type: "restricted",
    ...withDepth({ entries: decodeEntries(requiredField(object, "entries"), options) }, object, "glob_scan_max_depth"),
  };
}

function withDepth<T extends object>(value: T, object: JsonObject, name: string): T & { glob_scan_max_depth?: number } {
  const depth = readDepth(field(object, name));
  return depth === undefined ? value : { ...value, glob_scan_max_depth: depth };
}

function decodeNetwork(value: unknown): NetworkSandboxPolicy {
  return readVariant(value, NETWORK);
}

function decodeNetworkPermissions(value: unknown): NetworkPermissions {
  const object = readObject(value, "network permissions");
  const enabled = optional(field(object, "enabled"), flag => readBoolean(flag, "a boolean"));
  return { enabled: enabled ?? null };
}

function decodeEntries(value: unknown, options: DecodeOptions): FileSystemSandboxEntry[] {
  return readArray(value, "a sequence of entries", entry => decodeEntry(entry, options));
}

/** Reads one entry; its path values are spelled alike in the core and the v2 encoding. */
export function decodeEntry(value: unknown, options: DecodeOptions): FileSystemSandboxEntry {
  const object = readObject(value, "a file system entry");
  return {
    path: decodePath(requiredField(object, "path"), options),
    access: readVariant(requiredField(object, "access"), ACCESS),
  };
}

function decodePath(value: unknown, options: DecodeOptions): FileSystemPath {
  const object = readObject(value, "a file system path");
  switch (readVariant(requiredField(object, "type"), ["path", "glob_pattern", "special"])) {
    case "path":
      return { type: "path", path: absolutePath(readString(requiredField(object, "path"), "a path"), options) };
    case "glob_pattern":
      return { type: "glob_pattern", pattern: readString(requiredField(object, "pattern"), "a pattern") };
    case "special":
      return { type: "special", value: decodeSpecial(requiredField(object, "value")) };
  }
}

function decodeSpecial(value: unknown): FileSystemSpecialPath {
  const object = readObject(value, "a special path");
  const kind = readVariant(requiredField(object, "kind"), SPECIAL_KINDS);
  if (kind !== "project_roots" && kind !== "unknown") return { kind };
  const subpath = optional(field(object, "subpath"), text => readString(text, "a subpath"));
  const rest = subpath === undefined ? {} : { subpath };
  if (kind === "project_roots") return { kind, ...rest };
  return { kind, path: readString(requiredField(object, "path"), "a token"), ...rest };
}

/**
 * Reads the file-system half of an overlay in either of its shapes (section 1.5): `entries`, or `read` and `write`
 * lists. Mixing them is an error.
 */
export function decodeFileSystemPermissions(value: unknown, options: DecodeOptions = {}): FileSystemPermissions {
  const object = readObject(value, "file system permissions");
  const isLegacy = Object.hasOwn(object, "read") || Object.hasOwn(object, "write");
  rejectUnknownFields(object, isLegacy ? ["read", "write"] : ["entries", "glob_scan_max_depth"]);
  if (!isLegacy) {
    const entries = optional(field(object, "entries"), list => decodeEntries(list, options)) ?? [];
    return withDepth({ entries }, object, "glob_scan_max_depth");
  }
  const paths = (name: "read" | "write"): FileSystemSandboxEntry[] =>
    optional(field(object, name), list =>
      readArray(list, "a sequence of paths", path =>
        pathEntry(absolutePath(readString(path, "a path"), options), name),
      ),
    ) ?? [];
  return { entries: [...paths("read"), ...paths("write")] };
}

/**
 * Reads an overlay. With `strict` (the arguments of `request_permissions`) unknown keys are an error.
 * @throws PermissionsError `invalid_shape`, `relative_path`
 */
export function decodeAdditionalPermissions(
  value: unknown,
  options: DecodeOptions & { strict?: boolean } = {},
): AdditionalPermissionProfile {
  const object = readObject(value, "additional permissions");
  if (options.strict === true) rejectUnknownFields(object, ["network", "file_system"]);
  return {
    network: optional(field(object, "network"), decodeNetworkPermissions) ?? null,
    file_system: optional(field(object, "file_system"), half => decodeFileSystemPermissions(half, options)) ?? null,
  };
}

/** Reads the file-system half of a runtime policy (rollouts, helper arguments). */
export function decodeFileSystemPolicy(value: unknown, options: DecodeOptions = {}): FileSystemSandboxPolicy {
  const object = readObject(value, "a file system policy");
  const kind = readVariant(requiredField(object, "kind"), ["restricted", "unrestricted", "external-sandbox"]);
  const entries = optional(field(object, "entries"), list => decodeEntries(list, options)) ?? [];
  const depth = optional(field(object, "glob_scan_max_depth"), count => readDepth(count));
  return {
    kind,
    ...(depth === undefined ? {} : { glob_scan_max_depth: depth }),
    ...(entries.length === 0 ? {} : { entries }),
  };
}

/** The file-system half of an overlay as core JSON: `read` and `write` lists where they can say it all. */
export function encodeFileSystemPermissions(permissions: FileSystemPermissions): JsonObject {
  const lists = asReadWriteLists(permissions);
  if (lists !== null) {
    return {
      ...(lists.read.length === 0 ? {} : { read: lists.read }),
      ...(lists.write.length === 0 ? {} : { write: lists.write }),
    };
  }
  return {
    ...(permissions.entries.length === 0 ? {} : { entries: permissions.entries }),
    ...(permissions.glob_scan_max_depth === undefined ? {} : { glob_scan_max_depth: permissions.glob_scan_max_depth }),
  };
}

/** An overlay as core JSON; both keys are always there. */
export function encodeAdditionalPermissions(permissions: AdditionalPermissionProfile): JsonObject {
  return {
    network: permissions.network,
    file_system: permissions.file_system === null ? null : encodeFileSystemPermissions(permissions.file_system),
  };
}

/** The two lists of the legacy shape, or null when some entry is special, a glob or a denial, or a depth is set. */
export function asReadWriteLists(permissions: FileSystemPermissions): { read: string[]; write: string[] } | null {
  if (permissions.glob_scan_max_depth !== undefined) return null;
  const lists = { read: [] as string[], write: [] as string[] };
  for (const { path, access } of permissions.entries) {
    if (path.type !== "path" || access === "none") return null;
    lists[access].push(path.path);
  }
  return lists;
}
