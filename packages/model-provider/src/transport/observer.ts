import type { AuthRecovery, RecoveryStep } from "../auth/credential.ts";
import { errorCodeOf } from "./http-errors.ts";

/** Told about requests and about what streams bring, for whoever measures. Must neither throw nor wait. */
export interface ModelObserver {
  /** An attempt of a request over HTTP has its answer's headers, or has failed. */
  apiRequest?(facts: ApiRequestFacts): void;
  webSocketConnect?(facts: WebSocketConnectFacts): void;
  /** A step was taken, or none was left, after an answer that was not authorised. */
  authRecovery?(facts: AuthRecoveryFacts): void;
  /** A request went out on a WebSocket. */
  webSocketRequest?(facts: { durationMs: number; error: string | null; reused: boolean }): void;
  /** An event of a stream arrived. `error`: why it ended the stream. */
  streamEvent?(facts: StreamEventFacts): void;
  /** A stream ended with an error. */
  streamFailed?(error: string): void;
}

export interface StreamEventFacts {
  transport: "sse" | "websocket";
  /** Its type. */
  kind: string;
  /** How long it was waited for, milliseconds. */
  durationMs: number;
  /** Why the event ended the stream; of `response.failed` the whole event. */
  error: string | null;
}

interface AnswerFacts extends AnswerIds {
  durationMs: number;
  /** Null: no answer came. */
  status: number | null;
  /** Without secrets. */
  error: string | null;
  endpoint: string;
  /** Credentials went along. */
  headerAttached: boolean;
  /** The step of a recovery that the attempt follows on. */
  recoveryMode: RecoveryStep["mode"] | null;
  recoveryPhase: RecoveryStep["step"] | null;
}

/** A step of a recovery, with the marks of the answer that made it necessary. */
export interface AuthRecoveryFacts extends RecoveryStep, AnswerIds {}

export interface ApiRequestFacts extends AnswerFacts {
  /** Zero-based. */
  attempt: number;
  /** The attempt follows on one that was not authorised. */
  retryAfterUnauthorized: boolean;
}

export interface WebSocketConnectFacts extends AnswerFacts {
  success: boolean;
}

/** The type of an event as it came over the wire. */
export function kindOf(data: string): string {
  try {
    const event: unknown = JSON.parse(data);
    const kind: unknown = typeof event === "object" && event !== null ? Reflect.get(event, "type") : null;
    return typeof kind === "string" ? kind : "unknown";
  } catch {
    return "unknown";
  }
}

/** What an answer that was no success says of itself. */
export interface AnswerIds {
  requestId: string | null;
  cfRay: string | null;
  authError: string | null;
  authErrorCode: string | null;
}

export function answerIds(status: number | null, header: (name: string) => string | null): AnswerIds {
  if (status !== null && status < 400) return { requestId: null, cfRay: null, authError: null, authErrorCode: null };
  return {
    requestId: header("x-request-id") ?? header("x-oai-request-id"),
    cfRay: header("cf-ray"),
    authError: header("x-openai-authorization-error"),
    authErrorCode: errorCodeOf(header("x-error-json")),
  };
}

/** A recovery under observation: every step is told of, and the last one is remembered for the attempt after it. */
export class WatchedRecovery {
  private last: RecoveryStep | null = null;

  constructor(
    private readonly recovery: AuthRecovery,
    private readonly observer: ModelObserver | undefined,
  ) {}

  /** What is told of an attempt that follows on a step. */
  get facts(): Pick<ApiRequestFacts, "recoveryMode" | "recoveryPhase"> {
    return { recoveryMode: this.last?.mode ?? null, recoveryPhase: this.last?.step ?? null };
  }

  /** The next step after an answer (see `AuthRecovery.next`). */
  next(answer: AnswerIds): Promise<boolean> {
    return this.recovery.next(step => {
      this.last = step;
      this.observer?.authRecovery?.({ ...step, ...answer });
    });
  }
}
