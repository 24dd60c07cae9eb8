import { afterEach, expect, it } from "vitest";
import type { ModelObserver } from "../src/index.ts";
import { clientFor, closeServers, collect, promptFor, serve } from "./support/run.ts";

afterEach(closeServers);

/** An observer that writes down what it is told. */
function notes(): { told: unknown[]; observer: ModelObserver } {
  const told: unknown[] = [];
  return {
    told,
    observer: {
      apiRequest: ({ durationMs, ...facts }) => void told.push({ api: facts, timed: durationMs >= 0 }),
      webSocketConnect: ({ durationMs, ...facts }) => void told.push({ connect: facts, timed: durationMs >= 0 }),
      webSocketRequest: ({ durationMs, ...facts }) => void told.push({ request: facts, timed: durationMs >= 0 }),
      streamEvent: ({ transport, kind, error }) => void told.push([transport, kind, error]),
    },
  };
}

it("tells of every attempt and of every event of a stream", async () => {
  const server = await serve([
    { status: 500, headers: { "x-request-id": "req-1", "cf-ray": "ray-1" } },
    {
      events: [
        { type: "response.created", response: {} },
        { type: "unheard.of" },
        { type: "response.completed", response: { id: "r" } },
      ],
    },
  ]);
  const client = clientFor(server, { request_max_retries: 1 });
  const { told, observer } = notes();
  await collect(client.stream(promptFor(client), { observer }));
  const common = { endpoint: "/responses", retryAfterUnauthorized: false };
  expect(told).toMatchObject([
    { api: { ...common, attempt: 0, status: 500, error: "http 500", requestId: "req-1", cfRay: "ray-1" }, timed: true },
    { api: { ...common, attempt: 1, status: 200, error: null, requestId: null, cfRay: null }, timed: true },
    ["sse", "response.created", null],
    ["sse", "unheard.of", null],
    ["sse", "response.completed", null],
  ]);
});

it("tells why an event ended a stream", async () => {
  const failed = { type: "response.failed", response: { error: { code: "server_error", message: "boom" } } };
  const server = await serve([{ events: [failed as never] }]);
  const client = clientFor(server, { stream_max_retries: 0 });
  const { told, observer } = notes();
  await collect(client.stream(promptFor(client), { observer })).catch(() => {});
  expect(told[1]).toMatchObject(["sse", "response.failed", expect.stringContaining("boom")]);
});

it("tells of WebSockets, their requests and their events", async () => {
  const server = await serve(["one", "two"]);
  const client = clientFor(server, { supports_websockets: true }, { webSockets: true });
  const { told, observer } = notes();
  await collect(client.stream(promptFor(client), { observer }));
  await collect(client.stream(promptFor(client), { observer }));
  client.close();
  expect(told[0]).toMatchObject({ connect: { status: 101, success: true, error: null, endpoint: "/responses" } });
  const requests = told.filter(entry => typeof entry === "object" && entry !== null && "request" in entry);
  expect(requests).toMatchObject([{ request: { reused: false } }, { request: { reused: true } }]);
  expect(told.at(-1)).toEqual(["websocket", "response.completed", null]);
});
