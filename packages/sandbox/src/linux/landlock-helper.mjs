// Confines this very process with Landlock and seccomp, then becomes the command (execve). Started by the sandbox
// library as `node landlock-helper.mjs CONFIG -- COMMAND...`, never imported. Plain JavaScript, so that it runs on
// every supported Node from the sources as well as from a bundle.
//
// Everything happens synchronously on the main thread: Landlock, seccomp and no_new_privs bind the calling thread, and
// execve keeps that thread's restrictions while it ends all others. The command's environment arrives with every name
// prefixed, so that nothing in it (NODE_OPTIONS, LD_PRELOAD) acts on this process before it is confined.

import { closeSync, fstatSync, openSync, statSync, writeSync } from "node:fs";
import koffi from "koffi";

// Not imported from node:process: that would open the standard streams, and leave the command's pipes non-blocking.
const { argv, env, ppid } = process;

/** @typedef {import("./landlock.ts").HelperConfig} HelperConfig */

const ENV_PREFIX = "_";

const PR_SET_PDEATHSIG = 1;
const PR_SET_SECCOMP = 22;
const PR_CAPBSET_DROP = 24;
const PR_SET_CHILD_SUBREAPER = 36;
const PR_SET_NO_NEW_PRIVS = 38;
const SECCOMP_MODE_FILTER = 2;
const SYS_CLOSE_RANGE = 436;
const CLOSE_RANGE_CLOEXEC = 4;
const SYS_LANDLOCK_CREATE_RULESET = 444;
const SYS_LANDLOCK_ADD_RULE = 445;
const SYS_LANDLOCK_RESTRICT_SELF = 446;
const LANDLOCK_RULE_PATH_BENEATH = 1;
/** EXECUTE, WRITE_FILE, READ_FILE, TRUNCATE, IOCTL_DEV: what may be allowed on something that is no directory. */
const FILE_RIGHTS = 0x1n | 0x2n | 0x4n | (1n << 14n) | (1n << 15n);
const CAPABILITY_VERSION_3 = 0x20080522;
const LAST_POSSIBLE_CAPABILITY = 63;
const F_SETFD = 2;
const SIG_SETMASK = 2;
const SIGKILL = 9;
const LAST_SIGNAL = 64;
const O_PATH = 0o10000000;
const ENOENT = 2;
const ENOEXEC = 8;
const EACCES = 13;
const ENOTDIR = 20;
const EXIT_REFUSED = 101;

const library = koffi.load(null);
koffi.struct("sock_fprog", { len: "uint16_t", filter: "void *" });
const c = {
  prctl: library.func("int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)"),
  loadFilter: library.func("prctl", "int", ["int", "unsigned long", "sock_fprog *"]),
  fcntl: library.func("int fcntl(int fd, int command, int value)"),
  closeRange: library.func("syscall", "long", ["long", "unsigned int", "unsigned int", "unsigned int"]),
  createRuleset: library.func("syscall", "long", ["long", "void *", "size_t", "uint32_t"]),
  addRule: library.func("syscall", "long", ["long", "int", "int", "void *", "uint32_t"]),
  restrictSelf: library.func("syscall", "long", ["long", "int", "uint32_t"]),
  capget: library.func("int capget(void *header, void *data)"),
  capset: library.func("int capset(void *header, void *data)"),
  setsid: library.func("int setsid()"),
  signal: library.func("void *signal(int number, void *handler)"),
  sigprocmask: library.func("int sigprocmask(int how, void *set, void *old)"),
  execve: library.func("int execve(const char *file, const char **argv, const char **envp)"),
  strerror: library.func("const char *strerror(int code)"),
};

/** @type {(message: string) => never} */
function refuse(message) {
  writeSync(2, `codex-ts sandbox: ${message}\n`);
  process.exit(EXIT_REFUSED);
}

const lastError = () => c.strerror(koffi.errno());

/** @param {number} parent */
function dieWithParent(parent) {
  if (c.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) !== 0) refuse(`cannot follow the parent's death: ${lastError()}`);
  if (ppid !== parent) process.exit(128 + SIGKILL);
}

/** Node ignores SIGPIPE; a command starts with every signal at its default and none blocked. */
function resetSignals() {
  for (let number = 1; number <= LAST_SIGNAL; number++) c.signal(number, null);
  c.sigprocmask(SIG_SETMASK, Buffer.alloc(128), null);
}

/** Takes all capabilities but the named ones, for good. @param {readonly number[]} keep */
function dropCapabilities(keep) {
  for (let capability = 0; capability <= LAST_POSSIBLE_CAPABILITY; capability++) {
    if (!keep.includes(capability)) c.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  }
  const header = Buffer.alloc(8);
  header.writeUInt32LE(CAPABILITY_VERSION_3, 0);
  // Two records of effective, permitted and inheritable bits: capabilities 0-31, then 32-63.
  const data = Buffer.alloc(24);
  if (c.capget(header, data) !== 0) refuse(`cannot read capabilities: ${lastError()}`);
  for (const half of [0, 1]) {
    const wanted = keep.reduce((bits, at) => (at >> 5 === half ? bits | (1 << (at & 31)) : bits), 0);
    const kept = (data.readInt32LE(half * 12 + 4) & wanted) >>> 0;
    data.writeUInt32LE(kept, half * 12);
    data.writeUInt32LE(kept, half * 12 + 4);
    data.writeUInt32LE(0, half * 12 + 8);
  }
  if (c.capset(header, data) !== 0) refuse(`cannot drop capabilities: ${lastError()}`);
}

