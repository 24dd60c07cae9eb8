import { createHash, randomBytes } from "node:crypto";
import { type McpClock, systemClock } from "../clock.ts";
import type { Fetch } from "../connection/http-fetch.ts";
import { McpError } from "../errors.ts";
import { type CallbackOptions, openCallbackServer } from "./callback-server.ts";
import type { CredentialStore } from "./store.ts";

export interface OauthLoginOptions {
  server: string;
  url: string;
  /** Headers of the server's requests. */
  headers: Readonly<Record<string, string>>;
  scopes: readonly string[];
  /** RFC 8707. */
  resource: string | null;
  store: CredentialStore;
  callback: CallbackOptions;
  /** Default 300, at least 1. */
  timeoutSecs?: number | null;
  fetch?: Fetch;
  clock?: McpClock;
}

/** A login that waits for a person in a browser. */
export interface OauthLogin {
  authorizationUrl: string;
  /** Settles when the login is stored. Rejects with `McpError`. */
  completed: Promise<void>;
  cancel(): void;
}

const DEFAULT_TIMEOUT_SECS = 300;

/**
 * Begins a login: finds the issuer, registers there, and opens the way back. Throws `McpError`.
 */
export async function startOauthLogin(options: OauthLoginOptions): Promise<OauthLogin> {
  const { server, url, headers, scopes, resource, store } = options;
  const clock = options.clock ?? systemClock;
  const send: Fetch = options.fetch ?? ((input, init) => fetch(input, init));
  const callback = await openCallbackServer(options.callback);
  try {
    const requests = await import("./token-requests.ts");
    const issuer = await requests.findIssuer(url, headers, send);
    const { redirectUri } = callback;
    const clientId = await requests.register(issuer, redirectUri, send);
    const verifier = randomBytes(48).toString("base64url");
    const state = randomBytes(24).toString("base64url");
    const authorizationUrl = new URL(issuer.metadata.authorization_endpoint);
    const query: [string, string][] = [
      ["response_type", "code"],
      ["client_id", clientId],
      ["state", state],
      ["code_challenge", createHash("sha256").update(verifier).digest("base64url")],
      ["code_challenge_method", "S256"],
      ["redirect_uri", redirectUri],
      ...(scopes.length === 0 ? [] : [["scope", scopes.join(" ")] as [string, string]]),
      ...(resource === null ? [] : [["resource", resource] as [string, string]]),
    ];
    for (const [name, value] of query) authorizationUrl.searchParams.append(name, value);

    const ended = new AbortController();
    const stopped = new AbortController();
    const seconds = Math.max(1, options.timeoutSecs ?? DEFAULT_TIMEOUT_SECS);
    void clock.sleep(seconds * 1000, ended.signal).then(() => {
      if (!ended.signal.aborted) stopped.abort(new McpError("oauth", "timed out waiting for OAuth callback"));
    });
    const finish = async (): Promise<void> => {
      try {
        const code = await callback.code(state, stopped.signal);
        const tokens = await requests.exchange(issuer, { clientId, code, verifier, redirectUri, resource }, send);
        await store.save({ serverName: server, url, clientId, ...requests.storedTokens(tokens, scopes, clock.now()) });
      } finally {
        ended.abort();
        callback.close();
      }
    };
    const completed = finish();
    completed.catch(() => {});
    return {
      authorizationUrl: authorizationUrl.href,
      completed,
      cancel: () => stopped.abort(new McpError("oauth", "the login was cancelled")),
    };
  } catch (error) {
    callback.close();
    throw error;
  }
}
