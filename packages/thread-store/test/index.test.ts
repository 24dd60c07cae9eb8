import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import Database from "libsql";
import { afterEach, describe, expect, it } from "vitest";
import { JsonlThreadStore } from "../src/index.ts";
import { freshHome, meta, program, said, threadId } from "./support.ts";

const START = Date.UTC(2026, 5, 1, 12);
const stores: JsonlThreadStore[] = [];

afterEach(async () => {
  await Promise.all(stores.splice(0).map(store => store.close()));
});

class Home {
  readonly codexHome = freshHome();
  readonly file = path.join(this.codexHome, "thread_index_2.sqlite");
  readonly warnings: string[] = [];
  now = START;

  open(): JsonlThreadStore {
    const warn = (message: string) => void this.warnings.push(message);
    const store = new JsonlThreadStore({ codexHome: this.codexHome, now: () => this.now, warn });
    stores.push(store);
    return store;
  }

  async threads(count: number): Promise<void> {
    const store = new JsonlThreadStore({ codexHome: this.codexHome, now: () => this.now });
    for (let n = 0; n < count; n++) {
      this.now += 1;
      const writer = store.create(meta(threadId(this.now)));
      writer.append([said(`thread ${n}`)]);
      await writer.materialize();
      await writer.close();
    }
  }

  /** Reads or changes the index behind the store's back. */
  index<T>(use: (database: Database.Database) => T): T {
    const database = new Database(this.file);
    try {
      return use(database);
    } finally {
      database.close();
    }
  }

  count(): number {
    return this.index(database => (database.prepare("SELECT count(*) AS n FROM threads").get() as { n: number }).n);
  }
}

const previews = async (store: JsonlThreadStore) =>
  (await store.list({ limit: 1000 })).threads.map(thread => thread.preview);

describe("the index of threads", () => {
  it("is made by the first list and not before", async () => {
    const home = new Home();
    await home.threads(3);
    const store = home.open();
    await store.resume({ id: (await store.list({})).threads[0]!.id });
    expect(home.count()).toBe(3);
    const unused = new Home();
    await unused.threads(1);
    expect(existsSync(unused.file)).toBe(false);
  });

  it("answers lists: what it says of a thread is not read again from the thread's file", async () => {
    const home = new Home();
    await home.threads(2);
    await previews(home.open());
    home.index(database => database.exec("UPDATE threads SET preview = 'from the index'"));
    expect(await previews(home.open())).toEqual(["from the index", "from the index"]);
    expect(home.warnings).toEqual([]);
  });

  it("is made again when it is missing, no database, or of another layout", async () => {
    const home = new Home();
    await home.threads(2);
    const before = await previews(home.open());
    const damages: (() => void)[] = [
      () => rmSync(home.file),
      () => writeFileSync(home.file, "no database at all ".repeat(100)),
      () => home.index(database => database.exec("PRAGMA user_version = 7")),
      () => home.index(database => database.exec("DROP TABLE names")),
    ];
    for (const damage of damages) {
      await Promise.all(stores.splice(0).map(store => store.close()));
      damage();
      const store = home.open();
      expect(await previews(store)).toEqual(before);
      expect(await previews(store)).toEqual(before);
      expect(home.count()).toBe(2);
    }
    expect(home.warnings).toEqual([]);
  });

  it("that cannot be used is told of once, and lists come from the files", async () => {
    const home = new Home();
    await home.threads(2);
    const store = new JsonlThreadStore({
      codexHome: home.codexHome,
      indexFolder: async () => path.join(home.codexHome, "session_index.jsonl", "in-a-file"),
      warn: message => void home.warnings.push(message),
    });
    writeFileSync(path.join(home.codexHome, "session_index.jsonl"), "");
    stores.push(store);
    for (let n = 0; n < 3; n++) expect(await previews(store)).toEqual(["thread 1", "thread 0"]);
    expect(home.warnings).toEqual([expect.stringContaining("lists are read from the session files")]);
  });

  it("follows what others do to the files: new ones, moved ones, removed ones, whole days", async () => {
    const home = new Home();
    await home.threads(2);
    const store = home.open();
    expect(await previews(store)).toEqual(["thread 1", "thread 0"]);
    await home.threads(1);
    expect(await previews(store)).toEqual(["thread 0", "thread 1", "thread 0"]);
    const day = path.join(home.codexHome, "sessions/2026/06/01");
    rmSync(path.join(day, readdirSync(day).toSorted().at(-1)!));
    expect(await previews(store)).toEqual(["thread 1", "thread 0"]);
    home.now += 86_400_000;
    await home.threads(1);
    expect(await previews(store)).toEqual(["thread 0", "thread 1", "thread 0"]);
    rmSync(day, { recursive: true });
    expect(await previews(store)).toEqual(["thread 0"]);
    rmSync(path.join(home.codexHome, "sessions"), { recursive: true });
    expect(await previews(store)).toEqual([]);
    expect(home.count()).toBe(0);
  });

  it("sees a thread's last write by others when the list is ordered by it", async () => {
    const home = new Home();
    await home.threads(3);
    const store = home.open();
    await previews(store);
    const oldest = (await store.list({ direction: "asc" })).threads[0]!;
    utimesSync(oldest.path, new Date(Date.now() + 60_000), new Date(Date.now() + 60_000));
    const [first] = (await store.list({ sortKey: "updated_at" })).threads;
    expect(first?.id).toBe(oldest.id);
  });

  it("of very many new threads is filled while the files answer, and answers when it is done", async () => {
    const home = new Home();
    await home.threads(450);
    const store = home.open();
    expect(await previews(store)).toHaveLength(450);
    await expect.poll(() => home.count(), { timeout: 60_000 }).toBe(450);
    await store.close();
    home.index(database => database.exec("UPDATE threads SET preview = 'indexed'"));
    expect(new Set(await previews(home.open()))).toEqual(new Set(["indexed"]));
  });

  it("is filled by two processes at once without harm", async () => {
    const home = new Home();
    await home.threads(300);
    const script = `
      const store = new JsonlThreadStore({ codexHome: ${JSON.stringify(home.codexHome)}, warn: text => console.error(text) });
      for (let n = 0; n < 5; n++) {
        const { threads } = await store.list({ limit: 1000 });
        if (threads.length !== 300) throw new Error("listed " + threads.length);
      }
      await store.close();`;
    const file = await program(home.codexHome, "lister", script);
    const ends = ["a", "b", "c"].map(() => once(spawn(process.execPath, [file], { stdio: "inherit" }), "exit"));
    expect(await Promise.all(ends)).toEqual([
      [0, null],
      [0, null],
      [0, null],
    ]);
    expect(home.count()).toBe(300);
    expect(home.index(database => database.pragma("integrity_check"))).toEqual([{ integrity_check: "ok" }]);
  });
});
