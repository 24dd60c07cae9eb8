/**
 * Errors of the operating system as they stand on the wire, in what models read, and on terminals: the words and numbers of
 * Linux, in the spelling of the C library that the reference is built with. Node has words of its own.
 */
const OS_ERRORS: Readonly<Record<string, readonly [words: string, number: number]>> = {
  EPERM: ["Operation not permitted", 1],
  ENOENT: ["No such file or directory", 2],
  ESRCH: ["No such process", 3],
  EINTR: ["Interrupted system call", 4],
  EIO: ["I/O error", 5],
  ENXIO: ["No such device or address", 6],
  E2BIG: ["Argument list too long", 7],
  ENOEXEC: ["Exec format error", 8],
  EBADF: ["Bad file descriptor", 9],
  ECHILD: ["No child process", 10],
  EAGAIN: ["Resource temporarily unavailable", 11],
  ENOMEM: ["Out of memory", 12],
  EACCES: ["Permission denied", 13],
  EFAULT: ["Bad address", 14],
  EBUSY: ["Resource busy", 16],
  EEXIST: ["File exists", 17],
  EXDEV: ["Cross-device link", 18],
  ENODEV: ["No such device", 19],
  ENOTDIR: ["Not a directory", 20],
  EISDIR: ["Is a directory", 21],
  EINVAL: ["Invalid argument", 22],
  ENFILE: ["Too many open files in system", 23],
  EMFILE: ["No file descriptors available", 24],
  ENOTTY: ["Not a tty", 25],
  ETXTBSY: ["Text file busy", 26],
  EFBIG: ["File too large", 27],
  ENOSPC: ["No space left on device", 28],
  ESPIPE: ["Invalid seek", 29],
  EROFS: ["Read-only file system", 30],
  EMLINK: ["Too many links", 31],
  EPIPE: ["Broken pipe", 32],
  ENAMETOOLONG: ["Filename too long", 36],
  ENOSYS: ["Function not implemented", 38],
  ENOTEMPTY: ["Directory not empty", 39],
  ELOOP: ["Symbolic link loop", 40],
  EOVERFLOW: ["Value too large for data type", 75],
  ENOTSOCK: ["Not a socket", 88],
  ENOTSUP: ["Not supported", 95],
  EOPNOTSUPP: ["Not supported", 95],
  EADDRINUSE: ["Address in use", 98],
  EADDRNOTAVAIL: ["Address not available", 99],
  ENETUNREACH: ["Network unreachable", 101],
  ECONNRESET: ["Connection reset by peer", 104],
  ENOTCONN: ["Socket not connected", 107],
  ETIMEDOUT: ["Operation timed out", 110],
  ECONNREFUSED: ["Connection refused", 111],
  EHOSTUNREACH: ["Host is unreachable", 113],
  ESTALE: ["Stale file handle", 116],
  EDQUOT: ["Quota exceeded", 122],
  // `rm` refuses folders with a code of Node's own.
  ERR_FS_EISDIR: ["Is a directory", 21],
};

/** The code of an error of Node (`ENOENT`); null when it has none. */
export function errorCode(error: unknown): string | null {
  if (typeof error !== "object" || error === null || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}

/** What the operating system calls an error of this code (`No such file or directory`); null when it is none of its errors. */
export function osErrorWords(code: string): string | null {
  return known(code)?.[0] ?? null;
}

/** An error of the operating system with its number, `No such file or directory (os error 2)`; null when it is none. */
export function knownOsError(error: unknown): string | null {
  const entry = known(errorCode(error) ?? "");
  return entry === null ? null : `${entry[0]} (os error ${entry[1]})`;
}

/** The same, and the message of any other error. */
export function osErrorText(error: unknown): string {
  return knownOsError(error) ?? (error instanceof Error ? error.message : String(error));
}

function known(code: string): readonly [string, number] | null {
  return (Object.hasOwn(OS_ERRORS, code) ? OS_ERRORS[code] : null) ?? null;
}
