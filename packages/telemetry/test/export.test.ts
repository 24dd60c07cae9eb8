import { afterEach, describe, expect, it } from "vitest";
import {
  type OpenOptions,
  openTelemetry,
  SessionTelemetry,
  type Telemetry,
  type TelemetrySettings,
} from "../src/index.ts";
import { attributes, messages, readFields } from "./protobuf.ts";
import { grpcReceiver, httpReceiver, type Receiver } from "./receiver.ts";
import { FACTS, otlp, settings, TOOLS } from "./support.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function receiver(opening: Promise<Receiver>): Promise<Receiver> {
  const opened = await opening;
  closing.push(() => opened.close());
  return opened;
}

async function open(chosen: TelemetrySettings, warnings: string[] = []): Promise<Telemetry> {
  const options: OpenOptions = {
    settings: chosen,
    service: { name: "codex-app-server", version: "1.2.3" },
    hostName: "host-1",
    os: { type: "Debian", version: "12.0.0" },
    warn: message => void warnings.push(message),
  };
  const telemetry = await openTelemetry(options);
  if (telemetry === null) throw new Error("nothing is exported");
  return telemetry;
}

/** One of everything. */
function tell({ sink }: Telemetry): void {
  const session = new SessionTelemetry(sink, FACTS, TOOLS);
  const span = session.startSpan("turn", {
    attributes: { "turn.id": "u-1" },
    parent: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: "a=b" },
    kind: "server",
  });
  const turn = session.within(span);
  const child = turn.startSpan("tool");
  turn.userPrompt({ text: "planted prompt", texts: 1, images: 0, localImages: 0 });
  child.set({ aborted: false });
  child.end();
  child.end();
  turn.count("codex.thread.started", 1, { is_git: "true" });
  turn.count("codex.thread.started", 1, { is_git: "true" });
  turn.duration("codex.turn.e2e_duration_ms", 12);
  span.end();
}

const everything = (to: (signal: string) => TelemetrySettings["logs"]) =>
  settings({ logs: to("logs"), traces: to("traces"), metrics: to("metrics") });

/** What stands at a place of a JSON value. */
function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((found, key) => (found as Record<string | number, unknown>)[key], value);
}

/** A list of OTLP attributes as an object. */
function flat(list: unknown): Record<string, unknown> {
  const pairs = list as { key: string; value: object }[];
  return Object.fromEntries(pairs.map(({ key, value }) => [key, Object.values(value)[0] as unknown]));
}

