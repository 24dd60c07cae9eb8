// Attacks that need system calls, run inside a sandbox as `node attack.mjs NAME ARGS...`. Prints one JSON line:
// {"ok": true, ...} when the attack got through, {"ok": false, "error": "..."} when it was stopped.
import { closeSync, openSync, readFileSync, readlinkSync, readdirSync, writeFileSync } from "node:fs";
import { argv, kill } from "node:process";
import koffi from "koffi";

const library = koffi.load(null);
const syscall = library.func("syscall", "long", ["long", "long", "long", "long", "long", "long", "long"]);
const withPointer = library.func("syscall", "long", ["long", "long", "void *", "long", "long", "void *", "long"]);
const strerror = library.func("const char *strerror(int code)");
const socket = library.func("int socket(int domain, int type, int protocol)");
const socketpair = library.func("int socketpair(int domain, int type, int protocol, int *ends)");
const connect = library.func("int connect(int fd, void *address, unsigned int length)");
const mount = library.func(
  "int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)",
);
const unshare = library.func("int unshare(int flags)");
const nameToHandle = library.func(
  "int name_to_handle_at(int folder, const char *path, void *handle, int *mountId, int flags)",
);
const openByHandle = library.func("int open_by_handle_at(int mountFd, void *handle, int flags)");
const ioctl = library.func("int ioctl(int fd, unsigned long request, void *value)");

const numbers =
  process.arch === "arm64" ? { ptrace: 117, process_vm_readv: 270 } : { ptrace: 101, process_vm_readv: 310 };
const IO_URING_SETUP = 425;
const PIDFD_OPEN = 434;
const PIDFD_GETFD = 438;
const AF_UNIX = 1;
const AF_INET = 2;
const AF_NETLINK = 16;
const AF_PACKET = 17;
const MS_BIND = 4096;
const MS_REMOUNT = 32;
const TIOCSTI = 0x5412;

const failed = () => ({ ok: false, error: strerror(koffi.errno()) });
const outcome = (/** @type {number} */ result) => (result < 0 ? failed() : { ok: true, result });

/** sockaddr_un for a path, or for an abstract name that starts with @. */
function unixAddress(/** @type {string} */ name) {
  const bytes = Buffer.alloc(110);
  bytes.writeUInt16LE(AF_UNIX, 0);
  bytes.write(name.startsWith("@") ? `\0${name.slice(1)}` : name, 2);
  return { bytes, length: 2 + name.length + (name.startsWith("@") ? 0 : 1) };
}

function inetAddress(/** @type {string} */ port) {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt16LE(AF_INET, 0);
  bytes.writeUInt16BE(Number(port), 2);
  bytes.set([127, 0, 0, 1], 4);
  return { bytes, length: 16 };
}

/** Sends one byte to an address with sendmsg, which no filter can look into. */
function sendTo(/** @type {number} */ fd, /** @type {{ bytes: Buffer, length: number }} */ { bytes, length }) {
  koffi.struct("iovec", { base: "void *", length: "size_t" });
  koffi.struct("msghdr", {
    name: "void *",
    namelen: "uint32_t",
    iov: "iovec *",
    iovlen: "size_t",
    control: "void *",
    controllen: "size_t",
    flags: "int",
  });
  const send = library.func("long sendmsg(int fd, msghdr *message, int flags)");
  const data = Buffer.from("leak");
  return send(
    fd,
    {
      name: bytes,
      namelen: length,
      iov: [{ base: data, length: 4 }],
      iovlen: 1,
      control: null,
      controllen: 0,
      flags: 0,
    },
    0,
  );
}

function viaSocket(/** @type {number} */ domain, /** @type {number} */ type, protocol = 0) {
  const fd = socket(domain, type, protocol);
  return fd < 0 ? null : fd;
}

