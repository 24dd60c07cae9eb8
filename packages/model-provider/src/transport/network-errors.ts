import { ModelError, streamError } from "../errors.ts";
import { publicUrl } from "./redact.ts";

/** Codes of the causes that a failed `fetch` wraps. */
function causeCode(error: unknown): string {
  for (let cause = error, depth = 0; typeof cause === "object" && cause !== null && depth < 5; depth += 1) {
    const { code, errors } = cause as { code?: unknown; errors?: unknown };
    if (typeof code === "string") return code;
    if (Array.isArray(errors) && errors.length > 0) {
      cause = errors[0];
      continue;
    }
    cause = (cause as { cause?: unknown }).cause;
  }
  return "";
}

/** No answer at all: nothing listens, the name is unknown, the handshake fails, or it took too long. */
export function connectionError(error: unknown, url: string): ModelError {
  const shown = publicUrl(url);
  const text = `stream disconnected before completion: error sending request for url (${shown})`;
  return new ModelError("connection_failed", text, {
    // An address that cannot be parsed stays so.
    retryable: causeCode(error) !== "ERR_INVALID_URL",
    codexErrorInfo: "other",
    hint: hintOf(causeCode(error), shown),
    // The cause may quote headers; only its code is kept.
    cause: causeCode(error) || undefined,
  });
}

function hintOf(code: string, url: string): string {
  const host = url.replace(/^(\w+:\/\/[^/]+).*$/, "$1");
  switch (code) {
    case "ECONNREFUSED":
      return `Nothing listens at ${host}. Start the server, or correct the provider's \`base_url\`.`;
    case "ERR_INVALID_URL":
      return "The provider's `base_url` is not a valid URL.";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `The name in ${host} cannot be resolved. Check the provider's \`base_url\` and your network.`;
    case "UND_ERR_CONNECT_TIMEOUT":
    case "ETIMEDOUT":
      return `${host} did not answer in time. Check your network and proxy.`;
    default:
      if (
        code.includes("CERT") ||
        code.startsWith("UNABLE_TO_") ||
        code.startsWith("ERR_TLS") ||
        code.includes("SELF_SIGNED")
      ) {
        return `The certificate of ${host} is not trusted (${code}). Set CODEX_CA_CERTIFICATE to the file of your company's certificate.`;
      }
      return `The request to ${host} failed${code === "" ? "" : ` (${code})`}. Check your network and the provider's \`base_url\`.`;
  }
}

/** The connection broke in the middle of the stream. */
export function brokenStream(error: unknown): ModelError {
  const code = causeCode(error);
  const why =
    code === "UND_ERR_BODY_TIMEOUT"
      ? "idle timeout waiting for SSE"
      : `error decoding response body${code === "" ? "" : ` (${code})`}`;
  return streamError(why, { hint: "The connection to the provider broke. Check your network, then try again." });
}
