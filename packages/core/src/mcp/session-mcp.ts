import type { Config, LoadedConfig } from "@codex-ts/config";
import {
  type AskPerson,
  type CallbackOptions,
  type CredentialStore,
  credentialStore,
  CODEX_APPS_SERVER,
  type ElicitationRequest,
  McpConnectionManager,
  type McpToolApproval,
  readElicitationReply,
  type ToolInfo,
} from "@codex-ts/mcp";
import type { JsonValue, UserInput } from "@codex-ts/protocol";
import type { EventBus } from "../events/event-bus.ts";
import { type ThreadRequest, WITHDRAWN } from "../events/thread-events.ts";
import type { ThreadServices } from "../thread/services.ts";
import type { ThreadSettings } from "../thread/settings.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import type { PendingCall } from "./approval.ts";
import { type AppsRequirements, appToolPolicy, type AppToolPolicy, isAppTool, usableTools } from "./app-policy.ts";
import type { AppsAccess } from "./apps.ts";
import { namedApps } from "./named-apps.ts";
import { mcpSandbox } from "./policy.ts";
import type { McpReach } from "./reach.ts";
import { approvalFile, rememberApproval } from "./remember.ts";

/** What of the configuration the servers of a session follow. */
export type McpSettings = Pick<
  Config,
  "mcpServers" | "mcpPermissions" | "mcpOauthCredentialsStore" | "mcpOauthCallbackPort" | "mcpOauthCallbackUrl" | "apps"
>;

export interface SessionMcpParts {
  threadId: string;
  services: ThreadServices;
  bus: EventBus;
  version: string;
  cwd: string;
  settings: McpSettings;
  /** The thread's settings of this moment. */
  current: () => ThreadSettings;
  /** Reads the configuration again, as the thread sees it. */
  reload: () => Promise<Pick<LoadedConfig, "config" | "layers">>;
  warn: (message: string) => void;
  /** How servers are reached and started: the managed network, sandboxes. */
  reach: McpReach;
  /** The apps of whoever is logged in. */
  apps: AppsAccess;
  /** Apps that administrators switched off. */
  appsRequirements: AppsRequirements;
}

/** What somebody thinks of a call that would otherwise run unasked. */
export type SafetyVerdict = { type: "ok" } | { type: "ask" | "block"; reason: string };

const CANCELLED = { action: "cancel", content: null, _meta: null } as const;

/** The MCP servers of one thread: started with it, rebuilt at the next turn after a reload, ended with it. */
export class SessionMcp {
  /** Calls that need no question for the rest of the session. */
  readonly remembered = new Set<string>();
  /** Servers that skills need and that the person was asked about, by canonical key. */
  readonly offered = new Set<string>();
  /** Apps that the person named in this session, by id. */
  readonly mentionedApps = new Set<string>();
  private readonly parts: SessionMcpParts;
  private settings: McpSettings;
  private manager: McpConnectionManager | null = null;
  private pending: McpSettings | null = null;
  private turn: TurnScope | null = null;
  private usable: { from: readonly ToolInfo[]; apps: unknown; tools: readonly ToolInfo[] } | null = null;
  private readonly openQuestions = new Set<() => void>();

  constructor(parts: SessionMcpParts) {
    this.parts = parts;
    this.settings = this.withApps(parts.settings);
  }

  get hasServers(): boolean {
    return Object.values(this.settings.mcpServers).some(({ enabled }) => enabled);
  }

  get servers(): Config["mcpServers"] {
    return this.settings.mcpServers;
  }

  /** Apps are on, and somebody is logged in who may have some. */
  get hasApps(): boolean {
    return Object.hasOwn(this.servers, CODEX_APPS_SERVER);
  }

  /** The tools that may be used, of the servers that are ready now. The same list as long as nothing changed. */
  currentTools(): readonly ToolInfo[] {
    const from = this.connections.currentTools();
    const { apps } = this.settings;
    if (this.usable?.from !== from || this.usable.apps !== apps) {
      this.usable = { from, apps, tools: usableTools(from, apps, this.parts.appsRequirements) };
    }
    return this.usable.tools;
  }

  /** Whether the settings of apps let this tool be called. */
  allowsApp(info: ToolInfo): boolean {
    return !isAppTool(info) || this.appPolicy(info).enabled;
  }

  /** There are apps whose tools may be used, as far as their server has told. */
  get hasUsableApps(): boolean {
    return this.hasApps && this.currentTools().some(isAppTool);
  }

