import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { JsonlThreadStore, ThreadStoreError } from "../src/index.ts";
import { event, freshHome, meta, program, said, threadId, userItem } from "./support.ts";

const lines = (file: string) =>
  readFileSync(file, "utf8")
    .split("\n")
    .slice(0, -1)
    .map(line => JSON.parse(line));

describe("a new thread", () => {
  it("has no file before it is materialized, then the meta line first and every queued record after it", async () => {
    const store = new JsonlThreadStore({ codexHome: freshHome() });
    const writer = store.create(meta(threadId()));
    writer.append([userItem("one")]);
    await writer.flush();
    expect(existsSync(writer.path)).toBe(false);
    writer.append([said("one")]);
    await writer.materialize();
    writer.append([event("task_complete", { turn_id: "t" })]);
    await writer.close();
    expect(lines(writer.path).map(line => line.payload.type ?? line.type)).toEqual([
      "session_meta",
      "message",
      "user_message",
      "task_complete",
    ]);
  });

  it("is named by local time and id, in the folder of its day", async () => {
    const home = freshHome();
    const started = new Date(2026, 0, 2, 3, 4, 5, 678);
    const id = threadId(started.getTime());
    const writer = new JsonlThreadStore({ codexHome: home, now: () => started.getTime() }).create(meta(id));
    expect(path.relative(home, writer.path)).toBe(`sessions/2026/01/02/rollout-2026-01-02T03-04-05-${id}.jsonl`);
  });

  it("writes lines in the reference's layout: time, type, payload, members in their order", async () => {
    const now = Date.UTC(2026, 10, 20, 22, 39, 18, 7);
    const store = new JsonlThreadStore({ codexHome: freshHome(), now: () => now });
    const id = threadId(now);
    const git = { commit_hash: "abc", branch: "main", repository_url: "https://example.org/r.git" };
    const writer = store.create(meta(id, { forked_from_id: "f" }), { git: async () => git });
    writer.append([said("hi")]);
    await writer.materialize();
    await writer.close();
    expect(readFileSync(writer.path, "utf8")).toBe(
      `{"timestamp":"2026-11-20T22:39:18.007Z","type":"session_meta","payload":{"id":"${id}","forked_from_id":"f",` +
        `"timestamp":"2026-11-20T22:39:18.007Z","cwd":"/work","originator":"test","cli_version":"0.125.0","source":"cli",` +
        `"model_provider":"mock","base_instructions":{"text":"be brief"},"git":{"commit_hash":"abc","branch":"main",` +
        `"repository_url":"https://example.org/r.git"}}}\n` +
        `{"timestamp":"2026-11-20T22:39:18.007Z","type":"event_msg","payload":{"type":"user_message","message":"hi",` +
        `"images":[],"local_images":[],"text_elements":[]}}\n`,
    );
  });

  it("leaves git out when asking for it fails", async () => {
    const store = new JsonlThreadStore({ codexHome: freshHome() });
    const writer = store.create(meta(threadId()), { git: () => Promise.reject(new Error("no git")) });
    await writer.materialize();
    await writer.close();
    expect(lines(writer.path)[0].payload).not.toHaveProperty("git");
  });

  it("keeps a record as it was when it was appended, whatever its owner does to it later", async () => {
    const store = new JsonlThreadStore({ codexHome: freshHome() });
    const writer = store.create(meta(threadId()));
    const item = said("before");
    writer.append([item]);
    if (item.type === "event_msg") item.payload["message"] = "after";
    await writer.materialize();
    await writer.close();
    expect(lines(writer.path)[1].payload.message).toBe("before");
  });
});

