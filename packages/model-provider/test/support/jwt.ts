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
