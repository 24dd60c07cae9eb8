import { ModelError, modelErrors, streamError } from "../errors.ts";
import { isObject } from "../wire.ts";

/** The error of a `response.failed` event. */
export function failedResponse(error: unknown): ModelError {
  const readable = isObject(error) && isText(error.code) && isText(error.message);
  const code = readable && typeof error.code === "string" ? error.code : "";
  const message = readable && typeof error.message === "string" ? error.message : undefined;
  switch (code) {
    case "context_length_exceeded":
      return modelErrors.contextWindow();
    case "insufficient_quota":
      return modelErrors.quota();
    case "usage_not_included":
      return modelErrors.usageNotIncluded();
    case "cyber_policy":
      return modelErrors.cyberPolicy(message);
    case "invalid_prompt":
      return new ModelError("invalid_request", message ?? "Invalid request.", {
        retryable: false,
        codexErrorInfo: "other",
      });
    case "server_is_overloaded":
    case "slow_down":
      return modelErrors.overloaded();
    default: {
      const retryAfterMs = code === "rate_limit_exceeded" ? delayIn(message ?? "") : undefined;
      return streamError(message ?? "response.failed event received", { retryAfterMs });
    }
  }
}

/** An error with a member of another kind says nothing: not half of it is taken. */
function isText(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "string";
}

/** Milliseconds of `try again in 1.5s`, `500ms` or `2 seconds`. */
export function delayIn(message: string): number | undefined {
  const match = /try again in\s*(\d+(?:\.\d+)?)\s*(s|ms|seconds?)/i.exec(message);
  if (match?.[1] === undefined) return undefined;
  const amount = Number(match[1]);
  return Math.round(match[2]?.toLowerCase() === "ms" ? amount : amount * 1000);
}
