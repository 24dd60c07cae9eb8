import type { Json, ReplyEvent } from "@codex-ts-tools/model-server";
import { type Path, pathsOf, withMember, WRONG } from "../mutations.ts";
import { WHOLE } from "../whole-items.ts";
import { overSse, type Case } from "./stage.ts";

/** Ids that every item of a case has for itself. */
function numbered(item: Json, n: number): Json {
  const copy = { ...item };
  for (const member of ["id", "call_id"]) {
    if (typeof copy[member] === "string" && copy[member] !== "") copy[member] = `${copy[member]}${n}`;
  }
  return copy;
}

const reply = (items: readonly unknown[]) => ({
  events: [
    { type: "response.created", response: { id: "r1" } },
    ...items.map(item => ({ type: "response.output_item.done", item })),
    { type: "response.completed", response: { id: "r1", usage: null } },
  ] as ReplyEvent[],
});

/** These the reference takes for two: it saves an image each time, and a person's message gets another id when it is done. */
const TWICE = new Set(["image", "message of a person"]);

/** Whole items that were added first, and then done. */
const added: readonly Case[] = Object.entries(WHOLE).flatMap(([kind, item]) => {
  if (TWICE.has(kind)) return [];
  const { events } = reply([item]);
  const first = { type: "response.output_item.added", item } as ReplyEvent;
  return overSse(`item: ${kind}, added first`, {
    replies: [{ events: [...events.slice(0, 1), first, ...events.slice(1)] }],
  });
});

/**
 * Left out: the reference takes a number for the place of a type in its list of types, and a list for an object whose members
 * stand in order; and it gives all items without ids the id "".
 */
function isLeftOut(kind: string, path: Path, wrong: unknown): boolean {
  const place = path.join(".");
  const isWeb = kind.includes("web") || kind.includes("page");
  if (isWeb && place.startsWith("action") && (typeof wrong === "number" || Array.isArray(wrong))) return true;
  if (kind === "tool search call" && place === "arguments" && Array.isArray(wrong)) return true;
  // An image without content is none, so it is not saved.
  if (kind === "image" && place === "result" && wrong === "") return true;
  return (isWeb || kind === "reasoning") && place === "id" && typeof wrong !== "string";
}

/** Items of every kind with every member wrong in every way: what is taken, what is passed over, and what is told of it. */
const broken: readonly Case[] = Object.entries(WHOLE).flatMap(([kind, item]) =>
  pathsOf(item).map(path => {
    const wrongs = WRONG.filter(wrong => !isLeftOut(kind, path, wrong));
    const each = [
      ...wrongs.map((wrong, n) => withMember(numbered(item, n), path, wrong)),
      numbered(item, WRONG.length),
    ];
    const name = `item: ${kind}, ${path.join(".")}`;
    if (kind !== "local shell call") return overSse(name, { replies: [reply(each)] });
    // Commands of one response run beside each other.
    const replies = each.flatMap(one => [reply([one]), "ok"]);
    const turns = replies.map((_, n) => `turn ${n}`);
    return overSse(name, { replies }, turns);
  }),
);

export const items: readonly Case[] = [...added, ...broken];
