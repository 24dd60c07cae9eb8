import { claimsOf, type ExternalTokens } from "@codex-ts/model-provider";
import { ChatgptAuthTokensRefreshResponse } from "@codex-ts/protocol";
import type { Connection } from "../connection.ts";
import type { AppServer } from "../server.ts";

const LIMIT_MS = 10_000;

/**
 * Asks the client that handed in ChatGPT tokens for new ones, as `account/chatgptAuthTokens/refresh`; ten seconds.
 * @throws {Error} the client is gone, refuses, does not answer in time, or answers with something else
 */
export async function askForTokens(
  server: AppServer,
  connection: Connection,
  previousAccountId: string | null,
): Promise<ExternalTokens> {
  const answer = await new Promise<unknown>((resolve, reject) => {
    const end = (step: () => void): void => {
      clearTimeout(timer);
      server.serverRequests.drop(id);
      forget();
      step();
    };
    const id = server.serverRequests.add(reply => {
      if (reply.type === "result") end(() => resolve(reply.result));
      else end(() => reject(new Error(`auth refresh request failed: ${reply.error.message}`)));
    });
    const timer = setTimeout(() => end(() => reject(new Error("auth refresh request timed out after 10s"))), LIMIT_MS);
    const forget = connection.onClose(() => end(() => reject(new Error("auth refresh request canceled: client left"))));
    connection.send({
      kind: "request",
      id,
      method: "account/chatgptAuthTokens/refresh",
      params: { reason: "unauthorized", previousAccountId },
    });
  });
  const parsed = ChatgptAuthTokensRefreshResponse.safeParse(answer);
  if (!parsed.success) throw new Error("auth refresh request was answered without tokens");
  const { accessToken, chatgptAccountId, chatgptPlanType } = parsed.data;
  return externalTokens(accessToken, chatgptAccountId, chatgptPlanType);
}

/**
 * Tokens of a client, checked as far as that is possible without the issuer.
 * @throws {Error} the token is no JSON web token
 */
export function externalTokens(
  accessToken: string,
  accountId: string,
  planType: string | null | undefined,
): ExternalTokens {
  if (!isJwt(accessToken)) throw new Error("failed to set external auth: invalid ID token format");
  return { accessToken, accountId, planType: planType ?? claimsOf(accessToken).planType };
}

function isJwt(token: string): boolean {
  const [header, payload, signature, ...more] = token.split(".");
  if (!header || !payload || !signature || more.length > 0) return false;
  try {
    return typeof JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) === "object";
  } catch {
    return false;
  }
}
