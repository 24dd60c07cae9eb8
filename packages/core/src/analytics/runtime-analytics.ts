import { AnalyticsClient, type ConnectionId, type Fact, type FactKind, keepNewest } from "@codex-ts/analytics";
import type { Config } from "@codex-ts/config";
import type { AuthSource, HttpFetch } from "@codex-ts/model-provider";
import { analyticsSender } from "./send.ts";

/** Takes facts about what happens; never waits, never throws. */
export interface FactSink {
  /** Whether a fact of this kind would be taken: lets a caller skip building it. */
  wants(kind: FactKind): boolean;
  track(fact: Fact): void;
  /** The client that a thread was started for; null: none that shook hands. */
  clientOf(threadId: string): ClientFacts | null;
}

/** What a client's handshake told. */
export type ClientFacts = Extract<Fact, { kind: "initialize" }>;

export interface RuntimeAnalyticsOptions {
  auth: AuthSource;
  originator: string;
  userAgent: string;
  fetch: HttpFetch;
  warn?: (message: string) => void;
}

/** Facts that may come before the configuration does. */
const EARLY_FACTS = 256;

/** The one analytics client of a process. It is made when the first configuration is known; until then facts are kept. */
export class RuntimeAnalytics implements FactSink {
  private client: AnalyticsClient | null = null;
  private early: Fact[] = [];
  private readonly clients = new Map<ConnectionId, ClientFacts>();
  private readonly threads = new Map<string, ConnectionId>();
  private failed = false;

  constructor(private readonly options: RuntimeAnalyticsOptions) {}

  /** The first configuration decides for the process. */
  configure(config: Config): void {
    if (this.client !== null) return;
    const warn = this.options.warn === undefined ? undefined : (message: string) => this.warnOnce(message);
    this.client = new AnalyticsClient({
      enabled: config.analyticsEnabled !== false,
      general: config.features["general_analytics"] !== false,
      send: analyticsSender({ ...this.options, baseUrl: config.chatgptBaseUrl }),
      ...(warn === undefined ? {} : { warn }),
    });
    for (const fact of this.early.splice(0)) this.client.track(fact);
  }

  wants(kind: FactKind): boolean {
    return this.client === null || this.client.wants(kind);
  }

  clientOf(threadId: string): ClientFacts | null {
    const connection = this.threads.get(threadId);
    return connection === undefined ? null : (this.clients.get(connection) ?? null);
  }

  track(fact: Fact): void {
    this.remember(fact);
    if (this.client !== null) this.client.track(fact);
    else if (this.early.length < EARLY_FACTS) this.early.push(fact);
  }

  private remember(fact: Fact): void {
    if (fact.kind === "initialize") keepNewest(this.clients, fact.connectionId, fact);
    if (fact.kind !== "response" || !("thread" in fact.response)) return;
    keepNewest(this.threads, fact.response.thread.id, fact.connectionId);
  }

  /** A backend that refuses for a day is one line in the log, not one for each event. */
  private warnOnce(message: string): void {
    if (this.failed) return;
    this.failed = true;
    this.options.warn?.(`Analytics: ${message}. Further failures are not told; the session goes on.`);
  }
}
