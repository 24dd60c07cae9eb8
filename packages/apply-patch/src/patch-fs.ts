import { ApplyPatchError } from "./errors.ts";

export type PatchFileKind = "file" | "directory" | "other";

/** Why a file operation failed. `cause` is one line for people (`No such file or directory (os error 2)`). */
export class PatchFsError extends ApplyPatchError {
  readonly reason: "not-found" | "outside-root" | "other";

  constructor(reason: PatchFsError["reason"], cause: string) {
    super(reason === "outside-root" ? "outside_root" : "io", cause);
    this.name = "PatchFsError";
    this.reason = reason;
  }
}

/**
 * The file operations a patch needs. All paths are absolute. Failures are `PatchFsError`s; any other rejection is taken
 * for a failure too. `nodePatchFs` of the `./node` subpath is the ordinary implementation.
 */
export interface PatchFs {
  readFile(path: string): Promise<Uint8Array>;
  /** Replaces the file's bytes, through a symlink if the path is one; an existing file keeps its mode. */
  writeFile(path: string, bytes: Uint8Array): Promise<void>;
  createDirectories(path: string): Promise<void>;
  /** Removes a file or a link, never a folder. */
  removeFile(path: string): Promise<void>;
  /** The kind of what the path leads to, links followed; null when that does not exist. */
  kind(path: string): Promise<PatchFileKind | null>;
}

/** What confinement needs beside the operations themselves. */
export interface RealPathFs extends PatchFs {
  /** The path with all links resolved; null when it does not exist. */
  realpath(path: string): Promise<string | null>;
  /** Whether the path itself is a link, wherever it leads. */
  isLink(path: string): Promise<boolean>;
}
