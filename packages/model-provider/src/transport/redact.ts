import { ModelError } from "../errors.ts";

/** Hides every secret of a request in a text: servers like to quote the key that they refuse. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    // Very short values would blank out ordinary words.
    if (secret.length >= 4) clean = clean.replaceAll(secret, "[redacted]");
  }
  return clean;
}

/** An error of a stream without the request's secrets: a failure that the server words may quote them, too. */
export function withoutSecrets(error: unknown, secrets: readonly string[]): unknown {
  if (!(error instanceof ModelError) || redact(error.message, secrets) === error.message) return error;
  const { code, retryable, codexErrorInfo, httpStatus, retryAfterMs, hint, rateLimits } = error;
  const facts = { retryable, codexErrorInfo, httpStatus, retryAfterMs, hint, rateLimits };
  return new ModelError(code, redact(error.message, secrets), facts);
}

/** A URL for messages: without user, password and the values of its query, any of which may be a secret. */
export function publicUrl(url: string): string {
  try {
    const parsed = new URL(url);
    const bare = `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
    const names = [...parsed.searchParams.keys()];
    return names.length === 0 ? bare : `${bare}?${names.map(name => `${name}=...`).join("&")}`;
  } catch {
    return "(invalid URL)";
  }
}
