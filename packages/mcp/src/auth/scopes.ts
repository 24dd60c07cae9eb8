import type { Fetch } from "../connection/http-fetch.ts";
import { configuredHeaders } from "../servers/http-headers.ts";
import type { McpServerTransportConfig } from "../types.ts";
import { discoverOauth } from "./discovery.ts";

type Env = Readonly<Record<string, string | undefined>>;

export type ScopesSource = "explicit" | "configured" | "discovered" | "empty";

/** The scopes to ask for, and who named them. */
export interface ResolvedScopes {
  scopes: string[];
  source: ScopesSource;
}

/** Whether a server can be logged in to. `unknown`: it could not be asked. */
export type OauthLoginSupport =
  | { type: "supported"; url: string; headers: Record<string, string>; discoveredScopes: string[] | null }
  | { type: "unsupported" }
  | { type: "unknown" };

/** Explicit scopes (even none) beat configured ones (even none), and those beat what the server says it knows. */
export function resolveOauthScopes(
  explicit: readonly string[] | null,
  configured: readonly string[] | null,
  discovered: readonly string[] | null,
): ResolvedScopes {
  if (explicit !== null) return { scopes: [...explicit], source: "explicit" };
  if (configured !== null) return { scopes: [...configured], source: "configured" };
  if (discovered !== null && discovered.length > 0) return { scopes: [...discovered], source: "discovered" };
  return { scopes: [], source: "empty" };
}

/** A login that failed is tried once more without scopes when nobody but the server named them and the provider refused. */
export function shouldRetryWithoutScopes(scopes: ResolvedScopes, error: unknown): boolean {
  return scopes.source === "discovered" && error instanceof Error && Reflect.get(error, "provider") === true;
}

export async function discoverSupportedScopes(
  transport: McpServerTransportConfig,
  env: Env,
  fetch: Fetch,
): Promise<string[] | null> {
  const support = await oauthLoginSupport(transport, env, fetch);
  return support.type === "supported" ? support.discoveredScopes : null;
}

/** Stdio servers and those with a token in a variable are not logged in to; others when their host says how. Never rejects. */
export async function oauthLoginSupport(
  transport: McpServerTransportConfig,
  env: Env,
  fetch: Fetch,
): Promise<OauthLoginSupport> {
  if (transport.type === "stdio" || transport.bearerTokenEnvVar !== null) return { type: "unsupported" };
  if (!URL.canParse(transport.url)) return { type: "unknown" };
  const headers = configuredHeaders(transport, env);
  const found = await discoverOauth(transport.url, headers, fetch);
  if (found === null) return { type: "unsupported" };
  return { type: "supported", url: transport.url, headers, discoveredScopes: found.scopesSupported };
}
