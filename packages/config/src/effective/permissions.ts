import {
  type FileSystemAccessMode,
  type FileSystemSandboxEntry,
  type FileSystemSandboxPolicy,
  type FileSystemSpecialPath,
  globEntry,
  hasGlobCharacters,
  type NetworkSandboxPolicy,
  pathEntry,
  restricted,
  specialEntry,
} from "@codex-ts/permissions";
import nodePath from "node:path";
import { ConfigError } from "../errors.ts";
import { byBytes } from "../layers/fingerprint.ts";
import { absolutePath } from "../layers/home.ts";
import { getOwn, isTable, type TomlTable } from "../toml/value.ts";
import type { ConfigWarning } from "../warnings.ts";
import { Reader } from "./read.ts";
import type { NetworkProxySettings } from "./types.ts";

export interface CompileContext {
  cwd: string;
  home: string | undefined;
  platform: NodeJS.Platform;
}

export interface CompiledPermissions {
  fileSystem: FileSystemSandboxPolicy;
  network: NetworkSandboxPolicy;
  proxy: NetworkProxySettings | null;
  warnings: ConfigWarning[];
}

const SPECIALS: Readonly<Record<string, FileSystemSpecialPath>> = {
  ":root": { kind: "root" },
  ":minimal": { kind: "minimal" },
  ":project_roots": { kind: "project_roots" },
  ":tmpdir": { kind: "tmpdir" },
};

/**
 * Turns `[permissions.<name>]` into the policy that the sandbox enforces.
 * @throws ConfigError `invalid_value` for paths and globs that cannot be kept
 */
export function compilePermissions(name: string, profile: TomlTable, context: CompileContext): CompiledPermissions {
  const warnings: ConfigWarning[] = [];
  const warn = (message: string): void => {
    warnings.push({ code: "permissions", keyPath: `permissions.${name}.filesystem`, message });
  };
  const filesystem = getOwn(profile, "filesystem");
  const table = isTable(filesystem) ? filesystem : {};
  const depth = getOwn(table, "glob_scan_max_depth");
  if (depth === 0) throw refuse("glob_scan_max_depth must be at least 1");
  const keys = Object.keys(table).filter(key => key !== "glob_scan_max_depth");
  if (keys.length === 0) {
    warn(
      `Permissions profile \`${name}\` does not define any recognized filesystem entries for this version of Codex. Filesystem access will remain restricted. Upgrade Codex if this profile expects filesystem permissions.`,
    );
  }
  const compiler = new Compiler(context, depth === undefined, warn);
  const entries = keys.sort(byBytes).flatMap(key => compiler.entry(key, table[key]));
  const network = getOwn(profile, "network");
  const proxy = isTable(network) ? readProxy(new Reader(network)) : null;
  return {
    fileSystem: restricted(entries, typeof depth === "number" ? depth : undefined),
    network: proxy?.enabled === true ? "enabled" : "restricted",
    proxy,
    warnings,
  };
}

class Compiler {
  private readonly context: CompileContext;
  private readonly unbounded: boolean;
  private readonly warn: (message: string) => void;

  constructor(context: CompileContext, unbounded: boolean, warn: (message: string) => void) {
    this.context = context;
    this.unbounded = unbounded;
    this.warn = warn;
  }

  entry(key: string, value: unknown): FileSystemSandboxEntry[] {
    if (typeof value === "string") return [this.plain(key, value as FileSystemAccessMode)];
    if (!isTable(value as TomlTable)) return [];
    const nested = value as TomlTable;
    return Object.keys(nested)
      .sort(byBytes)
      .map(subpath => this.nested(key, subpath, nested[subpath] as FileSystemAccessMode));
  }

  private plain(key: string, access: FileSystemAccessMode): FileSystemSandboxEntry {
    if (!hasGlobCharacters(key)) return this.exact(key, access);
    if (access === "none") {
      this.warnUnbounded(key);
      return globEntry(this.absolute(key));
    }
    return this.exact(this.withoutSubtreeGlob(key, key, access), access);
  }

  private exact(key: string, access: FileSystemAccessMode): FileSystemSandboxEntry {
    if (!key.startsWith(":")) return pathEntry(this.absolute(key), access);
    const special = getOwn(SPECIALS as Record<string, FileSystemSpecialPath>, key);
    if (special !== undefined) return specialEntry(special, access);
    this.warn(
      `Configured filesystem path \`${key}\` is not recognized by this version of Codex and will be ignored. Upgrade Codex if this path is required.`,
    );
    return specialEntry({ kind: "unknown", path: key }, access);
  }

