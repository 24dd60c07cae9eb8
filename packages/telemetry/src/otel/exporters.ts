import {
  OTLPExporterBase,
  type IOtlpExportDelegate,
  type OtlpSharedConfiguration,
} from "@opentelemetry/otlp-exporter-base";
import {
  type IExporterMetricsHelper,
  type ISerializer,
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  LogsExporterMetricsHelper,
  MetricsExporterMetricsHelper,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
  TraceExporterMetricsHelper,
} from "@opentelemetry/otlp-transformer";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { AggregationTemporality, type PushMetricExporter, type ResourceMetrics } from "@opentelemetry/sdk-metrics";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { Exporter } from "../settings.ts";
import { readTls } from "./tls.ts";

type Otlp = Extract<Exporter, { kind: "otlp" }>;

/** Told how each export ended. */
export type OnExport = (error: Error | null) => void;

/** Longest time an export may take, its repetitions included, milliseconds. */
const TIMEOUT_MS = 10_000;

const SHARED: OtlpSharedConfiguration = { timeoutMillis: TIMEOUT_MS, concurrencyLimit: 4, compression: "none" };

/** How the items of one signal are written, and which service of a collector takes them. */
interface Signal<Items, Answer> {
  json: ISerializer<Items, Answer>;
  protobuf: ISerializer<Items, Answer>;
  helper: IExporterMetricsHelper<Items>;
  service: string;
  path: string;
}

const LOGS = {
  json: JsonLogsSerializer,
  protobuf: ProtobufLogsSerializer,
  helper: LogsExporterMetricsHelper,
  service: "LogsExportService",
  path: "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
};
const SPANS = {
  json: JsonTraceSerializer,
  protobuf: ProtobufTraceSerializer,
  helper: TraceExporterMetricsHelper,
  service: "TraceExportService",
  path: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
};
const METRICS = {
  json: JsonMetricsSerializer,
  protobuf: ProtobufMetricsSerializer,
  helper: MetricsExporterMetricsHelper,
  service: "MetricsExportService",
  path: "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
};

/** Exports, and says how that went. */
class Exporting<Items> extends OTLPExporterBase<Items> {
  constructor(
    delegate: IOtlpExportDelegate<Items>,
    private readonly onExport: OnExport,
  ) {
    super(delegate);
  }

  override export(items: Items, done: Parameters<OTLPExporterBase<Items>["export"]>[1]): void {
    super.export(items, result => {
      this.onExport(result.code === 0 ? null : (result.error ?? new Error("the export failed")));
      done(result);
    });
  }
}

/** Metrics are told as what came since the last time. */
class DeltaMetrics extends Exporting<ResourceMetrics> implements PushMetricExporter {
  selectAggregationTemporality(): AggregationTemporality {
    return AggregationTemporality.DELTA;
  }
}

/** @throws {TelemetryError} a file of its TLS connection cannot be read */
export async function logExporter(to: Otlp, onExport: OnExport): Promise<Exporting<ReadableLogRecord[]>> {
  return new Exporting(await delegate(to, LOGS), onExport);
}

/** @throws {TelemetryError} a file of its TLS connection cannot be read */
export async function spanExporter(to: Otlp, onExport: OnExport): Promise<Exporting<ReadableSpan[]>> {
  return new Exporting(await delegate(to, SPANS), onExport);
}

/** @throws {TelemetryError} a file of its TLS connection cannot be read */
export async function metricExporter(to: Otlp, onExport: OnExport): Promise<PushMetricExporter> {
  return new DeltaMetrics(await delegate(to, METRICS), onExport);
}

/** Nothing here reads the environment: what is sent where follows from the settings alone. */
async function delegate<Items, Answer>(to: Otlp, signal: Signal<Items, Answer>): Promise<IOtlpExportDelegate<Items>> {
  return to.transport === "grpc" ? overGrpc(to, signal) : overHttp(to, signal);
}

async function overHttp<Items, Answer>(to: Otlp, signal: Signal<Items, Answer>): Promise<IOtlpExportDelegate<Items>> {
  const { createOtlpHttpExportDelegate } = await import("@opentelemetry/otlp-exporter-base/node-http");
  const isJson = to.transport === "http-json";
  const tls = await readTls(to.tls);
  const contentType = isJson ? "application/json" : "application/x-protobuf";
  return createOtlpHttpExportDelegate(
    {
      ...SHARED,
      url: to.endpoint,
      headers: async () => ({ "content-type": contentType, ...to.headers }),
      agentFactory: async protocol => {
        const { Agent } = await (protocol === "http:" ? import("node:http") : import("node:https"));
        return new Agent({ keepAlive: true, ...tls });
      },
    },
    isJson ? signal.json : signal.protobuf,
    "otlp_http_exporter",
    signal.helper,
    undefined,
  );
}

async function overGrpc<Items, Answer>(to: Otlp, signal: Signal<Items, Answer>): Promise<IOtlpExportDelegate<Items>> {
  const { createEmptyMetadata, createInsecureCredentials, createOtlpGrpcExportDelegate, createSslCredentials } =
    await import("@opentelemetry/otlp-grpc-exporter-base");
  const { ca, key, cert } = await readTls(to.tls);
  const { protocol, host, port } = new URL(to.endpoint);
  const address = port === "" ? `${host}:${protocol === "https:" ? 443 : 80}` : host;
  return createOtlpGrpcExportDelegate(
    {
      ...SHARED,
      url: address,
      metadata: () => {
        const metadata = createEmptyMetadata();
        for (const [name, value] of Object.entries(to.headers)) metadata.set(name, value);
        return metadata;
      },
      credentials: () => (protocol === "https:" ? createSslCredentials(ca, key, cert) : createInsecureCredentials()),
    },
    signal.protobuf,
    "otlp_grpc_exporter",
    signal.helper,
    undefined,
    signal.service,
    signal.path,
  );
}
