import type { CodexErrorInfo, RateLimitSnapshot } from "./wire.ts";

/** What went wrong, for programs. */
export type ModelErrorCode =
  | "context_window_exceeded"
  | "quota_exceeded"
  | "usage_not_included"
  | "usage_limit_reached"
  | "too_many_requests"
  | "server_overloaded"
  | "cyber_policy"
  | "invalid_request"
  | "invalid_image"
  | "internal_server_error"
  | "unexpected_status"
  | "stream_disconnected"
  | "connection_failed"
  | "timeout"
  | "auth_refresh_failed"
  | "auth_refresh_unavailable"
  | "missing_env_key"
  | "invalid_provider"
  | "websocket_upgrade_required";

export interface ModelErrorFacts {
  /** Whether sampling again may help (the caller's loop, not the request-level retries that already happened). */
  retryable: boolean;
  codexErrorInfo: CodexErrorInfo;
  httpStatus?: number | undefined;
  /** Wait that the server asked for, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** One sentence that says what a person can do. Never part of `message`, which is the protocol's text. */
  hint?: string | undefined;
  /** Rate limits that came with a usage-limit error. */
  rateLimits?: RateLimitSnapshot | undefined;
  cause?: unknown;
}

/** A failed model request. `message` is the text that clients show. */
export class ModelError extends Error {
  override readonly name = "ModelError";
  readonly code: ModelErrorCode;
  readonly retryable: boolean;
  readonly codexErrorInfo: CodexErrorInfo;
  readonly httpStatus: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly hint: string | undefined;
  readonly rateLimits: RateLimitSnapshot | undefined;

  constructor(code: ModelErrorCode, message: string, facts: ModelErrorFacts) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.retryable = facts.retryable;
    this.codexErrorInfo = facts.codexErrorInfo;
    this.httpStatus = facts.httpStatus;
    this.retryAfterMs = facts.retryAfterMs;
    this.hint = facts.hint;
    this.rateLimits = facts.rateLimits;
  }
}

/** A provider definition that cannot be used. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly code = "invalid_provider";
}

/** The stream broke; sampling again may help. */
export function streamError(why: string, facts: Partial<ModelErrorFacts> = {}): ModelError {
  return new ModelError("stream_disconnected", `stream disconnected before completion: ${why}`, {
    retryable: true,
    codexErrorInfo: "other",
    ...facts,
  });
}

/** An exhaustive list of texts and classes that both the stream and HTTP answers can lead to. */
export const modelErrors = {
  contextWindow: () =>
    new ModelError(
      "context_window_exceeded",
      "Codex ran out of room in the model's context window. Start a new thread or clear earlier history before retrying.",
      { retryable: false, codexErrorInfo: "contextWindowExceeded" },
    ),
  quota: (httpStatus?: number) =>
    new ModelError("quota_exceeded", "Quota exceeded. Check your plan and billing details.", {
      retryable: false,
      codexErrorInfo: "usageLimitExceeded",
      httpStatus,
    }),
  usageNotIncluded: (httpStatus?: number) =>
    new ModelError(
      "usage_not_included",
      "To use Codex with your ChatGPT plan, upgrade to Plus: https://chatgpt.com/explore/plus.",
      { retryable: false, codexErrorInfo: "usageLimitExceeded", httpStatus },
    ),
  overloaded: (httpStatus?: number) =>
    new ModelError("server_overloaded", "Selected model is at capacity. Please try a different model.", {
      retryable: false,
      codexErrorInfo: "serverOverloaded",
      httpStatus,
      hint: "Choose another model with `-m`, or try again in a few minutes.",
    }),
  cyberPolicy: (message: string | undefined, httpStatus?: number) =>
    new ModelError("cyber_policy", message || "This request has been flagged for possible cybersecurity risk.", {
      retryable: false,
      codexErrorInfo: "cyberPolicy",
      httpStatus,
    }),
  missingEnvKey: (variable: string, instructions: string | null) =>
    new ModelError(
      "missing_env_key",
      `Missing environment variable: \`${variable}\`.${instructions ? ` ${instructions}` : ""}`,
      {
        retryable: false,
        codexErrorInfo: "other",
        hint: `Set ${variable} to your key, for example: export ${variable}=...`,
      },
    ),
};
