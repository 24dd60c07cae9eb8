import { constants } from "node:os";

const TEXTS: Readonly<Record<string, string>> = {
  E2BIG: "Argument list too long",
  EACCES: "Permission denied",
  EAGAIN: "Resource temporarily unavailable",
  ECONNRESET: "Connection reset by peer",
  EISDIR: "Is a directory",
  ELOOP: "Too many levels of symbolic links",
  EMFILE: "Too many open files",
  ENAMETOOLONG: "File name too long",
  ENFILE: "Too many open files in system",
  ENOENT: "No such file or directory",
  ENOEXEC: "Exec format error",
  ENOMEM: "Cannot allocate memory",
  ENOTDIR: "Not a directory",
  EPERM: "Operation not permitted",
  EPIPE: "Broken pipe",
};

/** The error code of an error of Node; null when it has none. */
export function errorCode(error: unknown): string | null {
  const code: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "code") : null;
  return typeof code === "string" ? code : null;
}

/** An error of the operating system in its own words, with its number: `No such file or directory (os error 2)`. */
export function osErrorText(error: unknown): string {
  const code = errorCode(error);
  const text = code === null ? undefined : TEXTS[code];
  const number: unknown = code === null ? undefined : Reflect.get(constants.errno, code);
  if (text !== undefined && typeof number === "number") return `${text} (os error ${number})`;
  return error instanceof Error ? error.message : String(error);
}
