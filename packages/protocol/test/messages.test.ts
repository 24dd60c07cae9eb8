import { describe, expect, it } from "vitest";
import { encodeMessage, parseMessage, parseTrustedMessage } from "../src/index.ts";

describe("parseMessage", () => {
  it.each([
    ["not json", "not json"],
    ["a batch", "[]"],
    ["an empty object", "{}"],
    ["an id alone", '{"id":1}'],
    ["a method that appears twice", '{"id":1,"method":"a","method":"b"}'],
    ["a trace of the wrong type", '{"id":1,"method":"a","trace":3}'],
    ["an error without a message", '{"id":1,"error":{"code":1}}'],
    ["a blank line", "  "],
    ["nesting of 10,000 levels", `{"id":1,"method":"a","params":${"[".repeat(10_000)}${"]".repeat(10_000)}}`],
    ["an unfinished string", '{"id":1,"method":"a'],
  ])("gives nothing for %s", (_name, line) => {
    expect(parseMessage(line)).toBeNull();
  });

  it.each(["null", "true", "1.5", "1.0", "9223372036854775808"])(
    "takes a request with the id %s for a notification",
    id => {
      expect(parseMessage(`{"id":${id},"method":"model/list","params":{}}`)?.kind).toBe("notification");
    },
  );

  it("takes a message with both a method and a result for a request", () => {
    expect(parseMessage('{"id":1,"method":"a","result":{}}')?.kind).toBe("request");
  });

  it("keeps an id exactly, beyond what a double holds", () => {
    const message = parseMessage('{"id":9007199254740993,"method":"a"}');
    expect(message).toMatchObject({ kind: "request", id: 9007199254740993n });
    expect(encodeMessage({ kind: "response", id: 9007199254740993n, result: {} })).toBe(
      '{"id":9007199254740993,"result":{}}',
    );
  });

  it("ignores a jsonrpc member and members it does not know", () => {
    expect(parseMessage('{"jsonrpc":"2.0","id":"x","method":"a","extra":1}')).toMatchObject({ id: "x", method: "a" });
  });

  it("takes a prototype key for an ordinary one and pollutes nothing", () => {
    const message = parseMessage('{"id":1,"method":"a","params":{"__proto__":{"polluted":1.0}}}');
    expect(message?.kind).toBe("request");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("takes the last of members that repeat in the params, and drops a line whose own members repeat", () => {
    expect(parseMessage('{"id":1,"method":"a","params":{"x":1,"x":2.0}}')).toMatchObject({ params: { x: 2 } });
    expect(parseMessage('{"id":1,"method":"a","params":{"x":1,"x":2}}')).toMatchObject({ params: { x: 2 } });
    expect(parseMessage('{"id":1,"id":2,"method":"a"}')).toBeNull();
    expect(parseMessage('{"id":1,"method":"a","params":{},"params":{}}')).toBeNull();
  });

  it("reads a string of 10 MB", () => {
    const text = "x".repeat(10 * 1024 * 1024);
    expect(parseMessage(JSON.stringify({ id: 1, method: "a", params: { text } }))).toMatchObject({ params: { text } });
  });
});

describe("parseTrustedMessage", () => {
  it("tells the four classes apart and refuses deep nesting", () => {
    expect(parseTrustedMessage('{"method":"a","params":{}}')?.kind).toBe("notification");
    expect(parseTrustedMessage('{"id":1,"result":null}')?.kind).toBe("response");
    expect(parseTrustedMessage('{"id":1,"error":{"code":-32600,"message":"m"}}')?.kind).toBe("error");
    expect(parseTrustedMessage('{"id":1,"method":"a"}')?.kind).toBe("request");
    expect(parseTrustedMessage(`${"[".repeat(500)}${"]".repeat(500)}`)).toBeNull();
  });
});

describe("encodeMessage", () => {
  it("writes members in their fixed order and never a jsonrpc member", () => {
    expect(encodeMessage({ kind: "request", id: 0, method: "m", params: {} })).toBe(
      '{"method":"m","id":0,"params":{}}',
    );
    expect(encodeMessage({ kind: "notification", method: "m" })).toBe('{"method":"m"}');
    expect(encodeMessage({ kind: "error", id: 1, error: { code: -1, message: "x" } })).toBe(
      '{"error":{"code":-1,"message":"x"},"id":1}',
    );
  });
});
