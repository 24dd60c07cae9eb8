/** An unsigned token with these claims. */
export function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part(claims)}.sig`;
}

/** A ChatGPT token of an account. */
export function chatgptToken(account: string, more: object = {}): string {
  return jwt({
    email: "a@example.com",
    "https://api.openai.com/auth": { chatgpt_account_id: account, chatgpt_plan_type: "plus", ...more },
  });
}

/** The answer of an issuer to a code: tokens of an account of its own. */
export function issuedTokens(issuer: string): object {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer,
    aud: "app_EMoamEEZ73f0CkXaXp7hrann",
    sub: "user",
    iat: now,
    exp: now + 3600,
    "https://api.openai.com/auth": { chatgpt_account_id: "acc" },
  };
  const id_token = `${part({ alg: "RS256" })}.${part(claims)}.${Buffer.from("sig").toString("base64url")}`;
  return { token_type: "Bearer", access_token: "access", refresh_token: "refresh", id_token, expires_in: 3600 };
}
