/** What every program on macOS needs to run at all, as rules of the Seatbelt language (section 8). */

const quoted = (names: readonly string[], form: string) => names.map(name => `(${form} "${name}")`).join(" ");

const readableSysctls = [
  "hw.activecpu",
  "hw.busfrequency_compat",
  "hw.byteorder",
  "hw.cacheconfig",
  "hw.cachelinesize",
  "hw.cpufamily",
  "hw.cpufrequency_compat",
  "hw.cputype",
  "hw.l1dcachesize_compat",
  "hw.l1icachesize_compat",
  "hw.l2cachesize_compat",
  "hw.l3cachesize_compat",
  "hw.logicalcpu",
  "hw.logicalcpu_max",
  "hw.machine",
  "hw.memsize",
  "hw.model",
  "hw.ncpu",
  "hw.nperflevels",
  "hw.packages",
  "hw.pagesize",
  "hw.pagesize_compat",
  "hw.physicalcpu",
  "hw.physicalcpu_max",
  "hw.tbfrequency_compat",
  "hw.vectorunit",
  "kern.argmax",
  "kern.hostname",
  "kern.maxfilesperproc",
  "kern.maxproc",
  "kern.osproductversion",
  "kern.osrelease",
  "kern.ostype",
  "kern.osvariant_status",
  "kern.osversion",
  "kern.secure_kernel",
  "kern.usrstack64",
  "kern.version",
  "sysctl.proc_cputype",
  "vm.loadavg",
];

const readableSysctlPrefixes = ["hw.optional.", "hw.perflevel", "kern.proc.pgrp.", "kern.proc.pid.", "net.routetable."];

const machServices = [
  "com.apple.system.opendirectoryd.libinfo",
  "com.apple.PowerManagement.control",
  "com.apple.cfprefsd.daemon",
  "com.apple.cfprefsd.agent",
];

export const baseRules = `(version 1)
(deny default)
(allow process-exec)
(allow process-fork)
(allow signal (target same-sandbox))
(allow process-info* (target same-sandbox))
(allow file-write-data (require-all (path "/dev/null") (vnode-type CHARACTER-DEVICE)))
(allow sysctl-read ${quoted(readableSysctls, "sysctl-name")} ${quoted(readableSysctlPrefixes, "sysctl-name-prefix")})
(allow sysctl-write (sysctl-name "kern.grade_cputype"))
(allow iokit-open (iokit-registry-entry-class "RootDomainUserClient"))
(allow mach-lookup ${quoted(machServices, "global-name")})
(allow ipc-posix-sem)
(allow ipc-posix-shm* (ipc-posix-name-regex #"^/__KMP_REGISTERED_LIB_[0-9]+$"))
(allow pseudo-tty)
(allow file-read* file-write* file-ioctl (literal "/dev/ptmx"))
(allow file-read* file-write* (require-all (regex #"^/dev/ttys[0-9]+$") (extension "com.apple.sandbox.pty")))
(allow file-ioctl (regex #"^/dev/ttys[0-9]+$"))`;

const networkMachServices = [
  "com.apple.SecurityServer",
  "com.apple.networkd",
  "com.apple.ocspd",
  "com.apple.trustd.agent",
  "com.apple.SystemConfiguration.DNSConfiguration",
  "com.apple.SystemConfiguration.configd",
];

/** Name resolution, certificates and routes: what a program needs to use a network it may reach. */
export const networkSupportRules = `(allow system-socket (require-all (socket-domain AF_SYSTEM) (socket-protocol 2)))
(allow mach-lookup ${quoted(networkMachServices, "global-name")})
(allow sysctl-read (sysctl-name-regex #"^net\\.routetable"))`;

const platformFolders = [
  "/System/Library",
  "/System/Volumes/Preboot/Cryptexes",
  "/Library/Apple/System",
  "/Library/Frameworks",
  "/Library/Preferences",
  "/usr/bin",
  "/usr/lib",
  "/usr/libexec",
  "/usr/share",
  "/bin",
  "/sbin",
  "/private/var/db/timezone",
  "/private/var/db/dyld",
];

const platformFiles = [
  "/",
  "/dev/null",
  "/dev/zero",
  "/dev/random",
  "/dev/urandom",
  "/dev/tty",
  "/private/etc/hosts",
  "/private/etc/passwd",
  "/private/etc/group",
  "/private/etc/protocols",
  "/private/etc/resolv.conf",
  "/private/etc/services",
  "/private/etc/shells",
];

/** What `:minimal` adds: system programs, libraries and the files they read. */
export const platformReadRules = `(allow file-read* ${quoted(platformFolders, "subpath")} ${quoted(platformFiles, "literal")})
(allow file-read-metadata (literal "/etc") (literal "/tmp") (literal "/var") (literal "/private"))`;