/** @param {NonNullable<HelperConfig["landlock"]>} landlock */
function restrictFiles(landlock) {
  const attributes = Buffer.alloc(24);
  attributes.writeBigUInt64LE(BigInt(landlock.handled), 0);
  attributes.writeBigUInt64LE(BigInt(landlock.network), 8);
  attributes.writeBigUInt64LE(BigInt(landlock.scoped), 16);
  // Older kernels know a shorter structure.
  const size = landlock.scoped !== "0" ? 24 : landlock.network !== "0" ? 16 : 8;
  const ruleset = c.createRuleset(SYS_LANDLOCK_CREATE_RULESET, attributes, size, 0);
  if (ruleset < 0) refuse(`Landlock was not able to fully enforce all sandbox rules: ${lastError()}`);
  for (const [target, access] of landlock.rules) allow(ruleset, target, BigInt(access));
  if (c.restrictSelf(SYS_LANDLOCK_RESTRICT_SELF, ruleset, 0) !== 0) {
    refuse(`Landlock was not able to fully enforce all sandbox rules: ${lastError()}`);
  }
  closeSync(ruleset);
}

/** @param {number} ruleset @param {string} target @param {bigint} access */
function allow(ruleset, target, access) {
  let fd = -1;
  try {
    fd = openSync(target, O_PATH);
  } catch {
    return; // A path that cannot be opened gets no rule, and so no access.
  }
  const rights = fstatSync(fd).isDirectory() ? access : access & FILE_RIGHTS;
  const rule = Buffer.alloc(12);
  rule.writeBigUInt64LE(rights, 0);
  rule.writeInt32LE(fd, 8);
  if (rights !== 0n && c.addRule(SYS_LANDLOCK_ADD_RULE, ruleset, LANDLOCK_RULE_PATH_BENEATH, rule, 0) !== 0) {
    refuse(`cannot allow ${target} in Landlock: ${lastError()}`);
  }
  closeSync(fd);
}

/** @param {Buffer} program */
function restrictSyscalls(program) {
  if (c.loadFilter(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, { len: program.length / 8, filter: program }) !== 0) {
    refuse(`cannot load the system call filter: ${lastError()}`);
  }
}

/** Node marks even its standard streams close-on-exec; the command gets those three, what it is to inherit, and nothing else. */
function passOnlyGivenStreams() {
  c.closeRange(SYS_CLOSE_RANGE, 3, 0xffffffff, CLOSE_RANGE_CLOEXEC);
  for (let fd = 0; fd < 3 + config.inherited; fd++) c.fcntl(fd, F_SETFD, 0);
}

/** @param {string} file */
function isDirectory(file) {
  try {
    return statSync(file).isDirectory();
  } catch {
    return false;
  }
}

/**
 * Becomes the command, looked up as execvp does. Returns only by refusing.
 * @param {string[]} command @param {string | null} arg0 @param {string[]} environment @returns {never}
 */
function become(command, arg0, environment) {
  const [name = "", ...rest] = command;
  const search = environment.find(entry => entry.startsWith("PATH="))?.slice("PATH=".length) ?? "/bin:/usr/bin";
  const files = name.includes("/") ? [name] : search.split(":").map(folder => `${folder || "."}/${name}`);
  const envp = [...environment, null];
  let failure = ENOENT;
  for (const file of files) {
    c.execve(file, [arg0 ?? name, ...rest, null], envp);
    let code = koffi.errno();
    if (code === ENOEXEC) {
      c.execve("/bin/sh", ["sh", file, ...rest, null], envp);
      code = koffi.errno();
    }
    if (code === ENOENT || code === ENOTDIR || (code === EACCES && isDirectory(file) && files.length > 1)) continue;
    failure = code;
    if (code !== EACCES) break;
  }
  writeSync(2, `Failed to execvp ${name}: ${c.strerror(failure)} (os error ${failure})\n`);
  process.exit(EXIT_REFUSED);
}

/** @type {HelperConfig} */
const config = JSON.parse(argv[2] ?? "");
const command = argv.slice(4);
if (argv[3] !== "--" || command.length === 0) refuse("command args are empty");
const environment = Object.entries(env)
  .filter(([name]) => name.startsWith(ENV_PREFIX))
  .map(([name, value]) => `${name.slice(ENV_PREFIX.length)}=${value}`);

if (config.newSession) c.setsid();
c.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
if (c.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) !== 0) refuse(`cannot set no_new_privs: ${lastError()}`);
if (config.keepCapabilities) dropCapabilities(process.geteuid?.() === 0 ? config.keepCapabilities : []);
if (config.landlock) restrictFiles(config.landlock);
dieWithParent(config.parent);
resetSignals();
passOnlyGivenStreams();
if (config.seccomp !== null) restrictSyscalls(Buffer.from(config.seccomp, "base64"));
become(command, config.arg0, environment);
