import type { ResponseItem } from "@codex-ts/protocol/models";
import type { RolloutItem } from "@codex-ts/thread-store";
import { describe, expect, test } from "vitest";
import { messageText } from "../src/history/contextual.ts";
import { dropUserTurns, reconstruct } from "../src/rollout/reconstruct.ts";

const message = (role: string, text: string): ResponseItem => ({
  type: "message",
  role,
  content: [{ type: role === "assistant" ? "output_text" : "input_text", text }],
});
const line = (item: ResponseItem): RolloutItem => ({ type: "response_item", payload: { ...item } });
const event = (type: string, more: object = {}): RolloutItem => ({ type: "event_msg", payload: { type, ...more } });
const context = (turn: string, model: string): RolloutItem => ({
  type: "turn_context",
  payload: { turn_id: turn, cwd: "/w", model },
});

/** One whole turn as it stands in a file. */
function turn(id: string, prompt: string, answer: string, model = "m1"): RolloutItem[] {
  return [
    event("task_started", { turn_id: id }),
    context(id, model),
    line(message("user", prompt)),
    event("user_message", { message: prompt }),
    line(message("assistant", answer)),
    event("task_complete", { turn_id: id }),
  ];
}

/** A compaction between turns, and what it left. */
function compaction(...kept: string[]): RolloutItem[] {
  return [
    event("task_started", { turn_id: "c" }),
    { type: "compacted", payload: { message: "S", replacement_history: kept.map(text => message("user", text)) } },
    event("task_complete", { turn_id: "c" }),
  ];
}

const rolledBack = (turns: number) => event("thread_rolled_back", { num_turns: turns });

function state(items: RolloutItem[]) {
  const { history, baseline, previousModel, compactions } = reconstruct(items, {
    policy: { mode: "bytes", limit: 10_000 },
  });
  return { texts: history.map(messageText), baseline: baseline?.turn_id ?? null, previousModel, compactions };
}

