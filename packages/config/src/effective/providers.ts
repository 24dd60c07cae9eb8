import { ConfigError } from "../errors.ts";
import type { Env } from "../layers/home.ts";
import type { ConfigWarning } from "../warnings.ts";
import type { Reader } from "./read.ts";

/** Command that prints a token. */
export interface ProviderAuthCommand {
  command: string;
  args: string[];
  timeoutMs: number;
  /** 0 = only after a 401. */
  refreshIntervalMs: number;
  cwd: string;
}

/** Where and how to talk to a model. Null = the provider's built-in behaviour. */
export interface ModelProviderInfo {
  name: string;
  baseUrl: string | null;
  envKey: string | null;
  envKeyInstructions: string | null;
  experimentalBearerToken: string | null;
  auth: ProviderAuthCommand | null;
  aws: { profile: string | null; region: string | null } | null;
  wireApi: "responses";
  queryParams: Record<string, string> | null;
  httpHeaders: Record<string, string> | null;
  envHttpHeaders: Record<string, string> | null;
  requestMaxRetries: number;
  streamMaxRetries: number;
  streamIdleTimeoutMs: number;
  websocketConnectTimeoutMs: number;
  requiresOpenaiAuth: boolean;
  supportsWebsockets: boolean;
}

const RETRY_CAP = 100;

function provider(more: Partial<ModelProviderInfo> & { name: string }): ModelProviderInfo {
  return {
    baseUrl: null,
    envKey: null,
    envKeyInstructions: null,
    experimentalBearerToken: null,
    auth: null,
    aws: null,
    wireApi: "responses",
    queryParams: null,
    httpHeaders: null,
    envHttpHeaders: null,
    requestMaxRetries: 4,
    streamMaxRetries: 5,
    streamIdleTimeoutMs: 300_000,
    websocketConnectTimeoutMs: 15_000,
    requiresOpenaiAuth: false,
    supportsWebsockets: false,
    ...more,
  };
}

/**
 * The base URL of the built-in provider `openai`: the config key, else (deprecated) the environment variable.
 * @param honourEnv the one switch for the variable
 */
export function resolveOpenAiBaseUrl(
  configValue: string | null,
  env: Env,
  honourEnv = true,
): { baseUrl?: string; warning?: string } {
  if (configValue !== null && configValue !== "") return { baseUrl: configValue };
  const fromEnv = env["OPENAI_BASE_URL"];
  if (!honourEnv || configValue !== null || fromEnv === undefined || fromEnv.trim() === "") return {};
  return {
    baseUrl: fromEnv.trim(),
    warning: "The environment variable `OPENAI_BASE_URL` is deprecated. Set `openai_base_url` in config.toml instead.",
  };
}

/** Base URL of a local provider: the environment's, its port, or the provider's usual port. */
export function ossBaseUrl(env: Env, defaultPort: number): string {
  const url = env["CODEX_OSS_BASE_URL"]?.trim();
  if (url !== undefined && url !== "") return url;
  const port = Number(env["CODEX_OSS_PORT"]?.trim() || "x");
  return `http://localhost:${Number.isInteger(port) && port > 0 && port < 65536 ? port : defaultPort}/v1`;
}

function builtIn(openAiBaseUrl: string | undefined, env: Env, version: string): Record<string, ModelProviderInfo> {
  return {
    openai: provider({
      name: "OpenAI",
      baseUrl: openAiBaseUrl ?? null,
      httpHeaders: { version },
      envHttpHeaders: { "OpenAI-Organization": "OPENAI_ORGANIZATION", "OpenAI-Project": "OPENAI_PROJECT" },
      requiresOpenaiAuth: true,
      supportsWebsockets: true,
    }),
    "amazon-bedrock": provider({ name: "Amazon Bedrock", aws: { profile: null, region: null } }),
    ollama: provider({ name: "gpt-oss", baseUrl: ossBaseUrl(env, 11434) }),
    lmstudio: provider({ name: "gpt-oss", baseUrl: ossBaseUrl(env, 1234) }),
  };
}

