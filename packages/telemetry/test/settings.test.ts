import { describe, expect, it } from "vitest";
import { exportsAnything, type OtelTable, telemetrySettings } from "../src/index.ts";

const TABLE: OtelTable = {
  logUserPrompt: false,
  environment: "dev",
  exporter: "none",
  traceExporter: "none",
  metricsExporter: "statsig",
};

describe("the table otel", () => {
  it("names no exporter by default, the vendor's own collector included", () => {
    const settings = telemetrySettings(TABLE, { metrics: true });
    expect(exportsAnything(settings)).toBe(false);
    expect(settings).toMatchObject({ logUserPrompt: false, environment: "dev" });
  });

  it("reads every kind of exporter", () => {
    const tls = { "ca-certificate": "/ca.pem", "client-certificate": "/c.pem", "client-private-key": "/k.pem" };
    const settings = telemetrySettings(
      {
        logUserPrompt: true,
        environment: "prod",
        exporter: { "otlp-http": { endpoint: "https://c/v1/logs", protocol: "binary", headers: { a: "b" }, tls } },
        traceExporter: { "otlp-grpc": { endpoint: "http://c:4317" } },
        metricsExporter: { "otlp-http": { endpoint: "http://c/m", protocol: "json" } },
      },
      { metrics: true },
    );
    expect(settings).toEqual({
      logUserPrompt: true,
      environment: "prod",
      logs: {
        kind: "otlp",
        transport: "http-protobuf",
        endpoint: "https://c/v1/logs",
        headers: { a: "b" },
        tls: { caCertificate: "/ca.pem", clientCertificate: "/c.pem", clientPrivateKey: "/k.pem" },
      },
      traces: { kind: "otlp", transport: "grpc", endpoint: "http://c:4317", headers: {}, tls: null },
      metrics: { kind: "otlp", transport: "http-json", endpoint: "http://c/m", headers: {}, tls: null },
    });
  });

  it("sends no metrics when analytics are off", () => {
    const table = { ...TABLE, metricsExporter: { "otlp-grpc": { endpoint: "http://c:4317" } } };
    expect(telemetrySettings(table, { metrics: false }).metrics).toEqual({ kind: "none" });
    expect(telemetrySettings(table, { metrics: true }).metrics.kind).toBe("otlp");
  });

  it.each<[unknown, string]>([
    ["jaeger", "otel.exporter must be none, statsig"],
    [{ "otlp-http": { endpoint: "c:4318", protocol: "json" } }, "otel.exporter.otlp-http.endpoint must be an address"],
    [
      { "otlp-http": { endpoint: "http://c", protocol: "xml" } },
      "otel.exporter.otlp-http.protocol must be binary or json",
    ],
    [{ "otlp-grpc": { endpoint: "http://c", headers: { a: 1 } } }, "otel.exporter.otlp-grpc.headers.a must be a text"],
    [
      { "otlp-grpc": { endpoint: "https://c", tls: { "client-certificate": "/c" } } },
      "client-certificate and client-private-key must both be provided",
    ],
  ])("names the key that cannot be used: %j", (exporter, message) => {
    expect(() => telemetrySettings({ ...TABLE, exporter }, { metrics: true })).toThrow(message);
  });
});
