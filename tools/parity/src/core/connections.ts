import { functionCall, type Reply } from "@codex-ts-tools/model-server";
import type { Scenario } from "../drive/scenario.ts";
import { prompts, scenario } from "./stage.ts";

const provider = "supports_websockets = true";
const config = 'compact_prompt = "PLEASE COMPACT"\nmodel_auto_compact_token_limit = 1000';
const long = { input: 5000, output: 0 };
const short = { input: 10, output: 1 };

const plan = (id: string, more: Partial<Reply> = {}): Reply => ({
  items: [functionCall("update_plan", { plan: [] }, id)],
  usage: short,
  ...more,
});
const answer = (text: string, usage = short): Reply => ({ text, usage });

/** Which connection and which sticky routing a compaction has. */
export const connections: readonly Scenario[] = [
  scenario(
    "a compaction in the middle of a turn has a connection of its own",
    {
      provider,
      config,
      script: [
        { id: "warm" },
        plan("c1", { usage: long }),
        answer("SUMMARY"),
        plan("c2"),
        answer("done"),
        answer("next"),
      ],
    },
    prompts("one", "two"),
  ),
  scenario(
    "a compaction between turns takes the turns' connection",
    {
      provider,
      config,
      script: [{ id: "warm" }, answer("a", long), answer("SUMMARY"), plan("c1"), answer("b"), answer("c")],
    },
    prompts("one", "two", "three"),
  ),
  scenario(
    "a compaction before the first turn leaves the prepared connection alone",
    {
      provider,
      config,
      script: [
        { id: "warm" },
        answer("a", long),
        { id: "warm" },
        answer("SUMMARY"),
        plan("c1"),
        answer("b"),
        answer("c"),
      ],
    },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "one");
      await drive.restart();
      await drive.call("thread/resume", { threadId: thread });
      await drive.turn(thread, "two");
      await drive.turn(thread, "three");
    },
  ),
  scenario(
    "a compaction on request leaves the prepared connection alone",
    {
      provider,
      config: 'compact_prompt = "PLEASE COMPACT"',
      script: [{ id: "warm" }, answer("a"), { id: "warm" }, answer("SUMMARY"), plan("c1"), answer("b"), answer("c")],
    },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "one");
      await drive.restart();
      await drive.call("thread/resume", { threadId: thread });
      await drive.pause(1000);
      const from = drive.wire.messages.length;
      await drive.call("thread/compact/start", { threadId: thread });
      await drive.until("turn/completed", () => true, from);
      await drive.turn(thread, "two");
      await drive.turn(thread, "three");
    },
  ),
  scenario(
    "a compaction has no sticky routing of its turn, and gives it none",
    {
      config,
      script: [
        plan("c1", { usage: long, headers: { "x-codex-turn-state": "first" } }),
        { ...answer("SUMMARY"), headers: { "x-codex-turn-state": "second" } },
        plan("c2"),
        answer("done", long),
        { ...answer("SUMMARY"), headers: { "x-codex-turn-state": "third" } },
        plan("c3"),
        answer("next"),
      ],
    },
    prompts("one", "two"),
  ),
];