/**
 * Built-in and configured providers by id.
 * @param version sent as the `version` header to the built-in provider
 * @throws ConfigError when `amazon-bedrock` sets more than its AWS profile and region
 */
export function resolveProviders(
  config: Reader,
  context: { env: Env; version: string; cwd: string; honourBaseUrlEnv?: boolean },
): { providers: Record<string, ModelProviderInfo>; warnings: ConfigWarning[] } {
  const { baseUrl, warning } = resolveOpenAiBaseUrl(
    config.string("openai_base_url"),
    context.env,
    context.honourBaseUrlEnv ?? true,
  );
  const providers = builtIn(baseUrl, context.env, context.version);
  for (const [id, written] of config.sub("model_providers").entries()) {
    if (id === "amazon-bedrock") {
      const only =
        written.entries().every(([name]) => name === "aws") && Object.keys(written.table).every(isDefault(written));
      if (!only) {
        throw new ConfigError(
          "invalid_value",
          "model_providers.amazon-bedrock only supports changing `aws.profile` and `aws.region`; other non-default provider fields are not supported",
        );
      }
      const aws = written.sub("aws");
      const base = providers[id] as ModelProviderInfo;
      providers[id] = { ...base, aws: { profile: aws.string("profile"), region: aws.string("region") } };
    } else {
      providers[id] = readProvider(written, context.cwd);
    }
  }
  return { providers, warnings: warning === undefined ? [] : [{ code: "deprecated_env", message: warning }] };
}

/** Fields of `amazon-bedrock` that say nothing new are harmless. */
function isDefault(written: Reader): (name: string) => boolean {
  return name =>
    name === "aws" ||
    (name === "wire_api" && written.string(name) === "responses") ||
    (name === "name" && written.string(name) === "") ||
    ((name === "requires_openai_auth" || name === "supports_websockets") && written.bool(name) === false);
}

function readProvider(written: Reader, cwd: string): ModelProviderInfo {
  const auth = written.has("auth") ? written.sub("auth") : null;
  const retries = (name: string, fallback: number): number => Math.min(written.number(name) ?? fallback, RETRY_CAP);
  return provider({
    name: written.string("name") ?? "",
    baseUrl: written.string("base_url"),
    envKey: written.string("env_key"),
    envKeyInstructions: written.string("env_key_instructions"),
    experimentalBearerToken: written.string("experimental_bearer_token"),
    auth:
      auth === null
        ? null
        : {
            command: auth.string("command") ?? "",
            args: auth.strings("args") ?? [],
            timeoutMs: auth.number("timeout_ms") ?? 5000,
            refreshIntervalMs: auth.number("refresh_interval_ms") ?? 300_000,
            cwd: auth.string("cwd") ?? cwd,
          },
    queryParams: written.stringMap("query_params"),
    httpHeaders: written.stringMap("http_headers"),
    envHttpHeaders: written.stringMap("env_http_headers"),
    requestMaxRetries: retries("request_max_retries", 4),
    streamMaxRetries: retries("stream_max_retries", 5),
    streamIdleTimeoutMs: written.number("stream_idle_timeout_ms") ?? 300_000,
    websocketConnectTimeoutMs: written.number("websocket_connect_timeout_ms") ?? 15_000,
    requiresOpenaiAuth: written.bool("requires_openai_auth") ?? false,
    supportsWebsockets: written.bool("supports_websockets") ?? false,
  });
}

/** @throws ConfigError `unknown_provider` */
export function pickProvider(id: string, providers: Record<string, ModelProviderInfo>): ModelProviderInfo {
  const found = Object.hasOwn(providers, id) ? providers[id] : undefined;
  if (found !== undefined) return found;
  if (id === "ollama-chat") {
    throw new ConfigError(
      "unknown_provider",
      "`ollama-chat` is no longer supported.\nHow to fix: replace `ollama-chat` with `ollama` in `model_provider`, `oss_provider`, or `--local-provider`.\nMore info: https://github.com/openai/codex/discussions/7782",
    );
  }
  throw new ConfigError("unknown_provider", `Model provider \`${id}\` not found`);
}
