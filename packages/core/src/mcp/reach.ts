import type { Config, NamedPermissions, Requirements } from "@codex-ts/config";
import { McpError, type McpManagerOptions, type SpawnServer } from "@codex-ts/mcp";
import type { NetworkProxy, NetworkProxySpec } from "@codex-ts/network-proxy";
import { sandboxHost } from "../exec/sandbox-host.ts";
import { definedOnly } from "../machine.ts";
import { networkSpec } from "../network/start.ts";
import { confinedServer, type ServerConfinement } from "./confined-server.ts";
import { mcpSandbox } from "./policy.ts";

type Fetch = NonNullable<McpManagerOptions["fetch"]>;

export interface McpReachParts {
  env: Readonly<Record<string, string>>;
  codexHome: string;
  /** Where the project folders of permission profiles are. */
  cwd: string;
  features: Config["features"];
  platform: NodeJS.Platform;
  requirements: Pick<Requirements, "network">;
  /** The network policy of this moment; null: nobody manages the network. @throws NetworkProxyError */
  network: () => NetworkProxySpec | null | Promise<NetworkProxySpec | null>;
}

/**
 * How MCP servers are reached where people or administrators restrict that: HTTP servers through a proxy of their own when requirements
 * manage the network, and processes inside the permission profile that their settings name. Proxies start when they are first needed.
 */
export class McpReach {
  private readonly parts: McpReachParts;
  private outlet: Promise<{ proxy: NetworkProxy; fetch: Fetch }> | null = null;
  private inForce: NetworkProxySpec | null = null;
  private readonly proxies = new Map<NamedPermissions, Promise<NetworkProxy>>();

  constructor(parts: McpReachParts) {
    this.parts = parts;
  }

  /** `fetch` for HTTP servers and their logins. */
  readonly fetch: Fetch = async (input, init) => {
    const spec = await this.parts.network();
    if (spec === null || !spec.managed) return fetch(input, init);
    this.outlet ??= this.openOutlet(spec);
    const { proxy, fetch: proxied } = await this.outlet;
    if (this.inForce !== spec) {
      proxy.replaceState(spec.state.policy, spec.state.constraints);
      this.inForce = spec;
    }
    return proxied(input, init);
  };

  /** How the servers of these settings are started. */
  spawnServer(permissions: Config["mcpPermissions"]): NonNullable<McpManagerOptions["spawnServer"]> {
    return (server, config) => {
      const name = config.permissions;
      if (name === undefined) return null;
      const named = Object.hasOwn(permissions, name) ? permissions[name] : undefined;
      return this.confined(server, name, named);
    };
  }

  async close(): Promise<void> {
    const open = [...this.proxies.values(), ...(this.outlet === null ? [] : [this.outlet.then(({ proxy }) => proxy)])];
    await Promise.all(open.map(async proxy => (await proxy.catch(() => null))?.close()));
  }

  private async openOutlet(spec: NetworkProxySpec): Promise<{ proxy: NetworkProxy; fetch: Fetch }> {
    const { proxyFetch, startProxy } = await import("@codex-ts/network-proxy");
    const { policy, constraints } = spec.state;
    const proxy = await startProxy(policy, null, { constraints, parentEnv: () => this.parts.env });
    this.inForce = spec;
    return { proxy, fetch: proxyFetch(() => proxy.http) };
  }

  private confined(server: string, name: string, named: NamedPermissions | undefined): SpawnServer {
    const problem =
      named === undefined
        ? `there is no profile \`${name}\``
        : "problem" in named
          ? named.problem
          : this.parts.platform === "win32"
            ? "processes cannot be confined on Windows yet"
            : null;
    if (named === undefined || "problem" in named || problem !== null) {
      throw new McpError("unsupported", `invalid permissions of MCP server \`${server}\`: ${problem}`);
    }
    return confinedServer(() => this.confinement(named));
  }

  private async confinement(
    named: Extract<NamedPermissions, { permissionProfile: unknown }>,
  ): Promise<ServerConfinement> {
    const { env, codexHome, cwd, features } = this.parts;
    const proxy = named.networkProxy?.enabled === true ? await this.proxyOf(named) : null;
    const network = proxy === null ? undefined : ("proxy" as const);
    return {
      profile: named.permissionProfile,
      policyCwd: cwd,
      host: sandboxHost({ services: { env, codexHome }, config: { features } }, network),
      environment: own => proxy?.environment(own) ?? own,
    };
  }

  /** The proxy with the hosts of a profile's network table. Nobody is asked about others. */
  private proxyOf(named: Extract<NamedPermissions, { permissionProfile: unknown }>): Promise<NetworkProxy> {
    let proxy = this.proxies.get(named);
    if (proxy === undefined) {
      proxy = this.startProxyOf(named);
      this.proxies.set(named, proxy);
    }
    return proxy;
  }

  private async startProxyOf(named: Extract<NamedPermissions, { permissionProfile: unknown }>): Promise<NetworkProxy> {
    const { env, requirements } = this.parts;
    const { NetworkProxyError, startProxy } = await import("@codex-ts/network-proxy");
    try {
      const kind = mcpSandbox(named.permissionProfile) === "restricted" ? "workspace-write" : "danger-full-access";
      const spec = await networkSpec(named.networkProxy, kind, requirements);
      if (spec === null) throw new McpError("unsupported", "the profile's network table enables no proxy");
      const { policy, constraints } = spec.state;
      return await startProxy(policy, null, { constraints, parentEnv: () => env });
    } catch (error) {
      if (!(error instanceof NetworkProxyError)) throw error;
      throw new McpError("startup_failed", error.message, { cause: error });
    }
  }
}

/** The way to MCP servers outside of any thread: for listings, single reads and checks. Close it afterwards. */
export function mcpReachOutside(
  { config, requirements }: { config: Config; requirements: Requirements },
  env: Readonly<Record<string, string | undefined>>,
): McpReach {
  let spec: Promise<NetworkProxySpec | null> | null = null;
  return new McpReach({
    env: definedOnly(env),
    codexHome: config.codexHome,
    cwd: config.cwd,
    features: config.features,
    platform: process.platform,
    requirements,
    network: () => (spec ??= networkSpec(config.networkProxy, config.sandboxPolicy.type, requirements)),
  });
}
