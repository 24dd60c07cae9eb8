import type { Json } from "@codex-ts-tools/model-server";

/** Items as they should be, with every member that one may have. Ids and the like get numbers of their own. */
export const WHOLE: Readonly<Record<string, Json>> = {
  message: {
    type: "message",
    id: "m",
    role: "assistant",
    phase: "commentary",
    content: [{ type: "output_text", text: "said", annotations: [], logprobs: [] }],
  },
  "message of a person": {
    type: "message",
    role: "user",
    content: [
      { type: "input_text", text: "typed" },
      { type: "input_image", image_url: "data:image/png;base64,AAAA", detail: "high" },
    ],
  },
  reasoning: {
    type: "reasoning",
    id: "r",
    summary: [{ type: "summary_text", text: "sum" }],
    content: [
      { type: "reasoning_text", text: "raw" },
      { type: "text", text: "raw" },
    ],
    encrypted_content: "secret",
  },
  "local shell call": {
    type: "local_shell_call",
    id: "l",
    call_id: "l",
    status: "completed",
    action: {
      type: "exec",
      command: ["true"],
      timeout_ms: 5000,
      working_directory: ".",
      env: { A: "b" },
      user: "root",
    },
  },
  "function call": {
    type: "function_call",
    id: "f",
    call_id: "f",
    name: "update_plan",
    namespace: "ns",
    arguments: '{"plan":[]}',
    status: "completed",
  },
  "function call's output": { type: "function_call_output", call_id: "fo", output: "text" },
  "function call's output in parts": {
    type: "function_call_output",
    call_id: "fo",
    output: [
      { type: "input_text", text: "part" },
      { type: "input_image", image_url: "data:image/png;base64,AAAA", detail: "low" },
    ],
  },
  "custom tool call": {
    type: "custom_tool_call",
    id: "c",
    call_id: "c",
    status: "completed",
    name: "nobody",
    input: "in",
  },
  "custom tool call's output": { type: "custom_tool_call_output", call_id: "co", name: "nobody", output: "text" },
  "tool search call": {
    type: "tool_search_call",
    id: "t",
    call_id: "t",
    status: "completed",
    execution: "client",
    arguments: { query: "x", limit: 1 },
  },
  "tool search's output": {
    type: "tool_search_output",
    call_id: "to",
    status: "completed",
    execution: "client",
    tools: [{ type: "function", name: "x" }],
  },
  "search of the web": {
    type: "web_search_call",
    id: "w",
    status: "completed",
    action: { type: "search", query: "q", queries: ["q", "p"] },
  },
  "page of the web": {
    type: "web_search_call",
    id: "w",
    status: "completed",
    action: { type: "open_page", url: "https://example.org/" },
  },
  "search in a page": {
    type: "web_search_call",
    id: "w",
    status: "completed",
    action: { type: "find_in_page", url: "https://example.org/", pattern: "p" },
  },
  image: { type: "image_generation_call", id: "i", status: "completed", revised_prompt: "p", result: "AAAA" },
  compaction: { type: "compaction", id: "k", encrypted_content: "secret" },
  "summary of a compaction": { type: "compaction_summary", encrypted_content: "secret" },
  snapshot: {
    type: "ghost_snapshot",
    ghost_commit: { id: "1234", parent: "5678", preexisting_untracked_files: ["a"], preexisting_untracked_dirs: ["b"] },
  },
};
