import { hostname, release, type as osType } from "node:os";
import type { Config } from "@codex-ts/config";
import { AuthManager, type AuthSource, type ModelListRequestFacts } from "@codex-ts/model-provider";
import type { SessionSourceRecord } from "@codex-ts/thread-store";
import {
  type AuthEnvironment,
  openTelemetry,
  SessionTelemetry,
  type Telemetry,
  telemetrySettings,
  type TelemetrySettings,
  tellModelList,
  type TraceContext,
  traceContextOf,
} from "@codex-ts/telemetry";
import { sourceLabel } from "./source-label.ts";

/** What the door knows about the program, for its telemetry. */
export interface TelemetryFacts {
  /** `service.name`. Default: the originator. */
  serviceName?: string;
  /** Metrics are exported where the settings do not say whether analytics are on. Default true. */
  metricsByDefault?: boolean;
  /** Name and version of the operating system, told with metrics. Default: the kernel's. */
  os?: { type: string; version: string };
}

export interface RuntimeTelemetryOptions {
  auth: AuthSource;
  env: Readonly<Record<string, string>>;
  originator: string;
  version: string;
  facts: TelemetryFacts;
  now(): number;
  /** One line for the log. */
  warn(message: string): void;
}

/** A session's voice, and the trace that its turns belong to unless they are asked for in another. */
export interface SessionVoice {
  voice: SessionTelemetry;
  parent: TraceContext | null;
}

/** The exporters of one process: opened for the first configuration that is loaded, closed with the runtime. */
export class RuntimeTelemetry {
  private readonly options: RuntimeTelemetryOptions;
  private opening: Promise<{ telemetry: Telemetry; settings: TelemetrySettings } | null> | null = null;
  /** The trace that the program was started in. */
  private readonly parent: TraceContext | null;

  constructor(options: RuntimeTelemetryOptions) {
    this.options = options;
    this.parent = traceContextOf(options.env);
  }

  /** What a session of this process tells with; null where nothing is exported. Never rejects: telemetry keeps nobody from working. */
  async session(session: {
    id: string;
    config: Config;
    model: string;
    source: SessionSourceRecord;
  }): Promise<SessionVoice | null> {
    const { config } = session;
    const opened = await this.opened(config);
    if (opened === null) return null;
    const { auth, env, originator, version, now, warn } = this.options;
    const credential = await auth.credential().catch(() => null);
    const chatgpt = credential?.kind === "chatgpt" ? credential : null;
    const account = auth instanceof AuthManager ? await auth.status().catch(() => null) : null;
    const voice = new SessionTelemetry(
      opened.telemetry.sink,
      {
        conversationId: session.id,
        model: session.model,
        slug: session.model,
        originator,
        appVersion: version,
        sessionSource: sourceLabel(session.source),
        terminalType: env["TERM_PROGRAM"] || env["TERM"] || "unknown",
        authMode: chatgpt !== null ? "Chatgpt" : credential?.kind === "apiKey" ? "ApiKey" : null,
        accountId: chatgpt?.accountId ?? null,
        accountEmail: account?.kind === "chatgpt" ? account.email : null,
        authEnvironment: authEnvironment(config, env),
        logUserPrompt: opened.settings.logUserPrompt,
      },
      { now, warn },
    );
    return { voice, parent: this.parent };
  }

  /** An attempt to fetch the list of models ended. Never rejects. */
  async modelList(config: Config, facts: ModelListRequestFacts): Promise<void> {
    const { env, now } = this.options;
    const endedAt = now();
    const opened = await this.opened(config);
    if (opened === null) return;
    const authMode = facts.login === "chatgpt" ? "Chatgpt" : "ApiKey";
    const headerName = facts.headerAttached ? "authorization" : null;
    const telling = { authEnvironment: authEnvironment(config, env), parent: this.parent, endedAt };
    tellModelList(opened.telemetry.sink, { ...facts, authMode, headerName }, telling);
  }

  /** Sends what waits. Takes two seconds at the most; never rejects. */
  async shutdown(): Promise<void> {
    const opened = await this.opening;
    await opened?.telemetry.shutdown();
  }

  /** The exporters, opened for the first configuration that comes. */
  private opened(config: Config) {
    return (this.opening ??= this.open(config).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      this.options.warn(`Telemetry is off: ${why}. Mend [otel] in config.toml.`);
      return null;
    }));
  }

  private async open(config: Config) {
    const { facts, originator, version, warn } = this.options;
    const metrics = config.analyticsEnabled ?? facts.metricsByDefault ?? true;
    const settings = telemetrySettings(config.otel, { metrics });
    const telemetry = await openTelemetry({
      settings,
      service: { name: facts.serviceName ?? originator, version },
      hostName: hostname(),
      os: facts.os ?? { type: osType(), version: release() },
      warn,
    });
    return telemetry === null ? null : { telemetry, settings };
  }
}

function authEnvironment(config: Config, env: Readonly<Record<string, string>>): AuthEnvironment {
  const has = (name: string) => (env[name] ?? "").trim() !== "";
  const { envKey } = config.modelProvider;
  return {
    openaiApiKey: has("OPENAI_API_KEY"),
    codexApiKey: has("CODEX_API_KEY"),
    codexApiKeyEnabled: false,
    providerKeyName: envKey ?? null,
    providerKeyPresent: envKey === null || envKey === undefined ? null : has(envKey),
    refreshTokenUrlOverride: has("CODEX_REFRESH_TOKEN_URL_OVERRIDE"),
  };
}
