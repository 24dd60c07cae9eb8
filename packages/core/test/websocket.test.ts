import { functionCall, type Script } from "@codex-ts-tools/model-server";
import { afterEach, expect, test } from "vitest";
import { openWorld, outline, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

function open(script: Script, timeoutMs = 3000): Promise<World> {
  return openWorld(script, { provider: `supports_websockets = true\nwebsocket_connect_timeout_ms = ${timeoutMs}` });
}

interface Body {
  previous_response_id?: string;
  generate?: boolean;
  input: { type: string }[];
}

test("over a WebSocket the connection is prepared, and later requests carry only what is new", async () => {
  world = await open({
    respond: (_request, { n }) => {
      if (n === 0) return { id: "warm" };
      return n === 1
        ? { id: "r1", items: [functionCall("update_plan", { plan: [] }, "c1")] }
        : { id: `r${n}`, text: "ok" };
    },
  });
  const listening = await world.start();
  await listening.turn("one");
  await listening.turn("two");
  const bodies = world.server.requests.map(({ body }) => body as unknown as Body);
  expect(bodies.map(({ generate, previous_response_id: previous }) => [generate, previous])).toEqual([
    [false, undefined],
    [undefined, "warm"],
    [undefined, "r1"],
    [undefined, "r2"],
  ]);
  expect(bodies.map(({ input }) => input.map(({ type }) => type))).toEqual([
    [],
    ["message", "message", "message"],
    ["function_call_output"],
    ["message"],
  ]);
});

test("a turn is told of at once while the connection hangs, and can be interrupted", async () => {
  world = await open({ replies: [{ text: "never" }], handshakes: [{ hang: true }] }, 20_000);
  const listening = await world.start();
  const running = listening.turn("one");
  const before = performance.now();
  await listening.until(event => event.method === "turn/started");
  await listening.thread.interrupt();
  expect(outline(await running).at(-1)).toBe("turn/completed interrupted");
  expect(performance.now() - before).toBeLessThan(1000);
  expect(world.server.requests.length).toBe(0);
});

test("a server without WebSockets is asked over HTTP without a word", async () => {
  world = await open({ replies: [{ text: "ok" }], handshakes: [{ status: 426 }, { status: 426 }] });
  const listening = await world.start();
  const events = await listening.turn("one");
  expect(outline(events).at(-1)).toBe("turn/completed completed");
  expect(outline(events)).not.toContain("warning");
  expect(outline(events)).not.toContain("error");
});

test("when WebSockets keep failing the session goes on over HTTP and says so", async () => {
  world = await open({ replies: [{ text: "ok" }], handshakes: () => ({ status: 500, body: "no" }) }, 500);
  const listening = await world.start();
  const events = await listening.turn("one");
  expect(outline(events).at(-1)).toBe("turn/completed completed");
  expect(events).toContainEqual(
    expect.objectContaining({
      method: "warning",
      params: expect.objectContaining({
        message: expect.stringMatching(/^Falling back from WebSockets to HTTPS transport\. /),
      }),
    }),
  );
});
