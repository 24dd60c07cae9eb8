import { setTimeout as delay } from "node:timers/promises";
import type { CliOverride, LoadedConfig } from "@codex-ts/config";
import type { FactSink, Runtime } from "@codex-ts/core";
import type { OutgoingMessage } from "@codex-ts/protocol";
import type { SessionSourceRecord } from "@codex-ts/thread-store";
import { Logins } from "./account/logins.ts";
import { Connection } from "./connection.ts";
import { Ingress } from "./ingress.ts";
import type { Link } from "./links/link.ts";
import { ServerRequests } from "./server-requests.ts";
import { ThreadHubs } from "./threads/hubs.ts";
import { SkillWatch } from "./threads/skill-watch.ts";

/** Requests that may wait to be started, over all connections. */
const INGRESS_ROOM = 128;
/** Commands that may be on their way to run, over all connections, before further requests wait for them. */
const STARTS_ROOM = 128;

/** The first request of a client waits no longer than this for the start-up warnings, milliseconds. */
const GREETING_MS = 5000;

const DEFAULT_ORIGINATOR = "codex_ts";

/** What the first client's handshake decides about the process. */
export interface SessionIdentity {
  /** Who the model's server is told is asking. */
  originator: string;
  userAgent: string;
}

export interface ServerOptions {
  codexHome: string;
  /** What commands that a client runs directly start from. Default: this process's environment. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths of requests start from. Default: this process's. */
  cwd?: string;
  /** The `-c` flags that the runtime was made with; a request's own `config` comes on top of them. */
  cliOverrides?: readonly CliOverride[];
  /** Version that clients compare with the one they need, `x.y.z`. */
  version: string;
  /** This program's own name and version, shown in the user agent. */
  product?: string;
  /** Terminal shown in the user agent. Default `unknown`. */
  terminal?: string;
  /** Where threads come from unless they say otherwise, as their records tell it. Default `vscode`. */
  source?: SessionSourceRecord;
  /** Wins over the first client's name. */
  originator?: string;
  /** Told to every client right after its handshake. */
  startupWarnings?: () => Promise<readonly StartupWarning[]>;
  /** One line for the log (stderr), never for clients. */
  log?: (text: string) => void;
  /** Where ChatGPT logins are made: the issuer, and the port of its callback. Default: OpenAI's, 1455. */
  login?: { issuer?: string; port?: number };
  /** How long a thread without listeners stays loaded, milliseconds. Default 30 minutes. */
  unloadAfterMs?: number;
}

/** Params of a `configWarning` notification. */
export interface StartupWarning {
  summary: string;
  details: string | null;
  path?: string;
  range?: { start: { line: number; column: number }; end: { line: number; column: number } };
}

/** Makes the agent when it is first needed: the handshake does not wait for it. */
export type RuntimeSource = Runtime | ((identity: SessionIdentity) => Runtime | Promise<Runtime>);

/** The agent core as a service: any number of clients on one runtime. Made by `createServer`. */
export class AppServer {
  readonly options: ServerOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly serverRequests = new ServerRequests();
  readonly ingress = new Ingress(INGRESS_ROOM);
  /** Commands of clients that are being started. */
  readonly starts = new Ingress(STARTS_ROOM);
  readonly threads = new ThreadHubs(this);
  readonly logins = new Logins(this);
  readonly skills = new SkillWatch(
    () => this.broadcast("skills/changed", {}),
    text => this.log(text),
  );
  /** Features that clients switched while the server runs. */
  readonly featureEnablement: Record<string, boolean> = {};
  private readonly source: RuntimeSource;
  private readonly connections = new Set<Connection>();
  private nextConnection = 0;
  private running: Promise<Runtime> | null = null;
  private base: Promise<LoadedConfig> | null = null;
  private settled = false;
  /** Takes facts for the product's owner; null until the agent is made. */
  analytics: FactSink | null = null;
  private originator: string | null;
  private readonly toldAtStart = new Set<string>();
  private userAgent = "";
  private onIdle: (() => void) | null = null;

  constructor(source: RuntimeSource, options: ServerOptions) {
    this.source = source;
    this.options = options;
    this.env = options.env ?? process.env;
    this.cwd = options.cwd ?? process.cwd();
    this.originator = options.originator ?? null;
  }

  /** Serves one more client. */
  attach(link: Link): Connection {
    const connection = new Connection(this, link, this.nextConnection++);
    this.connections.add(connection);
    return connection;
  }

  forget(connection: Connection): void {
    this.connections.delete(connection);
    if (this.connections.size === 0) this.onIdle?.();
  }

