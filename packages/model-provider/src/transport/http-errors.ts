import { ModelError, modelErrors } from "../errors.ts";
import { type HeaderLookup, rateLimitOf } from "../stream/rate-limits.ts";
import { isObject, type Json } from "../wire.ts";
import { reasonPhrase } from "./reason.ts";
import { usageLimitText } from "./usage-limit.ts";

/** An HTTP answer that is no success (or a WebSocket's wrapped error, which is read the same way). */
export interface FailedAnswer {
  status: number;
  header: HeaderLookup;
  body: string;
  /** URL for the error text, already without secrets. */
  url: string | null;
}

const INVALID_IMAGE = "The image data you provided does not represent a valid image";
const BODY_LIMIT = 1000;

/**
 * The error of an HTTP answer.
 * @param now milliseconds since the epoch, to say when a limit resets
 */
export function httpError(answer: FailedAnswer, now: number): ModelError {
  const { status, body } = answer;
  const json = parse(body);
  const error = isObject(json?.error) ? json.error : {};
  const code = typeof error.code === "string" ? error.code : "";
  if (code === "cyber_policy" && status === 400) {
    return modelErrors.cyberPolicy(typeof error.message === "string" ? error.message : undefined, status);
  }
  switch (status) {
    case 400:
      return badRequest(body, status);
    case 429:
      return tooManyRequests(answer, error, now);
    case 500:
      return new ModelError(
        "internal_server_error",
        "We're currently experiencing high demand, which may cause temporary errors.",
        {
          retryable: true,
          codexErrorInfo: "internalServerError",
          httpStatus: status,
          hint: "The provider answers with an internal error (HTTP 500). Try again in a few minutes.",
        },
      );
    case 503:
      if (code === "server_is_overloaded" || code === "slow_down") return modelErrors.overloaded(status);
      return unexpectedStatus(answer, json);
    default:
      return unexpectedStatus(answer, json);
  }
}

function badRequest(body: string, httpStatus: number): ModelError {
  if (body.includes(INVALID_IMAGE)) {
    return new ModelError("invalid_image", "Invalid image in your last message. Please remove it and try again.", {
      retryable: false,
      codexErrorInfo: "badRequest",
      httpStatus,
    });
  }
  return new ModelError("invalid_request", body, { retryable: false, codexErrorInfo: "other", httpStatus });
}

function tooManyRequests(answer: FailedAnswer, error: Json, now: number): ModelError {
  const { header, status } = answer;
  if (error.type === "usage_not_included") return modelErrors.usageNotIncluded(status);
  if (error.type === "usage_limit_reached") {
    const family = header("x-codex-active-limit")?.trim() || "codex";
    const rateLimits = rateLimitOf(family, header);
    const message = usageLimitText({
      limitName: rateLimits.limitName,
      promo: header("x-codex-promo-message")?.trim() || null,
      plan: typeof error.plan_type === "string" ? error.plan_type : null,
      resetsAt: typeof error.resets_at === "number" ? error.resets_at : null,
      now,
    });
    const facts = { retryable: false, codexErrorInfo: "usageLimitExceeded", httpStatus: status, rateLimits } as const;
    return new ModelError("usage_limit_reached", message, facts);
  }
  const id = requestId(header);
  return new ModelError(
    "too_many_requests",
    `exceeded retry limit, last status: 429 Too Many Requests${id === null ? "" : `, request id: ${id}`}`,
    {
      retryable: false,
      codexErrorInfo: { responseTooManyFailedAttempts: { httpStatusCode: status } },
      httpStatus: status,
      hint: "The provider limits how often you may ask. Wait a little, then try again.",
    },
  );
}

function unexpectedStatus(answer: FailedAnswer, json: Json | undefined): ModelError {
  const { status, body, header, url } = answer;
  const reason = `${status} ${reasonPhrase(status)}`;
  const blocked = status === 403 && body.includes("Cloudflare") && body.includes("blocked");
  const start = blocked
    ? `Access blocked by Cloudflare. This usually happens when connecting from a restricted region (status ${reason})`
    : `unexpected status ${reason}: ${bodyText(body, json)}`;
  const ray = header("cf-ray");
  const id = requestId(header, false);
  const authError = header("x-openai-authorization-error");
  const authCode = errorCodeOf(header("x-error-json"));
  const suffixes = [
    url === null ? null : `url: ${url}`,
    ray === null ? null : `cf-ray: ${ray}`,
    id === null ? null : `request id: ${id}`,
    authError === null ? null : `auth error: ${authError}`,
    authCode === null ? null : `auth error code: ${authCode}`,
  ].filter(suffix => suffix !== null);
  return new ModelError("unexpected_status", [start, ...suffixes].join(", "), {
    retryable: true,
    codexErrorInfo: "other",
    httpStatus: status,
    hint: hintOf(status),
  });
}

function hintOf(status: number): string | undefined {
  if (status === 401) return "The provider does not accept the credentials. Check your API key or log in again.";
  if (status === 403) return "The provider refuses access. Check that your key may use this model and endpoint.";
  if (status === 404)
    return "Check the provider's `base_url` and the model's name: the server does not know this address.";
  if (status >= 500) return "The provider has a problem of its own. Try again in a few minutes.";
  return undefined;
}

function bodyText(body: string, json: Json | undefined): string {
  const error = json?.error;
  const message = isObject(error) && typeof error.message === "string" ? error.message.trim() : "";
  if (message !== "") return message;
  const text = body.trim();
  if (text === "") return "Unknown error";
  const bytes = Buffer.from(text);
  if (bytes.length <= BODY_LIMIT) return text;
  // A cut in the middle of a character leaves no half character behind.
  return `${bytes
    .subarray(0, BODY_LIMIT)
    .toString("utf8")
    .replace(/\uFFFD+$/, "")}...`;
}

function requestId(header: HeaderLookup, ray = true): string | null {
  return header("x-request-id") ?? header("x-oai-request-id") ?? (ray ? header("cf-ray") : null);
}

/** The code in the header that carries an error as JSON in base64. */
export function errorCodeOf(encoded: string | null): string | null {
  if (encoded === null) return null;
  const json = parse(Buffer.from(encoded, "base64").toString("utf8"));
  const error = isObject(json?.error) ? json.error : json;
  return typeof error?.code === "string" ? error.code : null;
}

function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
