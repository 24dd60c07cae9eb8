import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { allMatch, World } from "./harness.ts";

const STABLE = { experimentalApi: false };

function hooked(world: World, hooks: object): void {
  writeFileSync(path.join(world.home, "hooks.json"), JSON.stringify({ hooks }));
}

const handler = (command: string): object[] => [{ hooks: [{ type: "command", command }] }];

describe("hooks", () => {
  it("are told as they start and end, and shown again to clients that opted in", async () => {
    const world = await World.create({ script: ["one", "two"] });
    hooked(world, { UserPromptSubmit: handler("echo note"), Stop: handler("exit 3") });
    const client = await world.client();
    const threadId = await client.thread();
    await client.turn(threadId, "first");
    await client.turn(threadId, "second");
    const ended = allMatch(client.messages, "hook/completed");
    expect(ended.map(({ run }) => [run.eventName, run.status])).toEqual([
      ["userPromptSubmit", "completed"],
      ["stop", "failed"],
      ["userPromptSubmit", "completed"],
      ["stop", "failed"],
    ]);
    const turnIds = [ended[0]!["turnId"], ended[2]!["turnId"]];
    const expected = turnIds.map(id => ended.filter(({ turnId }) => turnId === id).map(({ run }) => run));
    const { thread } = await client.call("thread/read", { threadId, includeTurns: true });
    expect(thread.turns.map(({ hookRuns }: { hookRuns: unknown }) => hookRuns)).toEqual(expected);

    const plain = await world.client(STABLE);
    const read = await plain.call("thread/read", { threadId, includeTurns: true });
    expect(read["thread"].turns.map((turn: object) => "hookRuns" in turn)).toEqual([false, false]);

    // The session file knows nothing of them; their own record is the person's alone.
    const [rollout] = readdirSync(path.join(world.home, "sessions"), { recursive: true, encoding: "utf8" }).filter(
      name => name.endsWith(".jsonl"),
    );
    expect(readFileSync(path.join(world.home, "sessions", rollout!), "utf8")).not.toContain("user-prompt-submit");
    const record = path.join(world.home, "hook-runs", `${threadId}.jsonl`);
    expect(statSync(record).mode & 0o777).toBe(0o600);

    appendFileSync(record, "broken\n{}\n");
    await world.server.close();
    const later = await World.create({ script: ["three"] });
    mkdirSync(path.join(later.home, "hook-runs"));
    writeFileSync(path.join(later.home, "hook-runs", `${threadId}.jsonl`), readFileSync(record));
    const resumed = await (await later.client()).call("thread/resume", {
      threadId,
      path: path.join(world.home, "sessions", rollout!),
    });
    expect(resumed["thread"].turns.map(({ hookRuns }: { hookRuns: unknown }) => hookRuns)).toEqual(expected);
  });

  it("leave no member behind in a turn that had none, and no record", async () => {
    const world = await World.create({ script: ["one"] });
    const client = await world.client();
    const threadId = await client.thread();
    await client.turn(threadId, "first");
    const { thread } = await client.call("thread/read", { threadId, includeTurns: true });
    expect("hookRuns" in thread.turns[0]).toBe(false);
    expect(readdirSync(world.home)).not.toContain("hook-runs");
  });

  it("show what made a turn go on as an item, live and in the record", async () => {
    const world = await World.create({ script: ["one", "two"] });
    hooked(world, {
      Stop: handler(
        '[ -e "$CODEX_HOME/once" ] || { touch "$CODEX_HOME/once"; echo "go <on>" >&2; exit 2; }'.replaceAll(
          "$CODEX_HOME",
          world.home,
        ),
      ),
    });
    const client = await world.client();
    const threadId = await client.thread();
    await client.turn(threadId, "first");
    const fragments = [{ text: "go <on>", hookRunId: `stop:0:${world.home}/hooks.json` }];
    const items = allMatch(client.messages, "item/completed").map(({ item }) => item);
    expect(items.find(({ type }) => type === "hookPrompt")).toMatchObject({ fragments });
    const { thread } = await client.call("thread/read", { threadId, includeTurns: true });
    const shown = thread.turns[0].items;
    expect(shown.map(({ type }: { type: string }) => type)).toEqual([
      "userMessage",
      "agentMessage",
      "hookPrompt",
      "agentMessage",
    ]);
    expect(shown[2]).toMatchObject({ fragments });
  });
});
