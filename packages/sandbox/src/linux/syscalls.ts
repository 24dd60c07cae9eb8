export type SeccompArch = "x86_64" | "aarch64";

/** The system calls the filter names (section 4). */
export type SyscallName =
  | "ptrace"
  | "io_uring_setup"
  | "io_uring_enter"
  | "io_uring_register"
  | "connect"
  | "accept"
  | "accept4"
  | "bind"
  | "listen"
  | "getpeername"
  | "getsockname"
  | "shutdown"
  | "sendto"
  | "sendmmsg"
  | "recvmmsg"
  | "getsockopt"
  | "setsockopt"
  | "socket"
  | "socketpair";

/** Numbers are part of each architecture's fixed kernel interface. */
export const syscallTables: Readonly<
  Record<SeccompArch, { auditArch: number; numbers: Readonly<Record<SyscallName, number>> }>
> = {
  x86_64: {
    auditArch: 0xc000003e,
    numbers: {
      ptrace: 101,
      io_uring_setup: 425,
      io_uring_enter: 426,
      io_uring_register: 427,
      connect: 42,
      accept: 43,
      accept4: 288,
      bind: 49,
      listen: 50,
      getpeername: 52,
      getsockname: 51,
      shutdown: 48,
      sendto: 44,
      sendmmsg: 307,
      recvmmsg: 299,
      getsockopt: 55,
      setsockopt: 54,
      socket: 41,
      socketpair: 53,
    },
  },
  aarch64: {
    auditArch: 0xc00000b7,
    numbers: {
      ptrace: 117,
      io_uring_setup: 425,
      io_uring_enter: 426,
      io_uring_register: 427,
      connect: 203,
      accept: 202,
      accept4: 242,
      bind: 200,
      listen: 201,
      getpeername: 205,
      getsockname: 204,
      shutdown: 210,
      sendto: 206,
      sendmmsg: 269,
      recvmmsg: 243,
      getsockopt: 209,
      setsockopt: 208,
      socket: 198,
      socketpair: 199,
    },
  },
};
