import type { Reply, ReplyEvent } from "@codex-ts-tools/model-server";
import { overBoth, overSocket, overSse, type Case } from "./stage.ts";

const created = { type: "response.created", response: { id: "r1" } };
const message = (text: string) => ({
  type: "response.output_item.done",
  item: { type: "message", role: "assistant", id: "m1", content: [{ type: "output_text", text }] },
});
const completed = { type: "response.completed", response: { id: "r1", usage: null } };
const bytes = (text: string) => new TextEncoder().encode(text);
const data = (event: unknown) => `data: ${JSON.stringify(event)}`;
const whole = (...events: readonly unknown[]) => events.map(event => `${data(event)}\n\n`).join("");
const raw = (text: string): Reply => ({ events: [bytes(text)] });

/** The bytes, so many at a time. */
function cut(text: string, size: number): Reply {
  const all = bytes(text);
  const events: ReplyEvent[] = [];
  for (let at = 0; at < all.length; at += size) events.push(all.slice(at, at + size));
  return { events };
}

const fail = (code: unknown, message?: unknown, more: object = {}): Reply => ({
  events: [
    created,
    { type: "response.failed", response: { id: "r1", status: "failed", error: { code, message, ...more } } },
  ],
});

const CODES = [
  "context_length_exceeded",
  "insufficient_quota",
  "usage_not_included",
  "cyber_policy",
  "invalid_prompt",
  "server_is_overloaded",
  "slow_down",
  "rate_limit_exceeded",
  "server_error",
  "vector_store_timeout",
  "invalid_image",
  "image_parse_error",
  "unknown_code",
];

const DELAYS = [
  "Please try again in 300ms.",
  "try again in 0.3s",
  "Try Again In 1 second.",
  "try again in 1 seconds",
  "try again in 1s or so",
  "try again in ms",
  "try again in 1 minute",
  "try again later",
  "try again in 1.5.5s",
  "please try again in  250 ms",
];

const odd = (name: string, text: string) => overSse(name, { replies: [raw(text)] });
const body = whole(created, message("héllo 🌍 wörld"), completed);

const events = (name: string, list: readonly unknown[], provider?: string) =>
  overBoth(name, { replies: [{ events: list as ReplyEvent[] }], ...(provider === undefined ? {} : { provider }) });

