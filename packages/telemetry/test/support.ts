import {
  type Attributes,
  type Exporter,
  type SessionFacts,
  SILENT_SPAN,
  type Span,
  type TelemetrySettings,
  type TelemetrySink,
} from "../src/index.ts";

export const FACTS: SessionFacts = {
  conversationId: "t-1",
  model: "gpt-5.2",
  slug: "gpt-5.2",
  originator: "my probe!",
  appVersion: "0.125.0",
  sessionSource: "vscode",
  terminalType: "unknown",
  authMode: "Chatgpt",
  accountId: "acct-1",
  accountEmail: "who@example.com",
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

export const TOOLS = { now: () => 1_795_213_307_042, warn: () => {} };

/** A sink that keeps what it is told. */
export class ListSink implements TelemetrySink {
  logs = true;
  traces = true;
  metrics = true;
  readonly logged: Attributes[] = [];
  readonly spanEvents: { name: string; attributes: Attributes }[] = [];
  readonly counted: { name: string; by: number; tags: Attributes }[] = [];
  readonly recorded: { name: string; value: number; tags: Attributes; unit?: "ms" }[] = [];

  log(attributes: Attributes): void {
    this.logged.push(attributes);
  }

  startSpan(): Span {
    return { ...SILENT_SPAN, event: (name, attributes) => void this.spanEvents.push({ name, attributes }) };
  }

  count(name: string, by: number, tags: Attributes): void {
    this.counted.push({ name, by, tags });
  }

  record(name: string, value: number, tags: Attributes, unit?: "ms"): void {
    this.recorded.push({ name, value, tags, ...(unit === undefined ? {} : { unit }) });
  }
}

export function otlp(
  transport: "http-json" | "http-protobuf" | "grpc",
  endpoint: string,
  more: { headers?: Record<string, string>; tls?: boolean } = {},
): Exporter {
  const file = (name: string) => `${import.meta.dirname}/data/${name}`;
  const tls =
    more.tls === true
      ? {
          caCertificate: file("ca.pem"),
          clientCertificate: file("client.pem"),
          clientPrivateKey: file("client-key.pem"),
        }
      : null;
  return { kind: "otlp", transport, endpoint, headers: more.headers ?? {}, tls };
}

export function settings(
  exporters: Partial<Pick<TelemetrySettings, "logs" | "traces" | "metrics">>,
): TelemetrySettings {
  const none: Exporter = { kind: "none" };
  return { logUserPrompt: false, environment: "test", logs: none, traces: none, metrics: none, ...exporters };
}
