import { functionCall, type Json, type Script } from "@codex-ts-tools/model-server";
import { afterEach, expect, test } from "vitest";
import { Listening, openWorld, outline, type World } from "./harness.ts";
import { OtlpSink } from "./otlp-sink.ts";

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

test("over a WebSocket the connection is prepared, and later requests carry only what is new (core V19)", async () => {
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

test("after a compaction in the middle of a turn, requests carry only what is new again", async () => {
  const call = (id: string) => functionCall("update_plan", { plan: [] }, id);
  const long = { input: 4000, output: 1000 };
  world = await openWorld(
    [
      { id: "warm" },
      { id: "r1", items: [call("c1")], usage: long },
      { id: "r2", text: "SUMMARY" },
      { id: "r3", items: [call("c2")] },
      { id: "r4", text: "ok" },
      { id: "r5", text: "ok" },
    ],
    { provider: "supports_websockets = true", config: "model_auto_compact_token_limit = 4500" },
  );
  const listening = await world.start();
  await listening.turn("one");
  await listening.turn("two");
  // The turn goes on over the connection that was prepared, the compaction has its own, and the new window another one.
  expect(world.server.requests.map(({ connection }) => connection)).toEqual([0, 0, 1, 2, 2, 2]);
  const metadata = world.server.handshakes.map(({ headers }) => JSON.parse(headers["x-codex-turn-metadata"]!) as Json);
  const turnIds = metadata.map(({ turn_id: id }) => id);
  expect(turnIds[0]).toBe("");
  expect(turnIds[1]).toMatch(/^[-0-9a-f]{36}$/);
  expect(turnIds[2]).toBe(turnIds[1]);
  const bodies = world.server.requests.map(({ body }) => body as unknown as Body);
  expect(bodies.map(({ previous_response_id: previous }) => previous)).toEqual([
    undefined,
    "warm",
    undefined,
    undefined,
    "r3",
    "r4",
  ]);
  expect(bodies.slice(4).map(({ input }) => input.map(({ type }) => type))).toEqual([
    ["function_call_output"],
    ["message"],
  ]);
});

test("a connection that was prepared survives a compaction that comes before the first turn", async () => {
  world = await openWorld(
    [
      { id: "warm" },
      { id: "r1", text: "one" },
      { id: "warm again" },
      { id: "r2", text: "SUMMARY" },
      { id: "r3", text: "two" },
    ],
    { provider: "supports_websockets = true" },
  );
  const first = await world.start();
  await first.turn("one");
  await first.thread.shutdown();
  const { thread } = await world.runtime.resumeThread({ id: first.thread.id }, { cwd: world.cwd });
  const resumed = new Listening(thread);
  await expect.poll(() => world.server.requests.length).toBe(3);
  resumed.thread.submit({ type: "compact" });
  await resumed.until(event => event.method === "turn/completed");
  await resumed.turn("two");
  expect(world.server.requests.slice(2).map(({ connection, body }) => [connection, body.previous_response_id])).toEqual(
    [
      [1, undefined],
      [2, undefined],
      [1, "warm again"],
    ],
  );
});

test("how long the preparation took is told apart from how old it was when the first turn came", async () => {
  const collector = await OtlpSink.open();
  try {
    world = await openWorld(["warm", "ok", "ok"], {
      provider: `supports_websockets = true\n${collector.config()}`,
    });
    const listening = await world.start();
    await new Promise(resolve => setTimeout(resolve, 3000));
    await listening.turn("one");
    await listening.turn("two");
    await world.runtime.shutdown();
    const [duration, ...others] = collector.metrics["codex.startup_prewarm.duration_ms"] ?? [];
    const [age] = collector.metrics["codex.startup_prewarm.age_at_first_turn_ms"] ?? [];
    expect(duration).toMatchObject({ tags: { status: "ready" } });
    expect(age).toMatchObject({ tags: { status: "consumed" } });
    expect(others).toEqual([]);
    expect(age!.sum).toBeGreaterThanOrEqual(3000);
    // What of the log's events and of the metrics there is of a WebSocket alone.
    const events = new Set(collector.logs.map(log => log["event.name"]).filter(name => name.includes("websocket")));
    expect([...events].sort()).toEqual(["codex.websocket_connect", "codex.websocket_event", "codex.websocket_request"]);
    const metrics = Object.keys(collector.metrics).filter(name => name.includes("websocket"));
    expect(metrics.sort()).toEqual([
      "codex.websocket.event",
      "codex.websocket.event.duration_ms",
      "codex.websocket.request",
      "codex.websocket.request.duration_ms",
    ]);
    expect(duration!.sum).toBeLessThan(age!.sum);
  } finally {
    await collector.close();
  }
});

test("a turn is told of at once while the connection hangs, and can be interrupted (core V20)", async () => {
  world = await open({ replies: [{ text: "over HTTP" }], handshakes: () => ({ hang: true }) }, 4000);
  const listening = await world.start();
  const before = performance.now();
  const running = listening.turn("one");
  await listening.until(event => event.method === "turn/started");
  await listening.thread.interrupt();
  expect(outline(await running).at(-1)).toBe("turn/completed interrupted");
  expect(performance.now() - before).toBeLessThan(3900);
  expect(world.server.requests.length).toBe(0);
  // The next turn waits for as long as a connection may take, and then goes another way.
  const next = performance.now();
  const events = await listening.turn("two");
  expect(performance.now() - next).toBeGreaterThan(3900);
  expect(outline(events)).toContain("warning");
  expect(outline(events).at(-1)).toBe("turn/completed completed");
  expect(world.server.requests.length).toBe(1);
});

test("a server without WebSockets is asked over HTTP without a word (core V21)", async () => {
  world = await open({ replies: [{ text: "ok" }, { text: "ok" }], handshakes: () => ({ status: 426 }) });
  const listening = await world.start();
  const events = await listening.turn("one");
  const handshakes = world.server.handshakes.length;
  await listening.turn("two");
  expect(world.server.handshakes.length).toBe(handshakes);
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
