import { type Json, type ReplyItem } from "@codex-ts-tools/model-server";
import type { Drive } from "../drive/drive.ts";
import { scenario, type Setting } from "./stage.ts";

const tool = (name: string, inputSchema: unknown, more: object = {}) => ({
  name,
  description: `D ${name}`,
  inputSchema,
  ...more,
});
const properties = (schema: unknown) => ({ type: "object", properties: { a: schema } });

/** Schemas that a client may give its tools. */
const SCHEMAS: readonly unknown[] = [
  true,
  false,
  null,
  [],
  3,
  "text",
  {
    type: "object",
    properties: { b: { type: "string" }, a: { type: "integer", minimum: 1, description: "A" } },
    required: ["b"],
  },
  { type: "object" },
  {},
  { properties: { a: true, b: false } },
  { type: "object", properties: {}, required: [], additionalProperties: true },
  { type: "object", properties: {}, additionalProperties: { type: "string", format: "uri" } },
  { type: "object", properties: null },
  { type: "object", properties: 3 },
  { type: "object", properties: [] },
  { type: "object", properties: {}, additionalProperties: 3 },
  { type: "object", properties: {}, additionalProperties: null },
  { type: "object", properties: {}, required: null },
  properties({ enum: "a" }),
  properties({ enum: null }),
  properties({ anyOf: "a" }),
  properties({ anyOf: [3] }),
  properties({ anyOf: null }),
  properties({ oneOf: 3 }),
  properties({ items: null }),
  properties({ type: "array", items: 3 }),
  properties({ type: "array", items: null }),
  properties({ type: 3 }),
  properties({ type: null }),
  properties({ type: [] }),
  properties({ type: ["odd"] }),
  properties({ type: [3] }),
  properties({ type: ["string", "null"] }),
  properties({ type: ["string"] }),
  properties({ type: ["odd", "string"] }),
  properties({ type: "odd" }),
  properties({ type: "array" }),
  properties({ type: "array", items: [{ type: "string" }, { type: "number" }] }),
  properties({ type: "array", items: {}, minItems: 1, uniqueItems: true }),
  properties({ type: "array", items: true }),
  properties({ prefixItems: [{ type: "string" }] }),
  properties({ enum: ["a", 1, null] }),
  properties({ const: "x" }),
  properties({ const: null }),
  properties({ const: "x", enum: ["y"] }),
  properties({ anyOf: [{ type: "string" }, { const: 1 }] }),
  properties({ oneOf: [{ type: "string" }, { type: "number" }] }),
  properties({ allOf: [{ type: "string" }] }),
  properties({ anyOf: [], description: "none" }),
  properties({ $ref: "#/$defs/x" }),
  { type: "object", properties: { a: { $ref: "#/$defs/x" } }, $defs: { x: { type: "string", pattern: "^a" } } },
  { type: "object", properties: { a: { $ref: "#/definitions/x" } }, definitions: { x: { type: "string" } } },
  properties({ format: "date" }),
  properties({ minimum: 3 }),
  properties({ multipleOf: 3, default: 6, title: "T", examples: [3] }),
  properties({ description: 3 }),
  properties({ type: "object", required: ["z"], properties: { z: {} }, additionalProperties: false }),
  properties({ type: "null" }),
  properties({ type: "number", enum: [1, 2], exclusiveMinimum: 0 }),
  properties(null),
  properties("string"),
  properties(3),
  properties([]),
  { type: "object", properties: { a: { type: "string", nullable: true } }, required: ["a", 3] },
  { type: "object", required: "a", properties: { a: { type: "string" } } },
  { $schema: "x", title: "T", description: "top", type: "object", properties: { "odd name": {}, "": {} } },
  {
    type: "object",
    properties: { deep: properties(properties({ type: "array", items: properties({ enum: ["x"] }) })) },
  },
];

const TOOLS = [
  tool("weather", properties({ type: "string" })),
  tool("find", properties({ type: "string", description: "words" }), { namespace: "files", deferLoading: true }),
  tool("open", properties({ type: "string" }), { namespace: "files" }),
  tool("close", { type: "object" }, { namespace: "files", deferLoading: true }),
  tool(
    "send",
    { type: "object", properties: { recipient: { type: "string" } } },
    { namespace: "mail", deferLoading: true },
  ),
  tool("read", { type: "object" }, { namespace: "mail", deferLoading: true }),
  tool("alone", { type: "object" }, { deferLoading: false }),
];

const call = (name: string, namespace: string | null, id: string, args = "{}"): ReplyItem => ({
  type: "function_call",
  name,
  arguments: args,
  call_id: id,
  ...(namespace === null ? {} : { namespace }),
});
const search = (id: string, args: unknown): ReplyItem => ({ type: "tool_search_call", call_id: id, arguments: args });

function withTools(
  name: string,
  tools: readonly unknown[],
  script: readonly ReplyItem[],
  setting: Omit<Setting, "script"> = {},
) {
  return scenario(
    `tools of the client: ${name}`,
    { ...setting, script: [...script.map(item => ({ items: [item] })), "done", "second"] },
    async (drive: Drive) => {
      drive.answer = ({ params }) => ({
        result: {
          contentItems: [{ type: "inputText", text: `result of ${String((params as Json)["tool"])}` }],
          success: true,
        },
      });
      const started = await drive.note("start", "thread/start", { cwd: drive.place.work, dynamicTools: tools });
      drive.notes["start"] = started.error ?? "started";
      const thread = (started.result?.["thread"] as Json | undefined)?.["id"];
      if (typeof thread !== "string") return;
      await drive.turn(thread, "go");
      await drive.turn(thread, "on");
    },
  );
}

