import { functionCall, type Reply } from "@codex-ts-tools/model-server";
import { afterEach, expect, test } from "vitest";
import type { ThreadEvent } from "../src/index.ts";
import { openWorld, outline, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const OK: Reply = { text: "ok" };

function errors(events: readonly ThreadEvent[]): unknown[] {
  return events.flatMap(event =>
    event.method === "error" ? [{ ...event.params.error, willRetry: event.params.willRetry }] : [],
  );
}

const disconnected = (additionalDetails: string, httpStatusCode: number | null = null) => ({
  message: "Reconnecting... 1/1",
  codexErrorInfo: { responseStreamDisconnected: { httpStatusCode } },
  additionalDetails,
  willRetry: true,
});

/** Scenario, what the server answers, the errors the client sees, the number of requests and how the turn ends. */
const cases: [string, Reply[], unknown[], number, "completed" | "failed"][] = [
  [
    "a stream that ends early is taken up again",
    [{ text: "part", disconnectAfter: 2 }, OK],
    [disconnected("stream disconnected before completion: stream closed before response.completed")],
    2,
    "completed",
  ],
  [
    "a prompt that is too long fails the turn (core V7)",
    [{ failed: { code: "context_length_exceeded", message: "x" } }],
    [
      {
        message:
          "Codex ran out of room in the model's context window. Start a new thread or clear earlier history before retrying.",
        codexErrorInfo: "contextWindowExceeded",
        additionalDetails: null,
        willRetry: false,
      },
    ],
    1,
    "failed",
  ],
  [
    "an exhausted quota fails the turn (core V8)",
    [{ failed: { code: "insufficient_quota" } }],
    [
      {
        message: "Quota exceeded. Check your plan and billing details.",
        codexErrorInfo: "usageLimitExceeded",
        additionalDetails: null,
        willRetry: false,
      },
    ],
    1,
    "failed",
  ],
  [
    "a server error is tried again (core V9)",
    [{ status: 500, body: "x" }, { status: 500, body: "x" }, OK],
    [disconnected("We're currently experiencing high demand, which may cause temporary errors.", null)],
    3,
    "completed",
  ],
  [
    "a bad request shows the server's own words (core V10)",
    [{ status: 400, body: '{"error":{"message":"bad"}}' }],
    [{ message: '{"error":{"message":"bad"}}', codexErrorInfo: "other", additionalDetails: null, willRetry: false }],
    1,
    "failed",
  ],
  [
    "too many requests fail the turn (core V11)",
    [{ status: 429, body: '{"error":{"message":"x"}}' }],
    [
      {
        message: "exceeded retry limit, last status: 429 Too Many Requests",
        codexErrorInfo: { responseTooManyFailedAttempts: { httpStatusCode: 429 } },
        additionalDetails: null,
        willRetry: false,
      },
    ],
    1,
    "failed",
  ],
  [
    "an incomplete response is tried again (core V12)",
    [{ incomplete: { reason: "max_output_tokens" } }, OK],
    [disconnected("stream disconnected before completion: Incomplete response returned, reason: max_output_tokens")],
    2,
    "completed",
  ],
];

test.each(cases)("%s", async (_name, replies, expected, requests, status) => {
  world = await openWorld(replies);
  const listening = await world.start();
  const events = await listening.turn("go");
  expect(errors(events)).toEqual(expected);
  expect(world.server.requests.length).toBe(requests);
  expect(outline(events).at(-1)).toBe(`turn/completed ${status}`);
});

test("items of a broken attempt stay, and the next attempt sends them (core V6)", async () => {
  world = await openWorld([{ text: "part", events: partialAnswer() }, OK]);
  const listening = await world.start();
  const events = await listening.turn("go");
  expect(outline(events).filter(line => line.includes("agentMessage"))).toEqual([
    "item/started agentMessage",
    "item/completed agentMessage",
    "item/started agentMessage",
    "item/agentMessage/delta",
    "item/completed agentMessage",
  ]);
  expect(errors(events)).toEqual([
    disconnected("stream disconnected before completion: stream closed before response.completed"),
  ]);
  expect(world.server.requests.length).toBe(2);
  const { input } = world.server.requests[1]!.body as { input: { role?: string; content?: { text: string }[] }[] };
  expect(input.slice(-2).map(({ role, content }) => [role, content?.[0]?.text])).toEqual([
    ["user", "go"],
    ["assistant", "part"],
  ]);
});

function partialAnswer() {
  const item = { type: "message", role: "assistant", id: "m0", content: [{ type: "output_text", text: "part" }] };
  return [
    { type: "response.created", response: { id: "r" } },
    { type: "response.output_item.done", item },
  ];
}

test("a failed turn carries its error, and the next turn works", async () => {
  world = await openWorld([{ failed: { code: "insufficient_quota" } }, OK]);
  const listening = await world.start();
  const failed = (await listening.turn("one")).at(-1)!;
  expect(failed.method === "turn/completed" && failed.params.turn.error?.message).toBe(
    "Quota exceeded. Check your plan and billing details.",
  );
  expect(outline(await listening.turn("two")).at(-1)).toBe("turn/completed completed");
});

test("malformed items and events are dropped without harm", async () => {
  const broken = [
    { type: "response.created", response: {} },
    { type: "response.output_item.added", item: { type: "message" } },
    { type: "response.output_item.done", item: { type: "function_call", name: 5 } },
    { type: "response.output_item.done", item: { type: "function_call", name: "shell" } },
    { type: "response.output_item.done", item: null },
    { type: "response.output_item.done", item: { type: "surprise", data: 1 } },
    { type: "response.output_item.done", item: { type: "message", role: "system", content: [] } },
    { type: "response.output_text.delta", delta: "nowhere" },
    "{ not json",
    {
      type: "response.output_item.done",
      item: { type: "message", role: "assistant", content: [{ type: "output_text", text: "fine" }] },
    },
    { type: "response.completed", response: { id: "r", usage: null } },
  ];
  world = await openWorld([{ events: broken }, OK]);
  const listening = await world.start();
  const events = await listening.turn("go");
  expect(outline(events).slice(3)).toEqual([
    "account/rateLimits/updated",
    "item/started agentMessage",
    "item/completed agentMessage",
    "account/rateLimits/updated",
    "turn/completed completed",
  ]);
  await listening.turn("again");
  const { input } = world.server.requests[1]!.body as { input: { role?: string }[] };
  expect(input.map(({ role }) => role)).toEqual(["developer", "user", "user", "assistant", "user"]);
});

test("an account that should be verified is told of once a turn", async () => {
  const advice = {
    type: "response.metadata",
    metadata: { openai_verification_recommendation: ["trusted_access_for_cyber"] },
  };
  const completed = { type: "response.completed", response: { id: "r", usage: null } };
  world = await openWorld([{ events: [advice, advice, completed] }]);
  const listening = await world.start();
  const told = (await listening.turn("go")).flatMap(({ method, params }) =>
    method === "model/verification" ? [params] : [],
  );
  expect(told).toMatchObject([{ verifications: ["trustedAccessForCyber"] }]);
});

test("a call whose response broke is answered before the next attempt", async () => {
  const call = { type: "function_call", name: "update_plan", arguments: '{"plan":[]}', call_id: "c1" };
  world = await openWorld([{ events: [{ type: "response.output_item.done", item: call }] }, OK]);
  const listening = await world.start();
  await listening.turn("go");
  const { input } = world.server.requests[1]!.body as { input: { type: string }[] };
  expect(input.slice(-2).map(({ type }) => type)).toEqual(["function_call", "function_call_output"]);
});

test("an unknown model is told about in every turn", async () => {
  world = await openWorld([OK, OK], { model: "mock-model" });
  const listening = await world.start();
  const first = await listening.turn("one");
  expect(first[0]).toMatchObject({
    method: "warning",
    params: { message: expect.stringContaining("Model metadata for `mock-model` not found.") },
  });
  expect(outline(await listening.turn("two"))).toContain("warning");
  const body = world.server.requests[0]!.body as { reasoning: unknown; include: unknown; text?: unknown };
  expect([body.reasoning, body.include, "text" in body]).toEqual([null, [], false]);
});

test("a thousand calls in one response are all answered in order", async () => {
  const items = Array.from({ length: 1000 }, (_, index) => functionCall("nope", {}, `c${index}`));
  world = await openWorld([{ items }, OK]);
  const listening = await world.start();
  await listening.turn("go");
  const { input } = world.server.requests[1]!.body as { input: { type: string; call_id?: string; output?: string }[] };
  const answers = input.filter(({ type }) => type === "function_call_output");
  expect(answers.length).toBe(1000);
  expect(
    answers.every(({ call_id, output }, index) => call_id === `c${index}` && output === "unsupported call: nope"),
  ).toBe(true);
});
