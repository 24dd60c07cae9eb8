/** `[model_providers.<id>]` as it stands in config.toml. Unknown members are ignored. */
export interface ProviderConfig {
  name?: string;
  base_url?: string;
  env_key?: string;
  env_key_instructions?: string;
  experimental_bearer_token?: string;
  auth?: CommandAuthConfig;
  aws?: { profile?: string; region?: string };
  wire_api?: string;
  query_params?: Record<string, string>;
  http_headers?: Record<string, string>;
  env_http_headers?: Record<string, string>;
  request_max_retries?: number;
  stream_max_retries?: number;
  stream_idle_timeout_ms?: number;
  websocket_connect_timeout_ms?: number;
  requires_openai_auth?: boolean;
  supports_websockets?: boolean;
}

/** `[model_providers.<id>.auth]` as it stands in config.toml. */
export interface CommandAuthConfig {
  command: string;
  args?: string[];
  timeout_ms?: number;
  refresh_interval_ms?: number;
  cwd?: string;
}

/** A command whose output is a bearer token. */
export interface CommandAuth {
  command: string;
  args: string[];
  timeoutMs: number;
  /** 0 keeps a token for ever (until a 401). */
  refreshIntervalMs: number;
  /** Absolute folder that the command runs in, and that a relative command path starts from. */
  cwd: string;
}

/** A provider with every default filled in. */
export interface ProviderDefinition {
  id: string;
  name: string;
  /** Null: the default of the kind of login (`baseUrlOf`). */
  baseUrl: string | null;
  envKey: string | null;
  envKeyInstructions: string | null;
  experimentalBearerToken: string | null;
  auth: CommandAuth | null;
  aws: { profile: string | null; region: string | null } | null;
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

const RETRIES_CAP = 100;

/**
 * Fills in the defaults of a provider of config.toml.
 * @param configFolder folder of the defining file; `auth.cwd` is relative to it
 */
export function defineProvider(id: string, config: ProviderConfig, configFolder: string): ProviderDefinition {
  const cap = (retries: number | undefined, standard: number) => Math.min(retries ?? standard, RETRIES_CAP);
  return {
    id,
    name: config.name ?? "",
    baseUrl: config.base_url ?? null,
    envKey: config.env_key ?? null,
    envKeyInstructions: config.env_key_instructions ?? null,
    experimentalBearerToken: config.experimental_bearer_token ?? null,
    auth: config.auth === undefined ? null : defineAuth(config.auth, configFolder),
    aws: config.aws === undefined ? null : { profile: config.aws.profile ?? null, region: config.aws.region ?? null },
    queryParams: config.query_params ?? null,
    httpHeaders: config.http_headers ?? null,
    envHttpHeaders: config.env_http_headers ?? null,
    requestMaxRetries: cap(config.request_max_retries, 4),
    streamMaxRetries: cap(config.stream_max_retries, 5),
    streamIdleTimeoutMs: config.stream_idle_timeout_ms ?? 300_000,
    websocketConnectTimeoutMs: config.websocket_connect_timeout_ms ?? 15_000,
    requiresOpenaiAuth: config.requires_openai_auth ?? false,
    supportsWebsockets: config.supports_websockets ?? false,
  };
}

function defineAuth(auth: CommandAuthConfig, configFolder: string): CommandAuth {
  const cwd = auth.cwd ?? ".";
  return {
    command: auth.command,
    args: auth.args ?? [],
    timeoutMs: auth.timeout_ms ?? 5000,
    refreshIntervalMs: auth.refresh_interval_ms ?? 300_000,
    cwd: joinPath(configFolder, cwd),
  };
}

/** `path.resolve` for a folder that is already absolute, without reading the process's own folder. */
function joinPath(folder: string, relative: string): string {
  if (relative.startsWith("/") || /^[A-Za-z]:[\\/]/.test(relative)) return relative;
  if (relative === "." || relative === "") return folder;
  return `${folder.replace(/[\\/]+$/, "")}/${relative}`;
}

export type LoginKind = "chatgpt" | "apiKey" | "none";

/** The base URL without a slash at its end; the default depends on the kind of login, and at Bedrock on the region. */
export function baseUrlOf(provider: Pick<ProviderDefinition, "id" | "baseUrl" | "aws">, login: LoginKind): string {
  return (provider.baseUrl || standardUrl(provider, login)).replace(/\/+$/, "");
}

function standardUrl({ id, aws }: Pick<ProviderDefinition, "id" | "aws">, login: LoginKind): string {
  if (id === BEDROCK_ID) return `https://bedrock-mantle.${aws?.region ?? BEDROCK_REGION}.api.aws/v1`;
  return login === "chatgpt" ? "https://chatgpt.com/backend-api/codex" : "https://api.openai.com/v1";
}

export const BEDROCK_ID = "amazon-bedrock";
export const BEDROCK_REGION = "us-east-1";

/** URL of an endpoint: base URL, path, query parameters as they stand. */
export function endpointUrl(provider: ProviderDefinition, login: LoginKind, path: string): string {
  const query = Object.entries(provider.queryParams ?? {}).map(([name, value]) => `${name}=${value}`);
  return `${baseUrlOf(provider, login)}${path}${query.length === 0 ? "" : `?${query.join("&")}`}`;
}

/** Only the exact name marks OpenAI itself: compression and remote compaction hang on it. */
export function isOpenAi(provider: Pick<ProviderDefinition, "name">): boolean {
  return provider.name === "OpenAI";
}

const AZURE_HOSTS = [
  "openai.azure.",
  "cognitiveservices.azure.",
  "aoai.azure.",
  "azure-api.",
  "azurefd.",
  "windows.net/openai",
];

/** Azure keeps responses (`store`) and wants the ids of items back. */
export function isAzure(provider: Pick<ProviderDefinition, "name" | "baseUrl">): boolean {
  const url = (provider.baseUrl ?? "").toLowerCase();
  return provider.name.toLowerCase() === "azure" || AZURE_HOSTS.some(host => url.includes(host));
}
