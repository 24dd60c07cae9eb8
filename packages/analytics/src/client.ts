import { pluginId } from "./events/other.ts";
import type { AnalyticsEvent } from "./events/shared.ts";
import type { Fact, FactKind } from "./facts.ts";
import { reduce } from "./reduce.ts";
import { initialState } from "./state.ts";

/** Facts that wait for the worker at the most. */
const QUEUE_CAPACITY = 256;
/** Keys that are remembered to tell a use only once. */
const MAX_REMEMBERED = 4096;

/** Kinds that the feature `general_analytics` switches off. Spec: analytics, A1.2. */
const GENERAL: ReadonlySet<FactKind> = new Set<FactKind>([
  "initialize",
  "request",
  "response",
  "errorResponse",
  "subagentThreadStarted",
  "turnResolvedConfig",
  "turnWorkspaceMetadata",
  "compaction",
  "guardianReview",
]);

export interface AnalyticsClientOptions {
  /** `[analytics] enabled`: false drops every fact before anything is built. */
  enabled: boolean;
  /** The feature `general_analytics`. Default true. */
  general?: boolean;
  /**
   * Sends the events of one fact in one request. The next fact waits for it; what it rejects with is a line for the log. Not
   * called when analytics are off.
   */
  send: (events: readonly AnalyticsEvent[]) => Promise<void>;
  /** One line for the log, never for clients. */
  warn?: (message: string) => void;
}

/**
 * Takes facts, never waits and never throws. One worker reduces them in order and sends what follows; there is no retry, no
 * batch over facts and no flush at the end. Spec: analytics, A1.
 */
export class AnalyticsClient {
  private readonly options: AnalyticsClientOptions;
  private readonly state = initialState();
  private readonly queue: Fact[] = [];
  private readonly seen = { app: new Set<string>(), plugin: new Set<string>() };
  private working: Promise<void> | null = null;

  constructor(options: AnalyticsClientOptions) {
    this.options = options;
  }

  /** Whether a fact of this kind would be taken: lets a caller skip building it. */
  wants(kind: FactKind): boolean {
    return this.options.enabled && (this.options.general !== false || !GENERAL.has(kind));
  }

  track(fact: Fact): void {
    if (this.isRepeated(fact) || isEmpty(fact) || !this.wants(fact.kind)) return;
    if (this.queue.length >= QUEUE_CAPACITY) {
      this.options.warn?.("dropping analytics events: queue is full");
      return;
    }
    this.queue.push(fact);
    this.working ??= this.work();
  }

  /** Settles when everything that was taken is sent or given up. For tests and orderly ends; nothing has to wait for it. */
  async idle(): Promise<void> {
    while (this.working !== null) await this.working;
  }

  private async work(): Promise<void> {
    // Nothing is reduced before the caller of `track` goes on.
    await Promise.resolve();
    for (let fact = this.queue.shift(); fact !== undefined; fact = this.queue.shift()) {
      const { events, warning } = reduce(this.state, fact);
      if (warning !== null) this.options.warn?.(warning);
      if (events.length > 0) await this.send(events);
    }
    this.working = null;
  }

  private async send(events: readonly AnalyticsEvent[]): Promise<void> {
    try {
      await this.options.send(events);
    } catch (error) {
      this.options.warn?.(error instanceof Error ? error.message : String(error));
    }
  }

  /** Checked before anything else, as the reference does: a use that was not sent counts as told. */
  private isRepeated(fact: Fact): boolean {
    if (fact.kind === "appUsed") {
      const { connectorId } = fact.app;
      return connectorId !== null && !remember(this.seen.app, `${fact.tracking.turnId} ${connectorId}`);
    }
    if (fact.kind !== "pluginUsed") return false;
    return !remember(this.seen.plugin, `${fact.tracking.turnId} ${pluginId(fact.plugin)}`);
  }
}

/** False when the key was known. */
function remember(keys: Set<string>, key: string): boolean {
  if (keys.has(key)) return false;
  if (keys.size >= MAX_REMEMBERED) keys.clear();
  keys.add(key);
  return true;
}

function isEmpty(fact: Fact): boolean {
  if (fact.kind === "skillsInvoked") return fact.skills.length === 0;
  return fact.kind === "appsMentioned" && fact.apps.length === 0;
}
