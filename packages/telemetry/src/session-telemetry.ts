import {
  apiRequest,
  type ApiRequest,
  type AuthEnvironment,
  authRecovery,
  type AuthRecoveryStep,
  responseUsage,
  type ResponseUsage,
  sseEvent,
  type StreamEvent,
  webSocketConnect,
  type WebSocketConnect,
  webSocketEvent,
  webSocketRequest,
  type WebSocketRequest,
} from "./events/model.ts";
import {
  conversationStart,
  type ConversationStart,
  type PromptFacts,
  toolDecision,
  type ToolDecision,
  toolResult,
  type ToolResultFacts,
  type TwoForms,
  userPrompt,
} from "./events/session.ts";
import { isMetricName, isTagName, tagValue } from "./sanitize.ts";
import { type Attributes, type Draft, known, type Span, type SpanOptions, type TelemetrySink } from "./sink.ts";

/** Who and what a session is; told with everything that it tells. Spec: analytics, C1. */
export interface SessionFacts {
  conversationId: string;
  model: string;
  slug: string;
  originator: string;
  appVersion: string;
  /** `cli`, `vscode`, `exec`, …; a tag of metrics. */
  sessionSource: string;
  terminalType: string;
  authMode?: string | null;
  /** Told to logs alone. */
  accountId?: string | null;
  /** Told to logs alone. */
  accountEmail?: string | null;
  /** Tag `service_name` of metrics. */
  serviceName?: string | null;
  authEnvironment: AuthEnvironment;
  logUserPrompt: boolean;
}

export interface TelemetryTools {
  /** Unix milliseconds. */
  now(): number;
  /** Told of a metric that cannot be recorded. */
  warn(message: string): void;
}

/** Tags of a metric. Values are put into the shape that collectors take. */
export type MetricTags = Readonly<Record<string, string>>;

/**
 * What one session tells its owner: log events, span events and metrics that carry the same facts about it. Nothing here waits or throws.
 * Spec: analytics, C.
 */
export class SessionTelemetry {
  private readonly sink: TelemetrySink;
  private readonly facts: SessionFacts;
  private readonly tools: TelemetryTools;
  private readonly span: Span | null;
  private readonly metricTags: Attributes;

  constructor(sink: TelemetrySink, facts: SessionFacts, tools: TelemetryTools, span: Span | null = null) {
    this.sink = sink;
    this.facts = { ...facts, originator: tagValue(facts.originator) };
    this.tools = tools;
    this.span = span;
    this.metricTags = tagsOf(this.facts);
  }

  /** The same session, as another model's. */
  withModel(model: string, slug: string = model): SessionTelemetry {
    if (model === this.facts.model && slug === this.facts.slug) return this;
    return new SessionTelemetry(this.sink, { ...this.facts, model, slug }, this.tools, this.span);
  }

  /** The same session, inside a span: what it tells from here on belongs to that. */
  within(span: Span): SessionTelemetry {
    return new SessionTelemetry(this.sink, this.facts, this.tools, span);
  }

  /** Begins a span, inside the present one unless `parent` says otherwise. Whoever begins it ends it. */
  startSpan(name: string, options: SpanOptions = {}): Span {
    return this.sink.startSpan(name, { parent: this.span, ...options });
  }

  conversationStarts(facts: ConversationStart): void {
    this.tell("codex.conversation_starts", () => conversationStart(facts, this.facts.authEnvironment));
  }

  userPrompt(facts: PromptFacts): void {
    this.tell("codex.user_prompt", () => userPrompt(facts, this.facts.logUserPrompt));
  }

  apiRequest(facts: ApiRequest): void {
    const status = facts.status === null ? "none" : String(facts.status);
    const success = facts.error === null && facts.status !== null && facts.status >= 200 && facts.status < 300;
    const tags = { status, success: String(success) };
    this.counted("codex.api_request", facts.durationMs, tags);
    this.tell("codex.api_request", () => both(apiRequest(facts, this.facts.authEnvironment)));
  }

  webSocketConnect(facts: WebSocketConnect): void {
    this.tell("codex.websocket_connect", () => both(webSocketConnect(facts, this.facts.authEnvironment)));
  }

  webSocketRequest(facts: WebSocketRequest): void {
    this.counted("codex.websocket.request", facts.durationMs, { success: String(facts.error === null) });
    this.tell("codex.websocket_request", () => both(webSocketRequest(facts, this.facts.authEnvironment)));
  }

  webSocketEvent(facts: StreamEvent): void {
    const success = String((facts.error ?? null) === null);
    this.counted("codex.websocket.event", facts.durationMs, { kind: facts.kind, success });
    this.tell("codex.websocket_event", () => both(webSocketEvent(facts)));
  }