/** @type {Record<string, (...args: string[]) => object>} */
const attacks = {
  tcp: port => {
    const fd = viaSocket(AF_INET, 1);
    if (fd === null) return failed();
    const { bytes, length } = inetAddress(port);
    return outcome(connect(fd, bytes, length));
  },
  udp: port => {
    const fd = viaSocket(AF_INET, 2);
    return fd === null ? failed() : outcome(sendTo(fd, inetAddress(port)));
  },
  raw: () => outcome(socket(AF_INET, 3, 1)),
  packet: () => outcome(socket(AF_PACKET, 3, 0x300)),
  netlink: () => outcome(socket(AF_NETLINK, 3, 0)),
  unixStream: name => {
    const fd = viaSocket(AF_UNIX, 1);
    if (fd === null) return failed();
    const { bytes, length } = unixAddress(name);
    return outcome(connect(fd, bytes, length));
  },
  unixDatagram: name => {
    const fd = viaSocket(AF_UNIX, 2);
    return fd === null ? failed() : outcome(sendTo(fd, unixAddress(name)));
  },
  unixDatagramPair: name => {
    const ends = new Int32Array(2);
    if (socketpair(AF_UNIX, 2, 0, ends) < 0) return failed();
    return outcome(sendTo(ends[0] ?? -1, unixAddress(name)));
  },
  socketpair: () => outcome(socketpair(AF_UNIX, 1, 0, new Int32Array(2))),
  ioUring: () => outcome(withPointer(IO_URING_SETUP, 8, Buffer.alloc(256), 0, 0, null, 0)),
  ptrace: pid => outcome(syscall(numbers.ptrace, 16, Number(pid), 0, 0, 0, 0)),
  processMemory: pid => {
    closeSync(openSync(`/proc/${pid}/mem`, "r+"));
    return { ok: true };
  },
  processVm: pid => {
    const iov = Buffer.alloc(16);
    return outcome(withPointer(numbers.process_vm_readv, Number(pid), iov, 1, 0, iov, 1));
  },
  stealDescriptor: (pid, fd) => {
    const handle = syscall(PIDFD_OPEN, Number(pid), 0, 0, 0, 0, 0);
    return handle < 0 ? failed() : outcome(syscall(PIDFD_GETFD, handle, Number(fd), 0, 0, 0, 0));
  },
  openDescriptors: pid => {
    const opened = readdirSync(`/proc/${pid}/fd`).map(fd => readlinkSync(`/proc/${pid}/fd/${fd}`));
    return { ok: true, opened };
  },
  environ: pid => ({ ok: true, text: readFileSync(`/proc/${pid}/environ`, "utf8") }),
  kill: pid => ({ ok: kill(Number(pid), "SIGUSR2") }),
  remount: path => {
    if (mount(null, path, null, MS_BIND | MS_REMOUNT, null) !== 0) return failed();
    writeFileSync(`${path}/escaped`, "");
    return { ok: true };
  },
  bindOver: (source, target) => outcome(mount(source, target, null, MS_BIND, null)),
  nestedNamespace: path => {
    if (unshare(0x00020000) !== 0) return failed();
    return attacks.remount?.(path) ?? {};
  },
  /** Opens a file by its number on the disk, past every folder and mount. */
  openByHandle: path => {
    const handle = Buffer.alloc(136);
    handle.writeUInt32LE(128, 0);
    if (nameToHandle(-100, path, handle, new Int32Array(1), 0) !== 0) return failed();
    const fd = openByHandle(openSync("/", "r"), handle, 2);
    if (fd < 0) return failed();
    writeFileSync(fd, "escaped");
    return { ok: true };
  },
  terminalInput: () => outcome(ioctl(0, TIOCSTI, Buffer.from("x"))),
};

const [, , name = "", ...args] = argv;
let result;
try {
  result = attacks[name]?.(...args) ?? { ok: true, error: `no such attack: ${name}` };
} catch (error) {
  result = { ok: false, error: String(error) };
}
writeFileSync(1, `${JSON.stringify(result)}\n`);
