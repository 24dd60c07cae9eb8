import { createServer, type Server, type Socket } from "node:net";
import type { ParentEnvironment } from "./connect/upstream.ts";
import type { AuditEvent, AuditIdentity } from "./decision/audit.ts";
import { BlockedRequests } from "./decision/blocked.ts";
import { Gate } from "./decision/gate.ts";
import { type ResolveHost, systemResolver } from "./decision/host.ts";
import type { BlockedRequest, NetworkDecider } from "./decision/model.ts";
import { proxyEnvironment } from "./environment.ts";
import { Forwarder } from "./http/forward.ts";
import { httpServer } from "./http/server.ts";
import { bindPlan, type ListenAddress } from "./listen/address.ts";
import { bindFirst } from "./listen/bind.ts";
import { compilePolicy, type CompiledPolicy } from "./policy/compile.ts";
import { changeDomain, changeMode, describeChanges, requireLive } from "./policy/live.ts";
import { networkPolicy } from "./policy/settings.ts";
import type { NetworkConstraints, NetworkMode, NetworkPolicyInput } from "./policy/types.ts";
import type { PolicyReloader } from "./reload.ts";
import { socksServer } from "./socks/server.ts";

export interface ProxyOptions {
  /** What of the policy an administrator fixed. */
  constraints?: NetworkConstraints;
  /**
   * Run by a session or the sandbox command (default): the listeners take free loopback ports. Otherwise they take the
   * configured ones.
   */
  managed?: boolean;
  /** The environment in which proxies on the way out are looked for. Default: none. */
  parentEnv?: ParentEnvironment;
  platform?: NodeJS.Platform;
  /** Default: the system's. */
  resolve?: ResolveHost;
  /** For audit events. */
  identity?: AuditIdentity;
  onAudit?: (event: AuditEvent) => void;
  /** Told of every refusal. */
  onBlocked?: (entry: BlockedRequest) => void;
  /** Lines for a debug log: refusals, and changes of the policy. */
  log?: (line: string) => void;
  now?: () => Date;
  reloader?: PolicyReloader<{ policy: NetworkPolicyInput; constraints?: NetworkConstraints }>;
}

