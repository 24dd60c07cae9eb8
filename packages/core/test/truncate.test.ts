import fc from "fast-check";
import { expect, test } from "vitest";
import { countLines, truncateMiddle, truncateOutputBody, truncateWithLineCount } from "../src/history/truncate.ts";

/** Text, policy, result. */
const cases: [string, "bytes" | "tokens", number, string][] = [
  ["short", "bytes", 10, "short"],
  ["0123456789", "bytes", 10, "0123456789"],
  ["0123456789", "bytes", 4, "01…6 chars truncated…89"],
  ["0123456789", "bytes", 5, "01…5 chars truncated…789"],
  ["0123456789", "bytes", 0, "…10 chars truncated…"],
  ["0123456789", "tokens", 1, "01…2 tokens truncated…89"],
  ["äöüäöü", "bytes", 5, "ä…4 chars truncated…ü"],
  ["🙂🙂🙂", "bytes", 8, "🙂…1 chars truncated…🙂"],
];

test.each(cases)("%s within %s %i is %s", (text, mode, limit, expected) => {
  expect(truncateMiddle(text, { mode, limit })).toBe(expected);
});

test("what is kept are the two ends of the text, and never more than the budget", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), fc.nat(100), (text, limit) => {
      const cut = truncateMiddle(text, { mode: "bytes", limit });
      if (cut === text) return Buffer.byteLength(text) <= limit || text === "";
      const [head = "", tail = ""] = cut.split(/…\d+ chars truncated…/);
      return text.startsWith(head) && text.endsWith(tail) && Buffer.byteLength(head) + Buffer.byteLength(tail) <= limit;
    }),
  );
});

test("lines are counted as a person counts them", () => {
  expect(["", "a", "a\n", "a\nb", "\n"].map(countLines)).toEqual([0, 1, 1, 2, 1]);
});

test("a cut text says how many lines the whole has", () => {
  expect(truncateWithLineCount("aaaa\nbbbb\n", { mode: "bytes", limit: 4 })).toBe(
    "Total output lines: 2\n\naa…6 chars truncated…b\n",
  );
});

test("the parts of an output share one budget, and images are free", () => {
  const image = { type: "input_image" as const, image_url: "data:image/png;base64,AAAA" };
  const text = (value: string) => ({ type: "input_text" as const, text: value });
  expect(
    truncateOutputBody([text("12345"), image, text("67890abc"), text("lost"), text("too")], {
      mode: "bytes",
      limit: 9,
    }),
  ).toEqual([text("12345"), image, text("67…4 chars truncated…bc"), text("[omitted 2 text items ...]")]);
});