  /** Resolves when it is known what apps there are. */
  async appsKnown(signal: AbortSignal): Promise<void> {
    if (this.hasApps) await untilAborted(this.connections.toolsReady(), signal);
  }

  /** As `servers`, with what the next turn will work with. */
  get comingServers(): Config["mcpServers"] {
    return (this.pending ?? this.settings).mcpServers;
  }

  /** What HTTP servers and their logins are reached with. */
  get fetch(): McpReach["fetch"] {
    return this.parts.reach.fetch;
  }

  get credentials(): CredentialStore {
    return credentialStore(this.parts.services.codexHome, this.settings.mcpOauthCredentialsStore);
  }

  /** Where a browser comes back to after a login. */
  get callback(): CallbackOptions {
    return { port: this.settings.mcpOauthCallbackPort, url: this.settings.mcpOauthCallbackUrl };
  }

  /** The connections; started when they are first needed. */
  get connections(): McpConnectionManager {
    this.manager ??= this.start();
    return this.manager;
  }

  /** Starts the servers. Waits only for those without which the session must not begin. Throws `McpError`. */
  async open(): Promise<void> {
    if (this.hasServers) await this.connections.requireServers();
  }

  /** The next turn works with these settings. */
  refreshLater(settings: McpSettings): void {
    this.pending = settings;
  }

  /** From the next call on, tools of servers that are known are approved as these settings say. */
  followApprovals({ mcpServers, apps }: McpSettings): void {
    const entries = Object.entries(this.settings.mcpServers).map(([name, server]) => {
      const fresh = Object.hasOwn(mcpServers, name) ? mcpServers[name] : undefined;
      if (fresh === undefined) return [name, server] as const;
      const { tools, defaultToolsApprovalMode } = fresh;
      return [name, { ...server, tools, defaultToolsApprovalMode }] as const;
    });
    this.settings = { ...this.settings, apps, mcpServers: Object.fromEntries(entries) };
  }

  /** Notes the apps that a prompt names. */
  noteMentions(input: readonly UserInput[]): void {
    for (const id of namedApps(input)) this.mentionedApps.add(id);
  }

  /** Before a turn builds its tools: takes over new settings, and waits for servers that are still starting. */
  async prepare(turn: TurnScope): Promise<void> {
    this.turn = turn;
    const pending = this.pending;
    this.pending = null;
    await this.restart(pending, turn.signal);
  }

  /** Starts further servers in the middle of a turn, and all others anew. */
  async addNow(servers: Config["mcpServers"], { signal }: TurnScope): Promise<void> {
    const settings = this.pending ?? this.settings;
    this.pending = null;
    await this.restart({ ...settings, mcpServers: { ...settings.mcpServers, ...servers } }, signal);
  }

  /** Takes over settings (null: keeps those that hold) and waits for the servers. */
  private async restart(settings: McpSettings | null, signal: AbortSignal): Promise<void> {
    if (settings !== null) {
      const before = this.manager;
      this.manager = null;
      this.settings = this.withApps(settings);
      await before?.shutdown();
    }
    if (!this.hasServers) return;
    await untilAborted(this.connections.toolsReady(), signal);
  }

  /** An interrupt without a turn: servers that are still starting are given up. */
  async cancelStartup(): Promise<void> {
    await this.manager?.cancelStartup();
  }

  async close(): Promise<void> {
    for (const closeQuestion of this.openQuestions) closeQuestion();
    await this.manager?.shutdown();
    await this.parts.reach.close();
  }

  /** How calls of a tool are approved: its own setting, its server's, or by what it says it does. */
  approvalMode(info: ToolInfo): McpToolApproval {
    if (isAppTool(info)) return this.appPolicy(info).approval;
    const { serverName, tool } = info;
    const server = Object.hasOwn(this.servers, serverName) ? this.servers[serverName] : undefined;
    if (server === undefined) return "auto";
    const own = Object.hasOwn(server.tools, tool.name) ? server.tools[tool.name]?.approvalMode : null;
    return own ?? server.defaultToolsApprovalMode ?? "auto";
  }

  /** Whether "always" can be kept: there is a place in a file for it. */
  mayRemember({ serverName, connectorId }: ToolInfo): boolean {
    return serverName === CODEX_APPS_SERVER ? connectorId !== null : Object.hasOwn(this.servers, serverName);
  }

