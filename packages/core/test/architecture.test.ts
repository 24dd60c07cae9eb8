import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const src = join(import.meta.dirname, "../src");
const sources = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter(file => file.endsWith(".ts"))
  .map(file => readFileSync(join(src, file), "utf8"))
  .join("\n");
const words = new Set(sources.match(/\w+/g));
const document = readFileSync(join(import.meta.dirname, "../../../docs/architecture.md"), "utf8");
const section = /\n## The state machines\n([\s\S]*?)\n## /.exec(document)?.[1] ?? "";

/** The members of a union of texts, as the code declares it. */
function members(declaration: RegExp): string[] {
  const found = declaration.exec(sources)?.[1] ?? "";
  return [...found.matchAll(/"(\w+)"/g)].map(([, name]) => name!);
}

describe("the state machines in docs/architecture.md", () => {
  test("name nothing that the code does not", () => {
    const names = section.match(/\b(?:[a-z]+(?:[A-Z][a-z]+)+|(?:[A-Z][a-z]+){2,})\b/g) ?? [];
    expect(names.length).toBeGreaterThan(20);
    expect([...new Set(names)].filter(name => !words.has(name))).toEqual([]);
  });

  test.each([
    ["a thread's states", /export type ThreadState = ([^;]+);/],
    ["the kinds of turns", /export type TurnKind = ([^;]+);/],
    ["why a turn is stopped", /export type AbortReason = ([^;]+);/],
    ["what a thread can be told", /export type Submission =([\s\S]+?);\n(?:\n|$)/],
  ])("name %s", (_what, declaration) => {
    const names = members(declaration);
    expect(names.length).toBeGreaterThan(1);
    expect(names.filter(name => !new RegExp(`\\b${name}\\b`).test(section))).toEqual([]);
  });
});
