import { OAUTH_CLIENT_ID } from "../auth/refresh.ts";
import type { StoredTokens } from "../auth/store.ts";
import { type Clock, sleep } from "../clock.ts";
import { isObject, type Json } from "../wire.ts";
import { cancellable, checkWorkspace, DEFAULT_ISSUER, exchangeCode, LoginError, openIssuer } from "./issuer.ts";

export interface DeviceLoginOptions {
  fetch: typeof fetch;
  clock: Clock;
  issuer?: string;
  /** Only logins of this workspace. */
  workspaceId?: string | null;
}

/** A login that a person completes on another device. */
export interface DeviceLogin {
  /** Page to open anywhere. */
  verificationUrl: string;
  /** Code to type there. */
  userCode: string;
  /** Tokens to store (`AuthManager.loginWithTokens`). Rejects with a LoginError. */
  completed: Promise<StoredTokens>;
  cancel(): void;
}

const LIMIT_MS = 15 * 60 * 1000;
const INTERVAL_MS = 5000;

/**
 * Starts a login with a device code.
 * @throws {LoginError} the issuer cannot be reached, or has no such logins
 */
export async function startDeviceLogin(options: DeviceLoginOptions): Promise<DeviceLogin> {
  const { clock, fetch } = options;
  const base = (options.issuer ?? DEFAULT_ISSUER).replace(/\/+$/, "");
  const start = await post(fetch, `${base}/api/accounts/deviceauth/usercode`, { client_id: OAUTH_CLIENT_ID });
  const deviceId = start.json.device_auth_id;
  const userCode = start.json.user_code ?? start.json.usercode;
  if (!start.ok || typeof deviceId !== "string" || typeof userCode !== "string") {
    const text = `The login server hands out no device codes (HTTP ${start.status}). Log in with a browser instead.`;
    throw new LoginError("refused", text);
  }
  const seconds = Number(start.json.interval);
  const interval = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : INTERVAL_MS;
  const poll = async (signal: AbortSignal): Promise<StoredTokens> => {
    for (;;) {
      await sleep(clock, interval, signal);
      const body = { device_auth_id: deviceId, user_code: userCode };
      const answer = await post(fetch, `${base}/api/accounts/deviceauth/token`, body);
      // Until somebody has typed the code, the answer is one of these two.
      if (answer.status === 403 || answer.status === 404) continue;
      const { authorization_code: code, code_verifier: verifier } = answer.json;
      if (!answer.ok || typeof code !== "string" || typeof verifier !== "string") {
        throw new LoginError("refused", `The login was refused (HTTP ${answer.status}). Start it again.`);
      }
      const issuer = await openIssuer(base, fetch);
      const { oauth, server, client } = issuer;
      const parameters = oauth.validateAuthResponse(server, client, new URLSearchParams({ code }), oauth.expectNoState);
      const tokens = await exchangeCode(issuer, parameters, `${base}/deviceauth/callback`, verifier);
      return checkWorkspace(tokens, options.workspaceId);
    }
  };
  return { verificationUrl: `${base}/codex/device`, userCode, ...cancellable(poll, clock, LIMIT_MS) };
}

async function post(
  fetcher: typeof fetch,
  url: string,
  body: Json,
): Promise<{ ok: boolean; status: number; json: Json }> {
  try {
    const headers = { "content-type": "application/json" };
    const response = await fetcher(url, { method: "POST", headers, body: JSON.stringify(body) });
    const json: unknown = await response.json().catch(() => null);
    return { ok: response.ok, status: response.status, json: isObject(json) ? json : {} };
  } catch {
    const { host } = new URL(url);
    throw new LoginError(
      "unreachable",
      `The login server ${host} cannot be reached. Check your network, then try again.`,
    );
  }
}
