import type { OauthOptions } from "../auth/tokens.ts";
import type { McpClock } from "../clock.ts";
import type { ToolInfo } from "../tools/tool-info.ts";
import type { McpServerConfig, McpServers, McpTool } from "../types.ts";
import type { AskPerson, ElicitationPolicy } from "./elicitation.ts";
import type { Fetch } from "./http-fetch.ts";
import type { ServerFacts } from "./sdk-client.ts";
import type { SpawnServer } from "./server-process.ts";

export type StartupUpdate =
  | { server: string; status: "starting" | "ready" | "cancelled"; error: null }
  | { server: string; status: "failed"; error: string };

/** Credentials that are not the server's own: asked for with each request, for they may be renewed. */
export interface RuntimeAuth {
  /** Never rejects; empty: nobody is logged in. */
  headers(): Promise<Record<string, string>>;
  /** What can be done, one thing after the other, when a request is refused. */
  recovery(): TokenRecovery;
}

/** Ways to other credentials, for one request that was refused. */
export interface TokenRecovery {
  /** Takes the next way. True: try again. False: there are no more. Never rejects. */
  next(): Promise<boolean>;
}

/** The tools that apps had when they were last asked. */
export interface AppsToolsCache {
  /** Null: there are none that can be used. Never rejects. */
  load(): Promise<readonly ToolInfo[] | null>;
  /** Never rejects. */
  save(tools: readonly ToolInfo[]): Promise<void>;
}

/** How the start of all servers went. */
export interface StartupSummary {
  ready: string[];
  failed: { server: string; error: string }[];
  cancelled: string[];
}

export interface McpManagerOptions {
  servers: McpServers;
  /** The environment that servers' variables, tokens and headers are taken from. */
  env: Readonly<Record<string, string | undefined>>;
  /** Where stdio servers run that have no `cwd`. */
  cwd: string;
  /** Version of the program. */
  version: string;
  /** Asks a person what a server wants to know. Default: every question is declined. */
  ask?: AskPerson;
  /** The policy of this moment on questions. Default: ask. */
  policy?: () => ElicitationPolicy;
  onStartup?: (update: StartupUpdate) => void;
  onStartupComplete?: (summary: StartupSummary) => void;
  /** Told what servers log and do wrong. */
  log?: (server: string, message: string) => void;
  /** Stored logins of HTTP servers. Default: none. */
  oauth?: OauthOptions;
  /** What HTTP servers are reached with. Default: the platform's. */
  fetch?: Fetch;
  /**
   * How a stdio server is started; null: as it is, with the rights of the person. A server with `permissions` is not started at all unless
   * this says how.
   */
  spawnServer?: (server: string, config: McpServerConfig) => SpawnServer | null;
  /** The session's own credentials, for the HTTP servers that take them; null: this one does not. */
  runtimeAuth?: (server: string) => RuntimeAuth | null;
  /** Where the tools of apps are kept between sessions. Default: nowhere. */
  appsCache?: AppsToolsCache;
  platform?: NodeJS.Platform;
  clock?: McpClock;
}

/** How one server is, for whoever wants to know without changing it. */
export interface ConnectionReport {
  facts: ServerFacts | null;
  tools: readonly McpTool[];
  stderrTail: readonly string[];
}
