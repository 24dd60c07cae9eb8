import type { ServerNotification, ThreadItem, Turn } from "@codex-ts/protocol";
import { describe, expect, it } from "vitest";
import { ExecProjection } from "../src/exec/projection.ts";

const threadId = "t";
const turnId = "u";

function turn(status: Turn["status"], more: Partial<Turn> = {}): Turn {
  return { id: turnId, items: [], status, error: null, startedAt: 1, completedAt: 2, durationMs: 3, ...more };
}

const started = (item: ThreadItem): ServerNotification => ({
  method: "item/started",
  params: { item, threadId, turnId },
});
const completed = (item: ThreadItem): ServerNotification => ({
  method: "item/completed",
  params: { item, threadId, turnId },
});
const ended = (end: Turn): ServerNotification => ({ method: "turn/completed", params: { threadId, turn: end } });
const usage = (inputTokens: number): ServerNotification => {
  const breakdown = {
    totalTokens: inputTokens + 5,
    inputTokens,
    cachedInputTokens: 2,
    outputTokens: 5,
    reasoningOutputTokens: 1,
  };
  return {
    method: "thread/tokenUsage/updated",
    params: { threadId, turnId, tokenUsage: { total: breakdown, last: breakdown, modelContextWindow: null } },
  };
};
const message = (id: string, text: string): ThreadItem => ({
  type: "agentMessage",
  id,
  text,
  phase: null,
  memoryCitation: null,
});
const command = (id: string, more: Partial<Extract<ThreadItem, { type: "commandExecution" }>> = {}): ThreadItem => ({
  type: "commandExecution",
  id,
  command: "/bin/bash -lc 'echo hi; exit 3'",
  cwd: "/w",
  processId: null,
  source: "agent",
  status: "inProgress",
  commandActions: [],
  aggregatedOutput: null,
  exitCode: null,
  durationMs: null,
  ...more,
});
const plan = (...steps: [string, "pending" | "inProgress" | "completed"][]): ServerNotification => ({
  method: "turn/plan/updated",
  params: { threadId, turnId, explanation: null, plan: steps.map(([step, status]) => ({ step, status })) },
});

function lines(notifications: ServerNotification[], projection = new ExecProjection()): string[] {
  return notifications.flatMap(notification => projection.next(notification)).map(event => JSON.stringify(event));
}

