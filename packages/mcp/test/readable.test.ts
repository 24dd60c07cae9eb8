import { describe, expect, it } from "vitest";
import { errorReport, McpError, McpRpcError } from "../src/errors.ts";
import { readable } from "../src/connection/readable.ts";
import { readContents, readPage } from "../src/connection/pages.ts";
import { readCallResult, readTools } from "../src/connection/read-tools.ts";

const answer = (rest: object) => ({ jsonrpc: "2.0", id: 1, ...rest }) as Parameters<typeof readable>[0];

describe("messages whose envelope is not quite right", () => {
  it.each<[string, object, object]>([
    ["a result", { result: { a: 1, _meta: { k: 1 } } }, { result: { a: 1, _meta: { k: 1 } } }],
    ["a result whose meta is null", { result: { a: 1, _meta: null } }, { result: { a: 1 } }],
    ["a result whose meta is a number", { result: { a: 1, _meta: 7 } }, { result: {} }],
    ["a result that is a list", { result: [] }, { result: {} }],
    ["a result that is null", { result: null }, { result: {} }],
    ["an error", { error: { code: -1, message: "m", data: null } }, { error: { code: -1, message: "m", data: null } }],
    ["an error without words", { error: { code: -1 } }, { error: { code: -1, message: "" } }],
    ["an error whose code is none", { error: { code: "x", message: "m" } }, { error: { code: -32603, message: "m" } }],
    ["an error that is a text", { error: "oh" }, { error: { code: -32603, message: "oh" } }],
    [
      "a question whose meta is null",
      { method: "m", params: { _meta: null, a: 1 } },
      { method: "m", params: { a: 1 } },
    ],
    ["a question without params", { method: "m" }, { method: "m" }],
  ])("are read: %s", (_what, given, expected) => {
    expect(readable(answer(given))).toEqual(answer(expected));
  });
});

describe("the content of a result", () => {
  const text = { type: "text", text: "a" };
  it.each<[string, object, boolean]>([
    ["a text", { content: [text] }, true],
    ["nothing", { content: [] }, false],
    ["nothing but a structure", { structuredContent: { n: 1 } }, true],
    ["null and a structure that is null", { content: [], structuredContent: null }, false],
    ["a text without text", { content: [{ type: "text" }] }, false],
    ["no list", { content: { 0: text } }, false],
    ["a picture without its type", { content: [{ type: "image", data: "AA" }] }, false],
    ["a sound", { content: [{ type: "audio", data: "AA", mimeType: "audio/wav" }] }, true],
    ["a resource", { content: [{ type: "resource", resource: { uri: "u", text: "t" } }] }, true],
    ["a resource of bytes", { content: [{ type: "resource", resource: { uri: "u", blob: "AA" } }] }, true],
    ["a resource of nothing", { content: [{ type: "resource", resource: { uri: "u" } }] }, false],
    ["a resource that is missing", { content: [{ type: "resource" }] }, false],
    ["a link", { content: [{ type: "resource_link", uri: "u", name: "n" }] }, true],
    ["a link without a name", { content: [{ type: "resource_link", uri: "u" }] }, false],
    ["a kind that nobody knows", { content: [{ type: "hologram", depth: 3 }] }, true],
    ["a failure that is no boolean", { content: [text], isError: "x" }, false],
  ])("is %s", (_what, result, isOne) => {
    const read = (): string => {
      try {
        readCallResult(result as Record<string, unknown>);
        return "read";
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(read()).toBe(isOne ? "read" : "Unexpected response type");
  });
});

describe("lists", () => {
  const resource = { uri: "u", name: "n" };
  it("are shown without what is null", () => {
    expect(readPage({ resources: [{ ...resource, title: null, size: 5 }] }, "resources").items).toEqual([
      { ...resource, size: 5 },
    ]);
    const bare = { name: "t", inputSchema: {} };
    expect(readTools([{ ...bare, title: null, annotations: null, _meta: null }], () => {})).toEqual([bare]);
    expect(readContents([{ uri: "u", text: "t", mimeType: null }])).toEqual([{ uri: "u", text: "t" }]);
  });

  it.each([
    ["a resource without an address", () => readPage({ resources: [{ name: "n" }] }, "resources")],
    ["a resource whose name is a number", () => readPage({ resources: [{ uri: "u", name: 5 }] }, "resources")],
    ["a template without one", () => readPage({ resourceTemplates: [resource] }, "resourceTemplates")],
    ["a number", () => readPage({ resources: [7] }, "resources")],
    ["no list", () => readPage({ resources: {} }, "resources")],
    ["contents that are no list", () => readContents({})],
    ["a content that is a number", () => readContents([7])],
    ["a content without text and bytes", () => readContents([{ uri: "u" }])],
  ])("are refused with %s", (_what, read) => {
    expect(read).toThrow("Unexpected response type");
  });
});

it("an error of several lines stays indented, and data that is null is none", () => {
  const error = new McpError("call_failed", "call failed", { cause: new McpRpcError(-1, "l1\nl2", null) });
  expect(errorReport(error)).toBe("call failed\n\nCaused by:\n    Mcp error: -1: l1\n    l2");
});
