import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { World } from "./harness.ts";

/** The lines of a session file: kind and, of events and items, what they are. */
function lines(file: string): { kind: string; payload: Record<string, unknown> }[] {
  return readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map(line => {
      const { type, payload } = JSON.parse(line);
      return { kind: [type, payload.type, payload.role].filter(part => part !== undefined).join(" "), payload };
    });
}

const kinds = (file: string) => lines(file).map(({ kind }) => kind);

describe("known-good vectors of session files", () => {
  it("V11: a fork's file has its own head, then all of the source's lines, then its own turns", async () => {
    const world = await World.create({ script: ["one", "two", "three"] });
    const client = await world.client();
    const started = await client.call("thread/start", {});
    const { id: threadId, path: source } = started["thread"];
    await client.turn(threadId, "first");
    await client.turn(threadId, "second");
    await client.call("thread/rollback", { threadId, numTurns: 1 });
    await client.call("thread/name/set", { threadId, name: "My name" });
    await client.seen("thread/name/updated");
    const { thread } = await client.call("thread/fork", { threadId });
    const copied = lines(thread.path);
    expect(copied.map(({ kind }) => kind)).toEqual(["session_meta", ...kinds(source)]);
    expect(copied.slice(0, 2).map(({ payload }) => payload)).toMatchObject([
      { id: thread.id, forked_from_id: threadId },
      { id: threadId },
    ]);
    expect(copied.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["event_msg thread_rolled_back", "event_msg thread_name_updated"]),
    );
    await client.turn(thread.id, "in the fork");
    expect(lines(thread.path).slice(0, copied.length)).toEqual(copied);
    expect(kinds(thread.path).at(-1)).toBe("event_msg task_complete");
  });

  it("V11: a fork of a compacted thread opens its first window", async () => {
    const world = await World.create({ script: ["one", "SUMMARY", "two", "three"] });
    const client = await world.client();
    const threadId = await client.thread();
    await client.turn(threadId, "first");
    const compacted = client.next("turn/completed");
    await client.call("thread/compact/start", { threadId });
    await compacted;
    const { thread } = await client.call("thread/fork", { threadId });
    await client.turn(thread.id, "in the fork");
    await client.turn(threadId, "in the source");
    const windows = world.model.requests.map(({ headers }) => headers["x-codex-window-id"]);
    expect(windows.slice(-2)).toEqual([`${thread.id}:0`, `${threadId}:1`]);
  });

  it("V12: a name is trimmed, kept in the index, listed, and a fork's, too", async () => {
    const world = await World.create({ script: ["one"] });
    const client = await world.client();
    const threadId = await client.thread();
    await client.turn(threadId, "first");
    await client.call("thread/name/set", { threadId, name: "  My name " });
    await client.seen("thread/name/updated");
    const [index, ...more] = readFileSync(path.join(world.home, "session_index.jsonl"), "utf8").trimEnd().split("\n");
    expect(more).toEqual([]);
    expect(index).toMatch(/^\{"id":"[^"]+","thread_name":"My name","updated_at":"\d{4}-\d\d-\d\dT[\d:.]+Z"\}$/);
    await client.call("thread/fork", { threadId });
    const { data } = await client.call("thread/list", {});
    expect(data.map(({ name }: { name: string }) => name)).toEqual(["My name", "My name"]);
  });

  it("V13: a thread is archived once, and comes back to the folder of its day", async () => {
    const world = await World.create({ script: ["one"] });
    const client = await world.client();
    const { thread } = await client.call("thread/start", {});
    const threadId = thread.id as string;
    await client.turn(threadId, "first");
    await client.call("thread/archive", { threadId });
    expect(existsSync(thread.path)).toBe(false);
    expect(existsSync(path.join(world.home, "archived_sessions", path.basename(thread.path)))).toBe(true);
    expect(await client.refused("thread/archive", { threadId })).toMatchObject({
      message: `no rollout found for thread id ${threadId}`,
    });
    await client.call("thread/unarchive", { threadId });
    expect(existsSync(thread.path)).toBe(true);
    expect(await client.refused("thread/unarchive", { threadId })).toMatchObject({
      message: `no archived rollout found for thread id ${threadId}`,
    });
  });
});
