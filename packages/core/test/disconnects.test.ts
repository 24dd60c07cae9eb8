import { functionCall, type Json, reasoning } from "@codex-ts-tools/model-server";
import { afterEach, expect, test } from "vitest";
import { openWorld, outline, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

/** How many places of the stream are tried. */
const PLACES = 24;

test("a stream that breaks after any event is taken up again, and no call is left without its answer", {
  timeout: 120_000,
}, async () => {
  const broken = new Set<number>();
  world = await openWorld({
    respond: request => {
      const place = Number(/place=(\d+)/.exec(request.userTexts().at(-1) ?? "")?.[1]);
      if (broken.has(place)) return { text: "done" };
      broken.add(place);
      const items = [
        reasoning("thinking"),
        "a message",
        functionCall("update_plan", { plan: [] }, `plan-${place}`),
        functionCall("exec_command", { cmd: "echo hi" }, `echo-${place}`),
      ];
      return { items, chunk: 4, disconnectAfter: { events: place, how: place % 2 === 0 ? "reset" : "end" } } as never;
    },
  });
  const ends = await Promise.all(
    Array.from({ length: PLACES }, async (_, place) => {
      const listening = await world.start();
      return outline(await listening.turn(`place=${place}`)).at(-1);
    }),
  );
  expect(new Set(ends)).toEqual(new Set(["turn/completed completed"]));
  const last = new Map<string, Json[]>();
  for (const { body, input } of world.server.requests) last.set(String(body["prompt_cache_key"]), input);
  expect(last.size).toBe(PLACES);
  let calls = 0;
  for (const input of last.values()) {
    const made = input.filter(item => item["type"] === "function_call").map(item => item["call_id"]);
    const answered = input.filter(item => item["type"] === "function_call_output").map(item => item["call_id"]);
    expect(answered).toEqual(made);
    calls += made.length;
  }
  // Some streams broke before their first call, some between the two, some after both.
  expect(calls).toBeGreaterThan(PLACES / 4);
});

test("a stream that never ends is read until it is interrupted", async () => {
  world = await openWorld([
    {
      events: (async function* () {
        yield { type: "response.created", response: { id: "r" } };
        yield {
          type: "response.output_item.added",
          item: { type: "message", role: "assistant", id: "m", content: [] },
        };
        for (;;) {
          yield { type: "response.output_text.delta", delta: "more " };
          await new Promise(resolve => setTimeout(resolve, 1));
        }
      })(),
    } as never,
    "after",
  ]);
  const listening = await world.start();
  listening.thread.submit({ type: "userTurn", input: [{ type: "text", text: "go", text_elements: [] }] });
  const deltas = () => listening.events.filter(event => event.method === "item/agentMessage/delta").length;
  await listening.until(() => deltas() >= 50);
  await listening.thread.interrupt();
  expect(outline(listening.events).at(-1)).toBe("turn/completed interrupted");
  const told = deltas();
  await listening.turn("next");
  expect(deltas()).toBe(told + 1);
});
