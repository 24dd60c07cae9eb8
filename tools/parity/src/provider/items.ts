import type { Json, ReplyEvent } from "@codex-ts-tools/model-server";
import { overSse, type Case } from "./stage.ts";

/** Items as they should be, with every member that one may have. Ids and the like get numbers of their own. */
const WHOLE: Readonly<Record<string, Json>> = {
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

/** What a member may be in place of what it should be. */
const WRONG: readonly unknown[] = [
  undefined,
  null,
  70_000,
  -1,
  1.5,
  true,
  "",
  "other",
  [],
  ["other"],
  {},
  { type: "other" },
];

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, member]) =>
    pathsOf(member, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return path.length === 0 ? inner : [path, ...inner];
}

function withMember(value: unknown, [key, ...rest]: Path, member: unknown): unknown {
  if (key === undefined) return member;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  if (rest.length === 0 && member === undefined) {
    if (Array.isArray(copy)) copy.splice(Number(key), 1);
    else delete copy[key];
  } else {
    copy[key] = withMember(copy[key], rest, member);
  }
  return copy;
}

/** Ids that every item of a case has for itself. */
function numbered(item: Json, n: number): Json {
  const copy = { ...item };
  for (const member of ["id", "call_id"]) {
    if (typeof copy[member] === "string" && copy[member] !== "") copy[member] = `${copy[member]}${n}`;
  }
  return copy;
}

const reply = (items: readonly unknown[]) => ({
  events: [
    { type: "response.created", response: { id: "r1" } },
    ...items.map(item => ({ type: "response.output_item.done", item })),
    { type: "response.completed", response: { id: "r1", usage: null } },
  ] as ReplyEvent[],
});

/** These the reference takes for two: it saves an image each time, and a person's message gets another id when it is done. */
const TWICE = new Set(["image", "message of a person"]);

/** Whole items that were added first, and then done. */
const added: readonly Case[] = Object.entries(WHOLE).flatMap(([kind, item]) => {
  if (TWICE.has(kind)) return [];
  const { events } = reply([item]);
  const first = { type: "response.output_item.added", item } as ReplyEvent;
  return overSse(`item: ${kind}, added first`, {
    replies: [{ events: [...events.slice(0, 1), first, ...events.slice(1)] }],
  });
});

/**
 * Left out: the reference takes a number for the place of a type in its list of types, and a list for an object whose members
 * stand in order; and it gives all items without ids the id "".
 */
function isLeftOut(kind: string, path: Path, wrong: unknown): boolean {
  const place = path.join(".");
  const isWeb = kind.includes("web") || kind.includes("page");
  if (isWeb && place.startsWith("action") && (typeof wrong === "number" || Array.isArray(wrong))) return true;
  if (kind === "tool search call" && place === "arguments" && Array.isArray(wrong)) return true;
  // An image without content is none, so it is not saved.
  if (kind === "image" && place === "result" && wrong === "") return true;
  return (isWeb || kind === "reasoning") && place === "id" && typeof wrong !== "string";
}

/** Items of every kind with every member wrong in every way: what is taken, what is passed over, and what is told of it. */
const broken: readonly Case[] = Object.entries(WHOLE).flatMap(([kind, item]) =>
  pathsOf(item).map(path => {
    const wrongs = WRONG.filter(wrong => !isLeftOut(kind, path, wrong));
    const each = [
      ...wrongs.map((wrong, n) => withMember(numbered(item, n), path, wrong)),
      numbered(item, WRONG.length),
    ];
    const name = `item: ${kind}, ${path.join(".")}`;
    if (kind !== "local shell call") return overSse(name, { replies: [reply(each)] });
    // Commands of one response run beside each other.
    const replies = each.flatMap(one => [reply([one]), "ok"]);
    const turns = replies.map((_, n) => `turn ${n}`);
    return overSse(name, { replies }, turns);
  }),
);

export const items: readonly Case[] = [...added, ...broken];
