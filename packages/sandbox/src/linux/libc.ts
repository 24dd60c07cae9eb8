import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type * as Koffi from "koffi";

/** The few C library calls Node has no word for. Loaded when first needed; absent where `koffi` has no binary. */
export interface LibC {
  /** A pipe with both ends close-on-exec, or null when the process is out of descriptors. */
  pipe(): { read: number; write: number } | null;
  /** Two ends of a unix datagram socket, both close-on-exec; null when there can be none. */
  socketPair(): { ours: number; theirs: number } | null;
  /** Ends a stream in both directions; whoever reads the other end sees its end. */
  shutdown(fd: number): void;
  /** An empty anonymous file in memory; the descriptor is close-on-exec. Null when there can be none. */
  memoryFile(name: string): number | null;
  /** Makes an anonymous file unchangeable for good, whoever opens it again. */
  seal(fd: number): void;
  /** Marks every descriptor from 3 on close-on-exec, so that a started process inherits none by accident. */
  closeOnExec(): void;
  /** The Landlock ABI the kernel offers, or 0. */
  landlockAbi(): number;
  /** Whether the kernel knows seccomp filters. */
  hasSeccompFilter(): boolean;
}

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SHUT_RDWR = 2;
/** Also of sockets. */
const O_CLOEXEC = 0o2000000;
const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;
const F_ADD_SEALS = 1033;
/** Neither shrink, grow, write nor further seals. */
const ALL_SEALS = 0xf;
const SYS_LANDLOCK_CREATE_RULESET = 444;
const LANDLOCK_CREATE_RULESET_VERSION = 1;
const SYS_CLOSE_RANGE = 436;
const CLOSE_RANGE_CLOEXEC = 4;
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const PR_GET_SECCOMP = 21;

let loaded: LibC | null | undefined;

/** The C library of this process, or null when it cannot be reached (no `koffi` binary, not Linux). */
export function libc(): LibC | null {
  if (loaded === undefined) loaded = load();
  return loaded;
}

/** The C library, if something has loaded it already: for uses that have another way and need not wait for it. */
export function loadedLibc(): LibC | null {
  return loaded ?? null;
}

/** Whether a started process would inherit a descriptor from 3 on. True where that cannot be found out. */
export function hasInheritable(): boolean {
  try {
    return readdirSync("/proc/self/fd").some(fd => Number(fd) > 2 && isInheritable(fd));
  } catch {
    return true;
  }
}

function isInheritable(fd: string): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1];
    return flags === undefined || (Number.parseInt(flags, 8) & O_CLOEXEC) === 0;
  } catch {
    return false; // Closed meanwhile: the descriptor the folder was read with.
  }
}

function load(): LibC | null {
  if (process.platform !== "linux") return null;
  try {
    const koffi: typeof Koffi = createRequire(import.meta.url)("koffi");
    const library = koffi.load(null);
    const pipe2 = library.func("int pipe2(int *ends, int flags)");
    const socketpair = library.func("int socketpair(int domain, int type, int protocol, int *ends)");
    const shutdown = library.func("int shutdown(int fd, int how)");
    const memfdCreate = library.func("int memfd_create(const char *name, unsigned int flags)");
    const closeRange = library.func("syscall", "long", ["long", "unsigned int", "unsigned int", "unsigned int"]);
    const fcntl = library.func("int fcntl(int fd, int command, int value)");
    const createRuleset = library.func("syscall", "long", ["long", "void *", "size_t", "uint32_t"]);
    const prctl = library.func(
      "int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)",
    );
    return {
      pipe: () => {
        const ends = new Int32Array(2);
        if (pipe2(ends, O_CLOEXEC) !== 0) return null;
        return { read: ends[0] ?? -1, write: ends[1] ?? -1 };
      },
      socketPair: () => {
        const ends = new Int32Array(2);
        if (socketpair(AF_UNIX, SOCK_DGRAM | O_CLOEXEC, 0, ends) !== 0) return null;
        return { ours: ends[0] ?? -1, theirs: ends[1] ?? -1 };
      },
      shutdown: fd => {
        shutdown(fd, SHUT_RDWR);
      },
      memoryFile: name => {
        const fd: number = memfdCreate(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
        return fd < 0 ? null : fd;
      },
      seal: fd => {
        fcntl(fd, F_ADD_SEALS, ALL_SEALS);
      },
      closeOnExec: () => {
        if (closeRange(SYS_CLOSE_RANGE, 3, 0xffffffff, CLOSE_RANGE_CLOEXEC) === 0) return;
        for (const fd of readdirSync("/proc/self/fd")) if (Number(fd) > 2) fcntl(Number(fd), F_SETFD, FD_CLOEXEC);
      },
      landlockAbi: () => {
        const abi: number = createRuleset(SYS_LANDLOCK_CREATE_RULESET, null, 0, LANDLOCK_CREATE_RULESET_VERSION);
        return Math.max(0, abi);
      },
      hasSeccompFilter: () => prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0,
    };
  } catch {
    return null;
  }
}
