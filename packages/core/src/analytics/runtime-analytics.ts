import { AnalyticsClient, type Fact, type FactKind } from "@codex-ts/analytics";
import type { Config } from "@codex-ts/config";
import type { AuthSource, HttpFetch } from "@codex-ts/model-provider";
import { analyticsSender } from "./send.ts";

/** Takes facts about what happens; never waits, never throws. */
export interface FactSink {
  /** Whether a fact of this kind would be taken: lets a caller skip building it. */
  wants(kind: FactKind): boolean;
  track(fact: Fact): void;
}

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

  constructor(private readonly options: RuntimeAnalyticsOptions) {}

  /** The first configuration decides for the process. */
  configure(config: Config): void {
    if (this.client !== null) return;
    const { warn } = this.options;
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

  track(fact: Fact): void {
    if (this.client !== null) this.client.track(fact);
    else if (this.early.length < EARLY_FACTS) this.early.push(fact);
  }
}
