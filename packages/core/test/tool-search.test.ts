import { functionCall } from "@codex-ts-tools/model-server";
import type { DynamicToolSpec } from "@codex-ts/protocol";
import { afterEach, expect, test } from "vitest";
import { SearchIndex, searchWords } from "../src/tools/search-index.ts";
import { sanitizeSchema } from "../src/tools/sanitize-schema.ts";
import { openWorld, outline, outputs, type World } from "./harness.ts";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const text = { type: "object", properties: { q: { type: "string" } } };
const TOOLS: DynamicToolSpec[] = [
  { name: "b_tool", description: "B", inputSchema: { type: "object", properties: { z: { const: "q" }, a: true } } },
  { namespace: "ns", name: "n2", description: "N2", inputSchema: text },
  { namespace: "ns", name: "d1", description: "finds cats", inputSchema: text, deferLoading: true },
  { name: "a_tool", description: "A", inputSchema: {} },
  { namespace: "ns", name: "n1", description: "N1", inputSchema: { type: "object", properties: {} } },
  { namespace: "other", name: "d2", description: "finds dogs", inputSchema: text, deferLoading: true },
];
const found = (namespace: string, name: string, description: string) => ({
  type: "namespace",
  name: namespace,
  description: `Tools in the ${namespace} namespace.`,
  tools: [{ type: "function", name, description, strict: false, defer_loading: true, parameters: text }],
});

function namespaced(namespace: string, name: string, args: unknown, call_id: string) {
  return { type: "function_call", namespace, name, arguments: args, call_id };
}

function search(call_id: string, args: unknown) {
  return { type: "tool_search_call", arguments: args, call_id };
}

test("a client's tools are listed as given, namespaces where their first tool stands, deferred ones not at all", async () => {
  world = await openWorld([{ text: "done" }], { model: "gpt-5.4" });
  const listening = await world.start({ dynamicTools: TOOLS });
  await listening.turn("go");
  const { tools } = world.server.requests[0]!.body as { tools: { type: string; name?: string }[] };
  const at = tools.findIndex(({ name }) => name === "b_tool");
  expect(tools.slice(at)).toEqual([
    {
      type: "function",
      name: "b_tool",
      description: "B",
      strict: false,
      parameters: { type: "object", properties: { a: { type: "string" }, z: { type: "string", enum: ["q"] } } },
    },
    {
      type: "namespace",
      name: "ns",
      description: "Tools in the ns namespace.",
      tools: [
        { type: "function", name: "n2", description: "N2", strict: false, parameters: text },
        {
          type: "function",
          name: "n1",
          description: "N1",
          strict: false,
          parameters: { type: "object", properties: {} },
        },
      ],
    },
    { type: "function", name: "a_tool", description: "A", strict: false, parameters: { type: "string" } },
  ]);
  expect(tools.slice(0, at).map(({ name, type }) => name ?? type)).toEqual([
    "exec_command",
    "write_stdin",
    "update_plan",
    "request_user_input",
    "tool_search",
    "apply_patch",
    "web_search",
    "view_image",
  ]);
});

test("a search finds deferred tools by their words, and they can be called at once", async () => {
  world = await openWorld(
    [
      {
        items: [
          search("s1", { query: "cat" }),
          search("s2", { query: " " }),
          search("s3", { query: "finding", limit: 0 }),
          search("s4", { query: "finding", limit: 1 }),
          search("s5", { q: "finding" }),
          search("s6", { query: "n2" }),
          search("s7", { query: "find" }),
          search("s8", { query: "ns" }),
          namespaced("ns", "d1", { q: "x" }, "c1"),
          functionCall("d1", { q: "x" }, "c2"),
          functionCall("nsd1", { q: "x" }, "c3"),
          functionCall("b_tool", "{bad", "c4"),
          namespaced("ns", "nope", {}, "c5"),
        ],
      },
      { text: "done" },
    ],
    { model: "gpt-5.4" },
  );
  const listening = await world.start({ dynamicTools: TOOLS });
  listening.answer = () => ({ contentItems: [{ type: "inputText", text: "hi" }], success: true });
  const events = await listening.turn("go");
  const { body } = world.server.requests[1]!;
  const items = (body as { input: { type: string; call_id: string; tools?: unknown[] }[] }).input;
  const results = Object.fromEntries(
    items.filter(({ type }) => type === "tool_search_output").map(({ call_id, tools }) => [call_id, tools]),
  );
  expect(results).toEqual({
    s1: [found("ns", "d1", "finds cats")],
    s2: [],
    s3: [],
    s4: [found("other", "d2", "finds dogs")],
    s5: [],
    s6: [],
    s7: [found("other", "d2", "finds dogs"), found("ns", "d1", "finds cats")],
    s8: [found("ns", "d1", "finds cats")],
  });
  expect(outputs(body)).toMatchObject({
    c1: "hi",
    c2: "unsupported call: d1",
    c3: "unsupported call: nsd1",
    c4: "failed to parse function arguments: key must be a string at line 1 column 2",
    c5: "unsupported call: nsnope",
  });
  expect(outline(events).filter(line => /dynamic|tool\/call/.test(line))).toEqual([
    "item/started dynamicToolCall:inProgress",
    "item/tool/call",
    "item/completed dynamicToolCall:completed",
  ]);
});

