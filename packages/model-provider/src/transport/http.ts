import { type AuthRecovery, type AuthSource, type RequestAuth, requestAuth } from "../auth/credential.ts";
import { backoffMs, type Clock, sleep } from "../clock.ts";
import { ModelError, streamError } from "../errors.ts";
import { endpointUrl, type ProviderDefinition } from "../providers/definition.ts";
import type { HttpFetch, HttpResponse } from "./http-client.ts";
import { httpError } from "./http-errors.ts";
import { connectionError } from "./network-errors.ts";
import { type AnswerIds, answerIds, type ModelObserver, WatchedRecovery } from "./observer.ts";
import { publicUrl, redact } from "./redact.ts";

export interface HttpServices {
  provider: ProviderDefinition;
  auth: AuthSource;
  fetch: HttpFetch;
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  /** Values besides the token that no error may quote. */
  secrets: readonly string[];
}

export interface HttpRequest {
  method: "GET" | "POST";
  /** Below the base URL, with its slash. */
  path: string;
  /** Added after the provider's own query. */
  query?: string;
  headers(auth: RequestAuth): Record<string, string>;
  body?(auth: RequestAuth): string | Uint8Array;
  /** Longest wait for the answer's headers, in milliseconds. */
  timeoutMs: number;
  /** Steps for 401 answers; absent: a 401 is final. */
  recovery?: AuthRecovery;
  signal: AbortSignal;
  observer?: ModelObserver | undefined;
}

/** An answer whose body is still to be read. */
export interface HttpAnswer {
  response: HttpResponse;
  auth: RequestAuth;
  url: string;
  /** Cuts the connection. */
  abort(): void;
  /** Stops listening to the request's signal. Call it when the body is read or given up. */
  release(): void;
}

/**
 * Sends a request: resolves credentials for every attempt, repeats on 5xx answers and broken connections with
 * back-off, walks through the 401 recovery.
 * @throws {ModelError} no success in the end
 * @throws the signal's reason
 */
export async function send(services: HttpServices, request: HttpRequest): Promise<HttpAnswer> {
  const recovery = request.recovery && new WatchedRecovery(request.recovery, request.observer);
  let recovered = false;
  for (let failures = 0, number = 0; ; number += 1) {
    const canRepeat = failures < services.provider.requestMaxRetries;
    const auth = requestAuth(await services.auth.credential());
    const startedAt = services.clock.now();
    const outcome = await attempt(services, request, auth);
    if (request.observer?.apiRequest !== undefined) {
      const durationMs = services.clock.now() - startedAt;
      request.observer.apiRequest({
        durationMs,
        attempt: number,
        endpoint: request.path,
        headerAttached: auth.login !== "none" || auth.secrets.length > 0,
        retryAfterUnauthorized: recovered,
        ...(recovery?.facts ?? { recoveryMode: null, recoveryPhase: null }),
        ...answerOf(outcome),
      });
    }
    if ("error" in outcome) {
      if (!canRepeat || !outcome.error.retryable) throw withKeyHint(outcome.error, services.provider, auth);
    } else if (outcome.response.ok) {
      return outcome;
    } else if (outcome.response.status === 401 && (await recovery?.next(idsOf(outcome))) === true) {
      discard(outcome);
      recovered = true;
      // With other credentials it is another request, which has all its attempts.
      failures = 0;
      number = -1;
      continue;
    } else if (outcome.response.status < 500 || !canRepeat) {
      throw await failure(services, outcome);
    } else {
      discard(outcome);
    }
    failures += 1;
    await sleep(services.clock, backoffMs(failures, services.random), request.signal);
  }
}

/** What an observer is told of an attempt's end. */
function answerOf(outcome: HttpAnswer | { error: ModelError }) {
  if ("error" in outcome) {
    return { status: null, error: outcome.error.message, ...answerIds(null, () => null) };
  }
  const { ok, status } = outcome.response;
  return { status, error: ok ? null : `http ${status}`, ...idsOf(outcome) };
}

function idsOf({ response: { status, headers } }: HttpAnswer): AnswerIds {
  return answerIds(status, name => headers.get(name));
}

