import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonLines } from "../src/transport/lines.ts";

describe("lines of JSON", () => {
  it("come out the same, wherever the bytes are cut", () => {
    const messages = fc.array(fc.dictionary(fc.string(), fc.string({ unit: "binary" })), { maxLength: 8 });
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (sent, cuts) => {
        const bytes = Buffer.from(sent.map(message => `${JSON.stringify(message)}\n`).join("\nnot json\n"));
        const received: unknown[] = [];
        const lines = new JsonLines(message => received.push(message));
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = cuts[turn % cuts.length]!;
          lines.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(received).toEqual(JSON.parse(JSON.stringify(sent)));
      }),
      { numRuns: 200 },
    );
  });
});
