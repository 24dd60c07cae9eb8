import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { JsonlThreadStore, type ListQuery, type NewThreadMeta, sourceKinds } from "../src/index.ts";
import { freshHome, meta, said, threadId, userItem } from "./support.ts";

const START = Date.UTC(2026, 5, 1, 12);

class Fixture {
  readonly home = freshHome();
  now = START;
  readonly store = new JsonlThreadStore({ codexHome: this.home, now: () => this.now });

  /** A thread in which `text` was said; its file was last written at its start. */
  async thread(text: string | null, more: Partial<NewThreadMeta> = {}, id = threadId(this.now)): Promise<string> {
    const writer = this.store.create(meta(id, more));
    writer.append(text === null ? [userItem("x")] : [userItem(text), said(text)]);
    await writer.materialize();
    await writer.close();
    utimesSync(writer.path, this.now / 1000, this.now / 1000);
    return id;
  }

  async titles(query: ListQuery = {}): Promise<string[]> {
    return (await this.store.list(query)).threads.map(thread => thread.preview);
  }
}

describe("listing from files", () => {
  it("knows every kind of source by its wire name", () => {
    expect(sourceKinds("mcp")).toEqual(["appServer"]);
    expect(sourceKinds("anything else")).toEqual(["unknown"]);
    expect(sourceKinds({ subagent: "compact" })).toEqual(["subAgent", "subAgentCompact"]);
    expect(sourceKinds({ subagent: { other: "x" } })).toEqual(["subAgent", "subAgentOther"]);
  });

  it("passes over files that are none of ours or broken", async () => {
    const f = new Fixture();
    await f.thread("good");
    const day = path.join(f.home, "sessions/2026/06/01");
    writeFileSync(path.join(day, "notes.txt"), "x");
    writeFileSync(path.join(day, `rollout-2026-06-01T12-00-00-${threadId(START)}.jsonl`), "");
    writeFileSync(path.join(day, `rollout-2026-06-01T12-00-00-${threadId(START)}.jsonl`), "\0\0garbage\n{");
    mkdirSync(path.join(day, `rollout-2026-06-01T12-00-00-${threadId(START)}.jsonl`));
    expect(await f.titles()).toEqual(["good"]);
    expect(await new JsonlThreadStore({ codexHome: freshHome() }).list({})).toEqual({
      threads: [],
      nextCursor: null,
      backwardsCursor: null,
      scanCapReached: false,
    });
  });
});

describe("names", () => {
  it("are trimmed, indexed, shown and searched; the last one counts", async () => {
    const f = new Fixture();
    const id = await f.thread("words");
    expect(await f.store.setName(id, "  First  ")).toBe("First");
    f.now += 220;
    await f.store.setName(id, "My name");
    const index = readFileSync(path.join(f.home, "session_index.jsonl"), "utf8").trim().split("\n");
    expect(index[1]).toBe(`{"id":"${id}","thread_name":"My name","updated_at":"2026-06-01T12:00:00.220Z"}`);
    expect((await f.store.list({})).threads[0]!.name).toBe("My name");
    expect(await f.titles({ searchTerm: "My na" })).toEqual(["words"]);
    expect(await f.titles({ searchTerm: "words" })).toEqual([]);
    expect(await f.store.nameOf(id)).toBe("My name");
    expect(await f.store.findByName("First")).toBeNull();
    expect(await f.store.findByName("My name")).toBe(id);
    expect(await f.store.findByName("my name")).toBeNull();
    await expect(f.store.setName(id, "  ")).rejects.toMatchObject({
      code: "empty_name",
      message: "Thread name cannot be empty.",
    });
  });

  it("lead to the newest thread whose file is there and readable", async () => {
    const f = new Fixture();
    const first = await f.thread("one");
    const second = await f.thread("two");
    for (const id of [first, second, threadId(START)]) await f.store.setName(id, "same");
    appendFileSync(path.join(f.home, "session_index.jsonl"), "garbage\n{}\n[1]\n");
    expect(await f.store.findByName("same")).toBe(second);
    writeFileSync((await f.store.find(second))!, "");
    expect(await f.store.findByName("same")).toBe(first);
  });
});

describe("corrections", () => {
  it("win over what was recorded, member by member, and null clears", async () => {
    const f = new Fixture();
    const writer = f.store.create(meta(threadId(f.now)), { git: async () => ({ commit_hash: "c", branch: "b" }) });
    writer.append([said("x")]);
    await writer.materialize();
    await writer.close();
    const id = writer.threadId;
    await f.store.setMetadata(id, { git: { branch: "other", repository_url: "u" } });
    await f.store.setMetadata(id, { git: { commit_hash: null }, memoryMode: "disabled" });
    appendFileSync(path.join(f.home, "thread_metadata.jsonl"), "broken\n{}\n");
    const git = { commit_hash: null, branch: "other", repository_url: "u" };
    expect((await f.store.summary({ id }))!.git).toEqual(git);
    expect((await f.store.list({})).threads[0]!.git).toEqual(git);
    expect((await f.store.load({ id })).meta.git).toEqual({ commit_hash: "c", branch: "b" });
  });
});

describe("archive", () => {
  it("moves the file out of sight and back, and touches it then", async () => {
    const f = new Fixture();
    const id = await f.thread("words");
    const from = (await f.store.find(id))!;
    const archived = await f.store.archive(id);
    expect(path.relative(f.home, archived)).toBe(`archived_sessions/${path.basename(from)}`);
    expect(existsSync(from)).toBe(false);
    expect(await f.titles()).toEqual([]);
    expect(await f.titles({ archived: true })).toEqual(["words"]);
    expect((await f.store.load({ id })).path).toBe(archived);
    expect((await f.store.summary({ id }))!.archived).toBe(true);
    await expect(f.store.resume({ id })).rejects.toMatchObject({ code: "not_found" });
    await expect(f.store.archive(id)).rejects.toThrow(`no rollout found for thread id ${id}`);
    f.now += 90_000;
    expect(await f.store.unarchive(id)).toBe(from);
    expect(statSync(from).mtimeMs).toBe(f.now);
    await expect(f.store.unarchive(id)).rejects.toThrow(`no archived rollout found for thread id ${id}`);
    expect(await f.titles()).toEqual(["words"]);
  });
});