test.each([
  ["a model that cannot search", "some-model", ""],
  ["a switched-off feature", "gpt-5.4", "[features]\ntool_search = false\n"],
])("%s leaves deferred tools unlisted, but they answer", async (_name, model, config) => {
  world = await openWorld([{ items: [namespaced("ns", "d1", {}, "c1")] }, { text: "done" }], { model, config });
  const listening = await world.start({ dynamicTools: TOOLS });
  listening.answer = () => ({ contentItems: [], success: true });
  await listening.turn("go");
  const { tools } = world.server.requests[0]!.body as { tools: { type: string }[] };
  expect(tools.map(({ type }) => type)).not.toContain("tool_search");
  expect(outputs(world.server.requests[1]!.body)["c1"]).toEqual([]);
});

test("a resumed thread has the client's tools again", async () => {
  world = await openWorld([{ text: "one" }, { text: "two" }]);
  const { thread } = await world.start({ dynamicTools: TOOLS.slice(0, 1) });
  thread.submit({ type: "userTurn", input: [{ type: "text", text: "go", text_elements: [] }] });
  for await (const event of thread.events) if (event.method === "turn/completed") break;
  await thread.shutdown();
  const resumed = await world.runtime.resumeThread({ id: thread.id }, { cwd: world.cwd });
  resumed.thread.submit({ type: "userTurn", input: [{ type: "text", text: "go", text_elements: [] }] });
  for await (const event of resumed.thread.events) if (event.method === "turn/completed") break;
  expect(JSON.stringify(world.server.requests[1]!.body)).toContain('"name":"b_tool"');
});

test("words are found by their stems, also inside of names", () => {
  expect(searchWords("listPullRequests of the repository_files")).toEqual([
    "list",
    "pull",
    "request",
    "repositori",
    "file",
  ]);
});

test("rare words weigh more than common ones, and short texts more than long ones", () => {
  const index = new SearchIndex([
    { value: "long", text: "list issues issues issues and many more words about calendars and mail" },
    { value: "short", text: "list calendars" },
    { value: "other", text: "list files" },
  ]);
  expect(index.search("list calendars")).toEqual(["short", "long", "other"]);
  expect(index.search("weather")).toEqual([]);
});

test.each([
  [true, { type: "string" }],
  [{}, { type: "string" }],
  [{ const: 1 }, { type: "string", enum: [1] }],
  [{ minimum: 1 }, { type: "number" }],
  [{ required: ["a"] }, { type: "object", properties: {}, required: ["a"] }],
  [{ type: "array" }, { type: "array", items: { type: "string" } }],
  [{ prefixItems: [] }, { type: "array", items: { type: "string" } }],
  [{ anyOf: [{ type: "null" }, true] }, { anyOf: [{ type: "null" }, { type: "string" }] }],
  [{ type: "strange", format: "x", title: "t" }, { type: "string" }],
  [
    { type: "object", additionalProperties: { default: 1 }, description: "d" },
    { type: "object", description: "d", properties: {}, additionalProperties: { type: "string" } },
  ],
  [{ type: "object", properties: null, additionalProperties: null, items: null }, { type: "object" }],
  [{ anyOf: null }, {}],
  [{ type: "array", items: null }, { type: "array" }],
])("the schema %j is shown to the model as %j", (schema, shown) => {
  expect(sanitizeSchema(schema as never)).toEqual(shown);
});
