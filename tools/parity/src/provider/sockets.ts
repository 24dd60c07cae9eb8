import { functionCall } from "@codex-ts-tools/model-server";
import { overSocket, type Case } from "./stage.ts";

const wrapped = (more: object) => ({ events: [{ type: "error", ...more }] });
const call = functionCall("exec_command", { cmd: "echo hi" }, "c1");
const TIMES = "stream_max_retries = 2\nwebsocket_connect_timeout_ms = 800";

/** What only a WebSocket can do. */
export const sockets: readonly Case[] = [
  overSocket("two turns and a tool", { replies: [{ items: [call] }, "done", "again"] }),
  ...[400, 401, 403, 404, 426, 429, 500, 503].map(status =>
    overSocket(`handshakes are answered ${status}`, {
      handshakes: { status, body: { error: { message: "no" } } },
    }),
  ),
  overSocket("one handshake is answered 500", { handshakes: [{ status: 500 }] }),
  overSocket("two handshakes are answered 500", { handshakes: [{ status: 500 }, { status: 500 }] }),
  overSocket("handshakes hang", {
    handshakes: { hang: true },
    provider: "websocket_connect_timeout_ms = 800",
  }),
  overSocket("the first handshake hangs", {
    handshakes: [{ hang: true }],
    provider: "websocket_connect_timeout_ms = 800",
  }),
  overSocket("the handshake is slow", { handshakes: [{ delayMs: 500 }] }),
  overSocket("a redirected handshake", {
    handshakes: { status: 302, headers: { location: "/elsewhere" } },
  }),
  overSocket("the connection closes after a turn", { replies: [{ text: "a", disconnectAfter: 100 }, "b"] }),
  overSocket("the connection closes within a turn", {
    replies: [{ text: "abc", disconnectAfter: 2 }, "b"],
    provider: TIMES,
  }),
  overSocket("the connection breaks within a turn", {
    replies: [{ text: "abc", disconnectAfter: { events: 2, how: "reset" } }, "b"],
    provider: TIMES,
  }),
  overSocket("the connection closes for ever", {
    replies: Array.from({ length: 4 }, () => ({ text: "abc", disconnectAfter: 1 })),
    provider: TIMES,
  }),
  overSocket("the limit of connections", {
    replies: [
      wrapped({ status: 400, error: { code: "websocket_connection_limit_reached", message: "too long" } }),
      "b",
    ],
    provider: TIMES,
  }),
  overSocket("the limit of connections without words", {
    replies: [wrapped({ status: 400, error: { code: "websocket_connection_limit_reached" } }), "b"],
    provider: TIMES,
  }),
  ...[400, 401, 404, 429, 500, 503].map(status =>
    overSocket(`a wrapped error ${status}`, {
      replies: [wrapped({ status, error: { type: "x", code: "y", message: "the words" } }), "b"],
      provider: TIMES,
    }),
  ),
  overSocket("a wrapped error by status_code", {
    replies: [
      wrapped({
        status_code: 429,
        error: { type: "usage_limit_reached", plan_type: "plus" },
        headers: { "x-codex-primary-used-percent": "100" },
      }),
    ],
  }),
  overSocket("a wrapped error with headers", {
    replies: [
      wrapped({ status: 402, error: { message: "pay" }, headers: { "X-Request-Id": "r", "cf-ray": 7, "x-b": true } }),
      "b",
    ],
    provider: TIMES,
  }),
  overSocket("a wrapped error of a success", {
    replies: [
      {
        events: [
          { type: "error", status: 200, error: { message: "fine" } },
          { type: "response.completed", response: { id: "r" } },
        ],
      },
    ],
  }),
  overSocket("a previous response that is not found", {
    replies: ["a", wrapped({ status: 400, error: { code: "previous_response_not_found", message: "gone" } }), "b"],
  }),
  overSocket("the wait for a preparation is interrupted", { handshakes: { hang: true } }, async drive => {
    const thread = await drive.thread();
    const turn = await drive.begin(thread, "one");
    await drive.pause(300);
    await drive.call("turn/interrupt", { threadId: thread, turnId: turn });
    await drive.until("turn/completed");
  }),
  overSocket("the effort changes between turns", {}, async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "one");
    await drive.turn(thread, "two", { effort: "high" });
    await drive.turn(thread, "three");
  }),
  overSocket("a compaction between turns", { replies: ["a", "SUMMARY", "b"] }, async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "one");
    const from = drive.messages.length;
    await drive.call("thread/compact/start", { threadId: thread });
    await drive.until("turn/completed", () => true, from);
    await drive.turn(thread, "two");
  }),
];
