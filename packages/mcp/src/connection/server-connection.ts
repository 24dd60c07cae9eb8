import type { McpClock } from "../clock.ts";
import { McpError, McpRpcError } from "../errors.ts";
import { DEFAULT_STARTUP_TIMEOUT_SEC, DEFAULT_TOOL_TIMEOUT_SEC, type McpServerConfig, type McpTool } from "../types.ts";
import type { TokenRecovery } from "./manager-options.ts";
import type { Opened, OpenOptions, Reach } from "./open-transport.ts";
import { readTools } from "./read-tools.ts";
import type { ServerFacts } from "./sdk-client.ts";

/** What a connection needs of its surroundings. */
export interface ConnectionServices extends Pick<OpenOptions, "ask" | "policy" | "version"> {
  clock: McpClock;
  /** How to reach the server; asked anew for each start. Throws `McpError`. */
  reach: () => Promise<Reach>;
  /** Ways to other credentials for a request that was refused. */
  recovery: () => TokenRecovery;
  log: (message: string) => void;
}

interface Live {
  opened: Opened;
  tools: McpTool[];
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** After running this long, a server's earlier crashes are forgotten, milliseconds. */
const HEALTHY_MS = 60_000;
const STDERR_LINES = 20;
const METHOD_NOT_FOUND = -32601;

/**
 * One server: started once, asked many times. A server that dies after it was ready is started again when it is next needed, after a pause
 * that grows with each crash; a session that an HTTP server forgot is opened again at once.
 */
export class ServerConnection {
  readonly name: string;
  readonly config: McpServerConfig;
  private readonly services: ConnectionServices;
  private readonly stopping = new AbortController();
  private live: Promise<Live> | null = null;
  private current: Live | null = null;
  private last: Live | null = null;
  /** Counts its starts: its tools may be others after each. */
  revision = 0;
  private crashes = 0;
  private readyAt = 0;
  private readonly stderr: string[] = [];

  constructor(name: string, config: McpServerConfig, services: ConnectionServices) {
    this.name = name;
    this.config = config;
    this.services = services;
  }

  /** What it said in its last handshake; null before the first. */
  get facts(): ServerFacts | null {
    return this.last?.opened.facts ?? null;
  }

  /** Its tools as it last listed them; empty before it is ready. */
  get tools(): readonly McpTool[] {
    return this.last?.tools ?? [];
  }

  /** Of a stdio server that runs. */
  get pid(): number | null {
    return this.current?.opened.pid ?? null;
  }

  get stderrTail(): readonly string[] {
    return this.stderr;
  }

  get isReady(): boolean {
    return this.current !== null;
  }

  /** Resolves when it is ready. Throws the cause when it cannot start, the same each time. */
  async start(): Promise<void> {
    this.live ??= this.open();
    // Whoever asks hears of a failure; nobody else needs to.
    this.live.catch(() => {});
    await this.live;
  }

  /** Gives up on a start that is under way, and ends what runs. */
  async stop(): Promise<void> {
    this.stopping.abort();
    const live = await this.live?.catch(() => null);
    await live?.opened.close();
    this.current = null;
  }

  /** A request to the server, on a connection that is alive. Throws `McpError`. */
  async request(
    method: string,
    params: Record<string, unknown>,
    signal?: AbortSignal,
  ): Promise<Record<string, unknown>> {
    const timeoutMs = (this.config.toolTimeoutSec ?? DEFAULT_TOOL_TIMEOUT_SEC) * 1000;
    const once = async (): Promise<Record<string, unknown>> => {
      const { opened } = await this.session(signal);
      return opened.client.ask(method, params, { timeoutMs, signal, what: `awaiting ${method}` });
    };
    const recovery = this.services.recovery();
    let reopened = false;
    for (;;) {
      const { live } = this;
      try {
        return await once();
      } catch (error) {
        if (!(error instanceof McpError) || this.stopping.signal.aborted || this.last === null) throw error;
        if (error.code === "session_lost" && !reopened) {
          reopened = true;
          this.reopen(live);
        } else if (error.code !== "auth_required" || !(await recovery.next())) throw error;
      }
    }
  }

  /** Once for everybody who noticed that this session is lost. */
  private reopen(lost: Promise<Live> | null): void {
    if (this.live !== lost) return;
    const before = this.current;
    this.live = this.open();
    this.live.catch(() => {});
    void before?.opened.close().catch(() => {});
  }

  private async session(signal?: AbortSignal): Promise<Live> {
    this.live ??= this.restart(signal);
    this.live.catch(() => {});
    try {
      return await this.live;
    } catch (error) {
      // A start that failed at first is final; a restart may be tried again with the next call.
      if (this.last !== null) this.live = null;
      throw new McpError("startup_failed", "failed to get client", { cause: error });
    }
  }

  private async restart(signal?: AbortSignal): Promise<Live> {
    if (this.services.clock.monotonic() - this.readyAt > HEALTHY_MS) this.crashes = 1;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.crashes - 2));
    if (this.crashes > 1) await this.services.clock.sleep(pause, signal);
    this.services.log(`MCP server \`${this.name}\` ended; starting it again`);
    return this.open();
  }

  private async open(): Promise<Live> {
    const { clock, ask, policy, version, log } = this.services;
    const timeoutMs = (this.config.startupTimeoutSec ?? DEFAULT_STARTUP_TIMEOUT_SEC) * 1000;
    const { signal } = this.stopping;
    const reach = await this.services.reach();
    const { openConnection } = await import("./open-transport.ts");
    this.stopping.signal.throwIfAborted();
    const session: { live: Live | null } = { live: null };
    const opened = await openConnection(reach, {
      server: this.name,
      version,
      clock,
      ask,
      policy,
      log,
      timeoutMs,
      signal,
      onClosed: () => this.closed(session.live),
      onStderr: line => this.keepStderr(line),
    });
    try {
      session.live = { opened, tools: await this.listTools(opened, timeoutMs, log) };
    } catch (error) {
      await opened.close().catch(() => {});
      throw error;
    }
    this.current = session.live;
    this.last = session.live;
    this.revision++;
    this.readyAt = clock.monotonic();
    return session.live;
  }

  /** Asked for once, without a cursor. A server that says it has no tools need not know the question. */
  private async listTools(opened: Opened, timeoutMs: number, log: (message: string) => void): Promise<McpTool[]> {
    const limits = { timeoutMs, signal: this.stopping.signal, what: "awaiting tools/list" };
    try {
      const { tools } = await opened.client.ask("tools/list", {}, limits);
      return readTools(tools, log);
    } catch (error) {
      const unknown = error instanceof McpRpcError && error.rpcCode === METHOD_NOT_FOUND;
      if (unknown && opened.facts.capabilities["tools"] === undefined) return [];
      throw error;
    }
  }

  private closed(live: Live | null): void {
    if (live === null || this.current !== live || this.stopping.signal.aborted) return;
    this.current = null;
    this.live = null;
    this.crashes++;
  }

  private keepStderr(line: string): void {
    this.stderr.push(line);
    if (this.stderr.length > STDERR_LINES) this.stderr.shift();
    this.services.log(`MCP server stderr (${this.name}): ${line}`);
  }
}
