import { describe, expect, it } from "vitest";
import { Beginnings } from "../src/events/beginnings.ts";

const event = (type: string, call_id = "c", more: object = {}) => ({ type, call_id, ...more });
const begin = event("exec_command_begin");
const question = event("exec_approval_request");
const ended = event("exec_command_end", "c", { status: "failed", exit_code: 3 });
const declined = event("exec_command_end", "c", { status: "declined", exit_code: -1 });

describe("the beginning of a command", () => {
  it("is told when nobody asks about it", () => {
    const begins = new Beginnings();
    expect(begins.order([begin])).toEqual([]);
    expect(begins.release()).toEqual([begin]);
    expect(begins.order([ended])).toEqual([ended]);
  });

  it("is told before what comes next", () => {
    const begins = new Beginnings();
    expect(begins.order([begin, event("token_count")])).toEqual([begin, event("token_count")]);
    expect(begins.order([begin, ended])).toEqual([begin, ended]);
    const other = event("patch_apply_begin", "d");
    expect(begins.order([begin, other])).toEqual([begin]);
    expect(begins.release()).toEqual([other]);
  });

  it("comes after the approval, and before the end that somebody else's approval leads to", () => {
    const begins = new Beginnings();
    expect(begins.order([begin, question])).toEqual([question]);
    expect(begins.release()).toEqual([]);
    expect(begins.approved("c")).toEqual([begin]);
    expect(begins.approved("c")).toEqual([]);
    expect(begins.order([ended])).toEqual([ended]);
    expect(begins.order([begin, question, ended])).toEqual([question, begin, ended]);
  });

  it("is never told of what is refused, and neither is its end", () => {
    const begins = new Beginnings();
    expect(begins.order([begin, question, declined])).toEqual([question]);
    expect(begins.order([begin])).toEqual([]);
    expect(begins.order([question, event("token_count"), declined])).toEqual([question, event("token_count")]);
  });
});
