import type { HttpFetch } from "../transport/http-client.ts";
import { OAUTH_CLIENT_ID } from "./refresh.ts";

export const REVOKE_URL = "https://auth.openai.com/oauth/revoke";

const LIMIT_MS = 10_000;

/**
 * Tells the issuer that a refresh token is no longer used. A log-out does not depend on it.
 * @returns whether the issuer agreed
 */
export async function revokeToken(options: { fetch: HttpFetch; url: string; refreshToken: string }): Promise<boolean> {
  try {
    const response = await options.fetch(options.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        token: options.refreshToken,
        token_type_hint: "refresh_token",
        client_id: OAUTH_CLIENT_ID,
      }),
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    await response.text().catch(() => "");
    return response.ok;
  } catch {
    return false;
  }
}
