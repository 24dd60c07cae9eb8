import { afterEach, describe, expect, it } from "vitest";
import type { ListQuery, NewThreadMeta, ThreadStore } from "../src/index.ts";
import { event, meta, said, threadId, userItem } from "./support.ts";

export const START = Date.UTC(2026, 5, 1, 12);

/** A store under test, empty, and what a test may do to it from outside. */
export interface Backend {
  store: ThreadStore;
  /** Another process's view of the same threads. */
  other: ThreadStore;
  /** Says that a thread was last written at a time, milliseconds. */
  touch(id: string, time: number): Promise<void>;
}

export type OpenBackend = (now: () => number) => Promise<Backend>;

class Fixture {
  now = START;
  store!: ThreadStore;
  other!: ThreadStore;
  touch!: Backend["touch"];

  static async open(openBackend: OpenBackend): Promise<Fixture> {
    const fixture = new Fixture();
    return Object.assign(fixture, await openBackend(() => fixture.now));
  }

  /** A thread in which `text` was said; it was last written at its start. */
  async thread(text: string | null, more: Partial<NewThreadMeta> = {}, id = threadId(this.now)): Promise<string> {
    const writer = this.store.create(meta(id, more));
    writer.append(text === null ? [userItem("x")] : [userItem(text), said(text)]);
    await writer.materialize();
    await writer.close();
    await this.touch(id, this.now);
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

/** What every `ThreadStore` has to do. */
export function threadStoreContract(name: string, openBackend: OpenBackend): void {
  const opened: Fixture[] = [];
  const open = async () => {
    const fixture = await Fixture.open(openBackend);
    opened.push(fixture);
    return fixture;
  };
  afterEach(async () => {
    for (const { store, other } of opened.splice(0)) await Promise.all([store.close(), other.close()]);
  });

  describe(`${name}: records`, () => {
    it("nothing is kept of a thread before it is materialized", async () => {
      const f = await open();
      const writer = f.store.create(meta(threadId(f.now)));
      writer.append([said("one")]);
      await writer.flush();
      expect(writer.materialized).toBe(false);
      expect(await f.store.find(writer.threadId)).toBeNull();
      await expect(f.store.load({ id: writer.threadId })).rejects.toMatchObject({ code: "not_found" });
      await writer.materialize();
      expect(writer.materialized).toBe(true);
      expect((await f.store.load({ id: writer.threadId })).items.map(item => item.type)).toEqual([
        "session_meta",
        "event_msg",
      ]);
      await writer.close();
      expect(() => writer.append([said("late")])).toThrow(expect.objectContaining({ code: "closed" }));
    });

    it("come back as they were given, in order, by id and by path", async () => {
      const f = await open();
      const items = [
        userItem('\u0000 \ud83d\ude00 \\ "quoted" \u2028'),
        said("a\nb"),
        event("task_complete", { turn_id: "t", n: 1.5, none: null }),
      ];
      const writer = f.store.create(meta(threadId(f.now), { dynamic_tools: [{ name: "t" }] }), {
        git: async () => ({ branch: "b" }),
      });
      writer.append(items);
      await writer.materialize();
      for (let n = 0; n < 600; n++) writer.append([said(String(n))]);
      await writer.flush();
      const { id, path, meta: head, items: loaded, timestamps, skipped } = await f.store.load({ id: writer.threadId });
      expect(id).toBe(writer.threadId);
      expect(path).toBe(writer.path);
      expect(head).toMatchObject({
        cwd: "/work",
        git: { branch: "b" },
        dynamic_tools: [{ name: "t" }],
        base_instructions: { text: "be brief" },
      });
      expect(loaded.slice(1, 4)).toEqual(items);
      expect(loaded.slice(4)).toEqual(Array.from({ length: 600 }, (_, n) => said(String(n))));
      expect(timestamps).toHaveLength(604);
      expect(timestamps[0]).toBe(new Date(START).toISOString());
      expect(skipped).toBe(0);
      expect(await f.store.load({ path })).toEqual(await f.store.load({ id }));
      await writer.close();
    });

    it("are kept as the history mode says", async () => {
      const f = await open();
      for (const [history, count] of [
        ["limited", 2],
        ["extended", 3],
      ] as const) {
        const writer = f.store.create(meta(threadId(f.now)), { history });
        writer.append([said("x"), event("error", { message: "m" }), event("agent_message_delta", { delta: "d" })]);
        await writer.materialize();
        await writer.close();
        expect((await f.store.load({ id: writer.threadId })).items).toHaveLength(count);
      }
    });

    it("are continued after resuming, and after loading without reading again", async () => {
      const f = await open();
      const id = await f.thread("one");
      const { thread, writer } = await f.store.resume({ id });
      expect(writer.materialized).toBe(true);
      writer.append([said("two")]);
      await writer.close();
      const more = f.store.continue(thread);
      more.append([said("three")]);
      await more.close();
      const { items } = await f.other.load({ id });
      expect(items.flatMap(item => (item.type === "event_msg" ? [item.payload["message"]] : []))).toEqual([
        "one",
        "two",
        "three",
      ]);
    });

    it("of two writers at once are all there, each writer's in its order", async () => {
      const f = await open();
      const id = await f.thread("first");
      const write = async (store: ThreadStore, who: string) => {
        const { writer } = await store.resume({ id });
        for (let n = 0; n < 300; n++) {
          writer.append([said(`${who} ${n}`)]);
          if (n % 7 === 0) await writer.flush();
        }
        await writer.close();
      };
      await Promise.all([write(f.store, "a"), write(f.other, "b")]);
      const { items, skipped } = await f.store.load({ id });
      expect(skipped).toBe(0);
      const said_ = items.flatMap(item => (item.type === "event_msg" ? [String(item.payload["message"])] : []));
      for (const who of ["a", "b"]) {
        expect(said_.filter(text => text.startsWith(`${who} `))).toEqual(
          Array.from({ length: 300 }, (_, n) => `${who} ${n}`),
        );
      }
    });

    it("of what is not there give not_found", async () => {
      const f = await open();
      const id = threadId(f.now);
      await expect(f.store.load({ id })).rejects.toMatchObject({
        code: "not_found",
        message: `no rollout found for thread id ${id}`,
      });
      await expect(f.store.resume({ id })).rejects.toMatchObject({ code: "not_found" });
      expect(await f.store.summary({ id })).toBeNull();
      expect(await f.store.find("no id")).toBeNull();
      expect(await f.store.nameOf(id)).toBeNull();
    });
  });

  describe(`${name}: listing`, () => {
    it("describes a thread", async () => {
      const f = await open();
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

    it("shows newest first and hides threads in which nobody spoke", async () => {
      const f = await open();
      await f.thread("old");
      f.now += 1_000;
      await f.thread(null);
      f.now += 86_400_000;
      await f.thread("new");
      expect(await f.titles()).toEqual(["new", "old"]);
      expect(await f.titles({ direction: "asc" })).toEqual(["old", "new"]);
    });

    it("pages through every thread once, even when all started in the same millisecond", async () => {
      const f = await open();
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
      const f = await open();
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
      const f = await open();
      const old = await f.thread("old");
      f.now += 1_000;
      await f.thread("new");
      await f.touch(old, f.now + 60_000);
      expect(await f.titles({ sortKey: "updated_at" })).toEqual(["old", "new"]);
      expect((await f.store.list({ sortKey: "updated_at" })).threads[0]!.updatedAt).toBe(f.now + 60_000);
    });

    it("accepts both cursor forms and refuses everything else", async () => {
      const f = await open();
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
      const f = await open();
      await f.thread("cli");
      await f.thread("exec", { source: "exec" });
      await f.thread("atlas", { source: { custom: "atlas" } });
      await f.thread("robot", { source: { custom: "robot" } });
      await f.thread("review", { source: { subagent: "review" } });
      await f.thread("spawned", { source: { subagent: { thread_spawn: { parent_thread_id: "p", depth: 1 } } } });
      await f.thread("provider", { model_provider: "other" });
      await f.thread("none", { model_provider: null });
      await f.thread("elsewhere", { cwd: "/there/../elsewhere/" });
      expect((await f.titles()).sort()).toEqual(["atlas", "cli", "elsewhere", "none", "provider"]);
      expect(await f.titles({ sources: [] })).toHaveLength(9);
      expect(await f.titles({ sources: ["exec"] })).toEqual(["exec"]);
      // A custom source has no kind of its own: who names kinds does not mean it.
      expect((await f.titles({ sources: ["cli", "vscode", "unknown"] })).sort()).toEqual([
        "cli",
        "elsewhere",
        "none",
        "provider",
      ]);
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

    it("looks for the first words only in the head of a file", async () => {
      const f = await open();
      const writer = f.store.create(meta(threadId(f.now)));
      writer.append([...Array.from({ length: 250 }, () => userItem("context")), said("too late")]);
      await writer.materialize();
      await writer.close();
      expect(await f.titles()).toEqual([]);
    });

    it("knows a sub-agent's name and role by what its source says", async () => {
      const f = await open();
      const spawn = { parent_thread_id: "p", depth: 1, agent_nickname: "Bob", agent_role: "scout" };
      await f.thread("spawned", { source: { subagent: { thread_spawn: spawn } } });
      const { threads } = await f.store.list({ sources: [] });
      expect(threads).toMatchObject([{ agentNickname: "Bob", agentRole: "scout" }]);
    });

    it("shows at once what another process did", async () => {
      const f = await open();
      const first = await f.thread("first");
      expect((await f.other.list({})).threads.map(thread => thread.id)).toEqual([first]);
      f.now += 5;
      const second = await f.thread("second");
      expect((await f.other.list({})).threads.map(thread => thread.id)).toEqual([second, first]);
      await f.store.setName(first, "N");
      await f.store.archive(second);
      expect((await f.other.list({})).threads.map(thread => thread.name)).toEqual(["N"]);
      expect((await f.other.list({ archived: true })).threads.map(thread => thread.id)).toEqual([second]);
      await f.other.unarchive(second);
      expect(await f.titles()).toEqual(["second", "first"]);
    });

    it("shows a thread from the moment somebody speaks in it", async () => {
      const f = await open();
      const writer = f.store.create(meta(threadId(f.now)));
      await writer.materialize();
      expect(await f.titles()).toEqual([]);
      expect(await f.store.summary({ id: writer.threadId })).toMatchObject({
        preview: "",
        cwd: "/work",
        source: "cli",
      });
      writer.append([userItem("x"), said("hello")]);
      await writer.flush();
      expect(await f.titles()).toEqual(["hello"]);
      await writer.close();
    });
  });

  describe(`${name}: names`, () => {
    it("are trimmed, indexed, shown and searched; the last one counts", async () => {
      const f = await open();
      const id = await f.thread("words");
      expect(await f.store.setName(id, "  First  ")).toBe("First");
      f.now += 220;
      await f.store.setName(id, "My name");
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

    it("lead to the newest thread that is there and not archived", async () => {
      const f = await open();
      const first = await f.thread("one");
      const second = await f.thread("two");
      for (const id of [first, second, threadId(START)]) await f.store.setName(id, "same");
      expect(await f.store.findByName("same")).toBe(second);
      await f.store.archive(second);
      expect(await f.store.findByName("same")).toBe(first);
    });

    it("come along with a fork, because its file holds the naming", async () => {
      const f = await open();
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

  describe(`${name}: corrections`, () => {
    it("win over what was recorded, member by member, and null clears", async () => {
      const f = await open();
      const writer = f.store.create(meta(threadId(f.now)), { git: async () => ({ commit_hash: "c", branch: "b" }) });
      writer.append([said("x")]);
      await writer.materialize();
      await writer.close();
      const id = writer.threadId;
      await f.store.setMetadata(id, { git: { branch: "other", repository_url: "u" } });
      await f.store.setMetadata(id, { git: { commit_hash: null }, memoryMode: "disabled" });
      const git = { commit_hash: null, branch: "other", repository_url: "u" };
      expect((await f.store.summary({ id }))!.git).toEqual(git);
      expect((await f.store.list({})).threads[0]!.git).toEqual(git);
      expect((await f.store.load({ id })).meta.git).toEqual({ commit_hash: "c", branch: "b" });
    });
  });

  describe(`${name}: archive`, () => {
    it("moves a thread out of sight and back, and touches it then", async () => {
      const f = await open();
      const id = await f.thread("words");
      const from = (await f.store.find(id))!;
      const archived = await f.store.archive(id);
      expect(await f.store.find(id)).toBeNull();
      expect(await f.store.find(id, true)).toBe(archived);
      expect(await f.titles()).toEqual([]);
      expect(await f.titles({ archived: true })).toEqual(["words"]);
      expect((await f.store.load({ id })).path).toBe(archived);
      expect((await f.store.summary({ id }))!.archived).toBe(true);
      await expect(f.store.resume({ id })).rejects.toMatchObject({ code: "not_found" });
      await expect(f.store.archive(id)).rejects.toThrow(`no rollout found for thread id ${id}`);
      f.now += 90_000;
      expect(await f.store.unarchive(id)).toBe(from);
      expect((await f.store.summary({ id }))!.updatedAt).toBe(f.now);
      await expect(f.store.unarchive(id)).rejects.toThrow(`no archived rollout found for thread id ${id}`);
      expect(await f.titles()).toEqual(["words"]);
    });
  });
}
