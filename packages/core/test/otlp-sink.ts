import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** An attribute's value as OTLP writes it in JSON. */
type Told = Record<string, string | number | boolean | null>;

export interface ToldLog extends Told {
  "event.name": string;
}

/** A collector over HTTP with JSON bodies. */
export class OtlpSink {
  readonly bodies: { path: string; text: string }[] = [];
  connections = 0;
  private constructor(
    readonly url: string,
    readonly close: () => Promise<void>,
  ) {}

  static async open(): Promise<OtlpSink> {
    const server = createServer((request, response) => {
      let text = "";
      request.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      request.on("end", () => {
        sink.bodies.push({ path: request.url ?? "", text });
        response.writeHead(200, { "content-type": "application/json" }).end("{}");
      });
    });
    server.on("connection", () => sink.connections++);
    await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
    const sink = new OtlpSink(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      () =>
        new Promise(resolve => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    );
    return sink;
  }

  /** Lines of config.toml that send everything here. */
  config(more = ""): string {
    const to = (signal: string) => `{ otlp-http = { endpoint = "${this.url}/${signal}", protocol = "json" } }`;
    return `[otel]
exporter = ${to("logs")}
trace_exporter = ${to("traces")}
metrics_exporter = ${to("metrics")}
${more}
`;
  }

  /** The attributes of every log record, in order. */
  get logs(): ToldLog[] {
    return this.items("/logs", "resourceLogs", "scopeLogs", "logRecords").map(
      record => flat(record["attributes"]) as ToldLog,
    );
  }

  get spans(): { name: string; id: string; parent: string; trace: string; attributes: Told; events: Told[] }[] {
    return this.items("/traces", "resourceSpans", "scopeSpans", "spans").map(span => ({
      name: String(span["name"]),
      id: String(span["spanId"]),
      trace: String(span["traceId"]),
      parent: String(span["parentSpanId"] ?? ""),
      attributes: flat(span["attributes"]),
      events: ((span["events"] ?? []) as { attributes: unknown }[]).map(event => flat(event.attributes)),
    }));
  }

  /** Name of each metric to its points: tags, and the sum. */
  get metrics(): Record<string, { tags: Told; sum: number }[]> {
    const found: Record<string, { tags: Told; sum: number }[]> = {};
    for (const metric of this.items("/metrics", "resourceMetrics", "scopeMetrics", "metrics")) {
      const { dataPoints } = (metric["sum"] ?? metric["histogram"]) as { dataPoints: Record<string, unknown>[] };
      const points = dataPoints.map(point => ({
        tags: flat(point["attributes"]),
        sum: Number(point["asDouble"] ?? point["asInt"] ?? point["sum"]),
      }));
      (found[String(metric["name"])] ??= []).push(...points);
    }
    return found;
  }

  private items(path: string, resource: string, scope: string, items: string): Record<string, unknown>[] {
    return this.bodies
      .filter(body => body.path === path)
      .flatMap(({ text }) => lists(JSON.parse(text), resource))
      .flatMap(found => lists(found, scope))
      .flatMap(found => lists(found, items));
  }
}

function lists(value: unknown, key: string): Record<string, unknown>[] {
  return ((value as Record<string, unknown>)[key] ?? []) as Record<string, unknown>[];
}

function flat(list: unknown): Told {
  const pairs = (list ?? []) as { key: string; value: Record<string, string | boolean> }[];
  return Object.fromEntries(pairs.map(({ key, value }) => [key, Object.values(value)[0] ?? null]));
}
