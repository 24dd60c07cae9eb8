import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type Json, World } from "./harness.ts";

const REVIEW = "Looks good to me.";

describe("review/start", () => {
  it("reviews on the thread itself: answer, items and end", async () => {
    const world = await World.create({ script: [REVIEW, "after"] });
    const client = await world.client();
    const threadId = await client.thread();
    const done = client.next("turn/completed");
    const answer = await client.call("review/start", {
      threadId,
      target: { type: "custom", instructions: "  look  " },
    });
    const { id } = answer["turn"];
    expect(answer).toEqual({
      turn: {
        id,
        items: [{ type: "userMessage", id, content: [{ type: "text", text: "look", text_elements: [] }] }],
        status: "inProgress",
        error: null,
        startedAt: null,
        completedAt: null,
        durationMs: null,
      },
      reviewThreadId: threadId,
    });
    expect((await done)["params"].turn).toMatchObject({ id, status: "completed", error: null });
    const items = client.messages.filter(({ method }) => method === "item/completed").map(({ params }) => params.item);
    expect(items).toMatchObject([
      { type: "enteredReviewMode", id, review: "look" },
      { type: "userMessage" },
      { type: "exitedReviewMode", id, review: REVIEW },
      { type: "agentMessage", id: "review_rollout_assistant", text: REVIEW },
    ]);
    const started = client.messages
      .filter(({ method }) => method === "item/started")
      .map(({ params }) => params.item.type);
    expect(started).toEqual(["enteredReviewMode", "userMessage", "agentMessage", "exitedReviewMode", "agentMessage"]);
    expect((await client.turn(threadId, "next"))["turn"].status).toBe("completed");
  });

  it("names targets as clients know them, and refuses empty ones", async () => {
    const world = await World.create({ script: { otherwise: "fine" } });
    // What changed against a branch can only be told in a repository.
    execFileSync("git", ["init", "-q", "-b", "main"], { cwd: world.workspace });
    const client = await world.client();
    const threadId = await client.thread();
    const label = async (target: Json) => {
      const done = client.next("turn/completed");
      const { turn } = await client.call("review/start", { threadId, target });
      await done;
      return turn.items[0].content[0].text;
    };
    expect(await label({ type: "uncommittedChanges" })).toBe("current changes");
    expect(await label({ type: "baseBranch", branch: " main " })).toBe("changes against 'main'");
    expect(await label({ type: "commit", sha: "0123456789", title: null })).toBe("commit 0123456");
    expect(await label({ type: "commit", sha: "0123456789", title: "T" })).toBe("commit 0123456: T");
    const why = async (target: Json) => (await client.refused("review/start", { threadId, target }))["message"];
    expect(await why({ type: "baseBranch", branch: " " })).toBe("branch must not be empty");
    expect(await why({ type: "commit", sha: "", title: null })).toBe("sha must not be empty");
    expect(await why({ type: "custom", instructions: "\n" })).toBe("instructions must not be empty");
  });

  it("reviews detached on a fork, of which clients hear first", async () => {
    const world = await World.create({ script: ["hello", REVIEW] });
    const client = await world.client();
    const threadId = await client.thread();
    await client.turn(threadId, "before");
    const from = client.messages.length;
    const done = client.next("turn/completed");
    const answer = await client.call("review/start", {
      threadId,
      target: { type: "uncommittedChanges" },
      delivery: "detached",
    });
    const fork = answer["reviewThreadId"];
    expect(fork).not.toBe(threadId);
    expect((await done)["params"]).toMatchObject({ threadId: fork, turn: { status: "completed" } });
    const told = client.messages.slice(from);
    const started = told.findIndex(({ method, params }) => method === "thread/started" && params.thread.id === fork);
    const answered = told.findIndex(({ result }) => result?.reviewThreadId === fork);
    expect(started).toBeGreaterThanOrEqual(0);
    expect(started).toBeLessThan(answered);
  });

  it("forks nothing that was never said, and no thread in memory", async () => {
    const client = await (await World.create()).client();
    const refused = async (threadId: string) =>
      client.refused("review/start", { threadId, target: { type: "uncommittedChanges" }, delivery: "detached" });
    expect(await refused(await client.thread())).toEqual({
      code: -32603,
      message: "error creating detached review thread: No such file or directory (os error 2)",
    });
    const inMemory = await client.thread({ ephemeral: true });
    expect(await refused(inMemory)).toEqual({
      code: -32600,
      message: `no rollout found for thread id ${inMemory}`,
    });
  });
});

describe("skills", () => {
  const skill = (name: string) => `---\nname: ${name}\ndescription: Does ${name}\n---\nBODY\n`;

  it("are listed with what is wrong with the others, and switched on and off", async () => {
    const world = await World.create({ script: [] });
    for (const [name, text] of [
      ["foo", skill("foo")],
      ["bad", "nothing"],
    ] as const) {
      mkdirSync(path.join(world.home, "skills", name), { recursive: true });
      writeFileSync(path.join(world.home, "skills", name, "SKILL.md"), text);
    }
    const client = await world.client();
    const list = async () => (await client.call("skills/list", { cwds: [world.workspace] }))["data"];
    const file = path.join(world.home, "skills", "foo", "SKILL.md");
    const shown = { name: "foo", description: "Does foo", path: file, scope: "user" };
    const errors = [
      {
        path: path.join(world.home, "skills", "bad", "SKILL.md"),
        message: "missing YAML frontmatter delimited by ---",
      },
    ];
    expect(await list()).toEqual([{ cwd: world.workspace, skills: [{ ...shown, enabled: true }], errors }]);
    expect(await client.call("skills/config/write", { path: file, enabled: false })).toEqual({
      effectiveEnabled: false,
    });
    expect(await list()).toEqual([{ cwd: world.workspace, skills: [{ ...shown, enabled: false }], errors }]);
    expect(await client.call("skills/config/write", { path: file, enabled: true })).toEqual({ effectiveEnabled: true });
    expect((await list())[0].skills[0].enabled).toBe(true);
  });
});
