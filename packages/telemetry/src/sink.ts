export type AttributeValue = string | number | boolean;

/** What is not known is left out: null never reaches a sink. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Attributes while they are put together. */
export type Draft = Readonly<Record<string, AttributeValue | null | undefined>>;

/** Place in a trace, as W3C writes it down. */
export interface TraceContext {
  traceparent: string;
  tracestate?: string | null;
}

/** A stretch of time under a name. */
export interface Span {
  /** Place of this span in its trace; null where traces go nowhere. */
  readonly context: TraceContext | null;
  /** Something that happened in it. */
  event(name: string, attributes: Attributes): void;
  set(attributes: Attributes): void;
  /** The first call counts. */
  end(): void;
}

export interface SpanOptions {
  attributes?: Attributes;
  /** Null: it begins a trace. */
  parent?: Span | TraceContext | null;
  kind?: "internal" | "server";
  /** Unix milliseconds; default: now. */
  startedAt?: number;
}

/** Takes what a session tells. Never waits, never throws. */
export interface TelemetrySink {
  /** Whether there is somebody to hear it: lets a caller skip putting it together. */
  readonly logs: boolean;
  readonly traces: boolean;
  readonly metrics: boolean;
  log(attributes: Attributes, span: Span | null): void;
  startSpan(name: string, options?: SpanOptions): Span;
  count(name: string, by: number, tags: Attributes): void;
  /** `unit`: `ms` for durations. */
  record(name: string, value: number, tags: Attributes, unit?: "ms"): void;
}

/** A span that nobody hears of. */
export const SILENT_SPAN: Span = { context: null, event: () => {}, set: () => {}, end: () => {} };

/** Leaves out what is not known. */
export function known(draft: Draft): Attributes {
  const attributes: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(draft)) {
    if (value !== null && value !== undefined) attributes[name] = value;
  }
  return attributes;
}
