import type { ModelServer, Reply, Script } from "@codex-ts-tools/model-server";
import { afterEach, describe, expect, it } from "vitest";
import {
  type ModelClient,
  type ModelClientOptions,
  ModelError,
  type ModelEvent,
  type ProviderConfig,
} from "../src/index.ts";
import { clientFor, closeServers, collect, promptFor, serve } from "./support/run.ts";

const clients: ModelClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await closeServers();
});

async function setUp(script: Script, provider: ProviderConfig = {}, options: Partial<ModelClientOptions> = {}) {
  const server = await serve(script);
  const client = clientFor(server, { supports_websockets: true, ...provider }, { webSockets: true, ...options });
  clients.push(client);
  return { server, client };
}

const metadata = { "x-codex-window-id": "t:0", "x-codex-turn-metadata": '{"turn_id":"1"}', "x-client-request-id": "t" };
const prompt = (client: ModelClient, texts: string[] = ["hi"], headers: Record<string, string> = metadata) => {
  const { body } = promptFor(client);
  const input = texts.map((text, index) => ({
    type: "message" as const,
    role: index % 2 === 0 ? "user" : "assistant",
    content: [{ type: index % 2 === 0 ? ("input_text" as const) : ("output_text" as const), text }],
  }));
  return { body: { ...body, input }, headers };
};

/** The turn loop's way: retries, then the fall back to HTTP, then retries again. */
async function sample(
  client: ModelClient,
  texts?: string[],
): Promise<{ events: ModelEvent[]; errors: string[]; fellBack: boolean }> {
  const errors: string[] = [];
  let fellBack = false;
  for (let failures = 0; ; ) {
    try {
      return { events: await collect(client.stream(prompt(client, texts))), errors, fellBack };
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      errors.push(error.message);
      failures += 1;
      if (error.retryable && failures <= client.streamMaxRetries) continue;
      if (!error.retryable || !client.switchToHttp()) return { events: [], errors, fellBack };
      fellBack = true;
      failures = 0;
    }
  }
}

const kinds = (server: ModelServer) => server.requests.map(request => request.transport);
const message = (text: string): Reply => ({ items: [{ type: "message", text, annotations: [] }] });

