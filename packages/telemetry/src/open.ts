import { setTimeout as wait } from "node:timers/promises";
import { exportsAnything, type TelemetrySettings } from "./settings.ts";
import type { TelemetrySink } from "./sink.ts";

export interface OpenOptions {
  settings: TelemetrySettings;
  service: { name: string; version: string };
  /** `host.name` of logs; null: untold. */
  hostName: string | null;
  /** Told with metrics. */
  os: { type: string; version: string };
  /** Told once when a collector does not take what is sent. The text is for the log. */
  warn(message: string): void;
}

/** Open exporters. */
export interface Telemetry {
  readonly sink: TelemetrySink;
  /** Sends what waits. Resolves when that is done, or after `limitMs`; never rejects. */
  flush(limitMs?: number): Promise<void>;
  /** Sends what waits, traces before metrics before logs, and ends. Resolves after `limitMs` at the latest; never rejects. */
  shutdown(limitMs?: number): Promise<void>;
}

const FLUSH_MS = 5000;
/** A collector that is gone holds nobody up longer than this when the program ends. */
const SHUTDOWN_MS = 2000;

/**
 * Opens the exporters that the settings name. Null when there are none: then the SDK is not even loaded.
 * @throws {TelemetryError} (`unreadable_file`) a file of a TLS connection cannot be read
 */
export async function openTelemetry(options: OpenOptions): Promise<Telemetry | null> {
  const { settings, service } = options;
  if (!exportsAnything(settings)) return null;
  const { openProviders } = await import("./otel/providers.ts");
  const { SdkSink } = await import("./otel/sdk-sink.ts");
  const warnOnce = onceOnly(options);
  const providers = await openProviders(options, error => {
    if (error !== null) warnOnce(error);
  });
  const inOrder = [providers.traces, providers.metrics, providers.logs].filter(provider => provider !== null);
  let ending: Promise<void> | null = null;
  return {
    sink: new SdkSink(providers, service.name),
    flush: (limitMs = FLUSH_MS) =>
      within(limitMs, async () => {
        for (const provider of inOrder) await provider.forceFlush().catch(() => {});
      }),
    shutdown: (limitMs = SHUTDOWN_MS) =>
      (ending ??= within(limitMs, async () => {
        for (const provider of inOrder) await provider.shutdown().catch(() => {});
      })),
  };
}

async function within(limitMs: number, work: () => Promise<void>): Promise<void> {
  const done = new AbortController();
  const limit = wait(limitMs, undefined, { signal: done.signal, ref: true }).catch(() => {});
  await Promise.race([work(), limit]);
  done.abort();
}

function onceOnly({ settings, warn }: OpenOptions): (error: Error) => void {
  let warned = false;
  return error => {
    if (warned) return;
    warned = true;
    warn(
      `Telemetry does not reach its collector (${places(settings)}): ${error.message || error.name}. ` +
        "What was recorded meanwhile is lost; the session goes on. Check [otel] in config.toml.",
    );
  };
}

/** Addresses without what may be secret in them. */
function places({ logs, traces, metrics }: TelemetrySettings): string {
  const hosts = [logs, traces, metrics].flatMap(to => (to.kind === "otlp" ? [new URL(to.endpoint).origin] : []));
  return [...new Set(hosts)].join(", ");
}