describe("what is kept", () => {
  const command = event("exec_command_end", {
    stdout: "x",
    stderr: "y",
    formatted_output: "z",
    aggregated_output: "ü".repeat(9_000),
  });
  const plan = event("item_completed", { item: { type: "Plan", id: "p" } });
  const message = event("item_completed", { item: { type: "AgentMessage", id: "p" } });

  async function keptOf(history: "limited" | "extended") {
    const writer = new JsonlThreadStore({ codexHome: freshHome() }).create(meta(threadId()), { history });
    writer.append([command, plan, message, event("warning"), event("hook_started")]);
    writer.append([{ type: "response_item", payload: { type: "other" } }]);
    await writer.materialize();
    await writer.close();
    return lines(writer.path)
      .slice(1)
      .map(line => line.payload);
  }

  it("is plans alone of these in limited history", async () => {
    expect((await keptOf("limited")).map(payload => payload.type)).toEqual(["item_completed"]);
  });

  it("is also what commands did in extended history, with their output cut down", async () => {
    const [kept, ...rest] = await keptOf("extended");
    expect(rest.map(payload => payload.type)).toEqual(["item_completed"]);
    expect(kept).toMatchObject({ type: "exec_command_end", stdout: "", stderr: "", formatted_output: "" });
    expect(Buffer.byteLength(kept.aggregated_output)).toBeLessThanOrEqual(10_000 + 40);
    expect(kept.aggregated_output).toMatch(/^ü+…4000 chars truncated…ü+$/);
  });
});

describe("barriers and errors", () => {
  it("writes thousands of records in order, and flush waits for all of them", async () => {
    const store = new JsonlThreadStore({ codexHome: freshHome() });
    const writer = store.create(meta(threadId()));
    await writer.materialize();
    for (let n = 0; n < 5_000; n++) writer.append([said(String(n))]);
    await writer.flush();
    const messages = lines(writer.path)
      .slice(1)
      .map(line => line.payload.message);
    expect(messages).toEqual(Array.from({ length: 5_000 }, (_, n) => String(n)));
    await writer.close();
  });

  it("keeps what could not be written, says so at the barrier, and writes it once when it can", async () => {
    const home = freshHome();
    const store = new JsonlThreadStore({ codexHome: home });
    const writer = store.create(meta(threadId()));
    writeFileSync(path.join(home, "sessions"), "in the way");
    writer.append([said("one")]);
    await expect(writer.materialize()).rejects.toMatchObject({ code: "write_failed" });
    writer.append([said("two")]);
    await expect(writer.flush()).rejects.toThrow(/cannot write .*rollout-/);
    rmSync(path.join(home, "sessions"));
    await writer.flush();
    await writer.close();
    expect(lines(writer.path).map(line => line.payload.message ?? line.type)).toEqual(["session_meta", "one", "two"]);
  });

  it("refuses records after it was closed", async () => {
    const writer = new JsonlThreadStore({ codexHome: freshHome() }).create(meta(threadId()));
    await writer.close();
    expect(existsSync(writer.path)).toBe(false);
    expect(() => writer.append([said("late")])).toThrow(ThreadStoreError);
  });
});

