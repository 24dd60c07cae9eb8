import { OauthTokens } from "../auth/tokens.ts";
import { type McpClock, systemClock } from "../clock.ts";
import { McpError } from "../errors.ts";
import { toolNames } from "../names/app-names.ts";
import { qualifyTools } from "../names/qualify.ts";
import { CODEX_APPS_SERVER } from "../servers/mcp-config.ts";
import { configuredHeaders, hasAuthorization } from "../servers/http-headers.ts";
import { isToolAllowed } from "../tools/filter.ts";
import type { ToolInfo } from "../tools/tool-info.ts";
import type { McpCallToolResult, McpResource, McpResourceTemplate, McpServerConfig } from "../types.ts";
import type { ElicitationPolicy } from "./elicitation.ts";
import { startupFailureText } from "./failure-text.ts";
import type { ConnectionReport, McpManagerOptions, StartupSummary, StartupUpdate } from "./manager-options.ts";
import { allPages, readContents, readPage } from "./pages.ts";
import { reachServer } from "./reach.ts";
import { readCallResult } from "./read-tools.ts";
import { ServerConnection } from "./server-connection.ts";

const NAME = /^[a-zA-Z0-9_-]+$/;
const DEFAULT_POLICY: ElicitationPolicy = { approval: "on-request", sandbox: "restricted" };

/**
 * The connections to all MCP servers of one session. Servers start beside each other; one that hangs, floods or fails is no other's
 * concern.
 *
 * ```ts fragment
 * const manager = McpConnectionManager.start({ servers, env: process.env, cwd, version: "1.0.0" });
 * const tools = await manager.listAllTools();
 * const result = await manager.callTool("docs", "search", { query: "x" });
 * await manager.shutdown();
 * ```
 */
export class McpConnectionManager {
  private readonly options: McpManagerOptions;
  private readonly clock: McpClock;
  private readonly connections = new Map<string, ServerConnection>();
  private readonly outcomes = new Map<string, Promise<StartupUpdate>>();
  private readonly failures = new Map<string, unknown>();
  private qualified: { of: string; tools: ToolInfo[] } | null = null;
  private cancelled = false;
  /** Tools that apps had before, for as long as their server has not told them. */
  private cacheWritten: Promise<void> | null = null;
  private cachedApps: readonly ToolInfo[] | null = null;
  private readonly cacheRead: Promise<void>;

  private constructor(options: McpManagerOptions) {
    this.options = options;
    this.clock = options.clock ?? systemClock;
    this.cacheRead = this.readAppsCache();
  }

  /** Starts every enabled server and returns at once. */
  static start(options: McpManagerOptions): McpConnectionManager {
    const manager = new McpConnectionManager(options);
    const names = Object.keys(options.servers).filter(name => options.servers[name]?.enabled === true);
    for (const name of names) options.onStartup?.({ server: name, status: "starting", error: null });
    for (const name of names) manager.outcomes.set(name, manager.startServer(name));
    void manager.summary().then(summary => options.onStartupComplete?.(summary));
    return manager;
  }

  /** The enabled servers. */
  get serverNames(): string[] {
    return [...this.outcomes.keys()];
  }

  /** Resolves when every server is ready or has failed. Never rejects. */
  async summary(): Promise<StartupSummary> {
    const updates = await Promise.all(this.outcomes.values());
    const of = (status: StartupUpdate["status"]): string[] =>
      updates.filter(update => update.status === status).map(update => update.server);
    return {
      ready: of("ready"),
      failed: updates.flatMap(({ server, error }) => (error === null ? [] : [{ server, error }])),
      cancelled: of("cancelled"),
    };
  }

  /** Waits for the servers that must start. Throws `McpError` (`required_servers`) naming those that did not, in order of their names. */
  async requireServers(): Promise<void> {
    const required = this.serverNames.filter(name => this.options.servers[name]?.required === true).sort();
    await Promise.all(required.map(name => this.outcomes.get(name)));
    const failed = required.flatMap(name => {
      const error = this.failures.get(name);
      return error === undefined ? [] : [`${name}: ${error instanceof Error ? error.message : String(error)}`];
    });
    if (failed.length === 0) return;
    throw new McpError("required_servers", `required MCP servers failed to initialize: ${failed.join("; ")}`);
  }

  /** The tools of all servers that started, qualified and filtered. Waits for those that are still starting. */
  async listAllTools(): Promise<readonly ToolInfo[]> {
    await this.toolsReady();
    return this.currentTools();
  }

  /** Resolves when every server's tools are known: it is ready or has failed, or they are known from an earlier session. Never rejects. */
  async toolsReady(): Promise<void> {
    await this.cacheRead;
    await Promise.all(
      [...this.outcomes].map(([name, outcome]) =>
        name === CODEX_APPS_SERVER && this.cachedApps !== null ? null : outcome,
      ),
    );
  }

