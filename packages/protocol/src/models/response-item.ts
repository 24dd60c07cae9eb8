import {
  array,
  bigUint64,
  boolean,
  nullable,
  omittable,
  type Out,
  record,
  string,
  stringEnum,
  struct,
  tagged,
  unknown,
  unwritten,
} from "../wire/index.ts";
import {
  ContentItem,
  FunctionCallOutputBody,
  MessagePhase,
  ReasoningItemContent,
  ReasoningItemReasoningSummary,
} from "./content.ts";

export const GhostCommit = struct("GhostCommit", () => ({
  id: string,
  parent: nullable(string),
  preexisting_untracked_files: array(string),
  preexisting_untracked_dirs: array(string),
}));
export interface GhostCommit extends Out<typeof GhostCommit> {}

export const LocalShellAction = tagged("LocalShellAction", "type", () => ({ exec: LocalShellExecAction }));
export type LocalShellAction = Out<typeof LocalShellAction>;

export const LocalShellExecAction = struct("LocalShellExecAction", () => ({
  command: array(string),
  timeout_ms: nullable(bigUint64),
  working_directory: nullable(string),
  env: nullable(record(string)),
  user: nullable(string),
}));
export interface LocalShellExecAction extends Out<typeof LocalShellExecAction> {}

export const LocalShellStatus = stringEnum("LocalShellStatus", ["completed", "in_progress", "incomplete"]);
export type LocalShellStatus = Out<typeof LocalShellStatus>;

export const ResponseItem = tagged(
  "ResponseItem",
  "type",
  () => ({
    message: {
      id: unwritten(string),
      role: string,
      content: array(ContentItem),
      end_turn: omittable(boolean),
      phase: omittable(MessagePhase),
    },
    reasoning: {
      summary: array(ReasoningItemReasoningSummary),
      content: omittable(array(ReasoningItemContent)),
      encrypted_content: nullable(string),
    },
    local_shell_call: {
      id: unwritten(string),
      call_id: nullable(string),
      status: LocalShellStatus,
      action: LocalShellAction,
    },
    function_call: {
      id: unwritten(string),
      name: string,
      namespace: omittable(string),
      arguments: string,
      call_id: string,
    },
    tool_search_call: {
      id: unwritten(string),
      call_id: nullable(string),
      status: omittable(string),
      execution: string,
      arguments: unknown,
    },
    function_call_output: { call_id: string, output: FunctionCallOutputBody },
    custom_tool_call: {
      id: unwritten(string),
      status: omittable(string),
      call_id: string,
      name: string,
      input: string,
    },
    custom_tool_call_output: { call_id: string, name: omittable(string), output: FunctionCallOutputBody },
    tool_search_output: { call_id: nullable(string), status: string, execution: string, tools: array(unknown) },
    web_search_call: { id: unwritten(string), status: omittable(string), action: omittable(WebSearchAction) },
    image_generation_call: { id: string, status: string, revised_prompt: omittable(string), result: string },
    ghost_snapshot: { ghost_commit: GhostCommit },
    compaction: { encrypted_content: string },
    other: {},
  }),
  { aliases: { compaction_summary: "compaction" }, fallback: "other" },
);
export type ResponseItem = Out<typeof ResponseItem>;

export const WebSearchAction = tagged(
  "WebSearchAction",
  "type",
  () => ({
    search: { query: omittable(string), queries: omittable(array(string)) },
    open_page: { url: omittable(string) },
    find_in_page: { url: omittable(string), pattern: omittable(string) },
    other: {},
  }),
  { fallback: "other" },
);
export type WebSearchAction = Out<typeof WebSearchAction>;
