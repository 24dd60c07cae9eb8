import { expect, test } from "vitest";
import { readStreamedItem } from "../src/turn/streamed-item.ts";

const exec = { type: "exec", command: ["echo", "x"] };
const filled = { ...exec, timeout_ms: null, working_directory: null, env: null, user: null };

/** What a server sends, and what is kept of it and sent back. */
test.each<[string, object, object | null]>([
  [
    "a typed shell call has all members of its action",
    { type: "local_shell_call", call_id: "c", status: "completed", action: exec },
    { type: "local_shell_call", call_id: "c", status: "completed", action: filled },
  ],
  [
    "what it says more is kept as far as it is known",
    {
      type: "local_shell_call",
      id: "l1",
      call_id: "c",
      status: "in_progress",
      more: 1,
      action: { ...exec, working_directory: "/", user: "nobody", env: { A: "1" }, timeout_ms: 5000, more: 1 },
    },
    {
      type: "local_shell_call",
      id: "l1",
      call_id: "c",
      status: "in_progress",
      action: { ...exec, working_directory: "/", user: "nobody", env: { A: "1" }, timeout_ms: 5000 },
    },
  ],
  ["a typed shell call without a status", { type: "local_shell_call", call_id: "c", status: null, action: exec }, null],
  ["in an unknown state", { type: "local_shell_call", call_id: "c", status: "odd", action: exec }, null],
  [
    "with another action",
    { type: "local_shell_call", call_id: "c", status: "completed", action: { ...exec, type: "odd" } },
    null,
  ],
  [
    "a freeform call",
    { type: "custom_tool_call", call_id: "c", name: "n", input: "x", status: null, namespace: "ns", more: 1 },
    { type: "custom_tool_call", call_id: "c", name: "n", input: "x" },
  ],
  ["a freeform call without input", { type: "custom_tool_call", call_id: "c", name: "n" }, null],
  [
    "a search of the server of an unknown kind",
    { type: "web_search_call", status: "completed", action: { type: "odd", x: 1 } },
    { type: "web_search_call", status: "completed", action: { type: "other" } },
  ],
  [
    "what a search found is not kept",
    { type: "web_search_call", status: null, action: { type: "search", query: "a", queries: null, sources: [1] } },
    { type: "web_search_call", action: { type: "search", query: "a" } },
  ],
  ["a search that does nothing", { type: "web_search_call", action: null }, { type: "web_search_call" }],
  ["a search for a number", { type: "web_search_call", action: { type: "search", query: 1 } }, null],
  [
    "a search for tools",
    { type: "tool_search_call", call_id: "c", execution: "client", arguments: "x", more: 1 },
    { type: "tool_search_call", call_id: "c", execution: "client", arguments: "x" },
  ],
])("%s", (_name, sent, kept) => {
  expect(readStreamedItem(sent)).toEqual(kept);
});
