import { readFileSync } from "node:fs";
import type { ReplyEvent } from "@codex-ts-tools/model-server";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { ModelError, type ModelEvent, systemClock } from "../src/index.ts";
import { decodeSse } from "../src/stream/sse.ts";
import { clientFor, closeServers, collect, promptFor, serve } from "./support/run.ts";

afterEach(closeServers);

const done: ReplyEvent = { type: "response.completed", response: { id: "r" } };

async function eventsOf(events: ReplyEvent[], headers: Record<string, string> = {}): Promise<ModelEvent[]> {
  const server = await serve([{ events, headers }]);
  const client = clientFor(server);
  return (await collect(client.stream(promptFor(client)))).filter(event => event.type !== "rate_limits");
}

async function* decode(chunks: readonly Uint8Array[]): AsyncGenerator<ModelEvent> {
  const body = new ReadableStream<Uint8Array>({
    start: controller => {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const options = { clock: systemClock, idleTimeoutMs: 10_000, abort: () => {}, readError: (error: unknown) => error };
  for await (const batch of decodeSse(body, options)) yield* batch;
}

describe("a text delta", () => {
  const frame =
    '{"type":"response.output_text.delta","sequence_number":1,"item_id":"m","output_index":0,"content_index":0,"delta":"DELTA","logprobs":[],"obfuscation":"xy"}';
  const read = async (data: string): Promise<ModelEvent[]> =>
    collect(decode([Buffer.from(`data: ${data}\n\ndata: ${JSON.stringify(done)}\n\n`)]));

  it.each([
    ["plain", frame, "DELTA"],
    ["with escapes", frame.replace("DELTA", String.raw`a\n\"b\" \u00e4 \\`), 'a\n"b" \u00e4 \\'],
    ["with characters of all planes", frame.replace("DELTA", "\u00e4\u2028\u{1f600}"), "\u00e4\u2028\u{1f600}"],
    ["that is empty", frame.replace("DELTA", ""), ""],
    ["with members in another order", '{"delta":"x","item_id":"m","type":"response.output_text.delta"}', "x"],
    ["written twice", frame.replace('"logprobs"', '"delta":"last","logprobs"'), "last"],
    ["with spaces", frame.replace('"logprobs":[]', '"logprobs": [ ]'), "DELTA"],
  ])("%s is read whole", async (_, data, delta) => {
    expect((await read(data))[0]).toEqual({ type: "text_delta", delta, itemId: "m" });
  });

  it.each([
    ["cut off", frame.slice(0, -1)],
    ["with something behind it", `${frame} x`],
    ["with a raw control character", frame.replace("DELTA", "a\tb")],
    ["with a broken number", frame.replace('"sequence_number":1', '"sequence_number":01')],
    ["with a broken escape", frame.replace("xy", String.raw`\x`)],
  ])("%s is skipped", async (_, data) => {
    expect((await read(data)).map(({ type }) => type)).toEqual(["completed"]);
  });
});

describe("a stream", () => {
  it("brings items and deltas in order", async () => {
    const item = { type: "message", id: "m1", role: "assistant", content: [] };
    const events = await eventsOf([
      { type: "response.created", response: { id: "r" } },
      { type: "response.in_progress" },
      { type: "response.output_item.added", item },
      { type: "response.output_text.delta", item_id: "m1", delta: "hi" },
      { type: "response.reasoning_summary_part.added", item_id: "r1", summary_index: 1 },
      { type: "response.reasoning_summary_text.delta", item_id: "r1", summary_index: 1, delta: "why" },
      { type: "response.reasoning_text.delta", item_id: "r1", content_index: 0, delta: "raw" },
      { type: "response.custom_tool_call_input.delta", item_id: "c1", call_id: "k", delta: "***" },
      { type: "response.output_item.done", item },
      done,
      { type: "response.output_text.delta", delta: "too late" },
    ]);
    expect(events).toEqual([
      { type: "created" },
      { type: "item_added", item },
      { type: "text_delta", delta: "hi", itemId: "m1" },
      { type: "reasoning_summary_part_added", summaryIndex: 1, itemId: "r1" },
      { type: "reasoning_summary_delta", delta: "why", summaryIndex: 1, itemId: "r1" },
      { type: "reasoning_delta", delta: "raw", contentIndex: 0, itemId: "r1" },
      { type: "custom_tool_input_delta", delta: "***", itemId: "c1", callId: "k" },
      { type: "item_done", item },
      { type: "completed", responseId: "r", usage: null },
    ]);
  });

  it("skips what is malformed: broken JSON, other types, broken items, deltas without their index", async () => {
    const events = await eventsOf([
      "{broken",
      "null",
      "[1]",
      '"text"',
      {},
      { type: 7 },
      { type: "response.output_item.done" },
      { type: "response.output_item.done", item: { type: "function_call", name: "f" } },
      { type: "response.output_item.done", item: { type: "message", role: "assistant", content: "no list" } },
      { type: "response.output_text.delta", delta: 5 },
      { type: "response.reasoning_text.delta", delta: "x" },
      { type: "response.custom_tool_call_input.delta", delta: "x" },
      { type: "codex.rate_limits", rate_limits: {} },
      done,
    ]);
    expect(events).toEqual([{ type: "completed", responseId: "r", usage: null }]);
  });

  it("tells which model answers, once a change, from HTTP and from events", async () => {
    const events = await eventsOf(
      [
        { type: "response.created", response: { id: "r", headers: { "OpenAI-Model": ["a"] } } },
        { type: "response.some_event", headers: { "x-openai-model": "b" } },
        { type: "response.some_event", headers: { "x-openai-model": "b" } },
        done,
      ],
      { "openai-model": "a" },
    );
    expect(events.filter(event => event.type === "server_model").map(event => event.model)).toEqual(["a", "b"]);
  });

  it("reads what the response's headers say", async () => {
    const headers = { "x-models-etag": "e1", "x-reasoning-included": "true", "x-codex-turn-state": "sticky" };
    const events = await eventsOf([done], headers);
    expect(events.slice(0, 3)).toEqual([
      { type: "turn_state", value: "sticky" },
      { type: "models_etag", etag: "e1" },
      { type: "reasoning_included" },
    ]);
  });

  it("keeps the turn state for the requests of the same turn only", async () => {
    const server = await serve([
      { text: "a", headers: { "x-codex-turn-state": "one" } },
      { text: "b", headers: { "x-codex-turn-state": "two" } },
      "c",
      "d",
    ]);
    const client = clientFor(server);
    const turn = {};
    for (let n = 0; n < 3; n += 1) await collect(client.stream(promptFor(client), { turn }));
    await collect(client.stream(promptFor(client), { turn: {} }));
    expect(server.requests.map(request => request.headers["x-codex-turn-state"])).toEqual([
      undefined,
      "one",
      "one",
      undefined,
    ]);
  });

  it("reports an account that should be verified", async () => {
    const metadata = { openai_verification_recommendation: ["trusted_access_for_cyber"] };
    expect((await eventsOf([{ type: "response.metadata", metadata }, done]))[0]).toMatchObject({
      type: "account_verification",
    });
  });

  it("carries an event of 10 MB", async () => {
    const text = "x".repeat(10_000_000);
    const events = await eventsOf([{ type: "response.output_text.delta", delta: text }, done]);
    expect(events[0]).toMatchObject({ type: "text_delta", delta: text });
  });

  it("is the same however its bytes are cut", async () => {
    const text = `: ping\r\n\r\nevent: x\ndata: {"type":"response.output_text.delta",\ndata: "delta":"é😀"}\n\ndata:{"type":"response.completed","response":{"id":"r"}}\r\n\r\n`;
    const bytes = Buffer.from(text);
    const whole = await collect(decode([bytes]));
    expect(whole).toHaveLength(2);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async cuts => {
        const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(await collect(decode(chunks))).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  it("never throws anything but a model error, whatever the bytes are", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.uint8Array(),
            fc.json().map(json => Buffer.from(`data: ${json}\n\n`)),
          ),
        ),
        async chunks => {
          const outcome = await collect(decode(chunks)).catch((error: unknown) => error);
          expect(Array.isArray(outcome) || outcome instanceof ModelError).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("a stream that breaks", () => {
  const failure = async (provider: object, script: Parameters<typeof serve>[0]) => {
    const server = await serve(script);
    const client = clientFor(server, { ...provider, request_max_retries: 0 });
    return collect(client.stream(promptFor(client))).catch(
      (error: unknown) => error as ModelError,
    ) as Promise<ModelError>;
  };

  it("by silence names the time-out", async () => {
    const error = await failure({ stream_idle_timeout_ms: 100 }, [{ text: "x", hang: true }]);
    expect(error.message).toBe("stream disconnected before completion: idle timeout waiting for SSE");
    expect(error.retryable).toBe(true);
  });

  it("does not so by silence before the answer, which may take longer, but not for ever", async () => {
    const provider = { stream_idle_timeout_ms: 100, request_max_retries: 0 };
    const slow = await serve([{ delayMs: 500, text: "x" }]);
    const client = clientFor(slow, provider);
    expect((await collect(client.stream(promptFor(client)))).at(-1)?.type).toBe("completed");
    const silent = await serve([{ delayMs: 60_000 }]);
    const timer = (ms: number, callback: () => void) => systemClock.timer(ms === 300_000 ? 100 : ms, callback);
    const hurried = clientFor(silent, provider, { clock: { ...systemClock, timer } });
    await expect(collect(hurried.stream(promptFor(hurried)))).rejects.toThrow(
      "stream disconnected before completion: idle timeout waiting for SSE",
    );
  });

  it("is not kept alive by comments", async () => {
    async function* pings() {
      for (let n = 0; n < 100; n += 1) {
        yield Buffer.from(": ping\n\n");
        await new Promise(resolve => setTimeout(resolve, 20));
      }
    }
    const error = await failure({ stream_idle_timeout_ms: 150 }, [{ events: pings() }]);
    expect(error.message).toContain("idle timeout");
  });

  const failed = (error: unknown): ReplyEvent => ({ type: "response.failed", response: { id: "r", error } });
  const incomplete: ReplyEvent = { type: "response.incomplete", response: {} };

  it.each([
    [
      "the later of two errors",
      [failed({ code: "x", message: "one" }), failed({ code: "insufficient_quota" })],
      "Quota",
    ],
    ["an error after an incomplete response", [incomplete, failed({ code: "x", message: "two" })], "completion: two"],
    ["an incomplete response after an error", [failed({ message: "one" }), incomplete], "reason: unknown"],
    [
      "an error of which half can be read",
      [failed({ code: "insufficient_quota", message: 7 })],
      "failed event received",
    ],
  ])("is told of by %s", async (_, events, words) => {
    expect((await failure({}, [{ events }])).message).toContain(words);
  });

  it("is none when the response is completed after an error, and brings what stands between", async () => {
    const delta: ReplyEvent = { type: "response.output_text.delta", delta: "late" };
    expect((await eventsOf([failed({ message: "one" }), delta, done])).map(({ type }) => type)).toEqual([
      "text_delta",
      "completed",
    ]);
  });

  it("by an error that the server does not close after is silent like any other", async () => {
    const events = [failed({ message: "one" })];
    const error = await failure({ stream_idle_timeout_ms: 150 }, [{ events, keepOpen: true }]);
    expect(error.message).toBe("stream disconnected before completion: idle timeout waiting for SSE");
  });

  it.each([
    ["without its blank line", "\n"],
    ["without any line end", ""],
  ])("before the end of its last event, %s", async (_, end) => {
    const bytes = Buffer.from(`data: ${JSON.stringify(done)}${end}`);
    await expect(collect(decode([bytes]))).rejects.toThrow("stream closed before response.completed");
  });

  it("by bytes that are no UTF-8 is not guessed at", async () => {
    const delta = '{"type":"response.output_text.delta","delta":"';
    const body = [
      Buffer.from(`data: ${delta}`),
      Buffer.from([0xff]),
      Buffer.from(`"}\n\ndata: ${JSON.stringify(done)}\n\n`),
    ];
    const error = (await collect(decode(body)).catch((reason: unknown) => reason)) as ModelError;
    expect([error.message, error.retryable]).toEqual([
      "stream disconnected before completion: UTF8 error: invalid utf-8 sequence",
      true,
    ]);
  });

  it("by a reset is retryable", async () => {
    const error = await failure({}, [{ text: "x", disconnectAfter: { events: 2, how: "reset" } }]);
    expect([error.code, error.retryable]).toEqual(["stream_disconnected", true]);
  });

  it("inside an event drops the half event", async () => {
    const error = await failure({}, [{ text: "x".repeat(100), disconnectAfter: { bytes: 150 } }]);
    expect(error.message).toBe("stream disconnected before completion: stream closed before response.completed");
  });

  it("because it is a web page says so", async () => {
    const error = await failure({}, [{ body: "<html>", headers: { "content-type": "text/html" } }]);
    expect(error.message).toContain("stream closed before response.completed");
    expect(error.hint).toContain("text/html");
  });

  it("because the address is none is final", async () => {
    const client = clientFor({ baseUrl: "no address" });
    const error = (await collect(client.stream(promptFor(client))).catch((reason: unknown) => reason)) as ModelError;
    expect([error.retryable, error.hint]).toEqual([false, "The provider's `base_url` is not a valid URL."]);
  });

  it("because nothing listens says so", async () => {
    const client = clientFor({ baseUrl: "http://127.0.0.1:9/v1" });
    const error = (await collect(client.stream(promptFor(client))).catch((reason: unknown) => reason)) as ModelError;
    expect(error.message).toBe(
      "stream disconnected before completion: error sending request for url (http://127.0.0.1:9/v1/responses)",
    );
    expect(error.hint).toMatch(/^(Nothing listens at|The request to) http:\/\/127\.0\.0\.1:9/);
  });

  it("by the caller's signal throws its reason, at any time", async () => {
    const server = await serve({ otherwise: { text: "abc", hang: true } });
    const client = clientFor(server);
    for (const delay of [0, 5, 50]) {
      const abort = new AbortController();
      const reason = new Error(`stop ${delay}`);
      setTimeout(() => abort.abort(reason), delay);
      await expect(collect(client.stream(promptFor(client), { signal: abort.signal }))).rejects.toBe(reason);
    }
    const done = AbortSignal.abort(new Error("before"));
    await expect(collect(client.stream(promptFor(client), { signal: done }))).rejects.toThrow("before");
  });

  it("leaves no listener on the signal", async () => {
    const server = await serve({ otherwise: "ok" });
    const client = clientFor(server);
    const { signal } = new AbortController();
    const warnings: unknown[] = [];
    const onWarning = (warning: unknown) => void warnings.push(warning);
    process.on("warning", onWarning);
    for (let n = 0; n < 15; n += 1) await collect(client.stream(promptFor(client), { signal }));
    await new Promise(resolve => setTimeout(resolve, 20));
    process.off("warning", onWarning);
    expect(warnings).toEqual([]);
  });
});

describe("the package", () => {
  it("does not read the process's environment", () => {
    const index = readFileSync(new URL("../src/index.ts", import.meta.url), "utf8");
    const files = [...index.matchAll(/from "(\.[^"]+)"/g)].map(match => match[1] ?? "");
    for (const file of files) {
      expect(readFileSync(new URL(`../src/${file.slice(2)}`, import.meta.url), "utf8")).not.toContain("process.env");
    }
  });
});
