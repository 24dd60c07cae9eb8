import os from "node:os";
import { internal, invalidRequest } from "./errors.ts";

/** The operating system's own words (Node has others). */
const TEXTS: Readonly<Record<string, string>> = {
  EPERM: "Operation not permitted",
  ENOENT: "No such file or directory",
  EIO: "Input/output error",
  EACCES: "Permission denied",
  EBUSY: "Device or resource busy",
  EEXIST: "File exists",
  EXDEV: "Invalid cross-device link",
  ENOTDIR: "Not a directory",
  EISDIR: "Is a directory",
  EINVAL: "Invalid argument",
  EMFILE: "Too many open files",
  EFBIG: "File too large",
  ENOSPC: "No space left on device",
  EROFS: "Read-only file system",
  ENAMETOOLONG: "File name too long",
  ENOTEMPTY: "Directory not empty",
  ELOOP: "Too many levels of symbolic links",
};

/** An error of the operating system as clients know it: `No such file or directory (os error 2)`. */
export function osErrorText(error: unknown): string {
  const code = codeOf(error);
  // `rm` refuses folders with a code of its own.
  const name = code === "ERR_FS_EISDIR" ? "EISDIR" : code;
  const text = TEXTS[name];
  const number = (os.constants.errno as Record<string, number>)[name];
  if (text === undefined || number === undefined) return error instanceof Error ? error.message : String(error);
  return `${text} (os error ${number})`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** The refusal for an operation on the file system that failed. */
export function fileError(error: unknown): Error {
  return codeOf(error) === "EINVAL" ? invalidRequest(osErrorText(error)) : internal(osErrorText(error));
}
