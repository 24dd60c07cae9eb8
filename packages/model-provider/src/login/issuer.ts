import type * as OAuth from "oauth4webapi";
import { OAUTH_CLIENT_ID } from "../auth/refresh.ts";
import { claimsOf } from "../auth/jwt.ts";
import type { StoredTokens } from "../auth/store.ts";

export const DEFAULT_ISSUER = "https://auth.openai.com";

/** A login that did not work; the text says what to do and never holds a code or token. */
export class LoginError extends Error {
  override readonly name = "LoginError";
  readonly code: "cancelled" | "timed_out" | "port_in_use" | "refused" | "unreachable";

  constructor(code: LoginError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** The OAuth library and the facts that it needs about the issuer; loaded with the first login. */
export interface Issuer {
  oauth: typeof OAuth;
  server: OAuth.AuthorizationServer;
  client: OAuth.Client;
  options: OAuth.TokenEndpointRequestOptions;
}

export async function openIssuer(issuer: string, fetcher: typeof fetch): Promise<Issuer> {
  const oauth = await import("oauth4webapi");
  const base = issuer.replace(/\/+$/, "");
  return {
    oauth,
    server: { issuer: base, authorization_endpoint: `${base}/oauth/authorize`, token_endpoint: `${base}/oauth/token` },
    client: { client_id: OAUTH_CLIENT_ID },
    options: {
      [oauth.customFetch]: (url: string, init: object) => fetcher(url, init as RequestInit),
      // Only an issuer that was named with http:// (a test, a company's tunnel) is asked without TLS.
      [oauth.allowInsecureRequests]: base.startsWith("http://"),
    },
  };
}

/**
 * Exchanges an authorization code for tokens.
 * @throws {LoginError} the issuer refuses, or its answer is not valid
 */
export async function exchangeCode(
  { oauth, server, client, options }: Issuer,
  parameters: URLSearchParams,
  redirectUri: string,
  verifier: string,
): Promise<StoredTokens> {
  try {
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      parameters,
      redirectUri,
      verifier,
      options,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, { requireIdToken: true });
    const { id_token, access_token, refresh_token } = tokens;
    if (id_token === undefined || refresh_token === undefined) {
      throw new LoginError("refused", "The login server's answer has no refresh token. Try again.");
    }
    return { id_token, access_token, refresh_token };
  } catch (error) {
    if (error instanceof LoginError) throw error;
    const { code, error: reason } = error as { code?: unknown; error?: unknown };
    const detail = typeof reason === "string" ? reason : typeof code === "string" ? code : "no valid answer";
    throw new LoginError("refused", `The login server did not hand out tokens (${detail}). Try again.`);
  }
}

/**
 * A login that must belong to a workspace does.
 * @throws {LoginError} `refused`
 */
export function checkWorkspace(tokens: StoredTokens, workspaceId: string | null | undefined): StoredTokens {
  if (!workspaceId || claimsOf(tokens.id_token).accountId === workspaceId) return tokens;
  throw new LoginError("refused", `Login is restricted to workspace id ${workspaceId}. Log in to that workspace.`);
}

/** A promise that also ends by a call, a signal or a deadline. */
export function cancellable<T>(
  work: (signal: AbortSignal) => Promise<T>,
  deadline: { timer(ms: number, callback: () => void): { cancel(): void } },
  limitMs: number,
): { completed: Promise<T>; cancel: () => void } {
  const abort = new AbortController();
  const cancel = () => abort.abort(new LoginError("cancelled", "The login was cancelled."));
  const timer = deadline.timer(limitMs, () => {
    abort.abort(new LoginError("timed_out", "Nobody completed the login in time. Start it again."));
  });
  const ended = new Promise<never>((_resolve, reject) => {
    abort.signal.addEventListener("abort", () => reject(abort.signal.reason), { once: true });
  });
  const completed = Promise.race([work(abort.signal), ended]).finally(() => timer.cancel());
  // Whoever only cancels need not listen.
  completed.catch(() => {});
  return { completed, cancel };
}
