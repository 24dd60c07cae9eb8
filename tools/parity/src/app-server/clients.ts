import { createHash, createHmac } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { functionCall, type Json } from "@codex-ts-tools/model-server";
import type { Drive } from "../drive/drive.ts";
import type { Guest, Hall } from "../drive/hall.ts";
import type { Scenario } from "../drive/scenario.ts";
import { scenario, text } from "./stage.ts";
import { heard } from "./view.ts";

/** Plays with several clients of one listening process. */
function hall(
  name: string,
  setting: Parameters<typeof scenario>[1],
  play: (hall: Hall, drive: Drive) => Promise<void>,
  flags: (drive: Drive) => readonly string[] = () => [],
): Scenario {
  return scenario(name, setting, async drive => {
    const open = await drive.listen(flags(drive));
    try {
      await play(open, drive);
    } finally {
      await open.close();
    }
  });
}

async function threadOf(guest: Guest, drive: Drive): Promise<string> {
  const { result = {} } = await guest.call("thread/start", { cwd: drive.place.work });
  return String((result["thread"] as Json)["id"]);
}

const done = (guest: Guest, from = 0) => guest.told("turn/completed", from);
const command = { items: [functionCall("exec_command", { cmd: "touch a.txt" }, "c1")] };
const untrusted = 'approval_policy = "untrusted"\nsandbox_mode = "danger-full-access"';

const base64url = (value: string | Buffer) => Buffer.from(value).toString("base64url");
const SECRET = "0123456789abcdef0123456789abcdef";

