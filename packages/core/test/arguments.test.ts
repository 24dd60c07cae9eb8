import fc from "fast-check";
import { expect, test } from "vitest";
import { endOfValue, parseJson } from "../src/tools/json-arguments.ts";
import {
  array,
  boolean,
  defaulted,
  number,
  object,
  oneOf,
  optional,
  parseArguments,
  string,
} from "../src/tools/parameters.ts";

const parameters = object(
  {
    command: string(),
    timeout_ms: optional(number()),
    session_id: optional(number(undefined, "i32")),
    plan: optional(
      array(object({ step: string(), status: oneOf(["pending", "in_progress", "completed"]) }, "refused")),
    ),
    tty: defaulted(boolean()),
    chars: defaulted(string()),
  },
  "ignored",
  { timeout: "timeout_ms" },
);

/** Text of the arguments, and what models are used to read about it. */
test.each([
  ["", "EOF while parsing a value at line 1 column 0"],
  ["{", "EOF while parsing an object at line 1 column 1"],
  ["{bad", "key must be a string at line 1 column 2"],
  ['{"cmd":1}', "missing field `command` at line 1 column 9"],
  ['{"command":"echo hi","timeout_ms":"x"}', 'invalid type: string "x", expected u64 at line 1 column 37'],
  ['{"command":"echo hi","timeout_ms":1.5}', "invalid type: floating point `1.5`, expected u64 at line 1 column 37"],
  ['{"command":1e400}', "number out of range at line 1 column 16"],
  [
    '{"command":18446744073709551615}',
    "invalid type: integer `18446744073709551615`, expected a string at line 1 column 31",
  ],
  [
    '{"command":18446744073709551616}',
    "invalid type: floating point `1.8446744073709552e+19`, expected a string at line 1 column 31",
  ],
  [
    '{"command":-9223372036854775809}',
    "invalid type: floating point `-9.223372036854776e+18`, expected a string at line 1 column 31",
  ],
  ['{"command":-0}', "invalid type: floating point `-0.0`, expected a string at line 1 column 13"],
  ['\ufeff{"command":"x"}', "expected value at line 1 column 1"],
  ['{"command":"echo hi","timeout_ms":-1}', "invalid value: integer `-1`, expected u64 at line 1 column 36"],
  ['{"command":"echo hi","session_id":"1"}', 'invalid type: string "1", expected i32 at line 1 column 37'],
  ['{"command":5}', "invalid type: integer `5`, expected a string at line 1 column 12"],
  ['{"command":"echo 1"} x', "trailing characters at line 1 column 22"],
  ['{"command":"echo 1",}', "trailing comma at line 1 column 21"],
  ['{"command":"echo 1" "a"}', "expected `,` or `}` at line 1 column 21"],
  ['{"command":"a\nb"}', "control character (\\u0000-\\u001F) found while parsing a string at line 2 column 0"],
  ['{"command":tru}', "expected ident at line 1 column 15"],
  ["[1,", "EOF while parsing a value at line 1 column 3"],
  ["[1", "EOF while parsing a list at line 1 column 2"],
  ["[1 2]", "expected `,` or `]` at line 1 column 4"],
  ['{"command":"x', "EOF while parsing a string at line 1 column 13"],
  ['{"command"', "EOF while parsing an object at line 1 column 10"],
  ['{"command" 1}', "expected `:` at line 1 column 12"],
  ['{"a":01}', "invalid number at line 1 column 7"],
  ['{"a":1.}', "invalid number at line 1 column 8"],
  ['{"a":"\\q"}', "invalid escape at line 1 column 8"],
  ['\n\n{"a": }', "expected value at line 3 column 7"],
  ['{"command":"x","plan":"x"}', 'invalid type: string "x", expected a sequence at line 1 column 25'],
  [
    '{"command":"x","plan":[{"step":"a","status":"doing"}]}',
    "unknown variant `doing`, expected one of `pending`, `in_progress`, `completed` at line 1 column 51",
  ],
  ['{"command":"x","tty":null}', "invalid type: null, expected a boolean at line 1 column 25"],
  ['{"command":"x","chars":null}', "invalid type: null, expected a string at line 1 column 27"],
  ['{"command":"x","command":"y"}', "duplicate field `command` at line 1 column 24"],
  ['{"command":"echo hi","timeout":5000,"timeout_ms":5000}', "duplicate field `timeout_ms` at line 1 column 48"],
  ['{"command":"x","timeout":"x"}', 'invalid type: string "x", expected u64 at line 1 column 28'],
  ['{"session_id":1.0,"command":"x"}', "invalid type: floating point `1.0`, expected i32 at line 1 column 17"],
  ['{"timeout_ms":1e3,"command":"x"}', "invalid type: floating point `1000.0`, expected u64 at line 1 column 17"],
  ['{"timeout_ms":"x","command":1}', 'invalid type: string "x", expected u64 at line 1 column 17'],
  ['{"command":["x"]}', "invalid type: sequence, expected a string at line 1 column 11"],
  ['{"command":"x","plan":{}}', "invalid type: map, expected a sequence at line 1 column 22"],
  ['{"command":"x \\ud800"}', "unexpected end of hex escape at line 1 column 21"],
  ['{"command":"x \\ud800\\u0041"}', "lone leading surrogate in hex escape at line 1 column 26"],
  ['{"command":"x \\udc00"}', "lone leading surrogate in hex escape at line 1 column 20"],
  [`{"a":${"[".repeat(128)}${"]".repeat(128)}}`, "recursion limit exceeded at line 1 column 132"],
  ["[".repeat(1_000_000), "recursion limit exceeded at line 1 column 128"],
  [
    '{"command":"x","plan":[{"step":"a","status":"pending","more":1}]}',
    "unknown field `more`, expected `step` or `status` at line 1 column 60",
  ],
  ['{"command":"x","plan":[{"step":"a","status":3}]}', "expected value at line 1 column 45"],
  ['{"command":"x","plan":[{"step":"a"}]}', "missing field `status` at line 1 column 35"],
])("%j is answered with what is wrong and where", (text, message) => {
  expect(() => parseArguments(parameters, text)).toThrow(`failed to parse function arguments: ${message}`);
});