describe("OTLP over HTTP", () => {
  it("sends JSON to the very addresses of the settings, with their headers", async () => {
    const collector = await receiver(httpReceiver());
    const telemetry = await open(
      everything(signal => otlp("http-json", `${collector.url}/own/${signal}?x=1`, { headers: { "x-key": "k1" } })),
    );
    tell(telemetry);
    await telemetry.shutdown();
    expect(collector.received.map(({ path }) => path)).toEqual([
      "/own/traces?x=1",
      "/own/metrics?x=1",
      "/own/logs?x=1",
    ]);
    for (const { headers } of collector.received) {
      expect(headers).toMatchObject({ "content-type": "application/json", "x-key": "k1" });
    }
    const [traces, metrics, logs] = collector.received.map(({ body }) => JSON.parse(String(body)) as unknown);
    expect(flat(at(logs, "resourceLogs", 0, "resource", "attributes"))).toEqual({
      "service.name": "codex-app-server",
      "service.version": "1.2.3",
      env: "test",
      "host.name": "host-1",
      "telemetry.sdk.name": "opentelemetry",
      "telemetry.sdk.language": "nodejs",
    });
    const scope = at(logs, "resourceLogs", 0, "scopeLogs", 0);
    expect(at(scope, "scope", "name")).toBe("codex_otel.log_only");
    const record = at(scope, "logRecords", 0);
    expect(record).toMatchObject({
      severityNumber: 9,
      severityText: "INFO",
      traceId: "0af7651916cd43dd8448eb211c80319c",
    });
    const told = { "event.name": "codex.user_prompt", prompt_length: "14" };
    expect(flat(at(record, "attributes"))).toMatchObject(told);

    const resource = at(traces, "resourceSpans", 0);
    expect(flat(at(resource, "resource", "attributes"))).not.toHaveProperty("host.name");
    expect(at(resource, "scopeSpans", 0, "scope", "name")).toBe("codex-app-server");
    const [tool, turn] = at(resource, "scopeSpans", 0, "spans") as unknown[];
    expect(tool).toMatchObject({ name: "tool", parentSpanId: at(turn, "spanId") });
    expect(turn).toMatchObject({ name: "turn", parentSpanId: "b7ad6b7169203331", kind: 2, traceState: "a=b" });
    expect(at(turn, "events")).toMatchObject([{ name: "codex.user_prompt" }]);

    const measured = at(metrics, "resourceMetrics", 0);
    expect(flat(at(measured, "resource", "attributes"))).toMatchObject({ os: "Debian", os_version: "12.0.0" });
    expect(at(measured, "scopeMetrics", 0, "metrics")).toMatchObject([
      {
        name: "codex.thread.started",
        sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [{ asDouble: 2 }] },
      },
      {
        name: "codex.turn.e2e_duration_ms",
        unit: "ms",
        description: "Duration in milliseconds.",
        histogram: { aggregationTemporality: 1, dataPoints: [{ count: 1, sum: 12 }] },
      },
    ]);
  });

  it("sends protobuf", async () => {
    const collector = await receiver(httpReceiver());
    const telemetry = await open(everything(signal => otlp("http-protobuf", `${collector.url}/${signal}`)));
    tell(telemetry);
    await telemetry.flush();
    const { headers, body } = await collector.waitFor("/logs");
    expect(headers["content-type"]).toBe("application/x-protobuf");
    const [resource] = messages(readFields(body), 1);
    const [scope] = messages(resource!, 2);
    const [record] = messages(scope!, 2);
    expect(attributes(messages(resource!, 1)[0]!, 1)).toMatchObject({ "service.name": "codex-app-server" });
    expect(attributes(record!, 6)).toMatchObject({ "event.name": "codex.user_prompt", prompt: "[REDACTED]" });
    await telemetry.shutdown();
    expect(new Set(collector.received.map(({ path }) => path))).toEqual(new Set(["/logs", "/traces", "/metrics"]));
  });

  it("trusts the given authority and shows the client's certificate", async () => {
    const collector = await receiver(httpReceiver(200, true));
    const telemetry = await open(settings({ logs: otlp("http-json", `${collector.url}/logs`, { tls: true }) }));
    tell(telemetry);
    await telemetry.shutdown();
    expect(collector.received.map(({ path }) => path)).toEqual(["/logs"]);
  });

  it("does not talk to a collector that it has no reason to trust", async () => {
    const collector = await receiver(httpReceiver(200, true));
    const warnings: string[] = [];
    const telemetry = await open(settings({ logs: otlp("http-json", `${collector.url}/logs`) }), warnings);
    tell(telemetry);
    await telemetry.shutdown();
    expect(collector.received).toEqual([]);
    expect(warnings).toHaveLength(1);
  });
});

describe("OTLP over gRPC", () => {
  it.each([false, true])("sends every signal with its metadata (TLS: %s)", async tls => {
    const collector = await receiver(grpcReceiver(tls));
    const telemetry = await open(everything(() => otlp("grpc", collector.url, { headers: { "x-key": "k1" }, tls })));
    tell(telemetry);
    await telemetry.flush();
    await telemetry.shutdown();
    const paths = collector.received.map(({ path }) => path.split(".").at(-1));
    expect(paths.sort()).toEqual(["LogsService/Export", "MetricsService/Export", "TraceService/Export"]);
    for (const { headers } of collector.received) expect(headers).toMatchObject({ "x-key": "k1" });
    const { body } = await collector.waitFor("/opentelemetry.proto.collector.logs.v1.LogsService/Export");
    const record = messages(messages(messages(readFields(body), 1)[0]!, 2)[0]!, 2)[0]!;
    expect(attributes(record, 6)).toMatchObject({ "event.name": "codex.user_prompt", "user.email": "who@example.com" });
  });
});
