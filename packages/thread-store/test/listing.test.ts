import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { JsonlThreadStore, type ListQuery, type NewThreadMeta, PromptHistory, sourceKinds } from "../src/index.ts";
import { event, freshHome, meta, said, threadId, userItem } from "./support.ts";

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

  /** Every page's previews, following the cursors. */
  async pages(query: ListQuery): Promise<string[][]> {
    const pages: string[][] = [];
    for (let cursor: string | null = null; pages.length < 100; ) {
      const page = await this.store.list({ ...query, cursor });
      pages.push(page.threads.map(thread => thread.preview));
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    return pages;
  }
}

describe("listing", () => {
  it("shows newest first and hides threads in which nobody spoke", async () => {
    const f = new Fixture();
    await f.thread("old");
    f.now += 1_000;
    await f.thread(null);
    f.now += 86_400_000;
    await f.thread("new");
    expect(await f.titles()).toEqual(["new", "old"]);
    expect(await f.titles({ direction: "asc" })).toEqual(["old", "new"]);
  });

  it("describes a thread", async () => {
    const f = new Fixture();
    const writer = f.store.create(meta(threadId(f.now), { agent_nickname: "n", agent_role: "r" }), {
      git: async () => ({ commit_hash: "c", branch: "b" }),
    });
    writer.append([said("# Context from my IDE:\nfiles\n## My request for Codex:\n fix it \n")]);
    await writer.materialize();
    await writer.close();
    const [thread] = (await f.store.list({})).threads;
    expect(thread).toMatchObject({
      id: writer.threadId,
      path: writer.path,
      archived: false,
      createdAt: START,
      preview: "fix it",
      name: null,
      source: "cli",
      modelProvider: "mock",
      cwd: "/work",
      cliVersion: "0.125.0",
      git: { commit_hash: "c", branch: "b" },
      agentNickname: "n",
      agentRole: "r",
      forkedFromId: null,
    });
    expect(thread).toEqual(await f.store.summary({ id: writer.threadId }));
  });

  it("pages through every thread once, even when all started in the same millisecond", async () => {
    const f = new Fixture();
    for (let n = 0; n < 23; n++) {
      await f.thread(String(n));
      if (n % 10 === 9) f.now += 5;
    }
    const all = Array.from({ length: 23 }, (_, n) => String(n));
    for (const limit of [1, 2, 3, 7, 10, 22, 23, 24]) {
      expect((await f.pages({ limit, direction: "asc" })).flat()).toEqual(all);
      expect((await f.pages({ limit })).flat()).toEqual([...all].reverse());
      expect((await f.pages({ limit, sortKey: "updated_at" })).flat()).toHaveLength(23);
    }
    expect((await f.pages({ limit: 10 })).map(page => page.length)).toEqual([10, 10, 3]);
  });

  it("turns around at a page's first thread", async () => {
    const f = new Fixture();
    for (const text of ["a", "b", "c", "d"]) {
      f.now += 10;
      await f.thread(text);
    }
    const first = await f.store.list({ limit: 2 });
    expect(first.threads.map(thread => thread.preview)).toEqual(["d", "c"]);
    const second = await f.store.list({ limit: 2, cursor: first.nextCursor });
    expect(second.threads.map(thread => thread.preview)).toEqual(["b", "a"]);
    const back = await f.store.list({ limit: 2, cursor: second.backwardsCursor, direction: "asc" });
    expect(back.threads.map(thread => thread.preview)).toEqual(["b", "c"]);
    expect(first.backwardsCursor).toBe(new Date(START + 39).toISOString());
  });

  it("orders by the last write when asked", async () => {
    const f = new Fixture();
    const old = await f.thread("old");
    f.now += 1_000;
    await f.thread("new");
    const file = (await f.store.find(old))!;
    utimesSync(file, f.now / 1000 + 60, f.now / 1000 + 60);
    expect(await f.titles({ sortKey: "updated_at" })).toEqual(["old", "new"]);
    expect((await f.store.list({ sortKey: "updated_at" })).threads[0]!.updatedAt).toBe(f.now + 60_000);
  });

  it("accepts both cursor forms and refuses everything else", async () => {
    const f = new Fixture();
    await f.thread("x");
    const later = START + 60_000;
    const old = new Date(later)
      .toISOString()
      .slice(0, 19)
      .replaceAll(":", "-")
      .replace(/^(....)-(..)-(..)/, "$1-$2-$3");
    for (const cursor of [new Date(later).toISOString(), "2026-06-01T14:01:00+02:00", old]) {
      expect(await f.titles({ cursor })).toEqual(["x"]);
    }
    for (const cursor of ["", "x", "2026-06-01T12:00:00Z|id", "2026-06-01", "99"]) {
      await expect(f.store.list({ cursor })).rejects.toMatchObject({
        code: "invalid_cursor",
        message: `invalid cursor: ${cursor}`,
      });
    }
  });

  it("filters by source, provider, folder and title", async () => {
    const f = new Fixture();
    await f.thread("cli");
    await f.thread("exec", { source: "exec" });
    await f.thread("atlas", { source: { custom: "atlas" } });
    await f.thread("robot", { source: { custom: "robot" } });
    await f.thread("review", { source: { subagent: "review" } });
    await f.thread("spawned", { source: { subagent: { thread_spawn: { parent_thread_id: "p", depth: 1 } } } });
    await f.thread("provider", { model_provider: "other" });
    await f.thread("none", { model_provider: null });
    await f.thread("elsewhere", { cwd: "/elsewhere" });
    expect((await f.titles()).sort()).toEqual(["atlas", "cli", "elsewhere", "none", "provider"]);
    expect(await f.titles({ sources: [] })).toHaveLength(9);
    expect(await f.titles({ sources: ["exec"] })).toEqual(["exec"]);
    expect((await f.titles({ sources: ["subAgent"] })).sort()).toEqual(["review", "spawned"]);
    expect(await f.titles({ sources: ["subAgentReview"] })).toEqual(["review"]);
    expect(await f.titles({ modelProviders: ["other"] })).toEqual(["provider"]);
    expect((await f.titles({ modelProviders: ["mock"], defaultProvider: "mock" })).sort()).toEqual([
      "atlas",
      "cli",
      "elsewhere",
      "none",
    ]);
    expect(await f.titles({ modelProviders: [] })).toHaveLength(5);
    expect(await f.titles({ cwds: ["/elsewhere"] })).toEqual(["elsewhere"]);
    expect(await f.titles({ cwds: [] })).toEqual([]);
    expect(await f.titles({ searchTerm: "las" })).toEqual(["atlas"]);
    expect(await f.titles({ searchTerm: "LAS" })).toEqual([]);
  });

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

  it("looks for the first words only in the head of a file", async () => {
    const f = new Fixture();
    const writer = f.store.create(meta(threadId(f.now)));
    writer.append([...Array.from({ length: 250 }, () => userItem("context")), said("too late")]);
    await writer.materialize();
    await writer.close();
    expect(await f.titles()).toEqual([]);
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

  it("come along with a fork, because its file holds the naming", async () => {
    const f = new Fixture();
    const source = await f.thread("words");
    const writer = f.store.create(meta(threadId(f.now), { forked_from_id: source }));
    writer.append([
      ...(await f.store.load({ id: source })).items,
      event("thread_name_updated", { thread_id: source, thread_name: "N" }),
    ]);
    await writer.materialize();
    await writer.close();
    expect((await f.store.summary({ id: writer.threadId }))!.name).toBe("N");
    expect((await f.store.load({ id: writer.threadId })).meta.forked_from_id).toBe(source);
    await f.store.setName(writer.threadId, "Own");
    expect((await f.store.summary({ id: writer.threadId }))!.name).toBe("Own");
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

describe("prompt history", () => {
  it("keeps prompts private, in order, and finds them again by file and offset", async () => {
    const home = freshHome();
    const history = new PromptHistory({ codexHome: home, now: () => START });
    await Promise.all(["a", "b\nc"].map(text => history.append("s", text)));
    const file = path.join(home, "history.jsonl");
    expect(readFileSync(file, "utf8").split("\n").sort()).toContain(
      `{"session_id":"s","ts":${START / 1000},"text":"b\\nc"}`,
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { logId, count } = await history.metadata();
    expect(count).toBe(2);
    expect(await history.lookup(logId, 5)).toBeNull();
    expect(await history.lookup(logId + 1, 0)).toBeNull();
    expect(await history.lookup(0, 0)).toMatchObject({ sessionId: "s", time: START / 1000 });
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it("drops the oldest prompts when it grows too large, never the newest", async () => {
    const home = freshHome();
    const history = new PromptHistory({ codexHome: home, maxBytes: 300, now: () => START });
    for (let n = 0; n < 20; n++) await history.append("s", `prompt ${n}`);
    const texts = readFileSync(path.join(home, "history.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map(line => JSON.parse(line).text);
    expect(texts.at(-1)).toBe("prompt 19");
    expect(texts.length).toBeLessThan(7);
    await history.append("s", "x".repeat(1_000));
    expect((await history.metadata()).count).toBe(1);
  });

  it("keeps nothing when told so", async () => {
    const home = freshHome();
    await new PromptHistory({ codexHome: home, persistence: "none" }).append("s", "secret");
    expect(existsSync(path.join(home, "history.jsonl"))).toBe(false);
  });
});