test("whatever the text, it is read or refused with a place", () => {
  const jsonish = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'{}[]",:0123456789.eE+-tfn\\u /\n') }),
    fc.json().chain(text => fc.nat(text.length).map(at => text.slice(0, at) + text.slice(at + 1))),
  );
  fc.assert(
    fc.property(jsonish, text => {
      let failure: unknown = null;
      try {
        expect(parseJson(text)).toEqual(JSON.parse(text));
      } catch (error) {
        failure = error;
      }
      if (failure === null) return;
      // Half a character is JSON, but no text; a number may be too large to be one.
      const half = /\\u[dD]/.test(text);
      expect(half || /[eE]\+?\d{3}/.test(text) || !isJson(text)).toBe(true);
      expect(String(failure)).toMatch(/failed to parse function arguments: .* at line \d+ column \d+$/s);
    }),
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test("a value is found by its path, the last of two members with one name", () => {
  const text = '{"a":[1,{"b\\n":"x"}],"a":[2]}';
  expect(text.slice(0, endOfValue(text, ["a", 1, "b\n"]))).toBe('{"a":[1,{"b\\n":"x"');
  expect(endOfValue(text, ["a"])).toBe(text.length - 1);
  expect(endOfValue(text, [])).toBe(text.length);
});

test("a character of two escapes, and 127 values within each other, are read", () => {
  expect(parseArguments(parameters, '{"command":"\\ud83d\\ude00"}').command).toBe("😀");
  expect(parseJson(`${"[".repeat(127)}${"]".repeat(127)}`)).toBeInstanceOf(Array);
});
