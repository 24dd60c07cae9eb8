import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { allowed } from "../src/schema/allowed.ts";
import { differences } from "../src/schema/differences.ts";
import { countProperties, normalise } from "../src/schema/normal.ts";
import { fileForm } from "../src/schema/typescript.ts";

type Definitions = Readonly<Record<string, unknown>>;

const json = path.join(import.meta.dirname, "../../../schema/json");

function flatBundle(stability: string): Definitions {
  const text = readFileSync(path.join(json, stability, "codex_app_server_protocol.v2.schemas.json"), "utf8");
  return (JSON.parse(text) as { definitions: Definitions }).definitions;
}

function equal(ours: unknown, theirs: unknown): boolean {
  return differences(normalise(ours), normalise(theirs)).length === 0;
}

describe("the comparison of JSON Schemas", () => {
  it("tells stable from experimental in exactly the eight types that have gated members", () => {
    const [stable, experimental] = [flatBundle("stable"), flatBundle("experimental")];
    const differing = Object.keys(stable).filter(name => !equal(stable[name], experimental[name]));
    expect(differing.sort()).toEqual([
      "ClientRequest",
      "Config",
      "ConfigRequirements",
      "ThreadForkParams",
      "ThreadResumeParams",
      "ThreadStartParams",
      "TurnStartParams",
      "TurnSteerParams",
    ]);
    expect(Object.keys(stable)).toHaveLength(413);
    expect(Object.keys(experimental)).toHaveLength(439);
    expect([countProperties(stable), countProperties(experimental)]).toEqual([1669, 1761]);
  });

  it.each([
    ["a description and a title", { type: "string", description: "x", title: "X" }, { type: "string" }],
    ["0.0 and 0", { type: "integer", minimum: 0.0 }, { type: "integer", minimum: 0 }],
    ["the two spellings of nullable", { type: ["string", "null"] }, { anyOf: [{ type: "string" }, { type: "null" }] }],
    ["one enum and its parts", { enum: ["a", "b"] }, { oneOf: [{ enum: ["b"] }, { const: "a" }] }],
    ["an allOf of one", { allOf: [{ $ref: "#/definitions/A" }] }, { $ref: "#/definitions/v2/A" }],
    ["true and an empty schema", { items: true, type: "array" }, { items: {}, type: "array" }],
    [
      "the order of required members",
      { required: ["a", "b"], type: "object" },
      { required: ["b", "a"], type: "object" },
    ],
  ])("takes no notice of %s", (_name, ours, theirs) => {
    expect(equal(ours, theirs)).toBe(true);
  });

  it.each([
    ["a missing member", { properties: { a: { type: "string" } } }, { properties: {} }],
    ["a required member", { type: "object", required: ["a"] }, { type: "object" }],
    ["an integer's format", { type: "integer", format: "int64" }, { type: "integer", format: "int32" }],
    ["a minimum", { type: "integer", minimum: 1 }, { type: "integer", minimum: 0 }],
    ["null", { type: ["string", "null"] }, { type: "string" }],
    ["an enum's value", { enum: ["a"] }, { enum: ["a", "b"] }],
    ["a reference", { $ref: "#/definitions/A" }, { $ref: "#/definitions/B" }],
    ["a default", { type: "boolean", default: true }, { type: "boolean" }],
    ["a closed object", { type: "object", additionalProperties: false }, { type: "object" }],
  ])("notices %s", (_name, ours, theirs) => {
    expect(equal(ours, theirs)).toBe(false);
    expect(equal({ type: "array", items: ours }, { type: "array", items: theirs })).toBe(false);
  });
});

describe("the comparison of TypeScript", () => {
  const form = (text: string): unknown => fileForm("x.ts", `export type X = ${text};`);

  it.each([
    ["white space, commas and comments", "{ a: string, /** b */ b: number, }", "{a:string;b:number}"],
    ["the order of members", "{ a: string, b: number }", "{ b: number, a: string }"],
    ["the order of a union", '"a" | null | "b"', 'null | "b" | "a"'],
    [
      "a written-out JSON value",
      "number | string | boolean | Array<JsonValue> | { [key in string]?: JsonValue } | null",
      "JsonValue",
    ],
  ])("takes no notice of %s", (_name, ours, theirs) => {
    expect(differences(form(ours), form(theirs))).toEqual([]);
  });

  it.each([
    ["an optional member", "{ a?: string }", "{ a: string }"],
    ["null", "{ a: string | null }", "{ a: string }"],
    ["bigint", "{ a: bigint }", "{ a: number }"],
    ["a union's member", '"a" | "b"', '"a"'],
  ])("notices %s", (_name, ours, theirs) => {
    expect(differences(form(ours), form(theirs))).not.toEqual([]);
  });
});

describe("the list of allowed deviations", () => {
  it("is short, and every entry says why", () => {
    expect(allowed.length).toBeLessThanOrEqual(10);
    expect(allowed.every(({ reason, onlyTheirs }) => reason.length > 20 && onlyTheirs.length > 0)).toBe(true);
  });
});