  /** Clients that are connected now. */
  get clientCount(): number {
    return this.connections.size;
  }

  /** Settles when the last client is gone. */
  async withoutClients(): Promise<void> {
    if (this.connections.size === 0) return;
    await new Promise<void>(resolve => {
      this.onIdle = resolve;
    });
  }

  /** The agent, made on first use. */
  runtime(): Promise<Runtime> {
    this.running ??= this.makeRuntime();
    return this.running;
  }

  /**
   * The settings of the server's own folder as they were when its first client came, or asked for something: accounts, commands of
   * clients, models and the filter of lists go by them as long as it runs. Files that do not load were told about after
   * the handshake; the defaults and the flags hold then, and so does what an administrator requires.
   * @throws ConfigError the flags or the requirements are wrong themselves
   */
  baseConfig(): Promise<LoadedConfig> {
    this.base ??= this.loadBase();
    return this.base;
  }

  /** Whether `baseConfig` is known, or not to be had. */
  get isSettled(): boolean {
    return this.settled;
  }

  /** Asks for `baseConfig`, so that it is older than what a request changes. Never rejects. */
  async settle(): Promise<void> {
    await this.baseConfig().catch(() => {});
    this.settled = true;
  }

  private async loadBase(): Promise<LoadedConfig> {
    const runtime = await this.runtime();
    return runtime.loadConfig({ cwd: this.cwd }).catch((error: unknown) => {
      if (!(error instanceof Error) || error.name !== "ConfigError") throw error;
      return runtime.loadConfig({ cwd: this.cwd, ignoreConfigFiles: true });
    });
  }

  /** The first client names the process, unless the environment did. */
  adoptOriginator(name: string): string {
    this.originator ??= name;
    return this.originator;
  }

  get originatorName(): string {
    return this.originator ?? DEFAULT_ORIGINATOR;
  }

  /** Whether clients were told this right after their handshake: a thread that starts does not say it again. */
  wasToldAtStart(message: string): boolean {
    return this.toldAtStart.has(message);
  }

  get userAgentName(): string {
    return this.userAgent;
  }

  adoptUserAgent(userAgent: string): void {
    if (this.userAgent === "") this.userAgent = userAgent;
  }

  /**
   * What a client hears right after its handshake. Settles when it is told, or when it takes too long: what the client asks
   * next is answered behind it. Null when there is nothing to wait for. Never rejects.
   */
  greet(connection: Connection): Promise<void> | null {
    const { startupWarnings } = this.options;
    if (startupWarnings === undefined) return null;
    const told = startupWarnings().then(
      warnings => {
        for (const warning of warnings) {
          this.toldAtStart.add(`${warning.summary} ${warning.details ?? ""}`);
          connection.notify("configWarning", warning);
        }
      },
      (error: unknown) => this.log(`start-up warnings: ${String(error)}`),
    );
    // The settings were read for it; what is done to them from now on comes after.
    void told.then(() => this.settle());
    return Promise.race([told, delay(GREETING_MS, undefined, { ref: false })]);
  }

  /** Tells every client whose handshake is done. */
  broadcast(method: string, params: unknown): void {
    const message: OutgoingMessage = { kind: "notification", method, params };
    for (const connection of this.connections) connection.forward(method, message);
  }

  /** A client shook hands: analytics are told, when there is an agent to tell it of. */
  introduce: (connection: Connection) => void = () => {};

  log(text: string): void {
    this.options.log?.(text);
  }

  /** Ends every thread, the agent if it was made here, and then every connection. */
  async close(): Promise<void> {
    await this.logins.giveUp();
    await this.skills.close();
    await this.threads.closeAll();
    // Who brought a running agent along ends it; one that was made here ends here.
    const own = typeof this.source === "function" ? await this.running?.catch(() => null) : null;
    await own?.shutdown();
    await Promise.all([...this.connections].map(connection => connection.link.close()));
  }

  private async makeRuntime(): Promise<Runtime> {
    const identity = { originator: this.originatorName, userAgent: this.userAgent };
    const runtime = typeof this.source === "function" ? await this.source(identity) : this.source;
    const { initializeFact } = await import("./analytics/rpc-facts.ts");
    this.analytics = runtime.analytics;
    this.introduce = connection => {
      const fact = initializeFact(connection, {
        originator: this.originatorName,
        version: this.options.version,
      });
      if (fact !== null) runtime.analytics.track(fact);
    };
    for (const connection of this.connections) this.introduce(connection);
    return runtime;
  }
}
