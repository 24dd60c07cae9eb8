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

/** A file as some other program may have written it, with an id that says nothing of its time. */
function foreignFile(home: string, started: Date, id: string, more: object = {}): void {
  const timestamp = started.toISOString();
  const day = path.join(home, "sessions", ...timestamp.slice(0, 10).split("-"));
  const lines = [
    { timestamp, type: "session_meta", payload: { ...meta(id), timestamp, ...more } },
    { timestamp, ...said(timestamp) },
  ];
  mkdirSync(day, { recursive: true });
  writeFileSync(
    path.join(day, `rollout-${timestamp.slice(0, 19).replaceAll(":", "-")}-${id}.jsonl`),
    lines.map(line => `${JSON.stringify(line)}\n`).join(""),
  );
}

describe("listing from files", () => {
  it("orders by the time in a file's name where the id tells of another time, and pages with it", async () => {
    const f = new Fixture();
    const hours = [3, 1, 2, 0];
    for (const [index, hour] of hours.entries()) {
      foreignFile(f.home, new Date(START + hour * 3_600_000), `0199aaaa-000${index}-7000-8000-00000000000${index}`);
    }
    const times = [3, 2, 1, 0].map(hour => new Date(START + hour * 3_600_000).toISOString());
    expect(await f.titles()).toEqual(times);
    expect(await f.titles({ direction: "asc" })).toEqual(times.toReversed());
    const page = await f.store.list({ limit: 1 });
    expect(page.nextCursor).toBe("2026-06-01T15:00:00Z");
    expect(await f.titles({ cursor: page.nextCursor })).toEqual(times.slice(1));
    await f.store.close();
  });

  it("knows every kind of source by its wire name", () => {
    expect(sourceKinds("mcp")).toEqual(["appServer"]);
    expect(sourceKinds({ custom: "atlas" })).toEqual([]);
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
  it("are lines of an index", async () => {
    const f = new Fixture();
    const id = await f.thread("words");
    await f.store.setName(id, "  First  ");
    f.now += 220;
    await f.store.setName(id, "My name");
    const index = readFileSync(path.join(f.home, "session_index.jsonl"), "utf8").trim().split("\n");
    expect(index[1]).toBe(`{"id":"${id}","thread_name":"My name","updated_at":"2026-06-01T12:00:00.220Z"}`);
  });

  it("lead to the newest thread whose file is readable, past lines that are broken", async () => {
    const f = new Fixture();
    const first = await f.thread("one");
    const second = await f.thread("two");
    for (const id of [first, second]) await f.store.setName(id, "same");
    appendFileSync(path.join(f.home, "session_index.jsonl"), "garbage\n{}\n[1]\n");
    expect(await f.store.findByName("same")).toBe(second);
    writeFileSync((await f.store.find(second))!, "");
    expect(await f.store.findByName("same")).toBe(first);
  });
});

describe("corrections", () => {
  it("are read past lines that are broken", async () => {
    const f = new Fixture();
    const id = await f.thread("words");
    await f.store.setMetadata(id, { git: { branch: "other" } });
    appendFileSync(path.join(f.home, "thread_metadata.jsonl"), "broken\n{}\n");
    expect((await f.store.summary({ id }))!.git).toEqual({ branch: "other" });
  });
});

describe("archive", () => {
  it("moves the file between its two folders, and touches it on its way back", async () => {
    const f = new Fixture();
    const id = await f.thread("words");
    const from = (await f.store.find(id))!;
    const archived = await f.store.archive(id);
    expect(path.relative(f.home, archived)).toBe(`archived_sessions/${path.basename(from)}`);
    expect(existsSync(from)).toBe(false);
    f.now += 90_000;
    expect(await f.store.unarchive(id)).toBe(from);
    expect(statSync(from).mtimeMs).toBe(f.now);
  });
});
