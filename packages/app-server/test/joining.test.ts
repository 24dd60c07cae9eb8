import { execFileSync } from "node:child_process";
import path from "node:path";
import { functionCall, reasoning } from "@codex-ts-tools/model-server";
import type { ThreadItem, Turn } from "@codex-ts/protocol";
import { describe, expect, it } from "vitest";
import { ActiveTurn } from "../src/threads/active-turn.ts";
import { type Json, World } from "./harness.ts";

const WEATHER = { name: "weather", description: "W", inputSchema: { type: "object", properties: {} } };
const UNKNOWN = "01a1fbc0-92e9-74b1-8dc6-66fdd1792eed";

describe("a client that joins a turn in the middle", () => {
  it("sees what was said, under numbers, and every tool as it stands", async () => {
    const world = await World.create({
      script: [
        "before",
        {
          items: [
            reasoning("thinking"),
            { type: "message", text: "first I look", phase: "commentary" },
            functionCall("shell_command", { command: "echo looked" }, "c1"),
          ],
        },
        { items: [functionCall("weather", { city: "x" }, "held")] },
      ],
      config: 'sandbox_mode = "danger-full-access"\napproval_policy = "never"',
    });
    const client = await world.client();
    const threadId = await client.thread({ dynamicTools: [WEATHER] });
    await client.turn(threadId, "before");
    const asked = client.next("item/tool/call");
    const { turn } = await client.call("turn/start", { threadId, input: [{ type: "text", text: "go" }] });
    await asked;
    const other = await world.client();
    const usage = other.next("thread/tokenUsage/updated");
    const { thread } = await other.call("thread/resume", { threadId });
    expect(thread.turns).toHaveLength(2);
    expect(thread.turns[1]).toMatchObject({ id: turn.id, status: "inProgress", completedAt: null });
    expect(thread.turns[1].items).toEqual([
      { type: "userMessage", id: "item-1", content: [{ type: "text", text: "go", text_elements: [] }] },
      { type: "reasoning", id: "item-2", summary: ["thinking"], content: [] },
      { type: "agentMessage", id: "item-3", text: "first I look", phase: "commentary", memoryCitation: null },
      expect.objectContaining({
        type: "commandExecution",
        id: "c1",
        status: "completed",
        aggregatedOutput: "looked\n",
      }),
      expect.objectContaining({ type: "dynamicToolCall", id: "held", status: "inProgress", contentItems: null }),
    ]);
    expect((await usage)["params"].turnId).toBe(turn.id);
    const over = other.next("turn/completed");
    await client.call("turn/interrupt", { threadId, turnId: turn.id });
    await over;
    const later = await other.call("thread/resume", { threadId });
    expect(later["thread"].turns[1]).toMatchObject({ id: turn.id, status: "interrupted" });
  });

  it("may name it by its file, whatever id it gives", async () => {
    const world = await World.create({ script: ["ok"] });
    const client = await world.client();
    const { thread } = await client.call("thread/start", {});
    await client.turn(thread.id, "x");
    const joined = await client.call("thread/resume", { threadId: UNKNOWN, path: thread.path });
    expect(joined["thread"]).toMatchObject({ id: thread.id, status: { type: "idle" } });
  });
});

describe("where the repository of a thread stands", () => {
  it("is known to who joins it and of its forks, and of no folder that is gone", async () => {
    const world = await World.create({ script: ["ok", "ok", "ok"] });
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=n", "-c", "user.email=n@example.com", ...args], { cwd: world.workspace });
    git("init", "-q", "-b", "main");
    git("commit", "-q", "--allow-empty", "-m", "first");
    const sha = git("rev-parse", "HEAD").toString().trim();
    const client = await world.client();
    const threadId = await client.thread();
    await client.turn(threadId, "x");
    const gitInfo = { sha, branch: "main", originUrl: null };
    expect((await client.call("thread/resume", { threadId }))["thread"].gitInfo).toEqual(gitInfo);
    const forked = await client.call("thread/fork", { threadId });
    expect(forked["thread"].gitInfo).toEqual(gitInfo);
    expect((await client.call("thread/read", { threadId: forked["thread"].id }))["thread"].gitInfo).toEqual(gitInfo);

    const history = [{ type: "message", role: "user", content: [{ type: "input_text", text: "before" }] }];
    const begun = (await client.call("thread/resume", { threadId: "ignored", history }))["thread"];
    expect(begun.gitInfo).toBeNull();
    await client.turn(begun.id, "x");
    expect((await client.call("thread/resume", { threadId: begun.id }))["thread"].gitInfo).toEqual(gitInfo);

    const cwd = path.join(world.workspace, "gone");
    const gone = await client.thread({ cwd });
    await client.turn(gone, "x");
    expect((await client.call("thread/read", { threadId: gone }))["thread"].gitInfo).toBeNull();
  });
});

describe("a turn that runs", () => {
  const turn: Turn = {
    id: "t",
    items: [],
    status: "inProgress",
    error: null,
    startedAt: 1,
    completedAt: null,
    durationMs: null,
  };
  const thought = (...summary: string[]): ThreadItem => ({ type: "reasoning", id: "r", summary, content: [] });

  it("shows thoughts in a row as one, and nothing of empty ones", () => {
    const active = new ActiveTurn(turn);
    for (const item of [thought("a"), thought(), thought("b")]) active.completed(item);
    expect(active.turn.items).toEqual([{ ...thought("a", "b"), id: "item-1" }]);
  });

  it("shows what a person said as one text with images behind it", () => {
    const active = new ActiveTurn(turn);
    const element = (start: number, end: number) => ({ byteRange: { start, end }, placeholder: null });
    const content: Json[] = [
      { type: "image", url: "data:" },
      { type: "skill", name: "s", path: "/s" },
      { type: "text", text: "ä", text_elements: [element(0, 2)] },
      { type: "localImage", path: "/i" },
      { type: "text", text: "b", text_elements: [element(0, 1)] },
    ];
    active.completed({ type: "userMessage", id: "u", content: content as never });
    expect(active.turn.items).toEqual([
      {
        type: "userMessage",
        id: "item-1",
        content: [
          { type: "text", text: "äb", text_elements: [element(0, 2), element(2, 3)] },
          { type: "image", url: "data:" },
          { type: "localImage", path: "/i" },
        ],
      },
    ]);
  });

  it("is told of as it was at that moment", () => {
    const active = new ActiveTurn(turn);
    const before = active.turn;
    active.completed(thought("a"));
    expect(before.items).toEqual([]);
  });
});