  private nested(base: string, subpath: string, access: FileSystemAccessMode): FileSystemSandboxEntry {
    const roots = base === ":project_roots";
    const ordinary = !base.startsWith(":");
    if (hasGlobCharacters(subpath) && access === "none" && (roots || ordinary)) {
      this.warnUnbounded(`${base}/${subpath}`, subpath);
      const folder = roots ? this.context.cwd : this.absolute(base);
      return globEntry(nodePath.join(folder, checkedSubpath(subpath)));
    }
    const inner = hasGlobCharacters(subpath) ? this.withoutSubtreeGlob(subpath, `${base}/${subpath}`, access) : subpath;
    if (inner === ".") return this.exact(base, access);
    if (roots) return specialEntry({ kind: "project_roots", subpath: checkedSubpath(inner) }, access);
    if (ordinary) return pathEntry(nodePath.join(this.absolute(base), checkedSubpath(inner)), access);
    if (Object.hasOwn(SPECIALS, base)) throw refuse(`filesystem path \`${base}\` does not support nested entries`);
    this.warn(
      `Configured filesystem path \`${base}\` with nested entry \`${inner}\` is not recognized by this version of Codex and will be ignored. Upgrade Codex if this path is required.`,
    );
    return specialEntry({ kind: "unknown", path: base, subpath: checkedSubpath(inner) }, access);
  }

  /** `x/**` grants the subtree of `x`; any other glob can only deny. */
  private withoutSubtreeGlob(path: string, shown: string, access: FileSystemAccessMode): string {
    const stripped = path.endsWith("/**") ? path.slice(0, -3) : path === "**" ? "." : path;
    if (!hasGlobCharacters(stripped)) return stripped === "" ? "/" : stripped;
    throw refuse(
      `filesystem glob path \`${shown}\` only supports \`none\` access; use an exact path or trailing \`/**\` for \`${access}\` subtree access`,
    );
  }

  private warnUnbounded(shown: string, tail = shown): void {
    if (this.context.platform === "darwin" || !this.unbounded || !tail.includes("**")) return;
    this.warn(
      `Filesystem deny-read glob \`${shown}\` uses \`**\`. Non-macOS sandboxing does not support unbounded \`**\` natively; set \`glob_scan_max_depth\` in this filesystem profile to cap Linux glob expansion and silence this warning, or enumerate explicit depths such as \`*.env\`, \`*/*.env\`, and \`*/*/*.env\`.`,
    );
  }

  private absolute(path: string): string {
    const windows = this.context.platform === "win32";
    const tilde = path === "~" || path.startsWith("~/");
    if (!tilde && !(windows ? nodePath.win32.isAbsolute(path) : nodePath.posix.isAbsolute(path))) {
      throw refuse(`filesystem path \`${path}\` must be absolute, use \`~/...\`, or start with \`:\``);
    }
    return absolutePath(path, "/", this.context.home);
  }
}

function checkedSubpath(subpath: string): string {
  const parts = subpath.split("/");
  const plain = subpath !== "" && !nodePath.isAbsolute(subpath) && parts.every(part => part !== "." && part !== "..");
  if (!plain)
    throw refuse(`filesystem subpath \`${subpath}\` must be a descendant path without \`.\` or \`..\` components`);
  return parts.filter(part => part !== "").join("/");
}

function refuse(reason: string): ConfigError {
  return new ConfigError("invalid_value", reason);
}

function readProxy(network: Reader): NetworkProxySettings {
  return {
    enabled: network.bool("enabled") ?? false,
    proxyUrl: network.string("proxy_url"),
    enableSocks5: network.bool("enable_socks5"),
    socksUrl: network.string("socks_url"),
    enableSocks5Udp: network.bool("enable_socks5_udp"),
    allowUpstreamProxy: network.bool("allow_upstream_proxy"),
    dangerouslyAllowNonLoopbackProxy: network.bool("dangerously_allow_non_loopback_proxy"),
    dangerouslyAllowAllUnixSockets: network.bool("dangerously_allow_all_unix_sockets"),
    mode: network.word("mode"),
    allowLocalBinding: network.bool("allow_local_binding"),
    domains: (network.stringMap("domains") ?? {}) as Record<string, "allow" | "deny">,
    unixSockets: (network.stringMap("unix_sockets") ?? {}) as Record<string, "allow" | "none">,
  };
}
