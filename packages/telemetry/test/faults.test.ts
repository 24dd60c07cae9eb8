import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { openTelemetry, SessionTelemetry, TelemetryError, type TelemetrySettings } from "../src/index.ts";
import { type Answer, httpReceiver, type Receiver } from "./receiver.ts";
import { FACTS, otlp, settings, TOOLS } from "./support.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function open(chosen: TelemetrySettings, warnings: string[]) {
  const telemetry = await openTelemetry({
    settings: chosen,
    service: { name: "codex", version: "1" },
    hostName: null,
    os: { type: "Linux", version: "1" },
    warn: message => void warnings.push(message),
  });
  if (telemetry === null) throw new Error("nothing is exported");
  return telemetry;
}

async function answering(answer: Answer): Promise<Receiver> {
  const receiver = await httpReceiver(answer);
  closing.push(() => receiver.close());
  return receiver;
}

/** A port that nobody listens on. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}

describe("a collector that does not do its part", () => {
  it.each(["http-json", "http-protobuf", "grpc"] as const)(
    "is warned about once when it is gone, and holds nobody up (%s)",
    async transport => {
      const warnings: string[] = [];
      const to = otlp(transport, `http://127.0.0.1:${await deadPort()}/v1`, { headers: { key: "planted-secret" } });
      const telemetry = await open(settings({ logs: to }), warnings);
      const session = new SessionTelemetry(telemetry.sink, FACTS, TOOLS);
      for (let n = 0; n < 600; n++) session.userPrompt({ text: "x", texts: 1, images: 0, localImages: 0 });
      session.count("codex.thread.started");
      session.startSpan("turn").end();
      await telemetry.flush(30_000);
      session.userPrompt({ text: "x", texts: 1, images: 0, localImages: 0 });
      await telemetry.shutdown();
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toMatch(/^Telemetry does not reach its collector \(http:\/\/127\.0\.0\.1:\d+\): /);
      expect(warnings[0]).not.toContain("planted-secret");
    },
    60_000,
  );

  it.each<Answer>([500, 400, 503])(
    "is warned about once when it answers %s",
    async answer => {
      const collector = await answering(answer);
      const warnings: string[] = [];
      const to = otlp("http-json", `${collector.url}/v1`);
      const telemetry = await open(settings({ logs: to, metrics: to }), warnings);
      const session = new SessionTelemetry(telemetry.sink, FACTS, TOOLS);
      session.userPrompt({ text: "x", texts: 1, images: 0, localImages: 0 });
      session.count("codex.thread.started");
      await telemetry.flush(30_000);
      await telemetry.shutdown();
      expect(warnings).toHaveLength(1);
    },
    60_000,
  );

  it("does not keep the end waiting when it never answers", async () => {
    const collector = await answering("never");
    const telemetry = await open(settings({ logs: otlp("http-json", `${collector.url}/v1`) }), []);
    const session = new SessionTelemetry(telemetry.sink, FACTS, TOOLS);
    session.userPrompt({ text: "x", texts: 1, images: 0, localImages: 0 });
    await telemetry.shutdown(50);
    // What comes after the end is nobody's any more.
    session.userPrompt({ text: "y", texts: 1, images: 0, localImages: 0 });
    session.startSpan("late").end();
    session.count("codex.thread.started");
  }, 60_000);
});

it("names a TLS file that cannot be read", async () => {
  const to = otlp("http-json", "https://127.0.0.1:1/v1");
  if (to.kind !== "otlp") throw new Error("unreachable");
  const tls = { caCertificate: "/nowhere/ca.pem", clientCertificate: null, clientPrivateKey: null };
  const opening = open(settings({ logs: { ...to, tls } }), []);
  await expect(opening).rejects.toThrow(TelemetryError);
  await expect(opening).rejects.toThrow("TLS file /nowhere/ca.pem cannot be read");
});

it("loads nothing of the SDK where nothing is exported", async () => {
  const hook = `export async function resolve(name, context, next) {
    if (/^@(opentelemetry|grpc)/.test(name)) throw new Error("loaded " + name);
    return next(name, context);
  }`;
  const script = `
    import { register } from "node:module";
    register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hook)}));
    const { openTelemetry, telemetrySettings } = await import("@codex-ts/telemetry");
    const none = { logUserPrompt: true, environment: "e", exporter: "none", traceExporter: "none", metricsExporter: "statsig" };
    const options = { service: { name: "s", version: "1" }, hostName: null, os: { type: "l", version: "1" }, warn() {} };
    const told = await openTelemetry({ ...options, settings: telemetrySettings(none, { metrics: true }) });
    const http = { "otlp-http": { endpoint: "http://127.0.0.1:1/v1", protocol: "json" } };
    const some = telemetrySettings({ ...none, exporter: http }, { metrics: true });
    const loads = await openTelemetry({ ...options, settings: some }).then(() => "quiet", error => error.message);
    console.log(JSON.stringify([told, loads]));
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=@codex-ts/source", "--import", "tsx", "--input-type=module", "-e", script],
    { cwd: `${import.meta.dirname}/..` },
  );
  const [none, loads] = JSON.parse(stdout) as [unknown, string];
  expect(none).toBeNull();
  expect(loads).toMatch(/^loaded @opentelemetry\//);
}, 60_000);