describe("exec event lines", () => {
  it("show reasoning and messages only when they are complete, with ids in order", () => {
    expect(
      lines([
        started({ type: "reasoning", id: "r", summary: [], content: [] }),
        completed({ type: "reasoning", id: "r", summary: ["hmm"], content: [] }),
        started(message("m", "")),
        completed(message("m", "Hi!")),
        usage(10),
        ended(turn("completed")),
      ]),
    ).toEqual([
      '{"type":"item.completed","item":{"id":"item_0","type":"reasoning","text":"hmm"}}',
      '{"type":"item.completed","item":{"id":"item_1","type":"agent_message","text":"Hi!"}}',
      '{"type":"turn.completed","usage":{"input_tokens":10,"cached_input_tokens":2,"output_tokens":5,"reasoning_output_tokens":1}}',
    ]);
  });

  it("drop blank reasoning without using up an id", () => {
    expect(
      lines([completed({ type: "reasoning", id: "r", summary: [" "], content: ["x"] }), completed(message("m", "a"))]),
    ).toEqual(['{"type":"item.completed","item":{"id":"item_0","type":"agent_message","text":"a"}}']);
  });

  it("show a command when it starts and when it ends, under one id", () => {
    const done = command("c", { status: "failed", exitCode: 3, aggregatedOutput: "hi\n", durationMs: 4 });
    expect(lines([started(command("c")), completed(done)])).toEqual([
      '{"type":"item.started","item":{"id":"item_0","type":"command_execution","command":"/bin/bash -lc \'echo hi; exit 3\'","aggregated_output":"","exit_code":null,"status":"in_progress"}}',
      '{"type":"item.completed","item":{"id":"item_0","type":"command_execution","command":"/bin/bash -lc \'echo hi; exit 3\'","aggregated_output":"hi\\n","exit_code":3,"status":"failed"}}',
    ]);
  });

  it("show the plan as one list that is completed just before the turn ends", () => {
    expect(
      lines([
        plan(["a", "inProgress"]),
        plan(["a", "completed"]),
        completed(message("m", "done")),
        ended(turn("completed")),
      ]),
    ).toEqual([
      '{"type":"item.started","item":{"id":"item_0","type":"todo_list","items":[{"text":"a","completed":false}]}}',
      '{"type":"item.updated","item":{"id":"item_0","type":"todo_list","items":[{"text":"a","completed":true}]}}',
      '{"type":"item.completed","item":{"id":"item_1","type":"agent_message","text":"done"}}',
      '{"type":"item.completed","item":{"id":"item_0","type":"todo_list","items":[{"text":"a","completed":true}]}}',
      '{"type":"turn.completed","usage":{"input_tokens":0,"cached_input_tokens":0,"output_tokens":0,"reasoning_output_tokens":0}}',
    ]);
  });

  it("tell of declined file changes as failed ones", () => {
    const item: ThreadItem = {
      type: "fileChange",
      id: "f",
      changes: [{ path: "/w/a", kind: { type: "update", move_path: null }, diff: "" }],
      status: "declined",
    };
    expect(lines([completed(item)])).toEqual([
      '{"type":"item.completed","item":{"id":"item_0","type":"file_change","changes":[{"path":"/w/a","kind":"update"}],"status":"failed"}}',
    ]);
  });

  it("tell of retries and of the failed turn, with details in brackets", () => {
    const error = { message: "Reconnecting... 1/5", codexErrorInfo: null, additionalDetails: "stream closed" };
    expect(
      lines([
        { method: "error", params: { threadId, turnId, willRetry: true, error } },
        ended(turn("failed", { error: { message: "bad", codexErrorInfo: null, additionalDetails: null } })),
      ]),
    ).toEqual([
      '{"type":"error","message":"Reconnecting... 1/5 (stream closed)"}',
      '{"type":"turn.failed","error":{"message":"bad"}}',
    ]);
  });

  it("end an interrupted turn without a closing line", () => {
    expect(lines([ended(turn("interrupted"))])).toEqual([]);
  });

  it("tell of warnings as error items", () => {
    expect(lines([{ method: "configWarning", params: { summary: "unknown key", details: "config.toml:3" } }])).toEqual([
      '{"type":"item.completed","item":{"id":"item_0","type":"error","message":"unknown key (config.toml:3)"}}',
    ]);
  });

  it("complete what was never seen to complete from the stored turn", () => {
    const done = command("c", { status: "completed", exitCode: 0, aggregatedOutput: "x" });
    const projection = new ExecProjection();
    const all = lines(
      [started(command("c")), ended(turn("completed", { items: [done, message("m", "late")] }))],
      projection,
    );
    expect(all.map(line => JSON.parse(line).type)).toEqual([
      "item.started",
      "item.completed",
      "item.completed",
      "turn.completed",
    ]);
    expect(projection.finalMessage).toBe("late");
  });

  it("give a web search its own id", () => {
    expect(
      lines([completed({ type: "webSearch", id: "ws_1", query: "q", action: { type: "openPage", url: "u" } })]),
    ).toEqual([
      '{"type":"item.completed","item":{"id":"ws_1","type":"web_search","query":"q","action":{"type":"other"}}}',
    ]);
  });

  it.each([
    [{ query: "q", queries: null }, '{"type":"search","query":"q"}'],
    [{ query: null, queries: ["a", "b"] }, '{"type":"search","queries":["a","b"]}'],
    [{ query: null, queries: null }, '{"type":"search"}'],
  ])("tell of a search what there is: %j", (told, action) => {
    expect(
      lines([completed({ type: "webSearch", id: "ws_1", query: "q", action: { type: "search", ...told } })]),
    ).toEqual([`{"type":"item.completed","item":{"id":"ws_1","type":"web_search","query":"q","action":${action}}}`]);
  });
});
