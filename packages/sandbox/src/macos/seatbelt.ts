import { globStaticPrefix, type PathFs } from "@codex-ts/permissions";
import { isUnder } from "../paths.ts";
import type { ResolvedPolicy } from "../policy/resolve.ts";
import { baseRules, networkSupportRules, platformReadRules } from "./base-rules.ts";
import { globToSeatbeltRegex } from "./glob-regex.ts";

/** The only program used; a `sandbox-exec` elsewhere on the PATH could be anything. */
export const SANDBOX_EXEC = "/usr/bin/sandbox-exec";

export interface SeatbeltOptions {
  /** Ports of the network proxy on the loopback interface. */
  proxyPorts?: readonly number[];
  /** Some proxy variable is set, usable or not: never open the network then. */
  proxyConfigured?: boolean;
  managedNetwork?: boolean;
  /** Commands may listen on and talk to the loopback interface. */
  allowLocalBinding?: boolean;
  /** Unix sockets that may be used even without network; what lies below a path counts too. */
  allowUnixSockets?: readonly string[];
  /** `confstr(_CS_DARWIN_USER_CACHE_DIR)`. */
  userCacheDir?: string;
}

export interface SeatbeltInput extends SeatbeltOptions {
  policy: ResolvedPolicy;
  fs: PathFs;
}

export interface SeatbeltProfile {
  policy: string;
  /** Paths are parameters, never part of the text. */
  parameters: [name: string, value: string][];
}

/** Writes the Seatbelt profile of a policy (section 8). */
export function seatbeltProfile(input: SeatbeltInput): SeatbeltProfile {
  const parameters: [string, string][] = [];
  const parameter = (name: string, value: string) => {
    parameters.push([name, value]);
    return `(param "${name}")`;
  };
  const sections = [
    baseRules,
    readSection(input, parameter),
    writeSection(input, parameter),
    globSection(input),
    networkSection(input, parameter),
    input.policy.includePlatformDefaults ? platformReadRules : "",
  ];
  return { policy: sections.filter(section => section !== "").join("\n"), parameters };
}

/** The arguments of `sandbox-exec`. */
export function seatbeltArguments(
  policy: string,
  parameters: SeatbeltProfile["parameters"],
  command: readonly string[],
): string[] {
  return ["-p", policy, ...parameters.map(([name, value]) => `-D${name}=${value}`), "--", ...command];
}

type Parameter = (name: string, value: string) => string;

/** `subpath` of a root without some places below it; each is excluded itself and with all that lies below. */
function rootFilter(
  root: string,
  excluded: readonly string[],
  name: string,
  { fs }: SeatbeltInput,
  add: Parameter,
): string {
  const real = (path: string) => fs.realpath(path) ?? path;
  const target = add(name, real(root));
  const without = excluded.flatMap((path, index) => {
    const place = add(`${name}_EXCLUDED_${index}`, real(path));
    return [`(require-not (literal ${place}))`, `(require-not (subpath ${place}))`];
  });
  return without.length === 0 ? `(subpath ${target})` : `(require-all (subpath ${target}) ${without.join(" ")})`;
}

function readSection(input: SeatbeltInput, add: Parameter): string {
  const { policy } = input;
  if (policy.fullRead) return "(allow file-read*)";
  const roots = policy.readableRoots.includes("/") ? ["/"] : policy.readableRoots;
  const filters = roots.map((root, index) => {
    const hidden = policy.unreadableRoots.filter(path => isUnder(path, root));
    return rootFilter(root, hidden, `READABLE_ROOT_${index}`, input, add);
  });
  return filters.length === 0 ? "" : `(allow file-read*\n${filters.join("\n")})`;
}

function writeSection(input: SeatbeltInput, add: Parameter): string {
  const { policy } = input;
  if (policy.fullWrite) {
    if (policy.unreadableRoots.length === 0) return '(allow file-write* (regex #"^/"))';
    return `(allow file-write*\n${rootFilter("/", policy.unreadableRoots, "WRITABLE_ROOT_0", input, add)})`;
  }
  const filters = policy.writableRoots.map(({ root, read_only_subpaths: carveouts }, index) =>
    rootFilter(root, carveouts, `WRITABLE_ROOT_${index}`, input, add),
  );
  return filters.length === 0 ? "" : `(allow file-write*\n${filters.join("\n")})`;
}

function globSection({ policy, fs }: SeatbeltInput): string {
  const spellings = new Set<string>();
  for (const glob of policy.unreadableGlobs) {
    spellings.add(glob);
    const prefix = globStaticPrefix(glob);
    const real = prefix === null ? null : fs.realpath(prefix);
    if (prefix !== null && real !== null) spellings.add(real + glob.slice(prefix.length));
  }
  return [...spellings]
    .map(glob => `(regex #"${globToSeatbeltRegex(glob).replaceAll('"', '\\"')}")`)
    .map(filter => `(deny file-read* ${filter})\n(deny file-write-unlink ${filter})`)
    .join("\n");
}

function networkSection(input: SeatbeltInput, add: Parameter): string {
  const { policy, proxyPorts = [], proxyConfigured = false, managedNetwork = false, allowLocalBinding = false } = input;
  const sockets = unixSocketRules(input, add);
  const cache =
    input.userCacheDir === undefined
      ? []
      : [`(allow file-write* (subpath ${add("DARWIN_USER_CACHE_DIR", input.userCacheDir)}))`];
  const support = [networkSupportRules, ...cache];
  const restricted = policy.network === "restricted";
  const dynamic = proxyPorts.length > 0 || proxyConfigured || managedNetwork || (restricted && sockets.length > 0);
  if (dynamic) {
    const local = allowLocalBinding
      ? [
          '(allow network-bind (local ip "*:*"))',
          '(allow network-inbound (local ip "localhost:*"))',
          '(allow network-outbound (remote ip "localhost:*"))',
          ...(proxyPorts.length > 0 ? ['(allow network-outbound (remote ip "*:53"))'] : []),
        ]
      : [];
    const proxies = proxyPorts.map(port => `(allow network-outbound (remote ip "localhost:${port}"))`);
    return [...local, ...proxies, ...sockets, ...support].join("\n");
  }
  if (restricted) return "";
  return ["(allow network-outbound)", "(allow network-inbound)", ...sockets, ...support].join("\n");
}

function unixSocketRules({ allowUnixSockets = [] }: SeatbeltInput, add: Parameter): string[] {
  const paths = [...new Set(allowUnixSockets)].sort();
  if (paths.length === 0) return [];
  const rules = paths.flatMap((path, index) => {
    const place = add(`UNIX_SOCKET_PATH_${index}`, path);
    return [
      `(allow network-bind (local unix-socket (subpath ${place})))`,
      `(allow network-outbound (remote unix-socket (subpath ${place})))`,
    ];
  });
  return ["(allow system-socket (socket-domain AF_UNIX))", ...rules];
}
