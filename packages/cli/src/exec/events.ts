import type { ExecUsage } from "./usage.ts";

/** Status words shared by commands and tool calls in the exec event lines. */
export type ExecStatus = "in_progress" | "completed" | "failed" | "declined";

/** One item of the `--json` lines; member order is the order on the wire (spec: command line, section 3). */
export type ExecItem =
  | { id: string; type: "agent_message"; text: string }
  | { id: string; type: "reasoning"; text: string }
  | {
      id: string;
      type: "command_execution";
      command: string;
      aggregated_output: string;
      exit_code: number | null;
      status: ExecStatus;
    }
  | {
      id: string;
      type: "file_change";
      changes: { path: string; kind: "add" | "delete" | "update" }[];
      status: "in_progress" | "completed" | "failed";
    }
  | {
      id: string;
      type: "mcp_tool_call";
      server: string;
      tool: string;
      arguments: unknown;
      result: { content: unknown[]; structured_content: unknown } | null;
      error: { message: string } | null;
      status: "in_progress" | "completed" | "failed";
    }
  | {
      id: string;
      type: "collab_tool_call";
      tool: "spawn_agent" | "send_input" | "wait" | "close_agent";
      sender_thread_id: string;
      receiver_thread_ids: string[];
      prompt: string | null;
      agents_states: Record<string, unknown>;
      status: "in_progress" | "completed" | "failed";
    }
  | { id: string; type: "web_search"; query: string; action: unknown }
  | { id: string; type: "todo_list"; items: { text: string; completed: boolean }[] }
  | { id: string; type: "error"; message: string };

/** One line of `exec --json`. */
export type ExecEvent =
  | { type: "thread.started"; thread_id: string }
  | { type: "turn.started" }
  | { type: "turn.completed"; usage: ExecUsage }
  | { type: "turn.failed"; error: { message: string } }
  | { type: "item.started"; item: ExecItem }
  | { type: "item.updated"; item: ExecItem }
  | { type: "item.completed"; item: ExecItem }
  | { type: "error"; message: string };