  /** As `listAllTools`, of the servers that are ready now. */
  currentTools(): readonly ToolInfo[] {
    const listed = [...this.connections.values()].filter(({ revision }) => revision > 0);
    const cached = listed.some(({ name }) => name === CODEX_APPS_SERVER) ? null : this.cachedApps;
    const of = [...listed.map(({ name, revision }) => `${name} ${revision}`), cached === null ? "" : "cached"].join(
      "\n",
    );
    if (this.qualified?.of !== of) {
      this.qualified = { of, tools: qualifyTools([...listed.flatMap(toolInfos), ...(cached ?? [])]) };
    }
    return this.qualified.tools;
  }

  /** The tool behind the names the model knows it by. */
  resolveTool(namespace: string, name: string): ToolInfo | null {
    return this.currentTools().find(tool => tool.callableNamespace === namespace && tool.callableName === name) ?? null;
  }

  /**
   * Calls a tool by its raw name.
   * @param meta goes to the server as `_meta`
   * @param signal aborted: the server is told that the call is cancelled
   * @throws McpError
   */
  async callTool(
    server: string,
    tool: string,
    args: unknown,
    meta?: Readonly<Record<string, unknown>> | null,
    signal?: AbortSignal,
  ): Promise<McpCallToolResult> {
    const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
    const refuse = (what: string, got: unknown): never => {
      const cause = new McpError("arguments", `MCP tool ${what} must be a JSON object, got ${JSON.stringify(got)}`);
      throw new McpError("call_failed", `tool call failed for \`${server}/${tool}\``, { cause });
    };
    if (args !== undefined && !isObject(args)) refuse("arguments", args);
    if (meta !== undefined && meta !== null && !isObject(meta)) refuse("request _meta", meta);
    const connection = await this.connection(server);
    if (!isToolAllowed(connection.config, tool)) {
      throw new McpError("tool_disabled", `tool '${tool}' is disabled for MCP server '${server}'`);
    }
    const params = { name: tool, ...(args === undefined ? {} : { arguments: args }), _meta: { ...meta } };
    return this.explained(`tool call failed for \`${server}/${tool}\``, async () =>
      readCallResult(await connection.request("tools/call", params, signal)),
    );
  }

  /** One page of a server's resources. Throws `McpError`. */
  async listResources(
    server: string,
    cursor?: string,
    signal?: AbortSignal,
  ): Promise<{ resources: McpResource[]; nextCursor: string | null }> {
    const { items, nextCursor } = await this.page(server, "resources/list", "resources", cursor, signal);
    return { resources: items as McpResource[], nextCursor };
  }

  async listResourceTemplates(
    server: string,
    cursor?: string,
    signal?: AbortSignal,
  ): Promise<{ resourceTemplates: McpResourceTemplate[]; nextCursor: string | null }> {
    const { items, nextCursor } = await this.page(
      server,
      "resources/templates/list",
      "resourceTemplates",
      cursor,
      signal,
    );
    return { resourceTemplates: items as McpResourceTemplate[], nextCursor };
  }

  /** Every page of every server's resources, servers sorted by name. Servers that fail are left out. */
  listAllResources(signal?: AbortSignal): Promise<Record<string, McpResource[]>> {
    return this.everywhere(async server => {
      const page = (cursor?: string) => this.listResources(server, cursor, signal);
      return allPages(async cursor => {
        const { resources, nextCursor } = await page(cursor);
        return { items: resources, nextCursor };
      });
    });
  }

  listAllResourceTemplates(signal?: AbortSignal): Promise<Record<string, McpResourceTemplate[]>> {
    return this.everywhere(server =>
      allPages(async cursor => {
        const { resourceTemplates, nextCursor } = await this.listResourceTemplates(server, cursor, signal);
        return { items: resourceTemplates, nextCursor };
      }),
    );
  }

  /** A resource as the server gives it: `{contents: [...]}`. Throws `McpError`. */
  async readResource(server: string, uri: string, signal?: AbortSignal): Promise<{ contents: unknown[] }> {
    const connection = await this.connection(server);
    return this.explained(`resources/read failed for \`${server}\` (${uri})`, async () => {
      const { contents } = await connection.request("resources/read", { uri }, signal);
      return { contents: readContents(contents) };
    });
  }

  /** What a server knows how to do besides the standard: `capabilities.experimental`. */
  hasExperimentalCapability(server: string, name: string): boolean {
    const experimental = this.connections.get(server)?.facts?.capabilities["experimental"];
    return typeof experimental === "object" && experimental !== null && Object.hasOwn(experimental, name);
  }

  report(server: string): ConnectionReport {
    const connection = this.connections.get(server);
    return {
      facts: connection?.facts ?? null,
      tools: connection?.tools ?? [],
      stderrTail: connection?.stderrTail ?? [],
    };
  }

