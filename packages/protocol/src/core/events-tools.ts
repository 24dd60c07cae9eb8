import { FileChange, ParsedCommand } from "./commands.ts";
import { Duration } from "./event-parts.ts";
import { ExecCommandSource, ExecCommandStatus, ExecOutputStream, PatchApplyStatus } from "./exec.ts";
import { HookRunSummary } from "./hooks.ts";
import { McpAuthStatus, McpInvocation, McpStartupFailure, McpStartupStatus, McpToolCallOutcome } from "./mcp.ts";
import { WebSearchAction } from "../models/response-item.ts";
import { AbsolutePathBuf } from "../shared/ids.ts";
import { Resource, ResourceTemplate, Tool } from "../shared/mcp.ts";
import { DynamicToolCallOutputContentItem } from "../v2/dynamic-tools.ts";
import { JsonValue, array, boolean, int32, nullable, omittable, record, string, withDefault } from "../wire/index.ts";

/** @internal Variants of `EventMsg`. */
export const toolsEvents = () => ({
  mcp_startup_update: { server: string, status: McpStartupStatus },
  mcp_startup_complete: { cancelled: array(string), failed: array(McpStartupFailure), ready: array(string) },
  mcp_tool_call_begin: { call_id: string, invocation: McpInvocation, mcp_app_resource_uri: omittable(string) },
  mcp_tool_call_end: {
    call_id: string,
    duration: Duration,
    invocation: McpInvocation,
    mcp_app_resource_uri: omittable(string),
    result: McpToolCallOutcome,
  },
  web_search_begin: { call_id: string },
  web_search_end: { action: WebSearchAction, call_id: string, query: string },
  image_generation_begin: { call_id: string },
  image_generation_end: {
    call_id: string,
    result: string,
    revised_prompt: omittable(string),
    saved_path: omittable(AbsolutePathBuf),
    status: string,
  },
  exec_command_begin: {
    call_id: string,
    command: array(string),
    cwd: AbsolutePathBuf,
    interaction_input: omittable(string),
    parsed_cmd: array(ParsedCommand),
    process_id: omittable(string),
    source: withDefault(ExecCommandSource, "agent"),
    turn_id: string,
  },
  exec_command_output_delta: { call_id: string, chunk: string, stream: ExecOutputStream },
  terminal_interaction: { call_id: string, process_id: string, stdin: string },
  exec_command_end: {
    aggregated_output: withDefault(string, ""),
    call_id: string,
    command: array(string),
    cwd: AbsolutePathBuf,
    duration: Duration,
    exit_code: int32,
    formatted_output: string,
    interaction_input: omittable(string),
    parsed_cmd: array(ParsedCommand),
    process_id: omittable(string),
    source: withDefault(ExecCommandSource, "agent"),
    status: ExecCommandStatus,
    stderr: string,
    stdout: string,
    turn_id: string,
  },
  view_image_tool_call: { call_id: string, path: AbsolutePathBuf },
  dynamic_tool_call_request: {
    arguments: JsonValue,
    callId: string,
    namespace: nullable(string),
    tool: string,
    turnId: string,
  },
  dynamic_tool_call_response: {
    arguments: JsonValue,
    call_id: string,
    content_items: array(DynamicToolCallOutputContentItem),
    duration: Duration,
    error: nullable(string),
    namespace: nullable(string),
    success: boolean,
    tool: string,
    turn_id: string,
  },
  patch_apply_begin: {
    auto_approved: boolean,
    call_id: string,
    changes: record(FileChange),
    turn_id: withDefault(string, ""),
  },
  patch_apply_updated: { call_id: string, changes: record(FileChange) },
  patch_apply_end: {
    call_id: string,
    changes: withDefault(record(FileChange), {}),
    status: PatchApplyStatus,
    stderr: string,
    stdout: string,
    success: boolean,
    turn_id: withDefault(string, ""),
  },
  mcp_list_tools_response: {
    auth_statuses: record(McpAuthStatus),
    resource_templates: record(array(ResourceTemplate)),
    resources: record(array(Resource)),
    tools: record(Tool),
  },
  hook_started: { run: HookRunSummary, turn_id: nullable(string) },
  hook_completed: { run: HookRunSummary, turn_id: nullable(string) },
});