  /** Spans hear of failures alone. */
  sseEvent(facts: StreamEvent): void {
    const failed = (facts.error ?? null) !== null;
    this.counted("codex.sse_event", facts.durationMs, { kind: facts.kind, success: String(!failed) });
    this.tell("codex.sse_event", () => ({ log: sseEvent(facts), trace: failed ? sseEvent(facts) : null }));
  }

  /** A stream ended with an error instead of its last event. */
  responseFailed(error: string): void {
    this.tell("codex.sse_event", () => both({ "event.kind": "response.completed", "error.message": error }));
  }

  responseCompleted(usage: ResponseUsage): void {
    this.tell("codex.sse_event", () => both(responseUsage(usage)));
  }

  authRecovery(step: AuthRecoveryStep): void {
    this.tell("codex.auth_recovery", () => both(authRecovery(step)));
  }

  toolDecision(facts: ToolDecision): void {
    this.tell("codex.tool_decision", () => ({ log: toolDecision(facts), trace: null }));
  }

  /** `tags`: further tags of the metrics, such as the sandbox of a command. */
  toolResult(facts: ToolResultFacts, tags: MetricTags = {}): void {
    const { toolName: tool, success, durationMs } = facts;
    this.count("codex.tool.call", 1, { tool, success: String(success), ...tags });
    this.duration("codex.tool.call.duration_ms", durationMs, { tool, success: String(success), ...tags });
    this.tell("codex.tool_result", () => toolResult(facts));
  }

  /** Adds to a counter. */
  count(name: string, by = 1, tags: MetricTags = {}): void {
    if (!this.sink.metrics) return;
    const all = this.tagged(name, tags);
    if (all !== null) this.sink.count(name, by, all);
  }

  /** Records a value. */
  histogram(name: string, value: number, tags: MetricTags = {}): void {
    if (!this.sink.metrics) return;
    const all = this.tagged(name, tags);
    if (all !== null) this.sink.record(name, value, all);
  }

  /** Records how long something took, milliseconds. */
  duration(name: string, milliseconds: number, tags: MetricTags = {}): void {
    if (!this.sink.metrics) return;
    const all = this.tagged(name, tags);
    if (all !== null) this.sink.record(name, Math.max(0, Math.round(milliseconds)), all, "ms");
  }

  private counted(name: string, durationMs: number, tags: MetricTags): void {
    this.count(name, 1, tags);
    this.duration(`${name}.duration_ms`, durationMs, tags);
  }

  private tagged(name: string, tags: MetricTags): Attributes | null {
    if (!isMetricName(name)) return this.dropped(`metric name ${JSON.stringify(name)} is not valid`);
    const all: Record<string, string> = { ...(this.metricTags as Record<string, string>) };
    for (const [tag, value] of Object.entries(tags)) {
      if (!isTagName(tag)) return this.dropped(`tag ${JSON.stringify(tag)} of metric ${name} is not valid`);
      all[tag] = tagValue(value);
    }
    return all;
  }

  private dropped(why: string): null {
    this.tools.warn(`A metric was dropped: ${why}.`);
    return null;
  }

  /** Tells logs and the present span, each in its own form, where somebody listens. */
  private tell(name: string, forms: () => { log: Draft; trace: Draft | null }): void {
    const { sink, span } = this;
    if (!sink.logs && (!sink.traces || span === null)) return;
    const { log, trace } = forms();
    const timestamp = new Date(this.tools.now()).toISOString();
    if (sink.logs) {
      const { accountId, accountEmail } = this.facts;
      const identity: Draft = { "user.account_id": accountId, "user.email": accountEmail };
      sink.log(known({ "event.name": name, ...log, ...this.about(timestamp, identity) }), span);
    }
    if (trace === null || span === null || !sink.traces) return;
    span.event(name, known({ "event.name": name, ...trace, ...this.about(timestamp, {}) }));
  }

  private about(timestamp: string, identity: Draft): Draft {
    const { facts } = this;
    return {
      "event.timestamp": timestamp,
      "conversation.id": facts.conversationId,
      "app.version": facts.appVersion,
      auth_mode: facts.authMode,
      originator: facts.originator,
      ...identity,
      "terminal.type": facts.terminalType,
      model: facts.model,
      slug: facts.slug,
    };
  }
}

function both(draft: Draft): TwoForms {
  return { log: draft, trace: draft };
}

function tagsOf(facts: SessionFacts): Attributes {
  const tags: Draft = {
    auth_mode: facts.authMode,
    session_source: facts.sessionSource,
    originator: facts.originator,
    service_name: facts.serviceName,
    model: facts.model,
    "app.version": facts.appVersion,
  };
  return Object.fromEntries(Object.entries(known(tags)).map(([name, value]) => [name, tagValue(String(value))]));
}
