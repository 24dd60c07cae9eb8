import { readFileSync } from "node:fs";
import path from "node:path";
import { decodeLine, type RolloutItem } from "@codex-ts/thread-store";
import { describe, expect, it } from "vitest";
import { shellJoin } from "../src/history/items.ts";
import { reviewText } from "../src/history/review-text.ts";
import { settled, turnsOf } from "../src/history/turns.ts";

const data = path.join(import.meta.dirname, "data");
const event = (type: string, members: object = {}): RolloutItem => ({
  type: "event_msg",
  payload: { type, ...members },
});
const said = (message: string) => event("user_message", { message });
const started = (turn_id: string) => event("task_started", { turn_id, started_at: 5 });
const done = (turn_id: string) => event("task_complete", { turn_id, completed_at: 6, duration_ms: 1000 });

function recorded(name: string): RolloutItem[] {
  const lines = readFileSync(path.join(data, `${name}.jsonl`), "utf8")
    .trim()
    .split("\n");
  return lines.map(line => decodeLine(line)!.item);
}

describe("turns from records", () => {
  for (const name of ["turns-limited", "turns-extended"]) {
    it(`are what the reference made of its own file (${name})`, () => {
      const expected: unknown = JSON.parse(readFileSync(path.join(data, `${name}.json`), "utf8"));
      expect(settled(turnsOf(recorded(name)))).toEqual(expected);
    });
  }

  it("stay open without an end, and count as interrupted once nothing runs", () => {
    const turns = turnsOf([started("a"), said("x")]);
    expect(turns[0]!.status).toBe("inProgress");
    expect(settled(turns)[0]!.status).toBe("interrupted");
  });

  it("keep, when they were interrupted, what comes before the next turn: a review that took their place", () => {
    const aborted = event("turn_aborted", { turn_id: "a", reason: "replaced", completed_at: 6, duration_ms: 1000 });
    const entered = event("entered_review_mode", { target: { type: "custom" }, user_facing_hint: "look" });
    const turns = turnsOf([started("a"), said("1"), aborted, entered, started("b"), said("look"), done("b")]);
    expect(turns.map(({ id, status, items }) => [id, status, items.map(({ type }) => type)])).toEqual([
      ["a", "interrupted", ["userMessage", "enteredReviewMode"]],
      ["b", "completed", ["userMessage"]],
    ]);
    expect(turns[0]).toMatchObject({ completedAt: 6, durationMs: 1000 });
  });

  it("are ended by the record that names them, and an end does not complete what was interrupted", () => {
    const aborted = event("turn_aborted", { turn_id: "a", reason: "interrupted", completed_at: 5, duration_ms: 10 });
    const words = event("agent_message", { message: "late" });
    const turns = turnsOf([started("a"), said("1"), aborted, done("a"), words, done("a"), started("b"), said("2")]);
    expect(turns.map(({ status, completedAt }) => [status, completedAt])).toEqual([
      ["interrupted", 6],
      ["completed", null],
      ["inProgress", null],
    ]);
  });

  it("forget what was rolled back, and number on from there", () => {
    const items = [started("a"), said("1"), done("a"), started("b"), said("2"), done("b")];
    const rolled = [...items, event("thread_rolled_back", { num_turns: 1 }), started("c"), said("3"), done("c")];
    expect(turnsOf(rolled).map(turn => [turn.id, turn.items.map(item => item.id)])).toEqual([
      ["a", ["item-1"]],
      ["c", ["item-2"]],
    ]);
    expect(turnsOf([...items, event("thread_rolled_back", { num_turns: 9 })])).toEqual([]);
  });

  it("begin with the user's words where old files have no record of their start", () => {
    const turns = turnsOf([said("1"), event("agent_message", { message: "a" }), said("2")]);
    expect(turns.map(turn => [turn.id, turn.status, turn.items.length])).toEqual([
      ["rollout-0", "completed", 2],
      ["rollout-2", "completed", 1],
    ]);
  });

  it("put a late item into its turn and replace an earlier form of it", () => {
    const call = { call_id: "c", turn_id: "a", tool: "t", arguments: {} };
    const items = [
      started("a"),
      event("dynamic_tool_call_request", { callId: "c", turnId: "a", tool: "t", arguments: {} }),
      done("a"),
      started("b"),
      event("dynamic_tool_call_response", {
        ...call,
        success: true,
        content_items: [],
        duration: { secs: 1, nanos: 5e6 },
      }),
    ];
    expect(turnsOf(items).map(turn => turn.items)).toMatchObject([
      [{ type: "dynamicToolCall", id: "c", status: "completed", durationMs: 1005 }],
      [],
    ]);
  });

  it("tell the error of a failed turn in the wire's words", () => {
    const error = event("error", {
      message: "m",
      codex_error_info: { response_stream_disconnected: { http_status_code: 502 } },
    });
    expect(turnsOf([started("a"), error, done("a")])[0]).toMatchObject({
      status: "failed",
      error: {
        message: "m",
        codexErrorInfo: { responseStreamDisconnected: { httpStatusCode: 502 } },
        additionalDetails: null,
      },
    });
  });
});

describe("the text of a review", () => {
  const finding = (title: string) => ({
    title,
    body: "one\ntwo",
    code_location: { absolute_file_path: "/f", line_range: { start: 1, end: 2 } },
  });

  it("is the explanation, then the comments", () => {
    expect(reviewText({ findings: [finding("A")], overall_explanation: " fine " })).toBe(
      "fine\n\nReview comment:\n\n- A — /f:1-2\n  one\n  two",
    );
    expect(reviewText({ findings: [finding("A"), finding("B")] })).toMatch(/^Full review comments:\n\n- A .*\n\n- B /s);
    expect(reviewText(null)).toBe("Reviewer failed to output a response.");
    expect(reviewText({ findings: [], overall_explanation: "" })).toBe("Reviewer failed to output a response.");
  });
});

describe("a command as one line", () => {
  it("quotes what a shell would take apart", () => {
    expect(shellJoin(["/bin/bash", "-lc", "touch a.txt"])).toBe("/bin/bash -lc 'touch a.txt'");
    expect(shellJoin(["echo", "", "it's $HOME"])).toBe(`echo '' "it's \\$HOME"`);
  });
});
