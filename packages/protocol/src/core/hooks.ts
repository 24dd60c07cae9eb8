import { AbsolutePathBuf } from "../shared/ids.ts";
import { HookExecutionMode, HookHandlerType, HookOutputEntry, HookRunStatus, HookScope } from "../v2/hooks.ts";
import { array, int64, nullable, string, stringEnum, struct, type Out, withDefault } from "../wire/index.ts";

export const HookEventName = stringEnum("HookEventName", [
  "pre_tool_use",
  "permission_request",
  "post_tool_use",
  "session_start",
  "user_prompt_submit",
  "stop",
]);
export type HookEventName = Out<typeof HookEventName>;

export const HookRunSummary = struct("HookRunSummary", () => ({
  completed_at: nullable(int64),
  display_order: int64,
  duration_ms: nullable(int64),
  entries: array(HookOutputEntry),
  event_name: HookEventName,
  execution_mode: HookExecutionMode,
  handler_type: HookHandlerType,
  id: string,
  scope: HookScope,
  source: withDefault(HookSource, "unknown"),
  source_path: AbsolutePathBuf,
  started_at: int64,
  status: HookRunStatus,
  status_message: nullable(string),
}));
export interface HookRunSummary extends Out<typeof HookRunSummary> {}

export const HookSource = stringEnum("HookSource", [
  "system",
  "user",
  "project",
  "mdm",
  "session_flags",
  "legacy_managed_config_file",
  "legacy_managed_config_mdm",
  "unknown",
]);
export type HookSource = Out<typeof HookSource>;