/** A running proxy. */
export interface NetworkProxy {
  /** Where the HTTP listener is. */
  readonly http: ListenAddress;
  /** Null when SOCKS5 is off. */
  readonly socks: ListenAddress | null;
  /** The policy that holds now. */
  readonly state: CompiledPolicy;
  readonly blocked: Pick<BlockedRequests, "snapshot" | "drain" | "total">;
  /** The environment of a child that may go out through this proxy only. */
  environment(env: Readonly<Record<string, string>>): Record<string, string>;
  /** Puts another policy in force. @throws NetworkProxyError `not_live`, `constraint` or `invalid_policy`; nothing changes then */
  replaceState(policy: NetworkPolicyInput, constraints?: NetworkConstraints): void;
  /** @throws NetworkProxyError `constraint` */
  setMode(mode: NetworkMode): void;
  /** Adds a rule and takes back the opposite one. @throws NetworkProxyError `constraint` */
  addAllowedDomain(host: string): void;
  /** @throws NetworkProxyError `constraint` */
  addDeniedDomain(host: string): void;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/**
 * Starts the proxy: HTTP and, unless the policy says no, SOCKS5, each on loopback. A policy with `enabled: false` binds
 * its ports and answers nobody.
 * @param decide asked about hosts that the policy does not name; without it they are refused
 * @throws NetworkProxyError `invalid_policy`, `constraint` or `listen`
 */
export async function startProxy(
  policy: NetworkPolicyInput,
  decide: NetworkDecider | null = null,
  options: ProxyOptions = {},
): Promise<NetworkProxy> {
  return await RunningProxy.start(policy, decide, options);
}

class RunningProxy implements NetworkProxy {
  http: ListenAddress = { host: "127.0.0.1", port: 0 };
  socks: ListenAddress | null = null;
  readonly blocked: BlockedRequests;
  private current: CompiledPolicy;
  private readonly options: ProxyOptions;
  private readonly servers: Server[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly ended = new AbortController();
  private readonly forwarder: Forwarder;
  private readonly gate: Gate;

  private constructor(current: CompiledPolicy, decide: NetworkDecider | null, options: ProxyOptions) {
    this.current = current;
    this.options = options;
    this.blocked = new BlockedRequests(options.onBlocked, options.log);
    this.forwarder = new Forwarder(this.ended.signal);
    this.gate = new Gate({
      policy: () => this.current,
      resolve: options.resolve ?? systemResolver,
      decide,
      identity: options.identity ?? {},
      onAudit: options.onAudit,
      blocked: this.blocked,
      now: options.now ?? (() => new Date()),
    });
  }

  static async start(
    input: NetworkPolicyInput,
    decide: NetworkDecider | null,
    options: ProxyOptions,
  ): Promise<RunningProxy> {
    const compiled = compilePolicy(networkPolicy(input), options.constraints);
    const proxy = new RunningProxy(compiled, decide, options);
    try {
      await proxy.listen();
      return proxy;
    } catch (error) {
      await proxy.close();
      throw error;
    }
  }

  get state(): CompiledPolicy {
    return this.current;
  }

  private async listen(): Promise<void> {
    const { policy } = this.current;
    const { managed = true, platform = process.platform, parentEnv = () => ({}) } = this.options;
    const plan = bindPlan(policy, managed, platform);
    const { gate, forwarder } = this;
    const shared = { gate, signal: this.ended.signal, refresh: () => this.refresh() };
    const silent = () => createServer({ pauseOnConnect: true });
    const serve = (server: Server, addresses: readonly ListenAddress[]) => {
      this.servers.push(server);
      server.on("connection", socket => {
        this.sockets.add(socket);
        socket.once("close", () => this.sockets.delete(socket));
      });
      return bindFirst(server, addresses);
    };
    const http = policy.enabled ? httpServer({ ...shared, forwarder, parentEnv, platform }) : silent();
    this.http = await serve(http, plan.http);
    if (plan.socks.length > 0) this.socks = await serve(policy.enabled ? socksServer(shared) : silent(), plan.socks);
  }

  environment(env: Readonly<Record<string, string>>): Record<string, string> {
    const shown = ({ host, port }: ListenAddress) => (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`);
    return proxyEnvironment(
      env,
      {
        http: shown(this.http),
        socks: this.socks === null ? null : shown(this.socks),
        allowLocalBinding: this.current.policy.allowLocalBinding,
      },
      this.options.platform ?? process.platform,
    );
  }

  replaceState(input: NetworkPolicyInput, constraints: NetworkConstraints = this.current.constraints): void {
    const policy = networkPolicy(input);
    requireLive(this.current.policy, policy);
    this.swap(compilePolicy(policy, constraints));
  }

  setMode(mode: NetworkMode): void {
    this.swap(changeMode(this.current, mode));
  }

  addAllowedDomain(host: string): void {
    this.swap(changeDomain(this.current, host, "allow"));
  }

  addDeniedDomain(host: string): void {
    this.swap(changeDomain(this.current, host, "deny"));
  }

  private swap(next: CompiledPolicy): void {
    if (next === this.current) return;
    const before = this.current;
    this.current = next;
    this.forwarder.reset();
    if (this.options.log !== undefined)
      for (const line of describeChanges(before.policy, next.policy)) this.options.log(line);
  }

  private async refresh(): Promise<void> {
    const fresh = await this.options.reloader?.reload();
    if (fresh === undefined || fresh === null) return;
    try {
      this.replaceState(fresh.policy, fresh.constraints);
    } catch (error) {
      this.options.log?.(
        `the network policy stays as it was: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  async close(): Promise<void> {
    this.ended.abort();
    const closed = this.servers.map(
      server =>
        new Promise<void>(resolve => {
          if (server.listening) server.close(() => resolve());
          else resolve();
        }),
    );
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(closed);
  }
}