  /** Keeps an "always" in the file that defines the server. When that cannot be done it holds for this session. */
  async approveForGood(info: ToolInfo): Promise<void> {
    const { services, reload, warn } = this.parts;
    const { serverName, connectorId, tool } = info;
    try {
      if (serverName === CODEX_APPS_SERVER) {
        if (connectorId === null) return;
        const file = `${services.codexHome}/config.toml`;
        await rememberApproval(services.codexHome, file, ["apps", connectorId, "tools", tool.name, "approval_mode"]);
        this.followApprovals((await reload()).config);
        return;
      }
      const file = approvalFile(await reload(), services.codexHome, serverName);
      if (file === null) return;
      await rememberApproval(services.codexHome, file, [
        "mcp_servers",
        serverName,
        "tools",
        tool.name,
        "approval_mode",
      ]);
      this.followApprovals((await reload()).config);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      warn(`The approval of tool \`${tool.name}\` of MCP server \`${serverName}\` holds for this session only: ${why}`);
    }
  }

  /** A place for somebody who watches calls that would run unasked. Nobody does by default. */
  safetyMonitor(_call: PendingCall, _turn: TurnScope): Promise<SafetyVerdict> {
    return Promise.resolve({ type: "ok" });
  }

  private withApps(settings: McpSettings): McpSettings {
    return { ...settings, mcpServers: this.parts.apps.withApps(settings.mcpServers) };
  }

  private appPolicy(info: ToolInfo): AppToolPolicy {
    return appToolPolicy(this.settings.apps, this.parts.appsRequirements, info);
  }

  private start(): McpConnectionManager {
    const { services, bus, version, cwd, current, reach, apps } = this.parts;
    return McpConnectionManager.start({
      servers: this.settings.mcpServers,
      env: services.env,
      cwd,
      version,
      clock: services.clock,
      platform: services.platform,
      oauth: { store: this.credentials },
      policy: () => {
        const { approvalPolicy, permissions } = this.turn?.context.settings ?? current();
        return { approval: approvalPolicy, sandbox: mcpSandbox(permissions) };
      },
      ask: (request, signal) => this.askPerson(request, signal),
      onStartup: ({ server, status, error }) =>
        bus.emit({
          kind: "notification",
          method: "mcpServer/startupStatus/updated",
          params: { name: server, status, error },
        }),
      fetch: reach.fetch,
      spawnServer: reach.spawnServer(this.settings.mcpPermissions),
      ...apps.options,
      appsCache: apps.cache,
    });
  }

  /** A server's question, put to the client: as part of the turn that runs, or of the thread. */
  private readonly askPerson: AskPerson = async (request, signal) => {
    const params = clientParams(request);
    const turn = this.turn;
    if (turn !== null && !turn.signal.aborted) {
      const answer = await turn.ask("mcpServer/elicitation/request", params, signal);
      return answer.type === "closed"
        ? CANCELLED
        : readElicitationReply(answer.type === "result" ? answer.value : null);
    }
    return this.askThread(params, signal);
  };

  private askThread(params: ClientParams, signal: AbortSignal): ReturnType<AskPerson> {
    const settled = new AbortController();
    return new Promise(resolve => {
      const settle = (reply: unknown, why?: typeof WITHDRAWN): void => {
        if (settled.signal.aborted) return;
        this.openQuestions.delete(cancel);
        resolve(reply === CANCELLED ? CANCELLED : readElicitationReply(reply));
        settled.abort(why);
      };
      const cancel = (): void => settle(CANCELLED, WITHDRAWN);
      this.openQuestions.add(cancel);
      signal.addEventListener("abort", cancel, { once: true });
      const request = {
        kind: "request",
        method: "mcpServer/elicitation/request",
        params: { threadId: this.parts.threadId, turnId: null, ...params },
        respond: settle,
        fail: () => settle(null),
        settled: settled.signal,
      };
      this.parts.bus.emit(request as unknown as ThreadRequest);
    });
  }
}

type ClientParams = { serverName: string; message: string; _meta: JsonValue } & (
  | { mode: "form"; requestedSchema: Extract<ElicitationRequest, { mode: "form" }>["requestedSchema"] }
  | { mode: "url"; url: string; elicitationId: string }
);

function clientParams(request: ElicitationRequest): ClientParams {
  const { serverName, message } = request;
  const _meta = request._meta as JsonValue;
  if (request.mode === "url") {
    return { serverName, mode: "url", _meta, message, url: request.url, elicitationId: request.elicitationId };
  }
  return { serverName, mode: "form", _meta, message, requestedSchema: request.requestedSchema };
}

function untilAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      signal.removeEventListener("abort", done);
      resolve();
    };
    if (signal.aborted) done();
    signal.addEventListener("abort", done, { once: true });
    void work.finally(done);
  });
}
