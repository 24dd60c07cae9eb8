import type { CommandAction, FileUpdateChange, ThreadItem, UserInput } from "@codex-ts/protocol";
import { isPayload, list, milliseconds, number, object, type Payload, text, word } from "./read.ts";
import { reviewText } from "./review-text.ts";

const ITEM_STATUS = {
  in_progress: "inProgress",
  completed: "completed",
  failed: "failed",
  declined: "declined",
} as const;
const COMMAND_SOURCE = {
  agent: "agent",
  user_shell: "userShell",
  unified_exec_startup: "unifiedExecStartup",
  unified_exec_interaction: "unifiedExecInteraction",
} as const;

/** A `user_message` event as the item that a client saw. */
export function userMessage(id: string, event: Payload): ThreadItem {
  const content: UserInput[] = [];
  const message = text(event, "message") ?? "";
  if (message !== "") content.push({ type: "text", text: message, text_elements: textElements(event) });
  for (const url of list(event, "images")) if (typeof url === "string") content.push({ type: "image", url });
  for (const path of list(event, "local_images"))
    if (typeof path === "string") content.push({ type: "localImage", path });
  return { type: "userMessage", id, content };
}

function textElements(event: Payload) {
  return list(event, "text_elements").flatMap(element => {
    if (!isPayload(element)) return [];
    const range = object(element, "byte_range");
    const byteRange = { start: number(range, "start") ?? 0, end: number(range, "end") ?? 0 };
    return [{ byteRange, placeholder: text(element, "placeholder") }];
  });
}

export function agentMessage(id: string, event: Payload): ThreadItem {
  const phase = event["phase"];
  const citation = event["memory_citation"];
  return {
    type: "agentMessage",
    id,
    text: text(event, "message") ?? "",
    phase: phase === "commentary" || phase === "final_answer" ? phase : null,
    memoryCitation: isPayload(citation) ? memoryCitation(citation) : null,
  };
}

function memoryCitation(citation: Payload) {
  return {
    entries: list(citation, "entries")
      .filter(isPayload)
      .map(entry => ({
        path: text(entry, "path") ?? "",
        lineStart: number(entry, "lineStart") ?? 0,
        lineEnd: number(entry, "lineEnd") ?? 0,
        note: text(entry, "note") ?? "",
      })),
    threadIds: list(citation, "rolloutIds").filter(id => typeof id === "string"),
  };
}

/**
 * The items whose recorded event carries an id of its own; null for every other event. They are recorded only where the
 * client asked for extended history (plans always).
 */
export function itemOfEvent(event: Payload): ThreadItem | null {
  const id = text(event, "call_id") ?? "";
  switch (event["type"]) {
    case "item_completed":
      return planItem(object(event, "item"));
    case "exec_command_end":
      return commandItem(id, event);
    case "patch_apply_end":
      return {
        type: "fileChange",
        id,
        changes: fileChanges(object(event, "changes")),
        status: word(event["status"], ITEM_STATUS, event["success"] === false ? "failed" : "completed"),
      };
    case "mcp_tool_call_end":
      return mcpItem(id, event);
    case "dynamic_tool_call_request":
      return { type: "dynamicToolCall", id: text(event, "callId") ?? id, ...dynamicCall(event), ...NOT_DONE };
    case "dynamic_tool_call_response":
      return dynamicResponse(id, event);
    case "web_search_end":
      return {
        type: "webSearch",
        id,
        query: text(event, "query") ?? "",
        action: webSearchAction(object(event, "action")),
      };
    case "view_image_tool_call":
      return { type: "imageView", id, path: text(event, "path") ?? "" };
    case "image_generation_end":
      return {
        type: "imageGeneration",
        id,
        status: text(event, "status") ?? "",
        revisedPrompt: text(event, "revised_prompt"),
        result: text(event, "result") ?? "",
        ...(text(event, "saved_path") === null ? {} : { savedPath: text(event, "saved_path")! }),
      };
    default:
      return null;
  }
}

const NOT_DONE = { status: "inProgress", contentItems: null, success: null, durationMs: null } as const;

function planItem(item: Payload): ThreadItem | null {
  return item["type"] === "Plan" ? { type: "plan", id: text(item, "id") ?? "", text: text(item, "text") ?? "" } : null;
}

