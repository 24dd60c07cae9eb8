import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { customToolCall, functionCall } from "@codex-ts-tools/model-server";
import { afterEach, describe, expect, test, vi } from "vitest";
import { fileLines, type Listening, openWorld, outline, outputs, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const WRITABLE = 'sandbox_mode = "workspace-write"\napproval_policy = "on-request"';

describe("the warning about a patch in a command", () => {
  const disguised = (id: string) =>
    functionCall(
      "shell_command",
      { command: `apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: ${id}\n+x\n*** End Patch\nEOF` },
      id,
    );

  /** What the session file has from the first call to the last output, calls and outputs with their ids. */
  async function recorded(listening: Listening): Promise<string[]> {
    const kinds = (await fileLines(listening)).map(({ payload: { type, call_id: id } }) =>
      typeof id === "string" ? `${type} ${id}` : `${type}`,
    );
    const first = kinds.findIndex(kind => kind.startsWith("function_call "));
    return kinds.slice(first, kinds.findLastIndex(kind => kind.startsWith("function_call_output")) + 1);
  }

  test("stands behind all that the model says with it, even when the patch is quicker", async () => {
    let goOn = () => {};
    const hold = new Promise<void>(resolve => (goOn = resolve));
    world = await openWorld([{ items: [disguised("c1"), "words"], hold }, { items: [] }], { config: WRITABLE });
    const listening = await world.start();
    const turn = listening.turn("go");
    await listening.until(event => outline([event])[0] === "item/completed fileChange:completed");
    goOn();
    await turn;
    expect(await recorded(listening)).toEqual([
      "function_call c1",
      "agent_message",
      "message",
      "token_count",
      "message",
      "function_call_output c1",
    ]);
  });

  test("stands before the outputs, even of calls that are quicker", async () => {
    const items = [functionCall("update_plan", { plan: [] }, "c0"), disguised("c1"), disguised("c2")];
    world = await openWorld([{ items }, { items: [] }], { config: WRITABLE });
    const listening = await world.start();
    await listening.turn("go");
    expect(await recorded(listening)).toEqual([
      "function_call c0",
      "function_call c1",
      "function_call c2",
      "token_count",
      "message",
      "message",
      "function_call_output c0",
      "function_call_output c1",
      "function_call_output c2",
    ]);
  });

  test("is waited for only while a patch may come of the command", async () => {
    const items = [
      functionCall("update_plan", { plan: [] }, "c0"),
      functionCall("shell_command", { command: "echo apply_patch; sleep 30" }, "c1"),
    ];
    world = await openWorld([{ items }, { items: [] }], { config: WRITABLE });
    const listening = await world.start();
    const turn = listening.turn("go");
    await vi.waitFor(async () => expect(await recorded(listening)).toContain("function_call_output c0"), 10_000);
    await listening.thread.interrupt();
    await turn;
  });
});

test("a patch in a heredoc is applied as a patch, and the model is told to use the tool (tools vectors, row 20)", async () => {
  const command = "apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: b.txt\n+x\n*** End Patch\nEOF";
  world = await openWorld([{ items: [functionCall("shell_command", { command }, "c1")] }, { text: "done" }], {
    config: WRITABLE,
  });
  const listening = await world.start();
  const events = await listening.turn("go");
  expect(await readFile(join(world.cwd, "b.txt"), "utf8")).toBe("x\n");
  const { input } = world.server.requests[1]!.body as {
    input: { type: string; content?: { text: string }[]; output?: string }[];
  };
  expect(input.slice(-3).map(({ type, content }) => content?.[0]?.text ?? type)).toEqual([
    "function_call",
    "Warning: apply_patch was requested via shell_command. Use the apply_patch tool instead of exec_command.",
    "function_call_output",
  ]);
  expect(input.at(-1)?.output).toMatch(
    /^\{"output":"Success\. Updated the following files:\\nA b\.txt\\n","metadata":\{"exit_code":0,"duration_seconds":\d+\.\d\}\}$/,
  );
  expect(outline(events).filter(line => line.includes("command"))).toEqual([]);
});

test("of a patch in a heredoc that does not fit, the model hears only that", async () => {
  const cmd = "apply_patch <<'EOF'\n*** Begin Patch\n*** Delete File: none.txt\n*** End Patch\nEOF";
  world = await openWorld([{ items: [functionCall("exec_command", { cmd }, "c1")] }, { text: "done" }], {
    config: WRITABLE,
  });
  await (await world.start()).turn("go");
  const { body } = world.server.requests[1]!;
  expect(outputs(body)["c1"]).toMatch(/^apply_patch verification failed: /);
  expect(JSON.stringify(body)).not.toContain("was requested via");
});

test("a patch shows its changes, its summary and the turn's diff", async () => {
  const patch = "*** Begin Patch\n*** Update File: f.txt\n@@\n one\n-two\n+TWO\n*** End Patch";
  world = await openWorld([{ items: [customToolCall("apply_patch", patch, "c1")] }, { text: "done" }], {
    config: WRITABLE,
  });
  await writeFile(join(world.cwd, "f.txt"), "one\ntwo\nthree\n");
  const listening = await world.start();
  const events = await listening.turn("go");
  const about = events.filter(({ method }) => method.startsWith("item/fileChange") || method.startsWith("turn/diff"));
  expect(outline(events).filter(line => /fileChange|diff/.test(line))).toEqual([
    "item/started fileChange:inProgress",
    "item/fileChange/outputDelta",
    "item/completed fileChange:completed",
    "turn/diff/updated",
    "turn/diff/updated",
    "turn/diff/updated",
  ]);
  expect(about[0]?.params).toMatchObject({ itemId: "c1", delta: "Success. Updated the following files:\nM f.txt\n" });
  expect(about[1]?.params).toMatchObject({
    diff: expect.stringContaining("@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n"),
  });
  expect(await readFile(join(world.cwd, "f.txt"), "utf8")).toBe("one\nTWO\nthree\n");
});