describe("a session file is read back as", () => {
  const cases: [string, RolloutItem[], ReturnType<typeof state>][] = [
    [
      "its turns, with the last one's context",
      [...turn("1", "one", "a1"), ...turn("2", "two", "a2", "m2")],
      { texts: ["one", "a1", "two", "a2"], baseline: "2", previousModel: "m2", compactions: 0 },
    ],
    [
      "what was left after a rollback",
      [
        ...turn("1", "one", "a1"),
        ...turn("2", "two", "a2", "m2"),
        event("thread_rolled_back", { num_turns: 1 }),
        ...turn("3", "three", "a3"),
      ],
      { texts: ["one", "a1", "three", "a3"], baseline: "3", previousModel: "m1", compactions: 0 },
    ],
    [
      "the context of the turn before the one that was rolled back",
      [...turn("1", "one", "a1"), ...turn("2", "two", "a2", "m2"), event("thread_rolled_back", { num_turns: 1 })],
      { texts: ["one", "a1"], baseline: "1", previousModel: "m1", compactions: 0 },
    ],
    [
      "nothing known when everything was rolled back",
      [
        line(message("developer", "<permissions instructions>x</permissions instructions>")),
        ...turn("1", "one", "a1"),
        event("thread_rolled_back", { num_turns: 3 }),
      ],
      {
        texts: ["<permissions instructions>x</permissions instructions>"],
        baseline: null,
        previousModel: null,
        compactions: 0,
      },
    ],
    [
      "what came after everything was rolled back, with the context that was told then",
      [
        ...turn("1", "one", "a1"),
        ...turn("2", "two", "a2"),
        event("thread_rolled_back", { num_turns: 2 }),
        ...turn("3", "three", "a3", "m2"),
        ...turn("4", "four", "a4", "m2").slice(0, 4),
      ],
      { texts: ["three", "a3", "four"], baseline: "4", previousModel: "m2", compactions: 0 },
    ],
    [
      "the replaced history, without a context, after a compaction between turns",
      [...turn("1", "one", "a1"), ...compaction("kept")],
      { texts: ["kept"], baseline: null, previousModel: "m1", compactions: 1 },
    ],
    [
      "the replaced history and its context after a compaction in the middle of a turn",
      [
        event("task_started", { turn_id: "1" }),
        context("1", "m1"),
        line(message("user", "one")),
        { type: "compacted", payload: { message: "S", replacement_history: [message("user", "kept")] } },
        context("1", "m1"),
        line(message("assistant", "after")),
        event("task_complete", { turn_id: "1" }),
      ],
      { texts: ["kept", "after"], baseline: "1", previousModel: "m1", compactions: 1 },
    ],
    [
      "the turns from before a compaction that was rolled back with the last of them",
      [...turn("1", "one", "a1"), ...turn("2", "two", "a2"), ...compaction("one", "two", "S"), rolledBack(1)],
      { texts: ["one", "a1"], baseline: "1", previousModel: "m1", compactions: 1 },
    ],
    [
      "nothing, not even the context, when a compaction and all turns before it were rolled back",
      [
        line(message("developer", "<permissions instructions>x</permissions instructions>")),
        ...turn("1", "one", "a1"),
        ...compaction("one", "S"),
        rolledBack(1),
      ],
      { texts: [], baseline: null, previousModel: null, compactions: 1 },
    ],
    [
      "what was told first after a compaction that was rolled back with all turns before it and after it",
      [
        line(message("developer", "<permissions instructions>x</permissions instructions>")),
        ...turn("1", "one", "a1"),
        ...compaction("one", "S"),
        line(message("developer", "<permissions instructions>y</permissions instructions>")),
        ...turn("2", "two", "a2"),
        rolledBack(2),
      ],
      {
        texts: ["<permissions instructions>y</permissions instructions>"],
        baseline: null,
        previousModel: null,
        compactions: 1,
      },
    ],
    [
      "what was compacted, when only turns after it were rolled back",
      [...turn("1", "one", "a1"), ...compaction("one", "S"), ...turn("2", "two", "a2"), rolledBack(1)],
      { texts: ["one", "S"], baseline: null, previousModel: "m1", compactions: 1 },
    ],
    [
      "what an earlier compaction left, when a later one was rolled back",
      [
        ...turn("1", "one", "a1"),
        ...compaction("one", "S1"),
        ...turn("2", "two", "a2"),
        ...compaction("one", "two", "S2"),
        rolledBack(1),
        ...turn("3", "three", "a3"),
      ],
      { texts: ["one", "S1", "three", "a3"], baseline: "3", previousModel: "m1", compactions: 2 },
    ],
    [
      "the turn before one that compacted in its middle and was rolled back",
      [
        ...turn("1", "one", "a1"),
        ...turn("2", "two", "a2").slice(0, 4),
        { type: "compacted", payload: { message: "S", replacement_history: [message("user", "kept")] } },
        line(message("assistant", "after")),
        event("task_complete", { turn_id: "2" }),
        rolledBack(1),
      ],
      { texts: ["one", "a1"], baseline: "1", previousModel: "m1", compactions: 1 },
    ],
    [
      "an unfinished turn",
      turn("1", "one", "a1").slice(0, 4),
      { texts: ["one"], baseline: "1", previousModel: "m1", compactions: 0 },
    ],
  ];
  test.each(cases)("%s", (_name, items, expected) => {
    expect(state(items)).toEqual(expected);
  });
});

test("a compaction from before histories were kept is made anew, and the context is told again", () => {
  const { texts, baseline } = state([...turn("1", "one", "a1"), { type: "compacted", payload: { message: "OLD" } }]);
  expect(texts[0]).toBe("one");
  // The note of another program has that program's heading.
  expect(texts[1]).toBe("OLD");
  expect(baseline).toBeNull();
});

test("dropping turns drops the context that was written for them", () => {
  const environment = message("user", "<environment_context>\n</environment_context>");
  const permissions = message("developer", "<permissions instructions></permissions instructions>");
  const items = [message("user", "one"), message("assistant", "a"), permissions, environment, message("user", "two")];
  expect(dropUserTurns(items, 1)).toEqual(items.slice(0, 2));
  expect(dropUserTurns(items, 9)).toEqual([]);
  expect(dropUserTurns(items, 0)).toEqual(items);
});

test("the last token count is taken over", () => {
  const usage = {
    input_tokens: 1,
    cached_input_tokens: 2,
    output_tokens: 3,
    reasoning_output_tokens: 4,
    total_tokens: 5,
  };
  const info = { total_token_usage: usage, last_token_usage: usage, model_context_window: 100 };
  const { tokenInfo } = reconstruct([event("token_count", { info }), event("token_count", { info: null })], {
    policy: { mode: "bytes", limit: 10 },
  });
  expect(tokenInfo).toEqual({
    total: { inputTokens: 1, cachedInputTokens: 2, outputTokens: 3, reasoningOutputTokens: 4, totalTokens: 5 },
    last: { inputTokens: 1, cachedInputTokens: 2, outputTokens: 3, reasoningOutputTokens: 4, totalTokens: 5 },
    contextWindow: 100,
  });
});
