import { readdir } from "node:fs/promises";
import { customToolCall, functionCall } from "@codex-ts-tools/model-server";
import { afterEach, expect, test } from "vitest";
import { openWorld, outputs, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const CALLS = 1000;
/** `MANY_FILES=10000` runs it at full size. */
const FILES = Number(process.env["MANY_FILES"] ?? 1000);

test("a thousand calls of one response are all answered, in their order", { timeout: 120_000 }, async () => {
  const names = ["update_plan", "nope", "view_image", "exec_command"];
  const args = [{ plan: [] }, {}, { path: "none.png" }, { cmd: "true", workdir: "none" }];
  const items = Array.from({ length: CALLS }, (_, n) => functionCall(names[n % 4]!, args[n % 4], `c${n}`));
  world = await openWorld([{ items }, { text: "done" }]);
  const listening = await world.start();
  await listening.turn("go");
  const { input } = world.server.requests[1]!.body as { input: { type: string; call_id?: string }[] };
  const answered = input.filter(({ type }) => type === "function_call_output").map(({ call_id }) => call_id);
  expect(answered).toEqual(items.map((_, n) => `c${n}`));
  const read = outputs(world.server.requests[1]!.body);
  expect([read["c0"], read["c1"]]).toEqual(["Plan updated", "unsupported call: nope"]);
  expect(read[`c${CALLS - 2}`]).toContain("unable to locate image at");
  expect(read[`c${CALLS - 1}`]).toContain("No such file or directory (os error 2)");
});

test("a patch of very many files is applied, told and compared", { timeout: 600_000 }, async () => {
  const body = Array.from({ length: FILES }, (_, n) => `*** Add File: d${n % 100}/f${n}.txt\n+${n}`).join("\n");
  const patch = `*** Begin Patch\n${body}\n*** End Patch`;
  world = await openWorld([{ items: [customToolCall("apply_patch", patch, "c1")] }, { text: "done" }], {
    config: 'approval_policy = "never"\nsandbox_mode = "danger-full-access"',
  });
  const listening = await world.start();
  const events = await listening.turn("go");
  expect((await readdir(world.cwd)).length).toBe(100);
  expect(outputs(world.server.requests[1]!.body)["c1"]).toMatch(/^Exit code: 0\n/);
  const diffs = events.filter(({ method }) => method === "turn/diff/updated");
  expect(diffs.length).toBeGreaterThan(0);
});
