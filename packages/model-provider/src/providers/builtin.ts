import { ProviderError } from "../errors.ts";
import { defineProvider, type ProviderConfig, type ProviderDefinition } from "./definition.ts";

/** The environment, handed in by the doors. */
export type Env = Readonly<Record<string, string | undefined>>;

export interface BuiltInOptions {
  /** Version that OpenAI is told in the `version` header. */
  version: string;
  env: Env;
  /** Config key `openai_base_url`, already resolved (`resolveOpenAiBaseUrl`). */
  openaiBaseUrl?: string | null | undefined;
  /** `[model_providers.amazon-bedrock.aws]`. */
  bedrock?: ProviderConfig["aws"] | undefined;
}

/** The providers that need no configuration, by id. */
export function builtInProviders({
  version,
  env,
  openaiBaseUrl,
  bedrock,
}: BuiltInOptions): Record<string, ProviderDefinition> {
  const openai: ProviderConfig = {
    name: "OpenAI",
    ...(openaiBaseUrl ? { base_url: openaiBaseUrl } : {}),
    http_headers: { version },
    env_http_headers: { "OpenAI-Organization": "OPENAI_ORGANIZATION", "OpenAI-Project": "OPENAI_PROJECT" },
    requires_openai_auth: true,
    supports_websockets: true,
  };
  const local = (port: number): ProviderConfig => ({ name: "gpt-oss", base_url: ossBaseUrl(port, env) });
  const aws = bedrock ?? {};
  return {
    openai: defineProvider("openai", openai, "/"),
    "amazon-bedrock": defineProvider("amazon-bedrock", { name: "Amazon Bedrock", aws }, "/"),
    ollama: defineProvider("ollama", local(11434), "/"),
    lmstudio: defineProvider("lmstudio", local(1234), "/"),
  };
}

function ossBaseUrl(port: number, env: Env): string {
  const url = env.CODEX_OSS_BASE_URL?.trim();
  if (url) return url;
  const chosen = Number(env.CODEX_OSS_PORT?.trim() || Number.NaN);
  return `http://localhost:${Number.isInteger(chosen) && chosen >= 0 && chosen <= 65535 ? chosen : port}/v1`;
}

const BEDROCK_REGIONS = new Set([
  "us-east-1",
  "us-east-2",
  "us-west-2",
  "ap-southeast-3",
  "ap-south-1",
  "ap-northeast-1",
  "eu-central-1",
  "eu-west-1",
  "eu-west-2",
  "eu-south-1",
  "eu-north-1",
  "sa-east-1",
]);

/** @throws {ProviderError} Amazon Bedrock does not serve this region */
export function checkBedrockRegion(region: string): void {
  if (!BEDROCK_REGIONS.has(region)) {
    throw new ProviderError(`Amazon Bedrock Mantle does not support region \`${region}\``);
  }
}

/** The switch of the deprecated environment variable `OPENAI_BASE_URL`. */
const HONOUR_OPENAI_BASE_URL_ENV = true;

/**
 * Base URL of the built-in provider `openai`: the config key, else the deprecated environment variable with a warning.
 * An empty text is the same as none.
 */
export function resolveOpenAiBaseUrl(
  configValue: string | null | undefined,
  env: Env,
  honourEnv: boolean = HONOUR_OPENAI_BASE_URL_ENV,
): { baseUrl?: string; warning?: string } {
  if (configValue) return { baseUrl: configValue };
  const fromEnv = env.OPENAI_BASE_URL?.trim();
  if (!honourEnv || !fromEnv) return {};
  return {
    baseUrl: fromEnv,
    warning:
      "The environment variable OPENAI_BASE_URL is deprecated: set `openai_base_url` in config.toml (or `-c openai_base_url=...`) instead.",
  };
}

/** Names that `--local-provider` and `oss_provider` may have. */
export const OSS_PROVIDERS = ["lmstudio", "ollama"] as const;
export type OssProviderId = (typeof OSS_PROVIDERS)[number];

/**
 * The provider of `--oss`: the flag, else the profile, else the top level; null when none is named.
 * @throws {ProviderError} the name is not one of the two
 */
export function chooseOssProvider(flag?: string, profile?: string, topLevel?: string): OssProviderId | null {
  const name = flag ?? profile ?? topLevel;
  if (name === undefined) return null;
  if (name === "ollama-chat") {
    throw new ProviderError(
      "`ollama-chat` is no longer supported.\n" +
        "How to fix: replace `ollama-chat` with `ollama` in `model_provider`, `oss_provider`, or `--local-provider`.\n" +
        "More info: https://github.com/openai/codex/discussions/7782",
    );
  }
  const known = OSS_PROVIDERS.find(id => id === name);
  if (known === undefined) {
    throw new ProviderError(`Invalid OSS provider '${name}'. Must be one of: ${OSS_PROVIDERS.join(", ")}`);
  }
  return known;
}