function discard(answer: HttpAnswer): void {
  answer.abort();
  answer.release();
}

async function attempt(
  { provider, fetch, clock }: HttpServices,
  request: HttpRequest,
  auth: RequestAuth,
): Promise<HttpAnswer | { error: ModelError }> {
  const plain = endpointUrl(provider, auth.login, request.path);
  const url = request.query === undefined ? plain : `${plain}${plain.includes("?") ? "&" : "?"}${request.query}`;
  const cut = new AbortController();
  const { signal } = request;
  if (signal.aborted) throw signal.reason;
  const onAbort = () => cut.abort();
  signal.addEventListener("abort", onAbort, { once: true });
  let timedOut = false;
  const release = () => signal.removeEventListener("abort", onAbort);
  const timer = clock.timer(request.timeoutMs, () => {
    timedOut = true;
    cut.abort();
  });
  try {
    const body = request.body?.(auth);
    const plainHeaders = request.headers(auth);
    const headers =
      auth.sign?.({ method: request.method, url, headers: plainHeaders, body: body ?? "" }, clock.now()) ??
      plainHeaders;
    const response = await fetch(url, {
      method: request.method,
      headers,
      ...(body === undefined ? {} : { body: body as string | Uint8Array<ArrayBuffer> }),
      signal: cut.signal,
    });
    return { response, auth, url, abort: () => cut.abort(), release };
  } catch (error) {
    release();
    if (signal.aborted) throw signal.reason;
    if (timedOut) return { error: silentServer(request.timeoutMs, url) };
    return { error: connectionError(error, url) };
  } finally {
    timer.cancel();
  }
}

function silentServer(ms: number, url: string): ModelError {
  return streamError("idle timeout waiting for SSE", {
    hint: `${publicUrl(url)} accepted the request but did not answer within ${ms} ms.`,
  });
}

const ERROR_BODY_LIMIT = 1 << 20;

async function failure(services: HttpServices, answer: HttpAnswer): Promise<ModelError> {
  const { response, auth, url } = answer;
  const body = await readText(answer, services.clock);
  answer.release();
  const clean = (text: string) => redact(text, [...auth.secrets, ...services.secrets]);
  const error = httpError(
    {
      status: response.status,
      header: name => {
        const value = response.headers.get(name);
        return value === null ? null : clean(value);
      },
      body: clean(body),
      url: publicUrl(url),
    },
    services.clock.now(),
  );
  return response.status === 401 ? withKeyHint(error, services.provider, auth) : error;
}

/** Says that there are no credentials, where that may well be the reason or will be the next one. */
function withKeyHint(error: ModelError, provider: ProviderDefinition, auth: RequestAuth): ModelError {
  const hasCredentials = auth.login !== "none" || auth.secrets.length > 0;
  if (hasCredentials || (error.httpStatus !== 401 && !provider.requiresOpenaiAuth)) return error;
  const { message, code, retryable, codexErrorInfo, httpStatus, cause } = error;
  const hint = httpStatus === 401 ? missingKeyHint(provider) : `${error.hint ?? ""} ${missingKeyHint(provider)}`.trim();
  return new ModelError(code, message, { retryable, codexErrorInfo, httpStatus, hint, cause });
}

function missingKeyHint(provider: ProviderDefinition): string {
  return provider.requiresOpenaiAuth
    ? "No credentials are set up: set OPENAI_API_KEY, or store a key with `login --with-api-key`."
    : `No credentials are set up for provider \`${provider.id}\`: set \`env_key\` in [model_providers.${provider.id}].`;
}

/** The body of an error, cut where it is too long or takes too long. */
export async function readText(answer: HttpAnswer, clock: Clock, limit = ERROR_BODY_LIMIT): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const timer = clock.timer(10_000, () => answer.abort());
  try {
    for await (const piece of answer.response.body ?? []) {
      pieces.push(piece);
      size += piece.length;
      if (size >= limit) {
        answer.abort();
        break;
      }
    }
  } catch {
    // What has come so far must do.
  } finally {
    timer.cancel();
  }
  return Buffer.concat(pieces).subarray(0, limit).toString("utf8");
}
