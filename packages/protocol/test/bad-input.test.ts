import { describe, expect, it } from "vitest";
import {
  ConfigValueWriteParams,
  DecodeError,
  decode,
  decodeServerNotification,
  ThreadInjectItemsParams,
  ThreadStartParams,
  TurnStartParams,
} from "../src/index.ts";

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) {
    value = level % 2 === 0 ? [value] : { a: value };
  }
  return value;
}

function refusal(work: () => unknown): DecodeError {
  try {
    work();
  } catch (error) {
    if (error instanceof DecodeError) {
      return error;
    }
    throw error;
  }
  throw new Error("it was not refused");
}

describe("bad input", () => {
  it("nested 10,000 levels deep overflows nothing, wherever it stands", () => {
    const deep = nested(10_000);
    expect(decode(ConfigValueWriteParams, { keyPath: "k", value: deep, mergeStrategy: "replace" }).value).toBe(deep);
    expect(decode(ThreadInjectItemsParams, { threadId: "t", items: [deep] }).items[0]).toBe(deep);
    expect(refusal(() => decode(ThreadStartParams, { model: deep })).message).toMatch(
      /^invalid type: (?:map|sequence), /,
    );
  });

  it("of 10 MB is refused with a short text", () => {
    const long = "x".repeat(10 * 1024 * 1024);
    expect(refusal(() => decode(ThreadStartParams, { sandbox: long })).message.length).toBeLessThan(3000);
    expect(refusal(() => decode(ThreadStartParams, { config: long })).message.length).toBeLessThan(3000);
    expect(decode(TurnStartParams, { threadId: "t", input: [{ type: "text", text: long }] }).input).toHaveLength(1);
  });

  it("with prototype keys changes no prototype", () => {
    const params: unknown = JSON.parse('{"config":{"__proto__":{"polluted":true},"a":1},"__proto__":{"model":"m"}}');
    const decoded = decode(ThreadStartParams, params);
    expect(decoded.model).toBeUndefined();
    expect(Object.getPrototypeOf(decoded.config ?? {})).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("names of Object's own members are no fields, variants or methods", () => {
    expect(refusal(() => decode(ThreadStartParams, { approvalPolicy: "constructor" })).message).toMatch(
      /^unknown variant/,
    );
    expect(refusal(() => decode(ThreadStartParams, { approvalPolicy: { toString: null } })).message).toMatch(
      /^unknown variant/,
    );
    expect(
      refusal(() => decode(TurnStartParams, { threadId: "t", input: [{ type: "hasOwnProperty" }] })).message,
    ).toMatch(/^unknown variant/);
    expect(decodeServerNotification("toString", {})).toBeNull();
  });

  it("says where it is", () => {
    const params = {
      threadId: "t",
      input: [
        { type: "text", text: "a" },
        { type: "text", text: "b", text_elements: [{ byteRange: { start: -1 } }] },
      ],
    };
    const error = refusal(() => decode(TurnStartParams, params));
    expect(error.message).toBe("invalid value: integer `-1`, expected usize");
    expect(error.pathText).toBe("input[1].text_elements[0].byteRange.start");
    expect(error.path).toEqual(["input", 1, "text_elements", 0, "byteRange", "start"]);
  });
});
