import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { functionCall } from "@codex-ts-tools/model-server";
import { afterEach, describe, expect, it } from "vitest";
import { fileLines, type FileLine, lineKinds, openWorld, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

/** The line's payload without what differs from run to run, its members in their order. */
function written(of: readonly FileLine[], kind: string): string {
  const found = of.filter(line => lineKinds([line])[0] === kind).at(-1);
  return JSON.stringify(found?.payload)
    .replaceAll(world.cwd, "<cwd>")
    .replaceAll(/"turn_id":"[^"]+"/g, '"turn_id":"<turn>"')
    .replaceAll(/"current_date":"[^"]+"/g, '"current_date":"<date>"')
    .replaceAll(/"(completed_at|duration_ms|time_to_first_token_ms)":\d+/g, '"$1":0');
}

const NEVER = 'approval_policy = "never"';

describe("known-good vectors of session files", () => {
  it("V1: a turn with one command", async () => {
    world = await openWorld([{ items: [functionCall("shell_command", { command: "true" }, "c1")] }, "done"]);
    const listening = await world.start();
    await listening.turn("say hi");
    expect(lineKinds(await fileLines(listening))).toEqual([
      "session_meta",
      "event_msg task_started",
      "response_item message developer",
      "response_item message user",
      "turn_context",
      "response_item message user",
      "event_msg user_message",
      "event_msg token_count",
      "response_item function_call",
      "event_msg token_count",
      "response_item function_call_output",
      "event_msg token_count",
      "event_msg agent_message",
      "response_item message assistant",
      "event_msg token_count",
      "event_msg task_complete",
    ]);
  });

  it("V2: a second turn without changes", async () => {
    world = await openWorld(["one", "two"]);
    const listening = await world.start();
    await listening.turn("1");
    const before = (await fileLines(listening)).length;
    await listening.turn("2");
    expect(lineKinds((await fileLines(listening)).slice(before, before + 4))).toEqual([
      "event_msg task_started",
      "turn_context",
      "response_item message user",
      "event_msg user_message",
    ]);
  });

  it("V3: the context of a turn that may only read and asks nobody", async () => {
    world = await openWorld(["done"], { config: `${NEVER}\nsandbox_mode = "read-only"` });
    const listening = await world.start();
    await listening.turn("go");
    expect(written(await fileLines(listening), "turn_context")).toBe(
      '{"turn_id":"<turn>","cwd":"<cwd>","current_date":"<date>","timezone":"Etc/UTC","approval_policy":"never",' +
        '"sandbox_policy":{"type":"read-only"},"permission_profile":{"type":"managed","file_system":{"type":"restricted",' +
        '"entries":[{"path":{"type":"special","value":{"kind":"root"}},"access":"read"}]},"network":"restricted"},' +
        '"model":"gpt-5.2","personality":"pragmatic","collaboration_mode":{"mode":"default","settings":{"model":"gpt-5.2",' +
        '"reasoning_effort":null,"developer_instructions":null}},"realtime_active":false,"summary":"auto",' +
        '"truncation_policy":{"mode":"bytes","limit":10000}}',
    );
  });

  it("V4: the context of a turn that may do everything", async () => {
    world = await openWorld(["done"], { config: `${NEVER}\nsandbox_mode = "danger-full-access"` });
    const listening = await world.start();
    await listening.turn("go");
    expect(written(await fileLines(listening), "turn_context")).toContain(
      '"sandbox_policy":{"type":"danger-full-access"},"permission_profile":{"type":"disabled"}',
    );
  });

  it("V5: what was said, by whom, and the end of the turn", async () => {
    world = await openWorld(["done"]);
    const listening = await world.start();
    await listening.turn("say hi");
    const file = await fileLines(listening);
    expect(["user_message", "agent_message", "task_complete"].map(kind => written(file, `event_msg ${kind}`))).toEqual([
      '{"type":"user_message","message":"say hi","images":[],"local_images":[],"text_elements":[]}',
      '{"type":"agent_message","message":"done","phase":null,"memory_citation":null}',
      '{"type":"task_complete","turn_id":"<turn>","last_agent_message":"done","completed_at":0,"duration_ms":0,"time_to_first_token_ms":0}',
    ]);
  });

  it("V6: the count of tokens before the first response has told any", async () => {
    world = await openWorld(["done"]);
    const listening = await world.start();
    await listening.turn("go");
    const first = (await fileLines(listening)).filter(line => lineKinds([line])[0] === "event_msg token_count");
    expect(JSON.stringify(first[0]?.payload)).toBe(
      '{"type":"token_count","info":null,"rate_limits":{"limit_id":"codex","limit_name":null,"primary":null,' +
        '"secondary":null,"credits":null,"plan_type":null,"rate_limit_reached_type":null}}',
    );
  });

  it("V8: a compaction on request, and the turn after it", async () => {
    world = await openWorld(["answer", "SUMMARY", "after"]);
    const listening = await world.start();
    await listening.turn("one");
    const before = (await fileLines(listening)).length;
    const from = listening.events.length;
    listening.thread.submit({ type: "compact" });
    await listening.until(event => event.method === "turn/completed", from);
    const compacted = lineKinds((await fileLines(listening)).slice(before));
    expect(compacted).toEqual([
      "event_msg task_started",
      "event_msg token_count",
      "event_msg token_count",
      "compacted",
      "event_msg token_count",
      "event_msg context_compacted",
      "event_msg task_complete",
    ]);
    await listening.turn("two");
    const next = (await fileLines(listening)).slice(before + compacted.length);
    expect(lineKinds(next).slice(0, 5)).toEqual([
      "event_msg task_started",
      "response_item message developer",
      "response_item message user",
      "turn_context",
      "response_item message user",
    ]);
  });

  it("V10: a rollback takes nothing away", async () => {
    world = await openWorld(["a1", "a2", "a3"]);
    const listening = await world.start();
    await listening.turn("one");
    await listening.turn("two");
    const before = await readFile(listening.thread.rolloutPath!, "utf8");
    await listening.thread.rollback(1);
    const after = await readFile(listening.thread.rolloutPath!, "utf8");
    expect(after.startsWith(before)).toBe(true);
    const file = await fileLines(listening);
    expect(lineKinds(file).slice(-2)).toEqual(["event_msg token_count", "event_msg thread_rolled_back"]);
  });

  it("V12: a name, trimmed, in the index", async () => {
    world = await openWorld(["done"]);
    const listening = await world.start();
    await listening.turn("go");
    await listening.thread.setName("  My name ");
    expect(await readFile(join(world.home, "session_index.jsonl"), "utf8")).toMatch(
      new RegExp(
        `^\\{"id":"${listening.thread.id}","thread_name":"My name","updated_at":"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?Z"\\}\n$`,
      ),
    );
  });

  it("V15: what came of a stream that broke stays before what came of the next", async () => {
    const part = { type: "message", role: "assistant", id: "m0", content: [{ type: "output_text", text: "part" }] };
    world = await openWorld([{ events: [{ type: "response.output_item.done", item: part }] }, "whole"]);
    const listening = await world.start();
    await listening.turn("go");
    const said = (await fileLines(listening)).filter(({ payload }) => payload.role === "assistant");
    expect(said.map(({ payload }) => (payload["content"] as { text: string }[])[0]?.text)).toEqual(["part", "whole"]);
  });
});
