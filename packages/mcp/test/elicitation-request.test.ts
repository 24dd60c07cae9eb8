import { describe, expect, it } from "vitest";
import { isElicitation, readElicitation } from "../src/connection/elicitation-request.ts";

const form = (s: unknown, more: object = {}) => ({
  message: "m",
  requestedSchema: { type: "object", properties: { s }, ...more },
});
const nothing = { type: "object", properties: {} };

/** The form as a client is shown it; `cancel`: one that clients do not know; `unknown`: no question at all. */
function shown(params: Record<string, unknown>): unknown {
  if (!isElicitation(params)) return "unknown";
  const request = readElicitation("x", 1, params);
  if (request === null) return "cancel";
  return request.mode === "form" ? request.requestedSchema : request.url;
}

describe("questions of servers", () => {
  const text = { type: "string" };
  it.each<[string, Record<string, unknown>, unknown]>([
    ["a text", form(text), { type: "object", properties: { s: text } }],
    ["a word that no client knows", form({ ...text, pattern: "x" }), { type: "object", properties: { s: text } }],
    ["a generated form", form(text, { additionalProperties: false }), { type: "object", properties: { s: text } }],
    ["a choice", form({ ...text, enum: ["a"] }), { type: "object", properties: { s: { ...text, enum: ["a"] } } }],
    [
      "a choice with titles",
      form({ ...text, oneOf: [{ const: "a", title: "A" }] }),
      { type: "object", properties: { s: { ...text, oneOf: [{ const: "a", title: "A" }] } } },
    ],
    [
      "several choices",
      form({ type: "array", items: { type: "string", enum: ["a"] }, minItems: 1 }),
      { type: "object", properties: { s: { type: "array", items: { type: "string", enum: ["a"] }, minItems: 1 } } },
    ],
    ["an object", form({ type: "object" }), "unknown"],
    ["null", form({ type: "null" }), "unknown"],
    ["no form", { message: "m" }, "unknown"],
    ["a form that is a text", { message: "m", requestedSchema: { type: "string", properties: {} } }, "unknown"],
    ["no message", { requestedSchema: nothing }, "unknown"],
    ["a message that is a number", { message: 7, requestedSchema: nothing }, "unknown"],
    ["a page", { mode: "url", message: "m", url: "x", elicitationId: "e" }, "x"],
    ["a page without an address", { mode: "url", message: "m", elicitationId: "e" }, "unknown"],
    ["a page without an id", { mode: "url", message: "m", url: "https://x" }, "unknown"],
    ["a form of another mode", { mode: "odd", message: "m", requestedSchema: nothing }, nothing],
    ["a page of another mode", { mode: "odd", message: "m", url: "u", elicitationId: "e" }, "unknown"],
  ])("%s", (_what, params, expected) => {
    expect(shown(params)).toEqual(expected);
  });

  it("are shown with their fields sorted, and with the meta that is not about progress", () => {
    const request = readElicitation("x", 1, {
      ...form(text),
      requestedSchema: { type: "object", properties: { b: text, a: text } },
      _meta: { progressToken: 1, hint: "h" },
    });
    expect(request?.mode === "form" && Object.keys(request.requestedSchema.properties)).toEqual(["a", "b"]);
    expect(request?._meta).toEqual({ hint: "h" });
    expect(readElicitation("x", 1, { ...form(text), _meta: { progressToken: 1 } })?._meta).toBeNull();
  });
});