  /** Gives up on servers that are still starting. */
  async cancelStartup(): Promise<void> {
    this.cancelled = true;
    await Promise.all([...this.connections.values()].filter(({ isReady }) => !isReady).map(each => each.stop()));
  }

  /** Ends every server. Resolves when their processes are gone and their sessions closed. */
  async shutdown(): Promise<void> {
    this.cancelled = true;
    const stopped = [...this.connections.values()].map(connection => connection.stop());
    await Promise.all([...stopped, this.cacheWritten]);
  }

  private async readAppsCache(): Promise<void> {
    const { appsCache, servers } = this.options;
    if (appsCache === undefined || servers[CODEX_APPS_SERVER]?.enabled !== true) return;
    this.cachedApps = await appsCache.load();
  }

  private async startServer(name: string): Promise<StartupUpdate> {
    const { servers, onStartup } = this.options;
    const config = servers[name]!;
    const settle = (update: StartupUpdate): StartupUpdate => {
      onStartup?.(update);
      return update;
    };
    // `starting` of all servers is told before anything else of any.
    await Promise.resolve();
    try {
      if (!NAME.test(name)) {
        throw new McpError(
          "invalid_server_name",
          `Invalid MCP server name '${name}': must match pattern ${NAME.source}`,
        );
      }
      const connection = this.connect(name, config);
      this.connections.set(name, connection);
      await connection.start();
      if (name === CODEX_APPS_SERVER) this.cacheWritten = this.options.appsCache?.save(toolInfos(connection)) ?? null;
      return settle({ server: name, status: "ready", error: null });
    } catch (error) {
      if (this.cancelled) return settle({ server: name, status: "cancelled", error: null });
      this.failures.set(name, error);
      return settle({ server: name, status: "failed", error: startupFailureText(name, config, error) });
    }
  }

  private connect(name: string, config: McpServerConfig): ServerConnection {
    const { oauth, version, ask, policy, log } = this.options;
    const { transport } = config;
    const own = transport.type === "streamable_http" ? configuredHeaders(transport, this.options.env) : {};
    const runtime = this.options.runtimeAuth?.(name) ?? null;
    const stored =
      transport.type === "streamable_http" &&
      oauth !== undefined &&
      transport.bearerTokenEnvVar === null &&
      runtime === null &&
      !hasAuthorization(own)
        ? new OauthTokens(name, transport.url, { ...oauth, fetch: this.options.fetch ?? fetch, clock: this.clock })
        : null;
    return new ServerConnection(name, config, {
      clock: this.clock,
      version,
      ask: ask ?? (async () => ({ action: "decline", content: null, _meta: null })),
      policy: policy ?? (() => DEFAULT_POLICY),
      log: message => log?.(name, message),
      reach: async () => reachServer(name, config, this.options, { stored, runtime }),
      recovery: () => runtime?.recovery() ?? stored?.recovery() ?? { next: async () => false },
    });
  }

  private async connection(server: string): Promise<ServerConnection> {
    const outcome = this.outcomes.get(server);
    if (outcome === undefined) throw new McpError("unknown_server", `unknown MCP server '${server}'`);
    await outcome;
    const failure = this.failures.get(server);
    const connection = this.connections.get(server);
    if (failure !== undefined || connection === undefined) {
      throw new McpError("startup_failed", "failed to get client", {
        cause: new McpError(
          "startup_failed",
          `MCP startup failed: ${failure instanceof Error ? failure.message : "cancelled"}`,
        ),
      });
    }
    return connection;
  }

  private async page(server: string, method: string, field: string, cursor?: string, signal?: AbortSignal) {
    const connection = await this.connection(server);
    return this.explained(`${method} failed for \`${server}\``, async () =>
      readPage(await connection.request(method, cursor === undefined ? {} : { cursor }, signal), field),
    );
  }

  private async explained<T>(message: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof McpError && error.message === "failed to get client") throw error;
      throw new McpError("call_failed", message, { cause: error });
    }
  }

  private async everywhere<T>(list: (server: string) => Promise<T[]>): Promise<Record<string, T[]>> {
    const { ready } = await this.summary();
    const entries = await Promise.all(
      ready.toSorted().map(async (server): Promise<[string, T[]] | null> => {
        try {
          return [server, await list(server)];
        } catch (error) {
          this.options.log?.(server, error instanceof Error ? error.message : String(error));
          return null;
        }
      }),
    );
    return Object.fromEntries(entries.filter(entry => entry !== null));
  }
}

function toolInfos(connection: ServerConnection): ToolInfo[] {
  return connection.tools
    .filter(tool => isToolAllowed(connection.config, tool.name))
    .map(tool => ({
      ...toolNames(connection.name, tool),
      serverName: connection.name,
      serverInstructions: connection.facts?.instructions ?? null,
      pluginDisplayNames: [],
    }));
}
