import type { CommandAction, ThreadItem } from "@codex-ts/protocol";
import { splitWords } from "@codex-ts/shell-command";
import type { JsonObject } from "../json.ts";

type Item<T extends ThreadItem["type"]> = Extract<ThreadItem, { type: T }>;

const SOURCES: Readonly<Record<string, string>> = {
  agent: "agent",
  userShell: "user_shell",
  unifiedExecStartup: "unified_exec_startup",
  unifiedExecInteraction: "unified_exec_interaction",
};

/** A command line as the words it was made of. */
export function commandWords(command: string): string[] {
  return splitWords(command) ?? [command];
}

export function parsedCommands(actions: readonly CommandAction[]): JsonObject[] {
  return actions.map(action => {
    switch (action.type) {
      case "read":
        return { type: "read", cmd: action.command, name: action.name, path: action.path };
      case "listFiles":
        return { type: "list_files", cmd: action.command, path: action.path };
      case "search":
        return { type: "search", cmd: action.command, query: action.query, path: action.path };
      case "unknown":
        return { type: "unknown", cmd: action.command };
    }
  });
}

export function execBegin(item: Item<"commandExecution">, turnId: string): JsonObject {
  return {
    type: "exec_command_begin",
    call_id: item.id,
    ...(item.processId === null ? {} : { process_id: item.processId }),
    turn_id: turnId,
    command: commandWords(item.command),
    cwd: item.cwd,
    parsed_cmd: parsedCommands(item.commandActions),
    source: SOURCES[item.source] ?? "agent",
  };
}

export function execEnd(item: Item<"commandExecution">, turnId: string): JsonObject {
  const output = item.aggregatedOutput ?? "";
  return {
    ...execBegin(item, turnId),
    type: "exec_command_end",
    stdout: output,
    stderr: "",
    aggregated_output: output,
    exit_code: item.exitCode ?? -1,
    duration: duration(item.durationMs),
    formatted_output: output,
    status: item.status,
  };
}

/** Changes of files by path, as approvals and events show them. */
export function fileChanges(item: Item<"fileChange">): JsonObject {
  return Object.fromEntries(
    item.changes.map(({ path, kind, diff }) => {
      switch (kind.type) {
        case "add":
          return [path, { type: "add", content: diff }];
        case "delete":
          return [path, { type: "delete", content: diff }];
        case "update":
          return [path, { type: "update", unified_diff: diff, move_path: kind.move_path ?? null }];
      }
    }),
  );
}

export function patchBegin(item: Item<"fileChange">, turnId: string): JsonObject {
  return {
    type: "patch_apply_begin",
    call_id: item.id,
    turn_id: turnId,
    auto_approved: true,
    changes: fileChanges(item),
  };
}

export function patchEnd(item: Item<"fileChange">, turnId: string): JsonObject {
  return {
    type: "patch_apply_end",
    call_id: item.id,
    turn_id: turnId,
    stdout: "",
    stderr: "",
    success: item.status === "completed",
    changes: fileChanges(item),
    status: item.status,
  };
}

export function mcpBegin(item: Item<"mcpToolCall">): JsonObject {
  return {
    type: "mcp_tool_call_begin",
    call_id: item.id,
    invocation: { server: item.server, tool: item.tool, arguments: item.arguments },
  };
}

export function mcpEnd(item: Item<"mcpToolCall">): JsonObject {
  const { result, error } = item;
  const ok =
    result === null
      ? null
      : {
          content: result.content,
          ...present("structuredContent", result.structuredContent),
          ...present("_meta", result._meta),
        };
  return {
    ...mcpBegin(item),
    type: "mcp_tool_call_end",
    duration: duration(item.durationMs),
    result: ok === null ? { Err: error?.message ?? "" } : { Ok: { ...ok, isError: item.status === "failed" } },
  };
}

function present(name: string, value: unknown): JsonObject {
  return value === null || value === undefined ? {} : { [name]: value };
}

function duration(ms: number | null | undefined): JsonObject {
  const whole = ms ?? 0;
  return { secs: Math.floor(whole / 1000), nanos: Math.round((whole % 1000) * 1_000_000) };
}

/** An item in the spelling of `item_started` and `item_completed`; null for kinds that have events of their own. */
export function turnItem(item: ThreadItem): JsonObject | null {
  switch (item.type) {
    case "userMessage":
      return { type: "UserMessage", id: item.id, content: item.content };
    case "agentMessage":
      return {
        type: "AgentMessage",
        id: item.id,
        content: [{ type: "Text", text: item.text }],
        ...present("phase", item.phase),
      };
    case "reasoning":
      return { type: "Reasoning", id: item.id, summary_text: item.summary, raw_content: item.content };
    case "plan":
      return { type: "Plan", id: item.id, text: item.text };
    case "webSearch":
      return { type: "WebSearch", id: item.id, query: item.query, action: item.action };
    case "contextCompaction":
      return { type: "ContextCompaction", id: item.id };
    default:
      return null;
  }
}