function jwt(claims: Json, header: Json = { alg: "HS256", typ: "JWT" }): string {
  const body = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`;
  return `${body}.${base64url(createHmac("sha256", SECRET).update(body).digest())}`;
}

/** Several clients of one process, and its doors. */
export const clients = [
  hall("two clients, one thread", { script: ["ok"] }, async (open, drive) => {
    const [one, two] = [await open.client("one"), await open.client("two")];
    const threadId = await threadOf(one, drive);
    await one.call("turn/start", { threadId, input: text("hi") });
    await done(one);
    await two.call("thread/loaded/list");
    drive.notes["one"] = heard(one.messages);
    drive.notes["two"] = heard(two.messages);
  }),
  hall("a client that joins later", { script: ["ok", "again"] }, async (open, drive) => {
    const [one, two] = [await open.client("one"), await open.client("two")];
    const threadId = await threadOf(one, drive);
    await one.call("turn/start", { threadId, input: text("hi") });
    await done(one);
    // The second client has heard all news of the first turn.
    await two.call("thread/loaded/list");
    const from = two.messages.length;
    drive.notes["joined"] = (await two.call("thread/resume", { threadId })).result;
    await two.call("turn/start", { threadId, input: text("again") });
    await done(two, from);
    await one.call("thread/loaded/list");
    drive.notes["one"] = heard(one.messages);
    drive.notes["two"] = heard(two.messages.slice(from));
  }),
  hall("a client that listens no more", { script: ["ok", "again"] }, async (open, drive) => {
    const [one, two] = [await open.client("one"), await open.client("two")];
    const threadId = await threadOf(one, drive);
    await one.call("turn/start", { threadId, input: text("hi") });
    await done(one);
    await two.call("thread/resume", { threadId });
    drive.notes["unsubscribe"] = await one.call("thread/unsubscribe", { threadId }).then(({ result }) => result);
    drive.notes["again"] = await one.call("thread/unsubscribe", { threadId }).then(({ result }) => result);
    const from = one.messages.length;
    await two.call("turn/start", { threadId, input: text("again") });
    await done(two);
    await one.call("thread/loaded/list");
    drive.notes["one"] = heard(one.messages.slice(from));
  }),
  hall("a client that joins before anything was said", { script: [] }, async (open, drive) => {
    const [one, two] = [await open.client("one"), await open.client("two")];
    const threadId = await threadOf(one, drive);
    drive.notes["too early"] = (await two.call("thread/resume", { threadId })).error;
    drive.notes["elsewhere"] = (await two.call("thread/resume", { threadId, path: "/nope" })).error;
    await one.call("thread/name/set", { threadId, name: "N" });
    await two.told("thread/name/updated");
    drive.notes["joined"] = (await two.call("thread/resume", { threadId })).result;
    drive.notes["turns"] = (await two.call("thread/turns/list", { threadId })).result;
  }),
  hall("a question to two clients", { script: ["hello", command, "ok"], config: untrusted }, async (open, drive) => {
    const [one, two] = [await open.client("one"), await open.client("two", {})];
    const threadId = await threadOf(one, drive);
    await one.call("turn/start", { threadId, input: text("hello") });
    await done(one);
    await two.call("thread/resume", { threadId });
    const from = one.messages.length;
    await one.call("turn/start", { threadId, input: text("hi") });
    const asked = await one.told("item/commandExecution/requestApproval");
    await two.told("item/commandExecution/requestApproval");
    two.write({ id: asked.id, result: { decision: "accept" } });
    one.write({ id: asked.id, result: { decision: "decline" } });
    await done(one, from);
    await done(two);
    // Where the flags of a status come between the rest is not fixed.
    const told = (guest: Guest, since: number) =>
      heard(guest.messages.slice(since)).filter(({ method }) => method !== "thread/status/changed");
    drive.notes["one"] = told(one, from);
    drive.notes["two"] = told(two, 0);
  }),
  hall("a client that dies while it is asked", { script: [command, "ok"], config: untrusted }, async (open, drive) => {
    const [one, two] = [await open.client("one"), await open.client("two")];
    const threadId = await threadOf(one, drive);
    await one.call("turn/start", { threadId, input: text("hi") });
    await one.told("item/commandExecution/requestApproval");
    one.leave();
    const from = two.messages.length;
    drive.notes["resumed"] = (await two.call("thread/resume", { threadId, excludeTurns: true })).result;
    const asked = await two.told("item/commandExecution/requestApproval", from);
    two.write({ id: asked.id, result: { decision: "accept" } });
    await done(two);
    // Whether the thread waits is told to everybody, at about the time at which the first client leaves.
    drive.notes["two"] = heard(two.messages.slice(from)).filter(({ method }) => method !== "thread/status/changed");
  }),
  hall("names, archives and their news for everybody", { script: ["ok"] }, async (open, drive) => {
    const [one, two] = [await open.client("one"), await open.client("two")];
    const threadId = await threadOf(one, drive);
    await one.call("turn/start", { threadId, input: text("hi") });
    await done(one);
    const from = two.messages.length;
    await one.call("thread/name/set", { threadId, name: "N" });
    await two.told("thread/name/updated", from);
    await one.call("thread/archive", { threadId });
    await two.told("thread/archived", from);
    await one.call("thread/unarchive", { threadId });
    await two.told("thread/unarchived", from);
    const told = heard(two.messages.slice(from));
    // Whether a loaded thread's end is told is not fixed.
    drive.notes["two"] = told.filter(({ method }) => method !== "thread/status/changed");
  }),
  hall("watches and commands of each client", { script: [] }, async (open, drive) => {
    const [one, two] = [await open.client("one"), await open.client("two")];
    const path = `${drive.place.work}/w`;
    const answer = async (guest: Guest, method: string, params: Json) => {
      const { result, error } = await guest.call(method, params);
      return { result, error };
    };
    drive.notes["one"] = await answer(one, "fs/watch", { watchId: "w", path });
    drive.notes["two"] = await answer(two, "fs/watch", { watchId: "w", path });
    one.write({
      id: 99,
      method: "command/exec",
      params: { command: ["sleep", "60"], processId: "p", timeoutMs: 60_000 },
    });
    await one.call("thread/loaded/list");
    drive.notes["twin"] = await answer(one, "command/exec", { command: ["true"], processId: "p" });
    drive.notes["own"] = await answer(two, "command/exec", { command: ["true"], processId: "p" });
    drive.notes["not theirs"] = await answer(two, "command/exec/terminate", { processId: "p" });
  }),
  hall("before the handshake", { script: [] }, async (open, drive) => {
    const guest = await open.connect();
    const ask = async (name: string, method: string, params: Json) => {
      const { result, error } = await guest.call(method, params);
      drive.notes[name] = { result: name.startsWith("shake") ? result !== undefined : result, error };
    };
    await ask("too early", "thread/loaded/list", {});
    await ask("unknown and too early", "nope", {});
    await ask("wrong and too early", "thread/read", {});
    await ask("gated and too early", "mock/experimentalMethod", {});
    await ask("nameless", "initialize", { clientInfo: { version: "1" } });
    await ask("a bad name", "initialize", { clientInfo: { name: "a\nb", version: "1" } });
    await ask("a name in other letters", "initialize", { clientInfo: { name: "é", version: "1" } });
    await ask("still too early", "thread/loaded/list", {});
    await ask("shake", "initialize", { clientInfo: { name: "ok", version: "1" } });
    await ask("shake again", "initialize", { clientInfo: { name: "ok", version: "1" } });
    await ask("gated", "mock/experimentalMethod", {});
    await ask("now", "thread/loaded/list", {});
  }),
  hall("the door without authentication", { script: [] }, async (open, drive) => {
    const attempts: [string, string, Record<string, string>][] = [
      ["plain", "/", {}],
      ["any path", "/any/path?x=1", {}],
      ["browser", "/", { origin: "http://127.0.0.1" }],
      ["browser, null", "/", { origin: "null" }],
      ["browser at a health path", "/readyz", { origin: "http://x" }],
      ["needless token", "/", { authorization: "Bearer x" }],
    ];
    for (const [name, path, headers] of attempts) drive.notes[name] = await open.attempt(path, headers);
  }),
  hall(
    "the door with a token",
    { script: [] },
    async (open, drive) => {
      const attempts: [string, Record<string, string>][] = [
        ["none", {}],
        ["right", { authorization: "Bearer secret-token" }],
        ["other case", { authorization: "bEaReR  secret-token " }],
        ["wrong", { authorization: "Bearer other" }],
        ["empty", { authorization: "Bearer " }],
        ["basic", { authorization: "Basic secret-token" }],
        ["bare", { authorization: "secret-token" }],
        ["browser", { authorization: "Bearer secret-token", origin: "http://x" }],
      ];
      for (const [name, headers] of attempts) drive.notes[name] = await open.attempt("/", headers);
    },
    () => [
      "--ws-auth",
      "capability-token",
      "--ws-token-sha256",
      createHash("sha256").update("secret-token").digest("hex"),
    ],
  ),
  hall(
    "the door with signed tokens",
    { script: [], prepare: place => writeFile(`${place.root}/secret`, `${SECRET}\n`) },
    async (open, drive) => {
      const now = Math.floor(Date.now() / 1000);
      const right = { exp: now + 600, iss: "me", aud: "you" };
      const tokens: [string, string][] = [
        ["right", jwt(right)],
        ["audiences", jwt({ ...right, aud: ["others", "you"] })],
        ["just expired", jwt({ ...right, exp: now - 20 })],
        ["expired", jwt({ ...right, exp: now - 60 })],
        ["no end", jwt({ iss: "me", aud: "you" })],
        ["not yet", jwt({ ...right, nbf: now + 60 })],
        ["nearly", jwt({ ...right, nbf: now + 20 })],
        ["another issuer", jwt({ ...right, iss: "you" })],
        ["another audience", jwt({ ...right, aud: "me" })],
        ["no audience", jwt({ exp: right.exp, iss: "me" })],
        ["another algorithm", jwt(right, { alg: "HS512", typ: "JWT" })],
        ["no algorithm", jwt(right, { alg: "none" })],
        ["forged", `${jwt(right).slice(0, -3)}AAA`],
        ["nonsense", "x.y.z"],
      ];
      for (const [name, token] of tokens) {
        drive.notes[name] = await open.attempt("/", { authorization: `Bearer ${token}` });
      }
    },
    drive => [
      "--ws-auth",
      "signed-bearer-token",
      "--ws-shared-secret-file",
      `${drive.place.root}/secret`,
      "--ws-issuer",
      "me",
      "--ws-audience",
      "you",
    ],
  ),
  hall("the end of a resting server", { script: ["ok"] }, async (open, drive) => {
    const one = await open.client("one");
    const threadId = await threadOf(one, drive);
    await one.call("turn/start", { threadId, input: text("hi") });
    await done(one);
    drive.notes["end"] = await open.signal("SIGTERM");
  }),
  hall("the end of a server at work", { script: [{ text: "late", delayMs: 1500 }] }, async (open, drive) => {
    const one = await open.client("one");
    const threadId = await threadOf(one, drive);
    await one.call("turn/start", { threadId, input: text("hi") });
    await one.told("turn/started");
    const ended = open.signal("SIGTERM");
    drive.notes["served meanwhile"] = (await one.call("thread/loaded/list")).result;
    drive.notes["end"] = await ended;
    drive.notes["turn"] = heard(one.messages).filter(({ method }) => method === "turn/completed");
  }),
];