describe("a WebSocket", () => {
  it("is warmed up, and the first request goes on from there", async () => {
    const { server, client } = await setUp([{ id: "warm" }, "ok"], { http_headers: { "x-a": "1" } });
    const prewarm = client.startPrewarm(prompt(client));
    expect(await prewarm.ready()).toBe(true);
    expect((await sample(client, ["a", "b", "c"])).errors).toEqual([]);
    expect(server.handshakes.map(request => request.url)).toEqual(["/v1/responses"]);
    expect(server.handshakes[0]?.headers).toMatchObject({
      "openai-beta": "responses_websockets=2026-02-06",
      originator: "codex_exec",
      "x-a": "1",
      "x-codex-window-id": "t:0",
      "x-client-request-id": "t",
    });
    expect(server.handshakes[0]?.headers["user-agent"]).toBeUndefined();
    const [first, second] = server.requests.map(request => request.body);
    expect(first).toMatchObject({ type: "response.create", generate: false, input: [] });
    expect(first).not.toHaveProperty("previous_response_id");
    expect(second).toMatchObject({
      previous_response_id: "warm",
      client_metadata: { "x-codex-turn-metadata": '{"turn_id":"1"}' },
    });
    expect(second?.input).toHaveLength(3);
    expect(second).not.toHaveProperty("generate");
    expect(Object.keys(second ?? {}).slice(0, 5)).toEqual([
      "type",
      "model",
      "instructions",
      "previous_response_id",
      "input",
    ]);
  });

  it("has the user agent that the provider's settings name, and no other", async () => {
    const { server, client } = await setUp([message("b")], { http_headers: { "User-Agent": "mine" } });
    await sample(client, ["a"]);
    expect(server.handshakes[0]?.headers["user-agent"]).toBe("mine");
  });

  it("sends only what is new, from turn to turn", async () => {
    const { server, client } = await setUp([message("b"), message("d"), message("x")]);
    await sample(client, ["a"]);
    await sample(client, ["a", "b", "c"]);
    await sample(client, ["a", "b", "c", "d"]);
    const inputs = server.requests.map(request => [request.body.previous_response_id, request.input.length]);
    expect(inputs).toEqual([
      [undefined, 1],
      ["resp_0", 1],
      ["resp_1", 0],
    ]);
    expect(server.handshakes).toHaveLength(1);
  });

  it("sends everything when the history or anything else is not the same", async () => {
    const { server, client } = await setUp([message("b"), message("d"), "x"]);
    await sample(client, ["a"]);
    await sample(client, ["other", "b", "c"]);
    const changed = prompt(client, ["other", "b", "c", "d", "e"]);
    await collect(client.stream({ ...changed, body: { ...changed.body, model: "m2" } }));
    expect(server.requests.map(request => [request.body.previous_response_id, request.input.length])).toEqual([
      [undefined, 1],
      [undefined, 3],
      [undefined, 5],
    ]);
  });

  it("is opened anew after a broken response, and serves another context window", async () => {
    const { server, client } = await setUp(["a", "b", { failed: { code: "x" } }, "c"]);
    await sample(client);
    await collect(client.stream(prompt(client, ["hi"], { "x-codex-window-id": "t:1" })));
    await collect(client.stream(prompt(client, ["hi"], { "x-codex-window-id": "t:1" }))).catch(() => {});
    await collect(client.stream(prompt(client, ["hi"], { "x-codex-window-id": "t:1" })));
    expect(server.requests.map(request => request.connection)).toEqual([0, 0, 0, 1]);
  });

  it("is opened anew when the server closed it between two requests, and that is no failed attempt", async () => {
    const { server, client } = await setUp([{ text: "a", disconnectAfter: 100 }, "b"], { stream_max_retries: 0 });
    await sample(client);
    // The server's close is on its way.
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(await sample(client)).toMatchObject({ errors: [], fellBack: false });
    expect(server.requests.map(request => request.connection)).toEqual([0, 1]);
  });

  it("is kept again after it was cut, but not once the client is closed", async () => {
    const { server, client } = await setUp([message("b"), message("d"), message("f"), message("h"), message("j")]);
    await sample(client, ["a"]);
    client.disconnect();
    await sample(client, ["a", "b", "c"]);
    await sample(client, ["a", "b", "c", "d", "e"]);
    client.close();
    await sample(client, ["a", "b", "c", "d", "e", "f", "g"]);
    await sample(client, ["a", "b", "c", "d", "e", "f", "g", "h", "i"]);
    expect(server.requests.map(request => [request.connection, request.body.previous_response_id])).toEqual([
      [0, undefined],
      [1, undefined],
      [1, "resp_1"],
      [2, undefined],
      [3, undefined],
    ]);
  });

  it("is left alone by a request that has a connection of its own", async () => {
    const { server, client } = await setUp([message("b"), message("x"), message("d")]);
    await sample(client, ["a"]);
    await collect(client.stream(prompt(client, ["a", "b", "x"]), { ownConnection: true }));
    await sample(client, ["a", "b", "c"]);
    expect(server.requests.map(request => [request.connection, request.body.previous_response_id])).toEqual([
      [0, undefined],
      [1, undefined],
      [0, "resp_0"],
    ]);
  });

  it("serves two requests at once over two connections", async () => {
    const { server, client } = await setUp({ otherwise: { text: "a", delayMs: 50 } });
    await Promise.all([sample(client), sample(client)]);
    await sample(client);
    expect(server.handshakes).toHaveLength(2);
  });

  it("carries the turn state of its handshake, the models' version and the model's name", async () => {
    const headers = { "x-codex-turn-state": "s", "x-models-etag": "e", "openai-model": "real" };
    const { client } = await setUp({ handshakes: [{ headers }], otherwise: "ok" });
    const turn: { turnState?: string } = {};
    const events = await collect(client.stream(prompt(client), { turn }));
    expect(turn.turnState).toBe("s");
    expect(events.slice(0, 3)).toEqual([
      { type: "turn_state", value: "s" },
      { type: "models_etag", etag: "e" },
      { type: "server_model", model: "real" },
    ]);
    // On the same connection the next request hears it again, but for the state of the turn.
    const next: { turnState?: string } = {};
    const later = await collect(client.stream(prompt(client), { turn: next }));
    expect([later.slice(0, 2), next]).toEqual([
      [
        { type: "models_etag", etag: "e" },
        { type: "server_model", model: "real" },
      ],
      {},
    ]);
  });

  it("brings rate limits as events", async () => {
    const limits = {
      type: "codex.rate_limits",
      plan_type: "plus",
      metered_limit_name: "codex-other",
      rate_limits: { primary: { used_percent: 12.5, window_minutes: 300, reset_at: 7 } },
      credits: { has_credits: true, unlimited: false, balance: " " },
    };
    const { client } = await setUp([{ events: [limits, { type: "response.completed", response: { id: "r" } }] }]);
    const { events } = await sample(client);
    expect(events[0]).toEqual({
      type: "rate_limits",
      snapshot: {
        limitId: "codex_other",
        limitName: null,
        primary: { usedPercent: 12.5, windowDurationMins: 300, resetsAt: 7 },
        secondary: null,
        credits: { hasCredits: true, unlimited: false, balance: null },
        planType: "plus",
        rateLimitReachedType: null,
      },
    });
  });
});

