import { execFileSync } from "node:child_process";
import type { RolloutItem } from "@codex-ts/thread-store";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shellJoin } from "../src/history/items.ts";
import { turnsOf } from "../src/history/turns.ts";
import { matchPath } from "../src/search/match.ts";
import { idle, nextFacts, type StatusEvent, statusOf } from "../src/threads/status.ts";

const eventTypes = [
  "task_started",
  "task_complete",
  "turn_aborted",
  "thread_rolled_back",
  "user_message",
  "agent_message",
  "agent_reasoning",
  "exec_command_end",
  "patch_apply_end",
  "mcp_tool_call_end",
  "dynamic_tool_call_response",
  "web_search_end",
  "item_completed",
  "error",
  "exited_review_mode",
];
const members = fc.dictionary(
  fc.constantFrom(
    "turn_id",
    "call_id",
    "message",
    "text",
    "num_turns",
    "item",
    "command",
    "changes",
    "invocation",
    "result",
    "status",
    "duration",
    "codex_error_info",
    "review_output",
  ),
  fc.jsonValue(),
);
const event = fc
  .tuple(fc.constantFrom(...eventTypes), members)
  .map(([type, payload]): RolloutItem => ({ type: "event_msg", payload: { ...payload, type } }));

describe("turns from any records", () => {
  it("never throw, and number their items without a gap", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), items => {
        const numbers = turnsOf(items).flatMap(turn =>
          turn.items.flatMap(item => /^item-(\d+)$/.exec(item.id)?.[1] ?? []),
        );
        const sorted = numbers.map(Number).sort((a, b) => a - b);
        expect(numbers.map(Number)).toEqual(sorted);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the status", () => {
  const step = fc.oneof(
    fc.constantFrom<StatusEvent>({ type: "turnStarted" }, { type: "turnEnded" }, { type: "failed" }),
    fc
      .record({
        type: fc.constantFrom("asked" as const, "answered" as const),
        what: fc.constantFrom("approvals" as const, "userInputs" as const),
      })
      .map((value): StatusEvent => value),
  );

  it("never counts below zero, and shows a flag exactly while something is open", () => {
    fc.assert(
      fc.property(fc.array(step), steps => {
        const facts = steps.reduce(nextFacts, idle);
        expect(Math.min(facts.approvals, facts.userInputs)).toBeGreaterThanOrEqual(0);
        const status = statusOf(facts);
        const flags = status.type === "active" ? status.activeFlags : [];
        expect(flags.includes("waitingOnApproval")).toBe(facts.approvals > 0);
        expect(flags.includes("waitingOnUserInput")).toBe(facts.userInputs > 0);
        expect(statusOf(nextFacts(nextFacts(facts, { type: "turnStarted" }), { type: "turnEnded" }))).toEqual({
          type: "idle",
        });
      }),
    );
  });
});

describe("finding letters in a path", () => {
  it("takes each letter of the query once, in order, where it stands", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z/._]{0,30}$/), fc.array(fc.nat(29), { maxLength: 6 }), (path, picks) => {
        const indices = [...new Set(picks.filter(pick => pick < path.length))].sort((a, b) => a - b);
        const query = indices.map(index => path[index]).join("");
        const match = matchPath(query, path);
        expect(match?.indices.map(index => path[index]).join("")).toBe(query);
        expect(match!.indices).toEqual([...match!.indices].sort((a, b) => a - b));
        expect(match!.score).toBeGreaterThan(0);
        expect(matchPath(`${query}!`, path)).toBeNull();
      }),
    );
  });
});

describe("a command as one line", () => {
  it("comes apart into the same words in a shell", () => {
    const words = fc.array(fc.string({ unit: "grapheme-ascii", maxLength: 12 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(words, list => {
        // `!` is special to interactive shells alone, and is quoted for them.
        const plain = list.map(word => word.replaceAll("!", "."));
        const text = execFileSync("sh", ["-c", `printf '%s\\0' ${shellJoin(plain)}`], { encoding: "utf8" });
        expect(text.split("\0").slice(0, -1)).toEqual(plain);
      }),
      { numRuns: 60 },
    );
  });
});
