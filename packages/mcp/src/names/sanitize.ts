import { createHash } from "node:crypto";

/** Longest name of a tool that model servers take, namespace and name together. */
export const MAX_TOOL_NAME_LENGTH = 64;

/** Length of what `hashSuffix` gives. */
export const HASH_SUFFIX_LENGTH = 13;

/** Every character that a tool's name may not have becomes `_`, one for each Unicode scalar. An empty name becomes `_`. */
export function sanitizeName(name: string): string {
  return name === "" ? "_" : name.replaceAll(/[^A-Za-z0-9_]/gu, "_");
}

/** `_` and 12 hexadecimal digits that tell one identity from another. */
export function hashSuffix(identity: string): string {
  return `_${createHash("sha1")
    .update(identity)
    .digest("hex")
    .slice(0, HASH_SUFFIX_LENGTH - 1)}`;
}

/** Lower-case letters and digits, everything else `_`; what an app is called in names. */
export function slug(name: string): string {
  const plain = name
    .replaceAll(/[^A-Za-z0-9]/gu, "_")
    .toLowerCase()
    .replaceAll(/^_+|_+$/g, "");
  return plain === "" ? "app" : plain;
}