describe("a WebSocket in trouble", () => {
  it("that is refused with 426 becomes HTTP at once, without a retry", async () => {
    const { server, client } = await setUp({ handshakes: [{ status: 426 }], otherwise: "ok" });
    const { errors } = await sample(client);
    expect([errors, server.handshakes.length, kinds(server), client.transport]).toEqual([[], 1, ["http"], "http"]);
    expect((await sample(client)).errors).toEqual([]);
    expect(server.handshakes).toHaveLength(1);
  });

  it("that is refused with 500 uses the retries up, then becomes HTTP", async () => {
    const { server, client } = await setUp({ handshakes: () => ({ status: 500 }), otherwise: "ok" });
    expect(await client.startPrewarm(prompt(client)).ready()).toBe(false);
    const { events, fellBack } = await sample(client);
    expect([server.handshakes.length, kinds(server), fellBack, events.at(-1)?.type]).toEqual([
      3,
      ["http"],
      true,
      "completed",
    ]);
  });

  it("whose handshake hangs is given up in time", async () => {
    const { server, client } = await setUp(
      { handshakes: () => ({ hang: true }), otherwise: "ok" },
      { websocket_connect_timeout_ms: 100 },
    );
    expect(await client.startPrewarm(prompt(client)).ready()).toBe(false);
    const { errors, events } = await sample(client);
    expect([server.handshakes.length, kinds(server), events.at(-1)?.type]).toEqual([3, ["http"], "completed"]);
    expect(errors[0]).toBe("stream disconnected before completion: websocket connection timed out after 100 ms");
  });

  it("that is refused with 401 is tried again with a new token", async () => {
    const auth = { command: "sh", args: ["-c", "echo $$"] };
    const { server, client } = await setUp(
      { handshakes: [{ status: 401 }], otherwise: "ok" },
      { auth },
      { env: { PATH: process.env.PATH } },
    );
    expect((await sample(client)).errors).toEqual([]);
    const tokens = server.handshakes.map(request => request.headers.authorization);
    expect(new Set(tokens).size).toBe(2);
  });

  it.each<[string, Reply, string]>([
    [
      "a wrapped 429",
      { status: 429, body: { error: { type: "usage_limit_reached", plan_type: "free" } } },
      "You've hit your usage limit. Upgrade to Plus to continue using Codex (https://chatgpt.com/explore/plus), or try again later.",
    ],
    ["a wrapped 500", { status: 500 }, "We're currently experiencing high demand, which may cause temporary errors."],
    [
      "a wrapped error whose words are no table",
      { events: [{ type: "error", status: 400, error: "the words" }] },
      '{"type":"error","status":400,"error":"the words"}',
    ],
    [
      "too many connections",
      {
        events: [
          { type: "error", status: 400, error: { code: "websocket_connection_limit_reached", message: "too many" } },
        ],
      },
      "stream disconnected before completion: too many",
    ],
    [
      "a binary message",
      { events: [Buffer.from([1, 2])] },
      "stream disconnected before completion: unexpected binary websocket event",
    ],
    [
      "a close",
      { text: "x", disconnectAfter: 2 },
      "stream disconnected before completion: websocket closed by server before response.completed",
    ],
    [
      "a reset",
      { text: "x", disconnectAfter: { events: 2, how: "reset" } },
      "stream disconnected before completion: websocket closed by server before response.completed",
    ],
    ["silence", { text: "x", hang: true }, "stream disconnected before completion: idle timeout waiting for websocket"],
  ])("names %s", async (_what, reply, text) => {
    const { client } = await setUp(
      { otherwise: reply },
      {
        stream_max_retries: 0,
        // Only silence should end by the clock, also on a slow machine.
        stream_idle_timeout_ms: reply.hang === true ? 150 : 30_000,
      },
    );
    const error = await collect(client.stream(prompt(client))).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: text });
  });

  it("ignores an error without a status, and malformed messages", async () => {
    const events = [
      { type: "error", error: { message: "?" } },
      "{broken",
      "[]",
      { type: "response.completed", response: { id: "r" } },
    ];
    const { client } = await setUp([{ events }]);
    expect((await sample(client)).events).toEqual([{ type: "completed", responseId: "r", usage: null }]);
  });

  it("ends with the caller's reason when it is interrupted", async () => {
    const { client } = await setUp({ otherwise: { text: "x", hang: true } });
    const abort = new AbortController();
    const reason = new Error("stop");
    setTimeout(() => abort.abort(reason), 50);
    await expect(collect(client.stream(prompt(client), { signal: abort.signal }))).rejects.toBe(reason);
  });

  it("does not leak its token when it is refused", async () => {
    const handshakes = () => ({ status: 403, body: { error: { message: "no planted-key for you" } } });
    const { client } = await setUp({ handshakes }, { experimental_bearer_token: "planted-key", stream_max_retries: 0 });
    const error = (await collect(client.stream(prompt(client))).catch((reason: unknown) => reason)) as ModelError;
    expect(error.message).toContain("unexpected status 403 Forbidden: no [redacted] for you");
  });
});

