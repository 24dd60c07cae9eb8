import { isObject, type Json } from "../wire.ts";

/** What a ChatGPT token says about its owner. The signature is the server's business. */
export interface TokenClaims {
  /** Milliseconds since the epoch. */
  expiresAt: number | null;
  email: string | null;
  planType: string | null;
  accountId: string | null;
  userId: string | null;
  fedramp: boolean;
}

const NONE: TokenClaims = {
  expiresAt: null,
  email: null,
  planType: null,
  accountId: null,
  userId: null,
  fedramp: false,
};

/** Reads the claims of a JSON web token; anything unreadable is an empty answer. */
export function claimsOf(token: string): TokenClaims {
  const payload = token.split(".")[1];
  if (payload === undefined) return NONE;
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  } catch {
    return NONE;
  }
  if (!isObject(json)) return NONE;
  const auth = isObject(json["https://api.openai.com/auth"]) ? json["https://api.openai.com/auth"] : {};
  const profile = isObject(json["https://api.openai.com/profile"]) ? json["https://api.openai.com/profile"] : {};
  return {
    expiresAt: typeof json.exp === "number" ? json.exp * 1000 : null,
    email: text(json, "email") ?? text(profile, "email"),
    planType: text(auth, "chatgpt_plan_type"),
    accountId: text(auth, "chatgpt_account_id"),
    userId: text(auth, "chatgpt_user_id") ?? text(auth, "user_id"),
    fedramp: auth.chatgpt_account_is_fedramp === true,
  };
}

function text(json: Json, key: string): string | null {
  const value = json[key];
  return typeof value === "string" && value !== "" ? value : null;
}
