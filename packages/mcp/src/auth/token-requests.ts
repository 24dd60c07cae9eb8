import {
  discoverOAuthServerInfo,
  exchangeAuthorization,
  refreshAuthorization,
  registerClient,
} from "@modelcontextprotocol/sdk/client/auth.js";
import { OAuthError } from "@modelcontextprotocol/sdk/server/auth/errors.js";
import type { AuthorizationServerMetadata, OAuthTokens } from "@modelcontextprotocol/sdk/shared/auth.js";
import type { Fetch } from "../connection/http-fetch.ts";
import { McpError, OauthProviderError } from "../errors.ts";
import { discoverOauth, normalizeScopes } from "./discovery.ts";
import type { StoredLogin } from "./store.ts";

/** Who hands out tokens for a server. */
export interface Issuer {
  url: string;
  metadata: AuthorizationServerMetadata;
  scopesSupported: string[] | null;
}

/** Finds who hands out tokens: what the server's host says, else what the server's resource metadata points to. Throws `McpError`. */
export async function findIssuer(
  url: string,
  headers: Readonly<Record<string, string>>,
  fetch: Fetch,
): Promise<Issuer> {
  const own = await discoverOauth(url, headers, fetch);
  if (own !== null) {
    return {
      url: new URL(url).origin,
      metadata: own.metadata as unknown as AuthorizationServerMetadata,
      scopesSupported: own.scopesSupported,
    };
  }
  const info = await discoverOAuthServerInfo(url, { fetchFn: fetch }).catch(() => null);
  const metadata = info?.authorizationServerMetadata;
  if (info === null || metadata === undefined) throw new McpError("oauth", "No authorization support detected");
  return {
    url: info.authorizationServerUrl,
    metadata,
    scopesSupported: normalizeScopes(info.resourceMetadata?.scopes_supported ?? metadata.scopes_supported),
  };
}

/** Registers as a client of the issuer and gives our id there. Throws `McpError`. */
export async function register(issuer: Issuer, redirectUri: string, fetch: Fetch): Promise<string> {
  const clientMetadata = {
    client_name: "Codex",
    redirect_uris: [redirectUri],
    grant_types: ["authorization_code", "refresh_token"],
    token_endpoint_auth_method: "none",
    response_types: ["code"],
  };
  const client = await provider("Dynamic client registration failed", () =>
    registerClient(issuer.url, { metadata: issuer.metadata, clientMetadata, fetchFn: fetch }),
  );
  return client.client_id;
}

export interface CodeExchange {
  clientId: string;
  code: string;
  verifier: string;
  redirectUri: string;
  resource: string | null;
}

/** Trades the code that the browser brought for tokens. Throws `McpError`. */
export function exchange(issuer: Issuer, request: CodeExchange, fetch: Fetch): Promise<OAuthTokens> {
  return provider("Token exchange failed", () =>
    exchangeAuthorization(issuer.url, {
      metadata: issuer.metadata,
      clientInformation: { client_id: request.clientId },
      authorizationCode: request.code,
      codeVerifier: request.verifier,
      redirectUri: request.redirectUri,
      ...(request.resource === null ? {} : { resource: request.resource }),
      fetchFn: fetch,
    }),
  );
}

/** Renews a login. The refresh token stays when the issuer gives no other. Throws `McpError`. */
export async function refreshLogin(
  login: StoredLogin,
  refreshToken: string,
  fetch: Fetch,
  now: number,
): Promise<StoredLogin> {
  const issuer = await findIssuer(login.url, {}, fetch);
  const tokens = await provider("Token refresh failed", () =>
    refreshAuthorization(issuer.url, {
      metadata: issuer.metadata,
      clientInformation: { client_id: login.clientId },
      refreshToken,
      fetchFn: fetch,
    }),
  );
  return { ...login, ...storedTokens(tokens, login.scopes, now), refreshToken: tokens.refresh_token ?? refreshToken };
}

/** Tokens as they are stored. Scopes that the issuer does not name are those that were asked for. */
export function storedTokens(
  tokens: OAuthTokens,
  asked: readonly string[],
  now: number,
): Pick<StoredLogin, "accessToken" | "refreshToken" | "expiresAt" | "scopes"> {
  return {
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token ?? null,
    expiresAt: tokens.expires_in === undefined ? null : now + tokens.expires_in * 1000,
    scopes: normalizeScopes(tokens.scope?.split(" ")) ?? [...asked],
  };
}

async function provider<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof OAuthError) throw new OauthProviderError(`${what}: ${message}`);
    throw new McpError("oauth", `${what}: ${message}`);
  }
}