function commandItem(id: string, event: Payload): ThreadItem {
  const output = text(event, "aggregated_output") ?? "";
  return {
    type: "commandExecution",
    id,
    command: shellJoin(list(event, "command").filter(part => typeof part === "string")),
    cwd: text(event, "cwd") ?? "",
    processId: text(event, "process_id"),
    source: word(event["source"], COMMAND_SOURCE, "agent"),
    status: word(event["status"], ITEM_STATUS, event["exit_code"] === 0 ? "completed" : "failed"),
    commandActions: list(event, "parsed_cmd").filter(isPayload).map(commandAction),
    aggregatedOutput: output === "" ? null : output,
    exitCode: number(event, "exit_code"),
    durationMs: milliseconds(event, "duration"),
  };
}

function commandAction(action: Payload): CommandAction {
  const command = text(action, "cmd") ?? "";
  switch (action["type"]) {
    case "read":
      return { type: "read", command, name: text(action, "name") ?? "", path: text(action, "path") ?? "" };
    case "list_files":
      return { type: "listFiles", command, path: text(action, "path") };
    case "search":
      return { type: "search", command, query: text(action, "query"), path: text(action, "path") };
    default:
      return { type: "unknown", command };
  }
}

/** The words of a command as one line that a POSIX shell would take apart again. */
export function shellJoin(words: readonly string[]): string {
  return words.map(quoted).join(" ");
}

function quoted(word: string): string {
  if (word !== "" && /^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!word.includes("'")) return `'${word}'`;
  return `"${word.replace(/(["\\$`!])/g, "\\$1")}"`;
}

function fileChanges(changes: Payload): FileUpdateChange[] {
  return Object.keys(changes)
    .sort()
    .map(path => {
      const change = object(changes, path);
      if (change["type"] === "update") {
        const move = text(change, "move_path");
        const diff = text(change, "unified_diff") ?? "";
        return {
          path,
          kind: { type: "update", move_path: move },
          diff: move === null ? diff : `${diff}\n\nMoved to: ${move}`,
        };
      }
      const kind = change["type"] === "delete" ? { type: "delete" as const } : { type: "add" as const };
      return { path, kind, diff: text(change, "content") ?? "" };
    });
}

function mcpItem(id: string, event: Payload): ThreadItem {
  const call = object(event, "invocation");
  const result = object(event, "result");
  const ok = result["Ok"];
  const failure = text(result, "Err");
  const failed = failure !== null || (isPayload(ok) && (ok["isError"] === true || ok["is_error"] === true));
  return {
    type: "mcpToolCall",
    id,
    server: text(call, "server") ?? "",
    tool: text(call, "tool") ?? "",
    status: failed ? "failed" : "completed",
    arguments: (call["arguments"] ?? null) as never,
    result: isPayload(ok)
      ? {
          content: [...list(ok, "content")] as never,
          structuredContent: (ok["structuredContent"] ?? null) as never,
          _meta: (ok["_meta"] ?? null) as never,
        }
      : null,
    error: failure === null ? null : { message: failure },
    durationMs: milliseconds(event, "duration"),
  };
}

function dynamicCall(event: Payload) {
  return {
    namespace: text(event, "namespace"),
    tool: text(event, "tool") ?? "",
    arguments: (event["arguments"] ?? null) as never,
  };
}

function dynamicResponse(id: string, event: Payload): ThreadItem {
  const success = event["success"] === true;
  return {
    type: "dynamicToolCall",
    id,
    ...dynamicCall(event),
    status: success ? "completed" : "failed",
    contentItems: [...list(event, "content_items")] as never,
    success,
    durationMs: milliseconds(event, "duration"),
  };
}

function webSearchAction(action: Payload) {
  switch (action["type"]) {
    case "search":
      return {
        type: "search" as const,
        query: text(action, "query"),
        queries: Array.isArray(action["queries"]) ? action["queries"].filter(query => typeof query === "string") : null,
      };
    case "open_page":
      return { type: "openPage" as const, url: text(action, "url") };
    case "find_in_page":
      return { type: "findInPage" as const, url: text(action, "url"), pattern: text(action, "pattern") };
    default:
      return null;
  }
}

export function reviewItem(id: string, event: Payload): ThreadItem {
  if (event["type"] === "entered_review_mode") {
    return { type: "enteredReviewMode", id, review: text(event, "user_facing_hint") ?? "Review requested." };
  }
  const output = event["review_output"];
  return { type: "exitedReviewMode", id, review: reviewText(isPayload(output) ? output : null) };
}
