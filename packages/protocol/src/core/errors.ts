import { NonSteerableTurnKind } from "../v2/errors.ts";
import { external, nullable, type Out, uint16, unit } from "../wire/index.ts";

export const CodexErrorInfo = external("CodexErrorInfo", () => ({
  context_window_exceeded: unit,
  usage_limit_exceeded: unit,
  server_overloaded: unit,
  cyber_policy: unit,
  internal_server_error: unit,
  unauthorized: unit,
  bad_request: unit,
  sandbox_error: unit,
  thread_rollback_failed: unit,
  other: unit,
  http_connection_failed: { http_status_code: nullable(uint16) },
  response_stream_connection_failed: { http_status_code: nullable(uint16) },
  response_stream_disconnected: { http_status_code: nullable(uint16) },
  response_too_many_failed_attempts: { http_status_code: nullable(uint16) },
  active_turn_not_steerable: { turn_kind: NonSteerableTurnKind },
}));
export type CodexErrorInfo = Out<typeof CodexErrorInfo>;