const SEARCHING = { model: "gpt-5.4", features: "tool_search = true" };

/** What models see of a client's tools, and how they reach them. */
export const clientTools = [
  scenario("tools of the client: schemas of every kind", { script: ["done"] }, async drive => {
    const taken: unknown[] = [];
    for (const [index, schema] of SCHEMAS.entries()) {
      const one = tool(`t${index}`, schema);
      const { error } = await drive.wire.call("thread/start", {
        cwd: drive.place.work,
        dynamicTools: [one],
        ephemeral: true,
      });
      drive.notes[JSON.stringify(schema)] = error ?? "started";
      if (error === undefined) taken.push(one);
    }
    await drive.turn(await drive.thread({ dynamicTools: taken }), "go");
  }),
  withTools("in namespaces", TOOLS, [
    call("weather", null, "c1"),
    call("open", "files", "c2"),
    call("open", null, "c3"),
    call("find", "files", "c4"),
    call("weather", "files", "c5"),
    call("filesopen", null, "c6"),
    call("send", "mail", "c7", '{"recipient":1}'),
    call("weather", null, "c8", "{"),
    call("weather", null, "c9", ""),
    call("weather", null, "c10", "3"),
    call("weather", null, "c11", '[1,{"a":null}]'),
  ]),
  withTools(
    "searched for",
    TOOLS,
    [
      search("s1", { query: "find words in files" }),
      search("s2", { query: "mail" }),
      search("s3", { query: "mail", limit: 1 }),
      search("s4", { query: "", limit: 1 }),
      search("s5", { query: "   " }),
      search("s6", { query: "zebra" }),
      search("s7", { query: "send", limit: 0 }),
      search("s8", { query: "send", limit: -1 }),
      search("s9", { query: "send", limit: 1.5 }),
      search("s10", { query: 3 }),
      search("s11", {}),
      search("s12", null),
      search("s13", { query: "send", more: 1 }),
      search("s14", { query: "recipient" }),
      search("s15", { query: "files open weather" }),
      call("send", "mail", "c1"),
      call("close", "files", "c2"),
    ],
    SEARCHING,
  ),
  withTools(
    "found equally",
    ["ns", "other", "long_name-space"].map((namespace, n) =>
      tool(`d${n}`, properties({ type: "string" }), {
        namespace,
        description: `finds ${["cats", "dogs", "cats and dogs"][n]!}`,
        deferLoading: true,
      }),
    ),
    [
      ...["finding", "find", "cats dogs", "ns", "other", "long_name-space", "d1", "a", "finds dogs"].map((query, n) =>
        search(`s${n}`, { query }),
      ),
      search("l1", { query: "finding", limit: 1 }),
      search("l2", { query: "cats", limit: 1 }),
    ],
    SEARCHING,
  ),
  withTools("that could be searched for, by a model that does not", TOOLS, [search("s1", { query: "mail" })], {
    model: "gpt-5.2",
    features: "tool_search = true",
  }),
  withTools("that could be searched for, without the feature", TOOLS, [search("s1", { query: "mail" })], {
    model: "gpt-5.4",
    features: "tool_search = false",
  }),
  withTools(
    "all deferred",
    [TOOLS[1]!, TOOLS[3]!],
    [search("s1", { query: "find" }), call("find", "files", "c1")],
    SEARCHING,
  ),
  withTools("two of one name", [tool("x", {}), tool("x", { type: "object" })], []),
  withTools(
    "two of one name in two namespaces",
    [tool("x", {}, { namespace: "a" }), tool("x", {}, { namespace: "b" }), tool("x", {})],
    [call("x", "b", "c1"), call("x", null, "c2"), call("x", "a", "c3")],
  ),
  withTools(
    "one of a built-in name",
    [tool("update_plan", { type: "object" })],
    [call("update_plan", null, "c1", '{"plan":[]}')],
  ),
  withTools(
    "one of a built-in name in a namespace",
    [tool("update_plan", { type: "object" }, { namespace: "n" })],
    [call("update_plan", "n", "c1", '{"plan":[]}'), call("update_plan", null, "c2", '{"plan":[]}')],
  ),
  withTools(
    "one of a hidden name",
    [tool("shell", { type: "object" })],
    [call("shell", null, "c1", '{"command":["echo","hi"]}')],
  ),
  scenario("tools of the client: names of every kind", { script: ["done"] }, async drive => {
    const taken: unknown[] = [];
    const schema = { type: "object" };
    const one = [
      ...["", " ", "a b", "a.b", "a-b", "ä", "mcp__x", "a".repeat(65)].map(name => tool(name, schema)),
      ...["", " ", "a b", "mcp", "mcp__x", "functions", "tools", "a".repeat(65)].map(namespace =>
        tool("t", schema, { namespace }),
      ),
      { name: "nothing said", inputSchema: schema },
      { name: "empty", description: "", inputSchema: schema },
    ];
    for (const spec of one) {
      const { error } = await drive.wire.call("thread/start", {
        cwd: drive.place.work,
        dynamicTools: [spec],
        ephemeral: true,
      });
      drive.notes[JSON.stringify(spec)] = error ?? "started";
      if (error === undefined) taken.push(spec);
    }
    await drive.turn(await drive.thread({ dynamicTools: taken }), "go");
  }),
];
