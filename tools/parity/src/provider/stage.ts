import type { Handshake, RecordedRequest, Reply, ScriptObject } from "@codex-ts-tools/model-server";
import { scenario, type Setting } from "../core/stage.ts";
import type { Drive } from "../drive/drive.ts";
import type { Scenario } from "../drive/scenario.ts";

type Line = Reply | string;

export interface Failing extends Omit<Setting, "script"> {
  /** Replies in order, warm-ups of a connection aside; "ok" follows for ever. */
  replies?: readonly Line[];
  /** Answers to handshakes in order, accepted afterwards; or the answer to all. */
  handshakes?: readonly Handshake[] | Handshake;
  /** Parts of the script beside. */
  server?: Omit<ScriptObject, "replies" | "respond" | "otherwise" | "handshakes">;
}

/** Something that is tried on a thread of its own. */
export interface Case {
  readonly name: string;
  readonly setting: Failing;
  /** Prompts, one after another. */
  readonly texts: readonly string[];
  /** How it is played when prompts do not do; it then has a process of its own. */
  readonly play?: (drive: Drive) => Promise<void>;
}

type Play = readonly string[] | ((drive: Drive) => Promise<void>);

/** What the model is told when a conversation is to be compacted. */
const COMPACT = "PLEASE COMPACT";

export const SOCKET = "supports_websockets = true";

/** Over server-sent events. */
export function overSse(name: string, setting: Failing, play: Play = ["one", "two"]): Case {
  return made(`sse: ${name}`, setting, play);
}

/** Over a WebSocket. */
export function overSocket(name: string, setting: Failing, play: Play = ["one", "two"]): Case {
  const { provider } = setting;
  const lines = typeof provider === "function" ? provider : () => provider ?? "";
  return made(
    `ws: ${name}`,
    {
      ...setting,
      provider: typeof provider === "function" ? place => `${SOCKET}\n${lines(place)}` : `${SOCKET}\n${provider ?? ""}`,
    },
    play,
  );
}

/** Over both. */
export function overBoth(name: string, setting: Failing, play: Play = ["one", "two"]): Case[] {
  return [overSse(name, setting, play), overSocket(name, setting, play)];
}

function made(name: string, setting: Failing, play: Play): Case {
  return typeof play === "function" ? { name, setting, texts: [], play } : { name, setting, texts: play };
}

/** Cases that share a process at most. */
const GROUP = 20;
/** Under this name a scenario notes which thread plays which case. */
export const THREADS = "threads";
/** Under this name it notes that threads ran beside each other. */
export const BESIDE = "beside each other";

/** Scenarios that play these cases: those that differ in nothing but what the server answers share a process. */
export function gathered(cases: readonly Case[]): Scenario[] {
  const groups: { key: string; cases: Case[] }[] = [];
  for (const one of cases) {
    const { replies: _replies, handshakes: _handshakes, ...rest } = one.setting;
    const alone =
      one.play !== undefined ||
      rest.server !== undefined ||
      Object.values(rest).some(value => typeof value === "function");
    const key = alone ? one.name : JSON.stringify(rest);
    const group = groups.find(({ key: other, cases: { length } }) => other === key && length < GROUP);
    if (group === undefined) groups.push({ key, cases: [one] });
    else group.cases.push(one);
  }
  return groups.map(group => together(group.cases));
}

function together(cases: readonly Case[]): Scenario {
  const { replies: _replies, handshakes: _handshakes, server = {}, ...setting } = cases[0]!.setting;
  const { play } = cases[0]!;
  const script = { of: () => ({ ...scriptOf(cases), ...server }) };
  setting.config = `compact_prompt = "${COMPACT}"\n${setting.config ?? ""}`;
  return scenario(
    cases.map(({ name }) => name).join(" | "),
    { ...setting, script },
    play ?? (drive => playAll(drive, cases)),
  );
}

/** Replies in order, for one thread. */
export function inOrder(replies: readonly Line[]): ScriptObject {
  return scriptOf([{ name: "", setting: { replies }, texts: [] }]);
}

/** Each case has its replies, found by the words that its prompts begin with; one that plays itself has all. */
function scriptOf(cases: readonly Case[]): ScriptObject {
  const used = new Map<Case, number>();
  const shaken = new Map<string, number>();
  const known = new Map<unknown, Case>();
  const next = (one: Case, request: RecordedRequest) => {
    const n = used.get(one) ?? 0;
    used.set(one, n + 1);
    return one.setting.replies?.[n] ?? (request.lastUserText() === COMPACT ? "SUMMARY" : "ok");
  };
  // What goes on from an earlier response need not name its prompt.
  const caseOf = (request: RecordedRequest) => {
    const thread = request.body["prompt_cache_key"];
    const named = cases.find(({ name }) => request.userTexts().some(text => text.startsWith(`${name} / `)));
    const one = named ?? known.get(thread) ?? cases[0]!;
    known.set(thread, one);
    return one;
  };
  return {
    respond: request =>
      request.body["generate"] === false ? { items: [], id: "warm" } : next(caseOf(request), request),
    // A handshake belongs to a thread; threads of one process are begun in the order of their cases.
    handshakes: request => {
      const thread = request.headers["session_id"] ?? "";
      const n = shaken.get(thread) ?? 0;
      shaken.set(thread, n + 1);
      const { handshakes = [] } = cases[[...shaken.keys()].indexOf(thread)]?.setting ?? {};
      return "length" in handshakes ? (handshakes[n] ?? {}) : handshakes;
    },
  };
}

async function playAll(drive: Drive, cases: readonly Case[]): Promise<void> {
  const threads: Record<string, string> = {};
  drive.notes[THREADS] = threads;
  if (cases.length > 1) drive.notes[BESIDE] = true;
  // Handshakes know their case by the order of the threads: one begins after the other there.
  const lanes = cases.some(({ setting }) => setting.handshakes !== undefined) ? 1 : 4;
  const waiting = [...cases];
  const lane = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const thread = await drive.thread();
      threads[one.name] = thread;
      for (const text of one.texts) await turn(drive, thread, `${one.name} / ${text}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, cases.length) }, lane));
}

async function turn(drive: Drive, thread: string, text: string): Promise<void> {
  const from = drive.messages.length;
  await drive.begin(thread, text);
  await drive.until("turn/completed", params => params["threadId"] === thread, from);
}

export const answer = (status: number, body: unknown = "", headers: Record<string, string> = {}): Reply => ({
  status,
  body,
  headers,
});
