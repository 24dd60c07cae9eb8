import { afterEach, expect, test } from "vitest";
import { openWorld, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const item = (input: string) => ({ type: "custom_tool_call", id: "i", name: "apply_patch", input, call_id: "p1" });

/** The patch in pieces, as a server sends it. */
function pieces(...texts: string[]) {
  return {
    events: [
      { type: "response.created", response: { id: "r" } },
      { type: "response.output_item.added", output_index: 0, item: item("") },
      ...texts.map(delta => ({ type: "response.custom_tool_call_input.delta", item_id: "i", delta })),
      { type: "response.output_item.done", output_index: 0, item: item("no patch after all") },
      { type: "response.completed", response: { id: "r", usage: null } },
    ],
  };
}

const PIECES = [
  "*** Begin Pa",
  "tch\n*** Add File: a.t",
  "xt\n+one\n",
  "*** Update File: c.txt\n*** Move to: d.txt\n",
  "@@ f\n x\n-y\n*** End of",
  " File\n*** Delete File: b.txt\n",
];

async function updates(features: string) {
  world = await openWorld([pieces(...PIECES), { text: "done" }], { config: features });
  const listening = await world.start();
  const events = await listening.turn("go");
  return events.filter(event => event.method === "item/fileChange/patchUpdated").map(event => event.params);
}

test("a patch is shown while it is written: at once, then not too often, and whole at its end", async () => {
  const told = await updates("[features]\napply_patch_streaming_events = true\n");
  expect(told[0]).toMatchObject({ itemId: "p1", changes: [{ path: "a.t", kind: { type: "add" }, diff: "" }] });
  expect(told.at(-1)).toMatchObject({
    itemId: "p1",
    changes: [
      { path: "a.txt", kind: { type: "add" }, diff: "one\n" },
      { path: "b.txt", kind: { type: "delete" }, diff: "" },
      {
        path: "c.txt",
        kind: { type: "update", move_path: "d.txt" },
        diff: "@@ f\n-x\n-y\n+x\n*** End of File\n\n\nMoved to: d.txt",
      },
    ],
  });
});

test("nobody is shown a patch in pieces who did not ask for it", async () => {
  expect(await updates("")).toEqual([]);
});
