import { expect, test } from "vitest";
import { schemaMistake } from "../src/threads/tool-schema.ts";

test.each<[unknown]>([
  [true],
  [false],
  [{}],
  [{ type: "odd", oneOf: 3, title: 4 }],
  [{ properties: null, items: null, required: null, enum: null, anyOf: null, additionalProperties: null }],
  [
    {
      properties: { a: { anyOf: [true, { enum: [1, null] }] } },
      required: ["a"],
      additionalProperties: { type: "string" },
    },
  ],
])("a client's tool may have the schema %j", schema => {
  expect(schemaMistake(schema)).toBeNull();
});

test.each<[unknown, string]>([
  [null, "invalid type: null, expected struct JsonSchema"],
  [[], "invalid type: sequence, expected struct JsonSchema"],
  [1.5, "invalid type: floating point `1.5`, expected struct JsonSchema"],
  [{ properties: 3 }, "invalid type: integer `3`, expected a map"],
  [{ properties: { a: "x" } }, 'invalid type: string "x", expected struct JsonSchema'],
  [{ properties: { a: { description: true } } }, "invalid type: boolean `true`, expected a string"],
  [{ required: "a" }, 'invalid type: string "a", expected a sequence'],
  [{ required: [{}] }, "invalid type: map, expected a string"],
  [{ enum: "a" }, 'invalid type: string "a", expected a sequence'],
  [{ anyOf: [3] }, "invalid type: integer `3`, expected struct JsonSchema"],
  [{ items: [{ type: "string" }] }, "data did not match any variant of untagged enum JsonSchemaType"],
  [{ additionalProperties: 3 }, "data did not match any variant of untagged enum AdditionalProperties"],
])("and not %j", (schema, mistake) => {
  expect(schemaMistake(schema)).toBe(mistake);
});