describe("the preparation of a connection", () => {
  it("is waited for no longer than its budget from its own start", async () => {
    const { client } = await setUp({ handshakes: [{ hang: true }] }, { websocket_connect_timeout_ms: 4000 });
    const prewarm = client.startPrewarm(prompt(client));
    await new Promise(resolve => setTimeout(resolve, 3500));
    const start = Date.now();
    expect(await prewarm.ready()).toBe(false);
    // Half a second is left of it; a wait from now on would take all of it.
    expect(Date.now() - start).toBeLessThan(3900);
  });

  it("ends at once with the caller's signal", async () => {
    const { server, client } = await setUp({ otherwise: { hang: true } });
    const prewarm = client.startPrewarm(prompt(client));
    await server.waitForRequest(0);
    const abort = new AbortController();
    const reason = new Error("stop");
    setTimeout(() => abort.abort(reason), 10);
    await expect(prewarm.ready(abort.signal)).rejects.toBe(reason);
  });

  it("does nothing over HTTP, and after a request", async () => {
    const http = clientFor(await serve([]));
    expect(await http.startPrewarm(prompt(http)).ready()).toBe(false);
    const { server, client } = await setUp(["ok"]);
    await sample(client);
    expect(await client.startPrewarm(prompt(client)).ready()).toBe(false);
    expect(server.requests).toHaveLength(1);
  });
});
