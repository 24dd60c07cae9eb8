export type NetworkMode = "limited" | "full";
export type DomainPermission = "allow" | "deny";
export type UnixSocketPermission = "allow" | "none";

export interface DomainRule {
  pattern: string;
  permission: DomainPermission;
}

export interface UnixSocketRule {
  path: string;
  permission: UnixSocketPermission;
}

/** What a proxy enforces and how it listens, every setting decided (section 1.1). */
export interface NetworkPolicy {
  enabled: boolean;
  proxyUrl: string;
  enableSocks5: boolean;
  socksUrl: string;
  enableSocks5Udp: boolean;
  allowUpstreamProxy: boolean;
  dangerouslyAllowNonLoopbackProxy: boolean;
  dangerouslyAllowAllUnixSockets: boolean;
  mode: NetworkMode;
  allowLocalBinding: boolean;
  /** In order of addition; at most one entry for a host. */
  domains: readonly DomainRule[];
  unixSockets: readonly UnixSocketRule[];
}

type Settings = Omit<NetworkPolicy, "domains" | "unixSockets">;

/**
 * One layer of settings: `[permissions.<name>.network]` as the config package gives it, or what a library user writes.
 * Absent and null mean: not said here.
 */
export type NetworkPolicyInput = { readonly [K in keyof Settings]?: Settings[K] | null | undefined } & {
  readonly domains?: Readonly<Record<string, DomainPermission>> | readonly DomainRule[] | null | undefined;
  readonly unixSockets?: Readonly<Record<string, UnixSocketPermission>> | readonly UnixSocketRule[] | null | undefined;
};

/** What an administrator demands (`[experimental_network]`), in canonical form (section 1.2). */
export interface NetworkRequirementsInput {
  enabled?: boolean | null;
  httpPort?: number | null;
  socksPort?: number | null;
  allowUpstreamProxy?: boolean | null;
  dangerouslyAllowNonLoopbackProxy?: boolean | null;
  dangerouslyAllowAllUnixSockets?: boolean | null;
  domains?: Readonly<Record<string, DomainPermission>> | null;
  managedAllowedDomainsOnly?: boolean | null;
  unixSockets?: Readonly<Record<string, UnixSocketPermission>> | null;
  allowLocalBinding?: boolean | null;
}

/** What of a policy may not be changed, and how far. An absent member leaves its setting free. */
export interface NetworkConstraints {
  enabled?: boolean;
  mode?: NetworkMode;
  allowUpstreamProxy?: boolean;
  dangerouslyAllowNonLoopbackProxy?: boolean;
  dangerouslyAllowAllUnixSockets?: boolean;
  allowLocalBinding?: boolean;
  allowedDomains?: readonly string[];
  /** Users may add to the managed allowlist (true), may not (false), or may only narrow it (absent). */
  allowlistExpansion?: boolean;
  deniedDomains?: readonly string[];
  denylistExpansion?: boolean;
  allowUnixSockets?: readonly string[];
}

/** What kind of sandbox the commands run in, as far as network rules depend on it. */
export type SandboxKind = "read-only" | "workspace-write" | "danger-full-access" | "external-sandbox";

/** Commands are confined: users may add rules to the managed ones, and may be asked. */
export function isConfined(sandbox: SandboxKind): boolean {
  return sandbox === "read-only" || sandbox === "workspace-write";
}
