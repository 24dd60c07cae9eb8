import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode } from "@codex-ts/protocol";
import { RolloutLine } from "@codex-ts/protocol/core";
import {
  decodeLine,
  encodeItem,
  JsonlThreadStore,
  parseRolloutName,
  rolloutName,
  stampLine,
  uuidTime,
} from "../src/index.ts";
import { freshHome } from "./support.ts";

const data = path.join(import.meta.dirname, "data");

function load(text: string) {
  const home = freshHome();
  const file = path.join(home, "rollout.jsonl");
  writeFileSync(file, text);
  return new JsonlThreadStore({ codexHome: home }).load({ path: file });
}

describe("loading", () => {
  it("skips blank lines, torn lines and kinds it does not know, and counts the last two", async () => {
    const thread = await load(readFileSync(path.join(data, "mixed.jsonl"), "utf8"));
    expect(thread.id).toBe("01a1f000-0000-7000-8000-000000000001");
    expect(thread.items.map(item => `${item.type} ${"type" in item.payload ? item.payload.type : ""}`.trim())).toEqual([
      "session_meta",
      "event_msg user_message",
      "response_item message",
      "session_meta",
      "compacted",
    ]);
    expect(thread.skipped).toBe(7);
    expect(thread.timestamps[1]).toBe("2026-11-20T10:00:01.000Z");
  });

  it("gives older spellings their present names and shapes", async () => {
    const thread = await load(readFileSync(path.join(data, "legacy.jsonl"), "utf8"));
    const expected = readFileSync(path.join(data, "legacy.expected.jsonl"), "utf8").trim().split("\n");
    expect(thread.skipped).toBe(0);
    expect(thread.items).toEqual(expected.map(line => JSON.parse(line)));
  });

  it("says why a file is no thread", async () => {
    await expect(load("")).rejects.toMatchObject({ code: "empty_session", message: "empty session file" });
    await expect(load("\n \n")).rejects.toMatchObject({ code: "empty_session" });
    await expect(load('{"type":"event_msg"}\n')).rejects.toMatchObject({
      code: "no_thread_id",
      message: "failed to parse thread ID from rollout file",
    });
    const home = freshHome();
    const store = new JsonlThreadStore({ codexHome: home });
    await expect(store.load({ path: path.join(home, "none.jsonl") })).rejects.toMatchObject({ code: "not_found" });
    mkdirSync(path.join(home, "folder.jsonl"));
    await expect(store.load({ path: path.join(home, "folder.jsonl") })).rejects.toMatchObject({ code: "unreadable" });
    const id = "01a1f000-0000-7000-8000-00000000000f";
    await expect(store.load({ id })).rejects.toThrow(`no rollout found for thread id ${id}`);
    await expect(store.load({ id: "../../etc/passwd" })).rejects.toMatchObject({ code: "not_found" });
  });

  it.each(["reference-limited", "reference-extended"])(
    "understands every line that the reference wrote (%s), as the protocol does",
    name => {
      for (const text of readFileSync(path.join(data, `${name}.jsonl`), "utf8")
        .trim()
        .split("\n")) {
        const line = decodeLine(text);
        expect(line?.item).toEqual(expect.objectContaining({ type: JSON.parse(text).type }));
        const { timestamp, item } = line!;
        expect(() => decode(RolloutLine, { timestamp, ...item })).not.toThrow();
        expect(JSON.parse(stampLine(encodeItem(item), Date.parse(timestamp)))).toEqual(JSON.parse(text));
      }
    },
  );

  it("takes no line that is broken inside, and of a compaction not the items of newer programs", () => {
    const line = (type: string, payload: object) => decodeLine(JSON.stringify({ type, payload }))?.item.payload;
    const said = { type: "message", role: "user", content: [{ type: "input_text", text: "x" }] };
    const settings = {
      cwd: "/",
      model: "m",
      approval_policy: "never",
      sandbox_policy: { type: "read-only" },
      summary: "auto",
    };
    expect(line("response_item", said)).toEqual(said);
    expect(line("turn_context", settings)).toEqual(settings);
    expect(line("compacted", { message: "m", replacement_history: [said, { type: "newer" }] })).toEqual({
      message: "m",
      replacement_history: [said],
    });
    for (const [type, payload] of [
      ["response_item", { ...said, content: [null] }],
      ["response_item", { ...said, content: [{ type: "newer" }] }],
      ["turn_context", { ...settings, collaboration_mode: { mode: "plan" } }],
      ["turn_context", { ...settings, sandbox_policy: { type: "workspace-write", writable_roots: ["relative"] } }],
      ["turn_context", { ...settings, approval_policy: { granular: { rules: 1 } } }],
      ["turn_context", { ...settings, truncation_policy: 7 }],
      ["compacted", { message: "m", replacement_history: [{ ...said, content: null }] }],
      ["compacted", { message: "m", replacement_history: {} }],
      ["event_msg", { type: "user_message", message: "m", images: 7 }],
      ["event_msg", { type: "task_started", turn_id: 7 }],
      ["event_msg", { type: "thread_rolled_back", num_turns: -1 }],
      ["event_msg", { type: "turn_aborted", reason: "newer" }],
    ] as const) {
      expect([payload, line(type, payload)]).toEqual([payload, undefined]);
    }
  });

  it("never throws on a line, whatever it holds", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map(payload => JSON.stringify({ type: "event_msg", payload })),
        ),
        text => {
          decodeLine(text);
        },
      ),
      { numRuns: 500 },
    );
    decodeLine(`{"type":"compacted","payload":${"[".repeat(50_000)}${"]".repeat(50_000)}}`);
    expect(decodeLine('{"type":"event_msg","payload":{"__proto__":{"type":"user_message"}}}')).toBeNull();
  });
});

describe("file names", () => {
  it("are read from the right, and everything that is not one is passed over", () => {
    const id = "01a1fba5-3487-7422-93c6-d416eae80602";
    const name = parseRolloutName(`rollout-2026-11-21T01-07-50-${id}.jsonl`);
    expect(name).toEqual({ id, nameTime: Date.UTC(2026, 10, 21, 1, 7, 50), folder: path.join("2026", "11", "21") });
    for (const other of [
      `rollout-2026-11-21T01:07:50-${id}.jsonl`,
      `rollout-2026-13-21T01-07-50-${id}.jsonl`,
      `rollout-2026-02-30T01-07-50-${id}.jsonl`,
      "rollout-2026-11-21T01-07-50-nope.jsonl",
      `rollout-2026-11-21T01-07-50-${id}.jsonl.tmp`,
      `rollout-${id}.jsonl`,
      "notes.txt",
    ]) {
      expect(parseRolloutName(other)).toBeNull();
    }
    expect(uuidTime(id)).toBe(Date.UTC(2026, 10, 21, 1, 7, 50, 535));
  });

  it("survive a round trip for every time and id", () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.date({ min: new Date(2000, 0), max: new Date(2200, 0), noInvalidDate: true }),
        (id, date) => {
          const { folder, file } = rolloutName(id, date);
          expect(parseRolloutName(file)).toMatchObject({ id, folder });
        },
      ),
    );
  });
});
