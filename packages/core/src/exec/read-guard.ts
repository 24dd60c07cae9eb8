import { constants } from "node:fs";
import { type FileHandle, open, readFile, readlink } from "node:fs/promises";
import { PatchFsError } from "@codex-ts/apply-patch";
import type { nodePatchFs } from "@codex-ts/apply-patch/node";
import {
  compileAccess,
  compileReadDeny,
  containsPath,
  type PermissionContext,
  type PermissionProfile,
  profileToRuntime,
  readableRoots,
} from "@codex-ts/permissions";
import { ioErrorText } from "../tools/io-error.ts";

/** What the tools that open files themselves may read: their rules look at where a path leads, not only at its name. */
export interface ReadGuard {
  /** Whether the path, or what it leads to now, may not be read. A path that no rule covers is the caller's to judge. */
  refuses(path: string): boolean;
  /** Reads a file, unless what was really opened may not be read. Rejects with `EACCES` then. */
  read(path: string): Promise<Uint8Array>;
}

/** Nothing is refused: everything may be read, or an outer sandbox sees to it. */
const openGuard: ReadGuard = { refuses: () => false, read: path => readFile(path) };

/**
 * The rules for direct reads under a profile (spec permissions.md 5.1). Denials count for names and for places; and a name that may be read
 * does not lead to a place that may not.
 */
export function readGuard(profile: PermissionProfile, context: PermissionContext): ReadGuard {
  const { fileSystem } = profileToRuntime(profile);
  const deny = compileReadDeny(fileSystem, context);
  const roots = readableRoots(fileSystem, context).map(root => context.fs.realpath(root) ?? root);
  if (fileSystem.kind !== "restricted" || (deny === null && roots.length === 0)) return openGuard;
  const access = compileAccess(fileSystem, context);
  const refusesPlace = (named: string, place: string): boolean =>
    deny?.denies(place) === true || (access.canRead(named) && !roots.some(root => containsPath(root, place)));
  const refuses = (path: string): boolean => {
    if (deny?.denies(path) === true) return true;
    const place = context.fs.realpath(path);
    return place !== null && refusesPlace(path, place);
  };
  return {
    refuses,
    read: async path => {
      if (refuses(path)) throw permissionDenied();
      // A pipe must not keep us waiting; the place is asked of what was opened, because names may be changed meanwhile.
      const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      try {
        const place = await placeOf(handle);
        if (place !== null && (place.endsWith(" (deleted)") || refusesPlace(path, place))) throw permissionDenied();
        return await handle.readFile();
      } finally {
        await handle.close();
      }
    },
  };
}

/** Files of this machine for checking and computing patches, of which only those are read that may be. */
export function guardedReads(guard: ReadGuard): Pick<typeof nodePatchFs, "readFile"> {
  return {
    readFile: async path => {
      try {
        return await guard.read(path);
      } catch (error) {
        const missing = error instanceof Error && Reflect.get(error, "code") === "ENOENT";
        throw new PatchFsError(missing ? "not-found" : "other", ioErrorText(error));
      }
    },
  };
}

/** Where an open file is, as Linux tells it; null where nobody does. */
async function placeOf(handle: FileHandle): Promise<string | null> {
  if (process.platform !== "linux") return null;
  return await readlink(`/proc/self/fd/${handle.fd}`).catch(() => null);
}

function permissionDenied(): Error {
  return Object.assign(new Error("permission denied"), { code: "EACCES", errno: -13 });
}