/** What a stream may bring. */
export const streams: readonly Case[] = [
  ...CODES.flatMap(code =>
    overBoth(`failed ${code}`, {
      replies: [fail(code, "the words"), fail(code, "the words"), fail(code, "the words")],
    }),
  ),
  ...CODES.map(code => overSse(`failed ${code} without words`, { replies: [fail(code), fail(code)] })),
  overSse("failed with words that are none", { replies: [fail("unknown_code", 7), fail(7, "words")] }),
  overSse("failed without an error", {
    replies: [{ events: [created, { type: "response.failed", response: { id: "r1" } }] }],
  }),
  overSse("failed with an error that is null", {
    replies: [{ events: [created, { type: "response.failed", response: { id: "r1", error: null } }] }],
  }),
  overSse("failed, then completed", {
    replies: [
      { events: [...((fail("unknown_code", "words").events ?? []) as ReplyEvent[]), message("late"), completed] },
    ],
  }),
  overSse("failed, then failed otherwise", {
    replies: [
      {
        events: [
          ...((fail("unknown_code", "words").events ?? []) as ReplyEvent[]),
          ...((fail("insufficient_quota", "words").events ?? []) as ReplyEvent[]),
        ],
      },
    ],
  }),
  overSse("failed, and the stream stays open", {
    replies: [{ ...fail("unknown_code", "words"), keepOpen: true }],
    provider: "stream_idle_timeout_ms = 1500",
  }),
  overSse("incomplete, and the stream stays open", {
    replies: [{ events: [created, { type: "response.incomplete", response: {} }], keepOpen: true }],
    provider: "stream_idle_timeout_ms = 1500",
  }),
  ...DELAYS.map(text => overSse(`a delay: ${text}`, { replies: [fail("rate_limit_exceeded", text)] }, ["one"])),
  ...["max_output_tokens", "content_filter"].flatMap(reason =>
    overBoth(`incomplete: ${reason}`, { replies: [{ text: "part", incomplete: { reason } }] }),
  ),
  ...events("incomplete without a reason", [created, { type: "response.incomplete", response: {} }]),
  ...events("incomplete without a response", [created, { type: "response.incomplete" }]),
  ...events("incomplete for a reason that is none", [
    created,
    { type: "response.incomplete", response: { incomplete_details: { reason: 7 } } },
  ]),
  ...events("an error event", [
    created,
    { type: "error", code: "server_error", message: "oops" },
    message("a"),
    completed,
  ]),
  ...events("an error event with an error", [
    created,
    { type: "error", error: { type: "server_error", code: "x", message: "oops" } },
    message("a"),
    completed,
  ]),
  ...events("completed without usage", [created, message("a"), { type: "response.completed", response: { id: "r" } }]),
  ...events("completed with half a usage", [
    created,
    message("a"),
    { type: "response.completed", response: { id: "r", usage: { input_tokens: 5, output_tokens: 1 } } },
  ]),
  ...events("completed with usage without details", [
    created,
    message("a"),
    {
      type: "response.completed",
      response: { id: "r", usage: { input_tokens: 5, output_tokens: 1, total_tokens: 6 } },
    },
  ]),
  ...events("completed with usage of texts", [
    created,
    message("a"),
    {
      type: "response.completed",
      response: { id: "r", usage: { input_tokens: "5", output_tokens: 1, total_tokens: 6 } },
    },
  ]),
  ...events(
    "completed without a response",
    [created, message("a"), { type: "response.completed" }],
    "stream_idle_timeout_ms = 600",
  ),
  ...events("completed with an id that is null", [
    created,
    message("a"),
    { type: "response.completed", response: { id: null } },
  ]),
  ...events("created without a response", [{ type: "response.created" }, message("a"), completed]),
  ...events("events without a type", [created, {}, { type: null }, { type: 7 }, message("a"), completed]),
  ...events("a verification", [
    created,
    { type: "response.metadata", metadata: { openai_verification_recommendation: ["trusted_access_for_cyber"] } },
    message("a"),
    completed,
  ]),
  ...events("another model in the headers of a response", [
    { type: "response.created", response: { id: "r1", headers: { "OpenAI-Model": "gpt-other" } } },
    message("a"),
    completed,
  ]),
  ...events("another model in the headers of an event", [
    { ...created, headers: { "x-openai-model": ["gpt-other", "b"] } },
    message("a"),
    completed,
  ]),
  odd("comments", `: hello\n\n:\n${whole(created)}: keep-alive\n\n${whole(message("a"))}:x\n${whole(completed)}`),
  odd("CRLF", body.replaceAll("\n", "\r\n")),
  odd("CR alone", body.replaceAll("\n", "\r")),
  odd("a byte order mark", `\uFEFF${body}`),
  odd("no space after the colon", body.replaceAll("data: ", "data:")),
  odd("two spaces after the colon", body.replaceAll("data: ", "data:  ")),
  odd("event names that lie", body.replaceAll("data: ", "event: response.failed\ndata: ")),
  odd("ids and retry times", body.replaceAll("data: ", "id: 1\nretry: 100\ndata: ")),
  odd(
    "data on several lines",
    `data: {"type":\ndata: "response.created","response":{"id":"r"}}\n\n${whole(message("a"), completed)}`,
  ),
  odd("fields that are unknown", body.replaceAll("data: ", "mystery: 1\nnothing\ndata: ")),
  odd("the end mark", `${whole(created, message("a"), completed)}data: [DONE]\n\n`),
  odd("the end mark before the end", `${whole(created, message("a"))}data: [DONE]\n\n${whole(completed)}`),
  odd("the end mark in place of the end", `${whole(created, message("a"))}data: [DONE]\n\n`),
  odd("no blank line at the end", whole(created, message("a"), completed).replace(/\n\n$/, "")),
  odd("one line feed at the end", whole(created, message("a"), completed).replace(/\n$/, "")),
  odd("half an event at the end", whole(created, message("a"), completed).slice(0, -20)),
  odd("nothing at all", ""),
  odd("blank lines", `\n\n\n${body.replaceAll("\n\n", "\n\n\n\n")}`),
  odd("empty data", `data:\n\ndata\n\n${body}`),
  odd("JSON that is no object", `data: 7\n\ndata: null\n\ndata: []\n\ndata: "x"\n\n${body}`),
  odd("broken JSON", `data: {"type":"response.output_item.done"\n\n${body}`),
  odd("an event twice", whole(created, created, message("a"), completed, completed)),
  ...[1, 2, 3, 7].map(size => overSse(`bytes by ${size}`, { replies: [cut(body, size)] })),
  overSse("bytes that are no UTF-8", {
    replies: [
      {
        events: [
          bytes(whole(created)),
          Uint8Array.from([...bytes('data: {"type":"response.output_text.delta","delta":"'), 0xff, ...bytes('"}\n\n')]),
          bytes(whole(message("a"), completed)),
        ],
      },
    ],
  }),
  overSse("a page in place of a stream", {
    replies: [{ body: "<html>Sign in</html>", headers: { "content-type": "text/html" } }],
  }),
  overSse("JSON in place of a stream", { replies: [{ body: { id: "r1", output: [] } }] }),
  overSse("a stream of another kind of content", {
    replies: [{ events: [bytes(body)], headers: { "content-type": "text/plain" } }],
  }),
  ...overBoth("silence within a stream", {
    replies: [{ text: "x", hang: true }],
    provider: "stream_idle_timeout_ms = 600",
  }),
  ...overBoth("silence before a stream", {
    replies: [{ events: [], hang: true }],
    provider: "stream_idle_timeout_ms = 600",
  }),
  overSse("silence before the headers", { replies: [{ delayMs: 2000 }], provider: "stream_idle_timeout_ms = 600" }),
  overSse("comments are no events", {
    replies: [
      {
        events: {
          async *[Symbol.asyncIterator]() {
            for (let n = 0; n < 8; n++) {
              yield bytes(": keep-alive\n\n");
              await new Promise(resolve => setTimeout(resolve, 200));
            }
            yield bytes(body);
          },
        },
      },
    ],
    provider: "stream_idle_timeout_ms = 700",
  }),
  ...overBoth("events of unknown types keep a stream alive", {
    replies: [
      {
        events: [
          created,
          ...Array.from({ length: 6 }, () => ({ type: "response.in_progress" })),
          message("a"),
          completed,
        ],
        eventDelayMs: 250,
      },
    ],
    provider: "stream_idle_timeout_ms = 700",
  }),
  overSocket("a binary message", { replies: [{ events: [created, bytes("{}"), message("a"), completed] }] }),
  overSocket("a message that is no JSON", {
    replies: [{ events: [created, "no json", "[]", "7", message("a"), completed] }],
  }),
  overSse("a long stream", { replies: [{ text: "word ".repeat(5000), chunk: 7 }] }, ["one"]),
  overSse("an event of a megabyte", { replies: [{ events: [created, message("x".repeat(1 << 20)), completed] }] }, [
    "one",
  ]),
];
