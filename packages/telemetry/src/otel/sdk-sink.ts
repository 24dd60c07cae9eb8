import {
  type Context,
  type Counter,
  type Histogram,
  type Meter,
  ROOT_CONTEXT,
  type Span as SdkSpan,
  SpanKind,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import { type Logger, SeverityNumber } from "@opentelemetry/api-logs";
import { TraceState } from "@opentelemetry/core";
import { type Attributes, SILENT_SPAN, type Span, type SpanOptions, type TelemetrySink } from "../sink.ts";
import { parseTraceparent, traceparentOf } from "../trace-context.ts";
import type { Providers } from "./providers.ts";

/** Hands on to the SDK what a session tells. */
export class SdkSink implements TelemetrySink {
  private readonly logger: Logger | null;
  private readonly tracer: Tracer | null;
  private readonly meter: Meter | null;
  private readonly counters = new Map<string, Counter>();
  private readonly histograms = new Map<string, Histogram>();

  constructor(providers: Providers, serviceName: string) {
    this.logger = providers.logs?.getLogger("codex_otel.log_only") ?? null;
    this.tracer = providers.traces?.getTracer(serviceName) ?? null;
    this.meter = providers.metrics?.getMeter("codex") ?? null;
  }

  get logs(): boolean {
    return this.logger !== null;
  }

  get traces(): boolean {
    return this.tracer !== null;
  }

  get metrics(): boolean {
    return this.meter !== null;
  }

  log(attributes: Attributes, span: Span | null): void {
    this.logger?.emit({
      severityNumber: SeverityNumber.INFO,
      severityText: "INFO",
      attributes,
      context: contextOf(span),
    });
  }

  startSpan(name: string, { attributes = {}, parent = null, kind = "internal", startedAt }: SpanOptions = {}): Span {
    if (this.tracer === null) return SILENT_SPAN;
    const settings = {
      attributes,
      kind: kind === "server" ? SpanKind.SERVER : SpanKind.INTERNAL,
      ...(startedAt === undefined ? {} : { startTime: startedAt }),
    };
    return new LiveSpan(this.tracer.startSpan(name, settings, contextOf(parent)));
  }

  count(name: string, by: number, tags: Attributes): void {
    if (this.meter === null) return;
    let counter = this.counters.get(name);
    if (counter === undefined) this.counters.set(name, (counter = this.meter.createCounter(name)));
    counter.add(by, tags);
  }

  record(name: string, value: number, tags: Attributes, unit?: "ms"): void {
    if (this.meter === null) return;
    let histogram = this.histograms.get(name);
    if (histogram === undefined) {
      const options = unit === "ms" ? { unit, description: "Duration in milliseconds." } : {};
      this.histograms.set(name, (histogram = this.meter.createHistogram(name, options)));
    }
    histogram.record(value, tags);
  }
}

class LiveSpan implements Span {
  private ended = false;

  constructor(readonly span: SdkSpan) {}

  get context(): { traceparent: string } {
    const { traceId, spanId, traceFlags: flags } = this.span.spanContext();
    return { traceparent: traceparentOf({ traceId, spanId, flags }) };
  }

  event(name: string, attributes: Attributes): void {
    if (!this.ended) this.span.addEvent(name, attributes);
  }

  set(attributes: Attributes): void {
    if (!this.ended) this.span.setAttributes(attributes);
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.span.end();
  }
}

function contextOf(parent: SpanOptions["parent"]): Context {
  if (parent instanceof LiveSpan) return trace.setSpan(ROOT_CONTEXT, parent.span);
  const far = parent === null || parent === undefined ? null : "traceparent" in parent ? parent : parent.context;
  const place = far === null ? null : parseTraceparent(far.traceparent);
  if (far === null || place === null) return ROOT_CONTEXT;
  const { tracestate = null } = far;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: place.traceId,
    spanId: place.spanId,
    traceFlags: place.flags & 1,
    isRemote: true,
    ...(tracestate === null ? {} : { traceState: new TraceState(tracestate) }),
  });
}
