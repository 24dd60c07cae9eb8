import { absolutePath } from "./path.ts";
import {
  field,
  optional,
  readArray,
  readBoolean,
  readObject,
  readString,
  readVariant,
  requiredField,
} from "./reader.ts";
import type { JsonObject } from "./reader.ts";
import type { ReadOnlyAccess, SandboxPolicy } from "./types.ts";
import type { DecodeOptions } from "./wire-core.ts";

/**
 * Reads a legacy policy in its core spelling (rollouts); missing fields take their defaults (section 1.6).
 * @throws PermissionsError `invalid_shape`, `relative_path`
 */
export function decodeSandboxPolicy(value: unknown, options: DecodeOptions = {}): SandboxPolicy {
  const object = readObject(value, "a sandbox policy");
  const flag = (name: string): boolean =>
    optional(field(object, name), found => readBoolean(found, "a boolean")) ?? false;
  switch (
    readVariant(requiredField(object, "type"), [
      "danger-full-access",
      "read-only",
      "external-sandbox",
      "workspace-write",
    ])
  ) {
    case "danger-full-access":
      return { type: "danger-full-access" };
    case "read-only":
      return {
        type: "read-only",
        access: decodeReadAccess(field(object, "access"), options),
        network_access: flag("network_access"),
      };
    case "external-sandbox":
      return {
        type: "external-sandbox",
        network_access:
          optional(field(object, "network_access"), found => readVariant(found, ["restricted", "enabled"])) ??
          "restricted",
      };
    case "workspace-write":
      return {
        type: "workspace-write",
        writable_roots: decodePaths(field(object, "writable_roots"), options),
        read_only_access: decodeReadAccess(field(object, "read_only_access"), options),
        network_access: flag("network_access"),
        exclude_tmpdir_env_var: flag("exclude_tmpdir_env_var"),
        exclude_slash_tmp: flag("exclude_slash_tmp"),
      };
  }
}

function decodePaths(value: unknown, options: DecodeOptions): string[] {
  return (
    optional(value, list =>
      readArray(list, "a sequence of paths", path => absolutePath(readString(path, "a path"), options)),
    ) ?? []
  );
}

function decodeReadAccess(value: unknown, options: DecodeOptions): ReadOnlyAccess {
  if (value === undefined) return { type: "full-access" };
  const object = readObject(value, "a read access");
  if (readVariant(requiredField(object, "type"), ["full-access", "restricted"]) === "full-access") {
    return { type: "full-access" };
  }
  const defaults = optional(field(object, "include_platform_defaults"), found => readBoolean(found, "a boolean"));
  return {
    type: "restricted",
    include_platform_defaults: defaults ?? true,
    readable_roots: decodePaths(field(object, "readable_roots"), options),
  };
}

/** A legacy policy as core JSON, with the fields the reference leaves out left out. */
export function encodeSandboxPolicy(policy: SandboxPolicy): JsonObject {
  switch (policy.type) {
    case "danger-full-access":
      return { type: policy.type };
    case "external-sandbox":
      return { type: policy.type, network_access: policy.network_access ?? "restricted" };
    case "read-only":
      return {
        type: policy.type,
        ...encodeReadAccess("access", policy.access),
        ...(policy.network_access === true ? { network_access: true } : {}),
      };
    case "workspace-write":
      return {
        type: policy.type,
        ...((policy.writable_roots ?? []).length === 0 ? {} : { writable_roots: policy.writable_roots }),
        ...encodeReadAccess("read_only_access", policy.read_only_access),
        network_access: policy.network_access ?? false,
        exclude_tmpdir_env_var: policy.exclude_tmpdir_env_var ?? false,
        exclude_slash_tmp: policy.exclude_slash_tmp ?? false,
      };
  }
}

function encodeReadAccess(name: string, access: ReadOnlyAccess | undefined): JsonObject {
  if (access === undefined || access.type === "full-access") return {};
  return {
    [name]: {
      type: access.type,
      include_platform_defaults: access.include_platform_defaults ?? true,
      ...((access.readable_roots ?? []).length === 0 ? {} : { readable_roots: access.readable_roots }),
    },
  };
}
