import { resourceFromAttributes, type Resource } from "@opentelemetry/resources";
import type { LoggerProvider } from "@opentelemetry/sdk-logs";
import type { MeterProvider } from "@opentelemetry/sdk-metrics";
import type { TracerProvider } from "@opentelemetry/sdk-trace";
import type { OpenOptions } from "../open.ts";
import type { Attributes } from "../sink.ts";
import { logExporter, metricExporter, type OnExport, spanExporter } from "./exporters.ts";

/** The SDK's parts that are in use; null: that signal goes nowhere. */
export interface Providers {
  logs: LoggerProvider | null;
  traces: TracerProvider | null;
  metrics: MeterProvider | null;
}

/** Records wait this long for company, milliseconds. */
const LOG_DELAY_MS = 1000;
const SPAN_DELAY_MS = 5000;
const METRIC_INTERVAL_MS = 60_000;
const EXPORT_TIMEOUT_MS = 12_000;
/** As many may wait; what comes then is dropped. */
const QUEUE = 2048;
const BATCH = 512;

/** Builds what the settings ask for; the SDK is loaded for that, and only the parts that are used. */
export async function openProviders(options: OpenOptions, onExport: OnExport): Promise<Providers> {
  const { settings } = options;
  const { logs, traces, metrics } = settings;
  const batching = { maxQueueSize: QUEUE, maxExportBatchSize: BATCH, exportTimeoutMillis: EXPORT_TIMEOUT_MS };
  const providers: Providers = { logs: null, traces: null, metrics: null };
  if (logs.kind === "otlp") {
    const { BatchLogRecordProcessor, LoggerProvider } = await import("@opentelemetry/sdk-logs");
    const exporter = await logExporter(logs, onExport);
    const host: Attributes = options.hostName === null ? {} : { "host.name": options.hostName };
    providers.logs = new LoggerProvider({
      resource: resource(options, host),
      processors: [new BatchLogRecordProcessor({ exporter, scheduledDelayMillis: LOG_DELAY_MS, ...batching })],
    });
  }
  if (traces.kind === "otlp") {
    const { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } = await import("@opentelemetry/sdk-trace");
    const exporter = await spanExporter(traces, onExport);
    providers.traces = new TracerProvider({
      resource: resource(options, {}),
      sampler: new AlwaysOnSampler(),
      spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: SPAN_DELAY_MS, ...batching })],
    });
  }
  if (metrics.kind === "otlp") {
    const { MeterProvider, PeriodicExportingMetricReader } = await import("@opentelemetry/sdk-metrics");
    const exporter = await metricExporter(metrics, onExport);
    const { type, version } = options.os;
    providers.metrics = new MeterProvider({
      resource: resource(options, { os: type, os_version: version }),
      readers: [
        new PeriodicExportingMetricReader({
          exporter,
          exportIntervalMillis: METRIC_INTERVAL_MS,
          exportTimeoutMillis: EXPORT_TIMEOUT_MS,
        }),
      ],
    });
  }
  return providers;
}

function resource({ service, settings }: OpenOptions, more: Attributes): Resource {
  return resourceFromAttributes({
    "service.name": service.name,
    "service.version": service.version,
    env: settings.environment,
    "telemetry.sdk.name": "opentelemetry",
    "telemetry.sdk.language": "nodejs",
    ...more,
  });
}
