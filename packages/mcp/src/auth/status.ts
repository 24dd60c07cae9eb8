import type { Fetch } from "../connection/http-fetch.ts";
import { configuredHeaders, hasAuthorization } from "../servers/http-headers.ts";
import type { McpServerConfig, McpServers } from "../types.ts";
import { discoverOauth } from "./discovery.ts";
import type { CredentialStore } from "./store.ts";

/** `unsupported`: nothing to log in to. */
export type McpAuthStatus = "unsupported" | "notLoggedIn" | "bearerToken" | "oAuth";

export interface AuthStatusOptions {
  env: Readonly<Record<string, string | undefined>>;
  store: CredentialStore;
  fetch: Fetch;
  /** Servers that get the session's own credentials. */
  hasRuntimeAuth?: (server: string) => boolean;
}

/** How each server stands with logins; all are asked at the same time. Never rejects. */
export async function computeAuthStatuses(
  servers: McpServers,
  options: AuthStatusOptions,
): Promise<Record<string, McpAuthStatus>> {
  const entries = Object.entries(servers).map(async ([name, config]) => [
    name,
    await authStatus(name, config, options),
  ]);
  return Object.fromEntries(await Promise.all(entries)) as Record<string, McpAuthStatus>;
}

async function authStatus(name: string, config: McpServerConfig, options: AuthStatusOptions): Promise<McpAuthStatus> {
  const { transport } = config;
  if (!config.enabled || transport.type === "stdio") return "unsupported";
  const headers = configuredHeaders(transport, options.env);
  const bearer = transport.bearerTokenEnvVar !== null || hasAuthorization(headers);
  if (bearer || options.hasRuntimeAuth?.(name) === true) return "bearerToken";
  if ((await options.store.load(name, transport.url).catch(() => null)) !== null) return "oAuth";
  return (await discoverOauth(transport.url, headers, options.fetch)) === null ? "unsupported" : "notLoggedIn";
}
