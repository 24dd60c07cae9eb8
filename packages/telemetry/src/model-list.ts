import { type ApiRequest, apiRequest, type AuthEnvironment } from "./events/model.ts";
import { type Draft, known, type TelemetrySink, type TraceContext } from "./sink.ts";

/** An attempt to fetch the list of models: it belongs to the program, and to no session. */
export interface ModelListRequest extends ApiRequest {
  authMode: "Chatgpt" | "ApiKey";
}

export interface ModelListTelling {
  authEnvironment: AuthEnvironment;
  /** The trace that the program was started in. */
  parent: TraceContext | null;
  /** Unix milliseconds, when the attempt ended. */
  endedAt: number;
}

/**
 * Tells of the attempt as `codex.api_request`, without what only a session has: time stamp, ids, model. Metrics count the requests of
 * sessions alone, as the reference program's do.
 */
export function tellModelList(sink: TelemetrySink, facts: ModelListRequest, telling: ModelListTelling): void {
  const { "auth.retry_after_unauthorized": _retry, ...told } = apiRequest(facts, telling.authEnvironment);
  const success = facts.error === null && facts.status !== null && facts.status >= 200 && facts.status < 300;
  const draft: Draft = { "event.name": "codex.api_request", ...told, success, "auth.mode": facts.authMode };
  const attributes = known(draft);
  const startedAt = telling.endedAt - facts.durationMs;
  const span = sink.traces ? sink.startSpan("list_models", { parent: telling.parent, startedAt }) : null;
  if (sink.logs) sink.log(attributes, span);
  span?.event("codex.api_request", attributes);
  span?.end();
}
