import type { ThreadItem } from "@codex-ts/protocol";
import type { ExecItem } from "./events.ts";

type Of<T extends ThreadItem["type"]> = Extract<ThreadItem, { type: T }>;

const progress = { inProgress: "in_progress", completed: "completed", failed: "failed" } as const;

/**
 * An app-server item in the vocabulary of the exec event lines, or nothing for kinds that exec does not show.
 * @param item the item as the app-server sent it
 * @param id the id of the line (`item_N`)
 * @param done whether the item has completed: agent messages and reasoning appear only then
 */
export function execItem(item: ThreadItem, id: string, done: boolean): ExecItem | undefined {
  switch (item.type) {
    case "agentMessage":
      return done ? { id, type: "agent_message", text: item.text } : undefined;
    case "reasoning": {
      const text = item.summary.join("\n");
      return done && text.trim() !== "" ? { id, type: "reasoning", text } : undefined;
    }
    case "commandExecution":
      return {
        id,
        type: "command_execution",
        command: item.command,
        aggregated_output: item.aggregatedOutput ?? "",
        exit_code: item.exitCode,
        status: item.status === "declined" ? "declined" : progress[item.status],
      };
    case "fileChange":
      return {
        id,
        type: "file_change",
        changes: item.changes.map(change => ({ path: change.path, kind: change.kind.type })),
        status: item.status === "declined" ? "failed" : progress[item.status],
      };
    case "mcpToolCall":
      return mcpToolCall(item, id);
    case "collabAgentToolCall":
      return collabToolCall(item, id);
    case "webSearch":
      return { id: item.id, type: "web_search", query: item.query, action: webSearchAction(item.action) };
    default:
      return undefined;
  }
}

function mcpToolCall(item: Of<"mcpToolCall">, id: string): ExecItem {
  return {
    id,
    type: "mcp_tool_call",
    server: item.server,
    tool: item.tool,
    arguments: item.arguments,
    result:
      item.result === null
        ? null
        : { content: item.result.content, structured_content: item.result.structuredContent ?? null },
    error: item.error === null ? null : { message: item.error.message },
    status: progress[item.status],
  };
}

const collabTools = {
  spawnAgent: "spawn_agent",
  sendInput: "send_input",
  resumeAgent: "wait",
  wait: "wait",
  closeAgent: "close_agent",
} as const;

const agentStatus: Record<string, string> = {
  pendingInit: "pending_init",
  running: "running",
  interrupted: "interrupted",
  completed: "completed",
  errored: "errored",
  shutdown: "shutdown",
  notFound: "not_found",
};

function collabToolCall(item: Of<"collabAgentToolCall">, id: string): ExecItem {
  const states: Record<string, unknown> = {};
  for (const [thread, state] of Object.entries(item.agentsStates)) {
    if (state !== undefined) states[thread] = { status: agentStatus[state.status], message: state.message };
  }
  return {
    id,
    type: "collab_tool_call",
    tool: collabTools[item.tool],
    sender_thread_id: item.senderThreadId,
    receiver_thread_ids: item.receiverThreadIds,
    prompt: item.prompt,
    agents_states: states,
    status: progress[item.status],
  };
}

/** Only searches are told in full in exec lines; a page that was opened shows in the query alone, as in the reference. */
function webSearchAction(action: Of<"webSearch">["action"]): unknown {
  if (action?.type !== "search") return { type: "other" };
  const { type, query, queries } = action;
  return { type, ...(query === null ? {} : { query }), ...(queries === null ? {} : { queries }) };
}
