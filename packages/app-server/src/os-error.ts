import os from "node:os";
import { internal, invalidRequest } from "./errors.ts";

/** The words of the C library that the reference is built with (Node has others). */
const TEXTS: Readonly<Record<string, string>> = {
  EPERM: "Operation not permitted",
  ENOENT: "No such file or directory",
  EIO: "I/O error",
  ENXIO: "No such device or address",
  EBADF: "Bad file descriptor",
  EAGAIN: "Resource temporarily unavailable",
  ENOMEM: "Out of memory",
  EACCES: "Permission denied",
  EBUSY: "Resource busy",
  EEXIST: "File exists",
  EXDEV: "Cross-device link",
  ENODEV: "No such device",
  ENOTDIR: "Not a directory",
  EISDIR: "Is a directory",
  EINVAL: "Invalid argument",
  ENFILE: "Too many open files in system",
  EMFILE: "No file descriptors available",
  ETXTBSY: "Text file busy",
  EFBIG: "File too large",
  ENOSPC: "No space left on device",
  ESPIPE: "Invalid seek",
  EROFS: "Read-only file system",
  EMLINK: "Too many links",
  EPIPE: "Broken pipe",
  ENAMETOOLONG: "Filename too long",
  ENOTEMPTY: "Directory not empty",
  ELOOP: "Symbolic link loop",
  EOVERFLOW: "Value too large for data type",
  ENOTSUP: "Not supported",
  EOPNOTSUPP: "Not supported",
  ETIMEDOUT: "Operation timed out",
  EDQUOT: "Quota exceeded",
  ESTALE: "Stale file handle",
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
  const code = codeOf(error);
  if (code === "ERR_INVALID_ARG_VALUE") return invalidRequest("file name contained an unexpected NUL byte");
  return code === "EINVAL" ? invalidRequest(osErrorText(error)) : internal(osErrorText(error));
}
