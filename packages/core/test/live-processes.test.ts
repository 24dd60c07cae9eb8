import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { functionCall } from "@codex-ts-tools/model-server";
import { afterEach, describe, expect, test } from "vitest";
import type { ThreadEvent } from "../src/index.ts";
import { type Listening, openWorld, outline, outputs, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const EXEC_HEAD = String.raw`Chunk ID: [0-9a-f]{6}\nWall time: \d+\.\d{4} seconds\n`;

function exactly(text: string): RegExp {
  return new RegExp(`^${text}$`, "s");
}

describe("live processes", () => {
  const isEnd = (event: ThreadEvent) => event.method === "turn/completed";

  /** Starts a session with a first call; the second call uses its id, and then there is a file `polled`. */
  async function session(start: object, next: object, config?: string): Promise<[Listening, string]> {
    let id = 0;
    world = await openWorld(
      (request, { n }) => {
        if (n === 0) return { items: [functionCall("exec_command", start, "c1")] };
        if (n === 1) {
          id = Number(/session ID (\d+)/.exec(String(outputs(request.body)["c1"]))?.[1]);
          return { items: [functionCall("write_stdin", { session_id: id, ...next }, "c2")] };
        }
        return { text: "done" };
      },
      config === undefined ? {} : { config },
    );
    const listening = await world.start();
    const turn = listening.turn("go");
    await listening.until(event => event.method === "item/commandExecution/terminalInteraction" || isEnd(event));
    await writeFile(join(world.cwd, "polled"), "");
    await turn;
    return [listening, String(outputs(world.server.requests[2]!.body)["c2"])];
  }

  test("a program on a terminal answers what is written to it", async () => {
    const [, output] = await session(
      { cmd: "read line; echo got $line", tty: true, yield_time_ms: 250 },
      { chars: "hello\n", yield_time_ms: 3000 },
    );
    expect(output).toMatch(
      exactly(String.raw`${EXEC_HEAD}Process exited with code 0\nOriginal token count: \d+\nOutput:\n.*got hello\r\n`),
    );
  });

  test.each([
    [true, 1],
    [false, -1],
  ])("a program that a signal ends has no code of its own (on a terminal: %s)", async (tty, code) => {
    const [, output] = await session(
      { cmd: "sleep 0.5; kill -9 $$", tty, yield_time_ms: 250 },
      { yield_time_ms: 5000 },
      'sandbox_mode = "danger-full-access"',
    );
    expect(output).toContain(`Process exited with code ${code}\n`);
  });

  test("a program without a terminal cannot be written to", async () => {
    const [, output] = await session({ cmd: "sleep 2", yield_time_ms: 250 }, { chars: "x" });
    expect(output).toBe(
      "write_stdin failed: stdin is closed for this session; rerun exec_command with tty=true to keep stdin open",
    );
  });

  test("a poll waits for the end and tells the client about itself", async () => {
    const [listening, output] = await session(
      { cmd: "until [ -e polled ]; do sleep 0.05; done; echo late", yield_time_ms: 250 },
      {},
    );
    expect(output).toMatch(exactly(`${EXEC_HEAD}Process exited with code 0\nOriginal token count: 2\nOutput:\nlate\n`));
    const about = outline(listening.events).filter(line => /command/i.test(line));
    expect(about).toEqual([
      "item/started commandExecution:inProgress",
      "item/commandExecution/terminalInteraction",
      "item/commandExecution/outputDelta",
      "item/completed commandExecution:completed",
    ]);
  });
});

test("a hundred megabytes of output are cut to what the model may read", async () => {
  world = await openWorld([
    {
      items: [
        functionCall(
          "exec_command",
          // As long as may be waited for: what is cut is the whole output, also on a machine that has much else to do.
          { cmd: "head -c 100000000 /dev/zero | tr '\\0' 'a'; echo; echo end", yield_time_ms: 30_000 },
          "c1",
        ),
      ],
    },
    { text: "done" },
  ]);
  const listening = await world.start();
  await listening.turn("go");
  const output = String(outputs(world.server.requests[1]!.body)["c1"]);
  expect(output.length).toBeLessThan(15_000);
  expect(output).toMatch(/tokens truncated…|chars truncated…/);
  expect(output.endsWith("end\n")).toBe(true);
});
