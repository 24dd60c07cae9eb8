import { openTelemetry, SessionTelemetry, type TelemetrySink, telemetrySettings } from "@codex-ts/telemetry";

// Claim: telling an event costs a small multiple of writing its facts down as JSON, and nothing where nobody listens.
const EVENTS = 10_000;
const silent: TelemetrySink = {
  logs: false,
  traces: false,
  metrics: false,
  log: () => {},
  startSpan: () => ({ context: null, event: () => {}, set: () => {}, end: () => {} }),
  count: () => {},
  record: () => {},
};
const to = { "otlp-http": { endpoint: "http://127.0.0.1:9/v1/logs", protocol: "json" } };
const open = await openTelemetry({
  settings: telemetrySettings(
    { logUserPrompt: false, environment: "b", exporter: to, traceExporter: "none", metricsExporter: to },
    { metrics: true },
  ),
  service: { name: "bench", version: "1" },
  hostName: null,
  os: { type: "l", version: "1" },
  warn: () => {},
});
if (open === null) throw new Error("nothing is exported");

const facts = {
  conversationId: "t",
  model: "m",
  slug: "m",
  originator: "bench",
  appVersion: "1",
  sessionSource: "exec",
  terminalType: "unknown",
  authEnvironment: {
    openaiApiKey: false,
    codexApiKey: false,
    codexApiKeyEnabled: false,
    providerKeyName: null,
    providerKeyPresent: null,
    refreshTokenUrlOverride: false,
  },
  logUserPrompt: false,
};
const tools = { now: () => Date.now(), warn: () => {} };
const request = { durationMs: 12, status: 200, error: null, attempt: 0, endpoint: "/responses", headerAttached: true };

function time(work: () => void): number {
  for (let n = 0; n < EVENTS; n++) work();
  const start = performance.now();
  for (let n = 0; n < EVENTS; n++) work();
  return performance.now() - start;
}

const base = time(() => JSON.stringify({ ...facts, ...request }));
for (const [name, sink] of [
  ["nobody listens", silent],
  ["logs and metrics over OTLP", open.sink],
] as const) {
  const session = new SessionTelemetry(sink, facts, tools);
  const spent = time(() => session.apiRequest(request));
  console.log(
    `${name}: ${spent.toFixed(1)} ms for ${EVENTS} requests told, ${(spent / base).toFixed(2)}x JSON.stringify`,
  );
}
process.exit(0);
