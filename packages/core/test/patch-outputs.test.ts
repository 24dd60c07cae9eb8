import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { customToolCall, functionCall } from "@codex-ts-tools/model-server";
import { afterEach, expect, test } from "vitest";
import { fileLines, openWorld, outline, outputs, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const WRITABLE = 'sandbox_mode = "workspace-write"\napproval_policy = "on-request"';

test("the warning about a patch in a command stands behind what the model said at once with it", async () => {
  const command = (file: string) =>
    `apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: ${file}\n+x\n*** End Patch\nEOF`;
  const call = (id: string) => ({ items: [functionCall("shell_command", { command: command(id) }, id)] });
  world = await openWorld([call("c1"), call("c2"), { items: [] }], { config: WRITABLE });
  const listening = await world.start();
  await listening.turn("go");
  const kinds = (await fileLines(listening))
    .map(({ payload }) => payload.type ?? "")
    .filter(type => /^(function_call|message|token_count)/.test(type));
  const calls = kinds.flatMap((kind, index) => (kind === "function_call" ? [kinds.slice(index, index + 4)] : []));
  const expected = ["function_call", "token_count", "message", "function_call_output"];
  expect(calls).toEqual([expected, expected]);
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
