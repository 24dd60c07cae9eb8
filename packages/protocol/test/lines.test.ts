import { describe, expect, test } from "vitest";
import { decode } from "../src/index.ts";
import { ResponseItem } from "../src/models/index.ts";
import { readResponseItem } from "../src/lines/index.ts";

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
  expect(readResponseItem(sent)).toEqual(kept);
});

/** Items as they should be, with every member that one may have. */
const WHOLE: Readonly<Record<string, object>> = {
  message: {
    id: "m",
    role: "assistant",
    end_turn: true,
    phase: "commentary",
    content: [
      { type: "output_text", text: "said", annotations: [] },
      { type: "input_text", text: "typed" },
      { type: "input_image", image_url: "data:", detail: "high" },
    ],
  },
  reasoning: {
    summary: [{ type: "summary_text", text: "sum" }],
    content: [
      { type: "text", text: "raw" },
      { type: "reasoning_text", text: "raw" },
    ],
    encrypted_content: "secret",
  },
  local_shell_call: {
    id: "l",
    call_id: "c",
    status: "completed",
    action: { type: "exec", command: ["true"], timeout_ms: 5, working_directory: ".", env: { A: "b" }, user: "u" },
  },
  function_call: { id: "f", call_id: "c", name: "n", namespace: "ns", arguments: "{}", status: "completed" },
  function_call_output: { call_id: "c", output: "text" },
  custom_tool_call: { id: "c", call_id: "c", status: "completed", name: "n", input: "in" },
  custom_tool_call_output: {
    call_id: "c",
    name: "n",
    output: [
      { type: "input_text", text: "part" },
      { type: "input_image", image_url: "data:", detail: "low" },
    ],
  },
  tool_search_call: { id: "t", call_id: "c", status: "s", execution: "client", arguments: { query: "x" } },
  tool_search_output: { call_id: "c", status: "s", execution: "client", tools: [{ type: "function" }] },
  web_search_call: { id: "w", status: "s", action: { type: "search", query: "q", queries: ["q"] } },
  image_generation_call: { id: "i", status: "s", revised_prompt: "p", result: "AAAA" },
  ghost_snapshot: {
    ghost_commit: { id: "1", parent: "2", preexisting_untracked_files: ["a"], preexisting_untracked_dirs: ["b"] },
  },
  compaction: { id: 7, encrypted_content: "secret" },
  compaction_summary: { encrypted_content: "secret" },
};

/** What a member may be in place of what it should be. */
const WRONG: readonly unknown[] = [undefined, null, 7, -1, 1.5, true, "", "other", [], ["x"], {}, { type: "other" }];

function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => pathsOf(member, [...path, key]))];
}

function withMember(value: unknown, [key, ...rest]: readonly string[], member: unknown): unknown {
  if (key === undefined) return member;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[key] = withMember(copy[key], rest, member);
  // What came over the wire has no members that are undefined.
  return JSON.parse(JSON.stringify(copy));
}

describe("items whose members are wrong", () => {
  const byProtocol = (value: unknown) => {
    try {
      const item = decode(ResponseItem, value);
      return item.type === "other" ? null : item;
    } catch {
      return null;
    }
  };

  test.each(Object.keys(WHOLE))(
    "%s: what the schemas of the protocol take is taken, and kept as they keep it",
    type => {
      const whole = { type, ...WHOLE[type] };
      expect(readResponseItem(whole)).not.toBeNull();
      for (const path of pathsOf(whole)) {
        for (const wrong of WRONG) {
          // The schemas know types by their number, too, which no server sends.
          if (path[0] === "type" && typeof wrong === "number") continue;
          const sent = withMember(whole, path, wrong);
          const read = readResponseItem(sent);
          if (read?.type === "reasoning" && read.content === null) delete read.content;
          expect([sent, read]).toEqual([sent, byProtocol(sent)]);
        }
      }
    },
  );

  test("an id of reasoning that is null", () => {
    const reasoning = { type: "reasoning", summary: [], encrypted_content: null };
    expect(readResponseItem({ ...reasoning, id: "r" })).toEqual({ ...reasoning, id: "r", content: null });
    expect(readResponseItem(reasoning)).toEqual({ ...reasoning, content: null });
    expect(readResponseItem({ ...reasoning, id: null })).toBeNull();
  });

  test.each([[null], [7], ["x"], [[]], [{}], [{ type: 7 }], [{ type: "constructor" }], [{ type: "__proto__" }]])(
    "nothing is taken for an item: %j",
    value => {
      expect(readResponseItem(value)).toBeNull();
    },
  );
});
