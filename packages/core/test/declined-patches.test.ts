import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { customToolCall } from "@codex-ts-tools/model-server";
import { afterEach, expect, test } from "vitest";
import { openWorld, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const patch = (...lines: string[]) => ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");

/** The diffs that clients see when the first of two patches is declined and the second is not. */
async function diffs(declined: string): Promise<string[]> {
  const accepted = customToolCall("apply_patch", patch("*** Add File: p.txt", "+one"), "c2");
  world = await openWorld([{ items: [customToolCall("apply_patch", declined, "c1")] }, { items: [accepted] }, "done"], {
    config: 'approval_policy = "untrusted"\nsandbox_mode = "workspace-write"',
  });
  await writeFile(join(world.cwd, "a.txt"), "a\n");
  const listening = await world.start();
  listening.answer = ({ params }) => ({
    decision: (params as { itemId: string }).itemId === "c1" ? "decline" : "accept",
  });
  const events = await listening.turn("go");
  return events.flatMap(event => (event.method === "turn/diff/updated" ? [event.params.diff] : []));
}

const ADDED = new RegExp(
  String.raw`^\ndiff --git a/\S*p\.txt b/\S*p\.txt\nnew file mode 100644\nindex 0{40}\.\.[0-9a-f]{40}\n--- /dev/null\n\+\+\+ b/\S*p\.txt\n@@ -0,0 \+1 @@\n\+one\n$`,
);

test.each([
  ["a change", patch("*** Update File: a.txt", "@@", "-a", "+b")],
  ["a move", patch("*** Update File: a.txt", "*** Move to: b.txt", "@@", "-a", "+b")],
])("the file of %s that was declined is in the turn's diff as one that is as it was", async (_name, declined) => {
  const seen = await diffs(declined);
  expect(seen.length).toBeGreaterThan(0);
  for (const diff of seen) expect(diff).toMatch(ADDED);
});
