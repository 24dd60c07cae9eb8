import { TelemetryError } from "./errors.ts";

/** Files of a TLS connection. */
export interface TlsFiles {
  caCertificate: string | null;
  clientCertificate: string | null;
  clientPrivateKey: string | null;
}

/** Where one signal goes. */
export type Exporter =
  | { kind: "none" }
  | {
      kind: "otlp";
      transport: "http-json" | "http-protobuf" | "grpc";
      /** Over HTTP the whole address of the signal, as it stands. */
      endpoint: string;
      headers: Readonly<Record<string, string>>;
      tls: TlsFiles | null;
    };

export interface TelemetrySettings {
  /** Logs tell what people write. */
  logUserPrompt: boolean;
  /** `env` of everything that is sent. */
  environment: string;
  logs: Exporter;
  traces: Exporter;
  metrics: Exporter;
}

/** The table `otel` of a configuration, as it was loaded. */
export interface OtelTable {
  logUserPrompt: boolean;
  environment: string;
  exporter: unknown;
  traceExporter: unknown;
  metricsExporter: unknown;
}

const NONE: Exporter = { kind: "none" };

/**
 * Reads the table `otel`. Metrics go nowhere when analytics are off; `statsig` names the vendor's own collector, which is none here.
 * Spec: analytics, C4.
 * @throws {TelemetryError} (`bad_settings`) with the key that cannot be used
 */
export function telemetrySettings(table: OtelTable, options: { metrics: boolean }): TelemetrySettings {
  return {
    logUserPrompt: table.logUserPrompt,
    environment: table.environment,
    logs: exporterOf(table.exporter, "otel.exporter"),
    traces: exporterOf(table.traceExporter, "otel.trace_exporter"),
    metrics: options.metrics ? exporterOf(table.metricsExporter, "otel.metrics_exporter") : NONE,
  };
}

/** Whether anything is to be exported at all. */
export function exportsAnything({ logs, traces, metrics }: TelemetrySettings): boolean {
  return logs.kind !== "none" || traces.kind !== "none" || metrics.kind !== "none";
}

function exporterOf(value: unknown, key: string): Exporter {
  if (value === null || value === undefined || value === "none" || value === "statsig") return NONE;
  if (isTable(value)) {
    const http = value["otlp-http"];
    if (isTable(http)) return otlp(http, `${key}.otlp-http`, httpTransport(http["protocol"], `${key}.otlp-http`));
    const grpc = value["otlp-grpc"];
    if (isTable(grpc)) return otlp(grpc, `${key}.otlp-grpc`, "grpc");
  }
  throw bad(key, "must be none, statsig, { otlp-http = {…} } or { otlp-grpc = {…} }");
}

function httpTransport(protocol: unknown, key: string): "http-json" | "http-protobuf" {
  if (protocol === "json") return "http-json";
  if (protocol === "binary") return "http-protobuf";
  throw bad(`${key}.protocol`, "must be binary or json");
}

type Transport = "http-json" | "http-protobuf" | "grpc";

function otlp(table: Record<string, unknown>, key: string, transport: Transport): Exporter {
  const { endpoint, headers = {}, tls } = table;
  if (typeof endpoint !== "string" || !isWebAddress(endpoint)) {
    throw bad(`${key}.endpoint`, "must be an address that begins with http:// or https://");
  }
  if (!isTable(headers)) throw bad(`${key}.headers`, "must be a table of texts");
  for (const [name, text] of Object.entries(headers)) {
    if (typeof text !== "string") throw bad(`${key}.headers.${name}`, "must be a text");
  }
  return { kind: "otlp", transport, endpoint, headers: headers as Record<string, string>, tls: tlsFiles(tls, key) };
}

function tlsFiles(value: unknown, key: string): TlsFiles | null {
  if (value === undefined || value === null) return null;
  if (!isTable(value)) throw bad(`${key}.tls`, "must be a table");
  const file = (name: string): string | null => {
    const path = value[name];
    if (path === undefined || path === null) return null;
    if (typeof path !== "string") throw bad(`${key}.tls.${name}`, "must be a path");
    return path;
  };
  const files: TlsFiles = {
    caCertificate: file("ca-certificate"),
    clientCertificate: file("client-certificate"),
    clientPrivateKey: file("client-private-key"),
  };
  if ((files.clientCertificate === null) !== (files.clientPrivateKey === null)) {
    throw bad(`${key}.tls`, "client-certificate and client-private-key must both be provided for mTLS");
  }
  return files;
}

function isWebAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url?.protocol === "http:" || url?.protocol === "https:";
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function bad(key: string, demand: string): TelemetryError {
  return new TelemetryError("bad_settings", `${key} ${demand}`);
}
