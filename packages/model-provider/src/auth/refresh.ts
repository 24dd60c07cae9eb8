import type { HttpFetch, HttpResponse } from "../transport/http-client.ts";
import { isObject } from "../wire.ts";
import type { StoredTokens } from "./store.ts";

/** Public identifier of the program towards the issuer. */
export const OAUTH_CLIENT_ID = "app_EMoamEEZ73f0CkXaXp7hrann";
export const REFRESH_URL = "https://auth.openai.com/oauth/token";

/** A refresh that did not work; `permanent` ones will not work for this credential again. */
export class RefreshError extends Error {
  override readonly name = "RefreshError";
  readonly code: "expired" | "reused" | "invalidated" | "account_mismatch" | "other" | "transient";

  constructor(code: RefreshError["code"], message: string) {
    super(message);
    this.code = code;
  }

  get permanent(): boolean {
    return this.code !== "transient";
  }
}

const LOGIN_AGAIN = "Log in again.";

const PERMANENT: Record<string, [RefreshError["code"], string]> = {
  refresh_token_expired: ["expired", `The stored ChatGPT login has expired. ${LOGIN_AGAIN}`],
  refresh_token_reused: ["reused", `The stored ChatGPT login was already renewed by another program. ${LOGIN_AGAIN}`],
  refresh_token_invalidated: ["invalidated", `The stored ChatGPT login was revoked. ${LOGIN_AGAIN}`],
};

export interface RefreshOptions {
  fetch: HttpFetch;
  url: string;
  refreshToken: string;
  signal?: AbortSignal;
}

/**
 * Exchanges a refresh token for new tokens.
 * @returns the tokens that the issuer renewed
 * @throws {RefreshError} never with a token in its text
 */
export async function refreshTokens(options: RefreshOptions): Promise<Partial<StoredTokens>> {
  let response: HttpResponse;
  try {
    response = await options.fetch(options.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        client_id: OAUTH_CLIENT_ID,
        grant_type: "refresh_token",
        refresh_token: options.refreshToken,
      }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } catch {
    throw new RefreshError("transient", "The ChatGPT login could not be renewed: the login server cannot be reached.");
  }
  const text = await response.text().catch(() => "");
  const json = parse(text);
  if (response.status === 401) {
    const error = isObject(json) ? (isObject(json.error) ? json.error.code : (json.code ?? json.error)) : undefined;
    const known = typeof error === "string" ? PERMANENT[error] : undefined;
    const [code, message] = known ?? ["other", `The stored ChatGPT login is no longer accepted. ${LOGIN_AGAIN}`];
    throw new RefreshError(code, message);
  }
  if (!response.ok || !isObject(json)) {
    throw new RefreshError(
      "transient",
      `The ChatGPT login could not be renewed: the login server answered ${response.status}.`,
    );
  }
  const renewed: Partial<StoredTokens> = {};
  for (const key of ["id_token", "access_token", "refresh_token"] as const) {
    const value = json[key];
    if (typeof value === "string" && value !== "") renewed[key] = value;
  }
  return renewed;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