describe("crashes and other writers", () => {
  it("loses nothing but the torn line, wherever the file was cut", async () => {
    const home = freshHome();
    const store = new JsonlThreadStore({ codexHome: home });
    const id = threadId();
    const writer = store.create(meta(id, { base_instructions: null }));
    writer.append([said("first ä"), said("second")]);
    await writer.materialize();
    await writer.close();
    const whole = readFileSync(writer.path);
    const metaEnd = whole.indexOf(0x0a) + 1;
    for (let cut = metaEnd; cut <= whole.length; cut++) {
      writeFileSync(writer.path, whole.subarray(0, cut));
      const complete = whole.subarray(0, cut).filter(byte => byte === 0x0a).length;
      const resumed = await store.resume({ id });
      resumed.writer.append([said("after the crash")]);
      await resumed.writer.close();
      const thread = await store.load({ id });
      const messages = thread.items.slice(1).map(item => (item.type === "event_msg" ? item.payload["message"] : null));
      // A line that lacks only its newline is whole after the repair.
      const lacksNewline = whole[cut] === 0x0a;
      expect(messages).toEqual([
        ...["first ä", "second"].slice(0, complete - 1 + (lacksNewline ? 1 : 0)),
        "after the crash",
      ]);
    }
  });

  it("survives kill -9 of the process that writes: every line before the last is whole, and the thread goes on", async () => {
    const home = freshHome();
    const id = threadId();
    const script = `
      const store = new JsonlThreadStore({ codexHome: ${JSON.stringify(home)} });
      const writer = store.create(${JSON.stringify(meta(id))});
      await writer.materialize();
      console.log("ready");
      for (let n = 0; ; n++) {
        writer.append([{ type: "event_msg", payload: { type: "user_message", message: String(n), text: "x".repeat(5000) } }]);
        if (n % 50 === 0) await writer.flush();
      }`;
    const child = spawn(process.execPath, [await program(home, "writer", script)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const store = new JsonlThreadStore({ codexHome: home });
    const written = async () => statSync((await store.find(id)) ?? home).size;
    await expect.poll(written, { timeout: 60_000 }).toBeGreaterThan(500_000);
    child.kill("SIGKILL");
    await once(child, "exit");
    const { thread, writer } = await store.resume({ id });
    expect(thread.items.length).toBeGreaterThan(50);
    expect(thread.skipped).toBeLessThanOrEqual(1);
    writer.append([said("next")]);
    await writer.close();
    const again = await store.load({ id });
    const messages = again.items.slice(1).map(item => (item.type === "event_msg" ? item.payload["message"] : null));
    expect(messages).toEqual([...thread.items.slice(1).map((_, n) => String(n)), "next"]);
  });

  it("lets two processes continue one thread at once: every line of both is whole and in its writer's order", async () => {
    const home = freshHome();
    const id = threadId();
    const store = new JsonlThreadStore({ codexHome: home });
    const writer = store.create(meta(id));
    await writer.materialize();
    await writer.close();
    const run = async (name: string) => {
      const script = `
        const { writer } = await new JsonlThreadStore({ codexHome: ${JSON.stringify(home)} }).resume({ id: "${id}" });
        for (let n = 0; n < 1500; n++) {
          writer.append([{ type: "event_msg", payload: { type: "user_message", message: "${name} " + n, text: "x".repeat(n) } }]);
          if (n % 7 === 0) await writer.flush();
        }
        await writer.close();`;
      const child = spawn(process.execPath, [await program(home, name, script)], { stdio: "inherit" });
      expect(await once(child, "exit")).toEqual([0, null]);
    };
    await Promise.all([run("a"), run("b")]);
    const thread = await store.load({ id });
    expect(thread.skipped).toBe(0);
    const messages = thread.items.flatMap(item => (item.type === "event_msg" ? [String(item.payload["message"])] : []));
    for (const name of ["a", "b"]) {
      const own = messages.filter(message => message.startsWith(name));
      expect(own).toEqual(Array.from({ length: 1_500 }, (_, n) => `${name} ${n}`));
    }
  });

  it("notices a torn line that another writer left while the file was open here", async () => {
    const store = new JsonlThreadStore({ codexHome: freshHome() });
    const writer = store.create(meta(threadId()));
    writer.append([said("one")]);
    await writer.materialize();
    appendFileSync(writer.path, '{"timestamp":"2026');
    writer.append([said("two")]);
    await writer.close();
    const thread = await store.load({ path: writer.path });
    expect(thread.items).toHaveLength(3);
    expect(thread.skipped).toBe(1);
  });

  it("goes on with a thread that was loaded, without reading it again", async () => {
    const store = new JsonlThreadStore({ codexHome: freshHome() });
    const id = threadId();
    const first = store.create(meta(id));
    first.append([said("one")]);
    await first.materialize();
    await first.close();
    const stored = await store.load({ id });
    const writer = store.continue(stored);
    writer.append([said("more")]);
    await writer.close();
    expect((await store.load({ id })).items).toHaveLength(stored.items.length + 1);
  });
});
