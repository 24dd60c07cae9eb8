/** Told about requests and about what streams bring, for whoever measures. Must neither throw nor wait. */
export interface ModelObserver {
  /** An attempt of a request over HTTP has its answer's headers, or has failed. */
  apiRequest?(facts: ApiRequestFacts): void;
  webSocketConnect?(facts: WebSocketConnectFacts): void;
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

interface AnswerFacts {
  durationMs: number;
  /** Null: no answer came. */
  status: number | null;
  /** Without secrets. */
  error: string | null;
  endpoint: string;
  /** Credentials went along. */
  headerAttached: boolean;
  requestId: string | null;
  cfRay: string | null;
}

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

/** Ids of an answer that was no success. */
export function answerIds(status: number | null, header: (name: string) => string | null) {
  const failed = status === null || status >= 400;
  return {
    requestId: failed ? (header("x-request-id") ?? header("x-oai-request-id")) : null,
    cfRay: failed ? header("cf-ray") : null,
  };
}
