import { expect, test } from "vitest";
import { judge } from "../src/drive/compare.ts";
import { differences } from "../src/drive/differences.ts";
import type { Recording } from "../src/drive/drive.ts";
import { Normaliser } from "../src/drive/normalise.ts";

const place = { root: "/r", home: "/r/home", work: "/r/work", baseUrl: "http://127.0.0.1:1234/v1" };
const A = "0195aaaa-0000-7000-8000-000000000001";
const B = "0195aaaa-0000-7000-8000-000000000002";

test("ids are numbered as they come, folders and times get names", () => {
  const normal = new Normaliser(place);
  expect(normal.value({ id: A, turns: [B, A], startedAt: 5, cwd: "/r/work/x", n: 5 })).toEqual({
    id: "<id 1>",
    turns: ["<id 2>", "<id 1>"],
    startedAt: "<time>",
    cwd: "<work>/x",
    n: 5,
  });
  expect(normal.text(`Wall time: 0.1204 seconds in ${B} at 127.0.0.1:1234`)).toBe(
    "Wall time: <t> seconds in <id 2> at <model server>",
  );
});

test("an entry too many in a list is one difference, a member that is missing another", () => {
  expect(differences([1, 2, 9, 3], [1, 2, 3], "l")).toEqual([{ path: "l[2…]", ours: [9], reference: [] }]);
  expect(differences({ a: { b: 1 } }, { a: { b: 2, c: 3 } })).toEqual([
    { path: "a.b", ours: 1, reference: 2 },
    { path: "a.c", ours: undefined, reference: 3 },
  ]);
  expect(differences({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toEqual([]);
});

test("a difference is explained only by an allowance that names its place, its scenario and both values", () => {
  const recording = (subject: "ours" | "reference", value: unknown): Recording => ({
    subject,
    place,
    requests: [],
    others: [],
    messages: [],
    notes: { value },
    rollouts: [],
    failure: null,
  });
  const view = ({ notes }: Recording) => notes;
  const outcome = (allowed: Parameters<typeof judge>[0]["allowed"], scenario = "s") =>
    judge({ view, allowed }, scenario, recording("ours", 1), recording("reference", 2));
  const entry = { path: /^value$/, ours: /^1$/, reference: /^2$/, scenario: /^s$/, reason: "r" };
  expect(outcome([]).unexplained.length).toBe(1);
  expect(outcome([entry]).unexplained).toEqual([]);
  expect(outcome([entry], "other").unexplained.length).toBe(1);
  expect(outcome([{ ...entry, reference: /^3$/ }]).unexplained.length).toBe(1);
});
