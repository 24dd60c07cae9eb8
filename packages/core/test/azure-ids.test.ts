import { functionCall, reasoning } from "@codex-ts-tools/model-server";
import { afterEach, expect, test } from "vitest";
import { openWorld, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const script = [
  {
    items: [
      reasoning("thinking", { id: "rs_a" }),
      { type: "message", text: "looking", id: "msg_a" },
      functionCall("update_plan", { plan: [] }, "c1"),
    ],
  },
  { items: [{ type: "message", text: "done", id: "" }] },
  "again",
];

async function idsOfLastRequest(providerName: string): Promise<unknown[]> {
  world = await openWorld(script, { providerName });
  const listening = await world.start();
  await listening.turn("one");
  await listening.turn("two");
  return world.server.requests
    .at(-1)!
    .input.map(item => item["id"])
    .filter(id => id !== undefined);
}

test("Azure, which keeps responses, is sent its ids of items back", async () => {
  expect(await idsOfLastRequest("Azure")).toEqual(["rs_a", "msg_a", "fc_0_2"]);
});

test("nobody else is", async () => {
  expect(await idsOfLastRequest("mock")).toEqual([]);
});
