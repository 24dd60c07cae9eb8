import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wireTypes } from "../src/registry.ts";
import { DecodeError, decode, type NamedSchema } from "../src/wire/index.ts";
import { read } from "../src/wire/read.ts";
import { arbitraryOf } from "./arbitrary.ts";

const RUNS = 12;

const parts = Object.entries(wireTypes).map(([part, types]) => [part, Object.entries<NamedSchema>(types)] as const);

function throughJson(value: unknown): unknown {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? undefined : JSON.parse(text);
}

/** Whether decoding works, or fails as it should. */
function refusal(schema: NamedSchema, value: unknown): boolean {
  try {
    decode(schema, value);
    return true;
  } catch (error) {
    return error instanceof DecodeError;
  }
}

describe.each(parts)("every type of %s", (_part, types) => {
  it.each(types)("%s survives decoding, encoding and decoding", (_name, schema) => {
    fc.assert(
      fc.property(arbitraryOf(schema), value => {
        const decoded = decode(schema, throughJson(value));
        expect(throughJson(decode(schema, throughJson(decoded)))).toEqual(throughJson(decoded));
      }),
      { numRuns: RUNS },
    );
  });

  it.each(types)("%s is read by the careful path as by the fast one", (_name, schema) => {
    fc.assert(
      fc.property(arbitraryOf(schema), value => {
        const wire = throughJson(value);
        expect(throughJson(read(schema, wire))).toEqual(throughJson(schema.parse(wire)));
      }),
      { numRuns: RUNS },
    );
  });

  it.each(types)("%s refuses other values with a DecodeError and nothing else", (_name, schema) => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), value => {
        expect(refusal(schema, value)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });
});
