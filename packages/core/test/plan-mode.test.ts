import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { ProposedPlanSplitter, splitProposedPlan } from "../src/turn/proposed-plan.ts";
import { openWorld, outline, type World } from "./harness.ts";

let world: World | null = null;
afterEach(async () => {
  await world?.close();
  world = null;
});

const TEXT = "Intro\n<proposed_plan>\n- step\n</proposed_plan>\nOutro";

test("a plan in the text becomes an item of its own, streamed and completed (core V22)", async () => {
  const item = { type: "message", role: "assistant", id: "m1", content: [{ type: "output_text", text: TEXT }] };
  const events = [
    { type: "response.output_item.added", item: { ...item, content: [] } },
    ...["Intro\n<propo", "sed_plan>\n- step\n</proposed_plan>\n", "Outro"].map(delta => ({
      type: "response.output_text.delta",
      delta,
    })),
    { type: "response.output_item.done", item },
    { type: "response.completed", response: { id: "r", usage: null } },
  ];
  world = await openWorld([{ events }]);
  const listening = await world.start();
  const seen = await listening.turn("plan it", { overrides: { collaborationMode: "plan" } });
  const shown = seen.flatMap(event => {
    if (event.method === "item/plan/delta" || event.method === "item/agentMessage/delta")
      return [[event.method, event.params.delta]];
    const [line] = outline([event]);
    if (!/plan|agentMessage/.test(line!) || !("item" in event.params) || !("text" in event.params.item)) return [];
    return [[line, event.params.item.text]];
  });
  expect(shown).toEqual([
    ["item/started agentMessage", ""],
    ["item/agentMessage/delta", "Intro\n"],
    ["item/started plan", ""],
    ["item/plan/delta", "- step\n"],
    ["item/agentMessage/delta", "Outro"],
    ["item/completed plan", "- step\n"],
    ["item/completed agentMessage", "Intro\nOutro"],
  ]);
  const lines = (await readFile(listening.thread.rolloutPath!, "utf8")).trim().split("\n");
  const done = lines.map(line => JSON.parse(line).payload).find(({ type }) => type === "item_completed");
  const { id } = listening.thread;
  expect(done).toMatchObject({ thread_id: id, turn_id: expect.any(String), item: { type: "Plan", text: "- step\n" } });
});

test("however the text is cut into deltas, its parts are the same", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(TEXT.length), { maxLength: 8 }), cuts => {
      const splitter = new ProposedPlanSplitter();
      const points = [0, ...cuts.sort((a, b) => a - b), TEXT.length];
      const segments = points.slice(1).flatMap((end, index) => splitter.push(TEXT.slice(points[index], end)));
      const all = [...segments, ...splitter.finish()];
      const of = (kind: string) =>
        all
          .filter(segment => segment.kind === kind)
          .map(({ text }) => text)
          .join("");
      return of("message") === "Intro\nOutro" && of("plan") === "- step\n";
    }),
  );
});

test.each([
  ["no plan at all", { message: "no plan at all", plan: null }],
  ["a <proposed_plan> in a line", { message: "a <proposed_plan> in a line", plan: null }],
  ["<proposed_plan>\nopen to the end", { message: "", plan: "open to the end" }],
  ["<proposed_plan>\none\n</proposed_plan>\n<proposed_plan>\ntwo\n</proposed_plan>", { message: "", plan: "two\n" }],
])("%j is split", (text, expected) => {
  expect(splitProposedPlan(text)).toEqual(expected);
});
