import type { Json } from "@codex-ts-tools/model-server";
import type { Drive } from "../drive/drive.ts";
import { scenario, text } from "./stage.ts";

const TIME = "2026-11-20T10:00:00.000Z";
const line = (type: string, payload: Json) => JSON.stringify({ timestamp: TIME, type, payload });
const said = line("event_msg", {
  type: "user_message",
  message: "hello",
  images: [],
  local_images: [],
  text_elements: [],
});
const meta = (id: string, more: Json = {}) =>
  line("session_meta", {
    id,
    timestamp: TIME,
    cwd: "/tmp",
    originator: "o",
    cli_version: "0.0.1",
    source: "vscode",
    model_provider: "mock",
    base_instructions: null,
    ...more,
  });
const message = line("response_item", {
  type: "message",
  role: "user",
  content: [{ type: "input_text", text: "hello" }],
});

/** What a session file may look like that is not whole. */
const KINDS: Readonly<Record<string, (id: string) => string>> = {
  empty: () => "",
  "blank lines": () => "\n  \n",
  "no JSON": () => "not JSON\n",
  "JSON of other kinds": () => '{"a":1}\n[]\n3\n',
  "no meta line": () => `${message}\n${said}\n`,
  "a meta line alone": id => `${meta(id)}\n`,
  "a meta line that is torn": id => meta(id).slice(0, 80),
  "a meta line without a folder": id => `${meta(id, { cwd: undefined })}\n${message}\n${said}\n`,
  "a meta line without an id": id => `${meta(id, { id: undefined })}\n${message}\n${said}\n`,
  "all there is": id => `${meta(id)}\n${message}\n${said}\n`,
};

const names = Object.keys(KINDS);
const idOf = (at: number) => `019aa000-0000-7000-8000-0000000000${String(10 + at)}`;
const fileOf = (at: number) => `home/sessions/2026/11/20/rollout-2026-11-20T10-00-${10 + at}-${idOf(at)}.jsonl`;
const files = Object.fromEntries(names.map((name, at) => [fileOf(at), KINDS[name]!(idOf(at))]));

/** What may be asked about a thread that is only a file. */
const ASKED: readonly [method: string, params: Json][] = [
  ["thread/read", {}],
  ["thread/read", { includeTurns: true }],
  ["thread/turns/list", {}],
  ["thread/rollback", { numTurns: 1 }],
  ["thread/fork", {}],
  ["thread/resume", { excludeTurns: true }],
  ["thread/unsubscribe", {}],
  ["thread/archive", {}],
];

function askedOf(at: number) {
  return scenario(`a session file with ${names[at]!}`, { script: ["ok"], files }, async drive => {
    const threadId = idOf(at);
    for (const [index, [method, params]] of ASKED.entries())
      await drive.note(`${index} ${method}`, method, { threadId, ...params });
  });
}

const threadsOf = (answer: { result?: Json }) => (answer.result?.["data"] ?? []) as Json[];

/** Whether each of these makes a thread younger, with what its list says. */
async function changes(drive: Drive): Promise<void> {
  const threadId = await drive.thread();
  await drive.turn(threadId, "one");
  const other = await drive.thread();
  await drive.turn(other, "other");
  const steps: readonly [name: string, change: () => Promise<unknown>][] = [
    ["reading", () => drive.call("thread/read", { threadId, includeTurns: true })],
    ["a turn", () => drive.turn(threadId, "two")],
    ["a name", () => drive.call("thread/name/set", { threadId, name: "n" })],
    ["the repository", () => drive.call("thread/metadata/update", { threadId, gitInfo: { branch: "b" } })],
    ["an item", () => drive.call("thread/inject_items", { threadId, items: [ITEM] })],
    ["a rollback", () => drive.call("thread/rollback", { threadId, numTurns: 1 })],
    ["a fork", () => drive.call("thread/fork", { threadId, ephemeral: true })],
    ["a memory mode", () => drive.call("thread/memoryMode/set", { threadId, mode: "disabled" })],
    ["a restart", () => drive.restart()],
    ["resuming", () => drive.call("thread/resume", { threadId })],
    ["archiving", () => drive.call("thread/archive", { threadId })],
    ["unarchiving", () => drive.call("thread/unarchive", { threadId })],
    ["a name of a stored one", () => drive.call("thread/name/set", { threadId, name: "m" })],
  ];
  const times = async () => {
    const lists = await Promise.all([
      drive.wire.call("thread/list", { sortKey: "updated_at" }),
      drive.wire.call("thread/list", { sortKey: "updated_at", archived: true }),
      drive.wire.call("thread/read", { threadId }),
    ]);
    const listed = lists
      .slice(0, 2)
      .flatMap(threadsOf)
      .find(({ id }) => id === threadId);
    return { listed: listed?.["updatedAt"], read: (lists[2]?.result?.["thread"] as Json | undefined)?.["updatedAt"] };
  };
  for (const [name, change] of steps) {
    const before = await times();
    await drive.pause(1200);
    const failed = await change().then(
      () => null,
      (error: Error) => error.message,
    );
    await drive.pause(100);
    const after = await times();
    drive.notes[name] = { failed, list: moved(before.listed, after.listed), read: moved(before.read, after.read) };
  }
}

const ITEM = { type: "message", role: "assistant", content: [{ type: "output_text", text: "x" }] };

function moved(before: unknown, after: unknown): string {
  return typeof before === "number" && typeof after === "number"
    ? after > before
      ? "younger"
      : "the same"
    : `${typeof before} ${typeof after}`;
}

/** Each cursor as far as it can be compared: by how much it is off the times of the threads of its page. */
async function cursors(drive: Drive): Promise<void> {
  for (const n of [0, 1, 2, 3]) {
    const threadId = await drive.thread();
    await drive.call("turn/start", { threadId, input: text(`question ${n}`) });
    await drive.until("turn/completed", params => params["threadId"] === threadId);
    await drive.pause(1200);
  }
  for (const sortKey of ["created_at", "updated_at"]) {
    for (const sortDirection of ["asc", "desc"]) {
      let cursor: unknown = null;
      for (let page = 0; page < 3; page++) {
        const answer = await drive.wire.call("thread/list", { sortKey, sortDirection, limit: 2, cursor });
        const threads = threadsOf(answer);
        const seconds = threads.map(thread => Number(thread[sortKey === "created_at" ? "createdAt" : "updatedAt"]));
        const off = (name: string) => {
          const value = answer.result?.[name];
          if (typeof value !== "string") return value ?? null;
          return { places: value.length, at: seconds.indexOf(Math.floor(Date.parse(value) / 1000)) };
        };
        drive.notes[`${sortKey} ${sortDirection} ${page}`] = {
          previews: threads.map(thread => thread["preview"]),
          next: off("nextCursor"),
          back: off("backwardsCursor"),
        };
        const back = await drive.wire.call("thread/list", {
          sortKey,
          sortDirection: sortDirection === "asc" ? "desc" : "asc",
          cursor: answer.result?.["backwardsCursor"] ?? null,
        });
        drive.notes[`${sortKey} ${sortDirection} ${page} back`] = threadsOf(back).map(thread => thread["preview"]);
        cursor = answer.result?.["nextCursor"] ?? null;
        if (cursor === null) break;
      }
    }
  }
}

/** Session files as they are found, and what lists make of them. */
export const records = [
  ...names.map((_name, at) => askedOf(at)),
  scenario("what makes a thread younger", { script: ["a", "b", "c", "d", "e"] }, changes),
  scenario("cursors of lists both ways", { script: ["a", "b", "c", "d"] }, cursors),
];
