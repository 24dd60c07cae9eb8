import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { CitationFilter, withoutCitations } from "../src/turn/citations.ts";
import { openWorld, type World } from "./harness.ts";

let world: World | null = null;
afterEach(async () => {
  await world?.close();
  world = null;
});

const ENTRIES =
  "<citation_entries>\nMEMORY.md:1-2|note=[why: a|b]\n a:b.md:3-4|note=[ n ]\nno entry\n</citation_entries>";
const mark = (inside: string) => `<oai-mem-citation>${inside}</oai-mem-citation>`;

describe("the marks by which a model names its sources", () => {
  test.each([
    ["are taken out of a text", `said ${mark("x")} so`, "said  so"],
    ["may stand anywhere and be empty", `${mark("")}a${mark("y")}`, "a"],
    ["end with the text when they were not closed", "a<oai-mem-citation>rest", "a"],
    ["are only marks when they are whole", "a <oai-mem-cit", "a <oai-mem-cit"],
    [
      "are no longer words than theirs",
      "<oai-mem-citations> </oai-mem-citation>",
      "<oai-mem-citations> </oai-mem-citation>",
    ],
    ["begin as late as they can", `<${mark("</oai-mem")}`, "<"],
  ])("%s", (_what, text, shown) => {
    expect(withoutCitations(text).text).toBe(shown);
  });

  test("name lines of files, and threads, each once, under their older name too", () => {
    const text = `a${mark(`${ENTRIES}<thread_ids>\nt1\n t2\nt1\n</thread_ids>`)}b${mark("<rollout_ids>r1</rollout_ids>")}`;
    expect(withoutCitations(text)).toEqual({
      text: "ab",
      memoryCitation: {
        entries: [
          { path: "MEMORY.md", lineStart: 1, lineEnd: 2, note: "why: a|b" },
          { path: "a:b.md", lineStart: 3, lineEnd: 4, note: "n" },
        ],
        threadIds: ["t1", "t2", "r1"],
      },
    });
  });

  test("name nothing when nothing in them can be read", () => {
    expect(withoutCitations(mark("hidden")).memoryCitation).toBeNull();
    expect(withoutCitations("plain").memoryCitation).toBeNull();
  });

  test("are found in whatever pieces the text comes", () => {
    const piece = fc.constantFrom(
      "<oai-mem-citation>",
      "</oai-mem-citation>",
      "<oai-mem",
      "-citation>",
      "<",
      "x",
      "\n",
    );
    fc.assert(
      fc.property(fc.array(piece), fc.integer({ min: 1, max: 9 }), (pieces, size) => {
        const text = pieces.join("");
        const filter = new CitationFilter();
        let shown = "";
        for (let at = 0; at < text.length; at += size) shown += filter.push(text.slice(at, at + size));
        expect(shown + filter.finish()).toBe(withoutCitations(text).text);
      }),
    );
  });
});

test("a person does not see the marks, the model reads them again, and the file names the sources", async () => {
  const said = `It is so${mark(`${ENTRIES}<thread_ids>t1</thread_ids>`)}.`;
  world = await openWorld([{ text: said, chunk: 3 }, "next"]);
  const listening = await world.start();
  const seen = await listening.turn("why?");
  await listening.turn("and?");
  const deltas = seen.flatMap(({ method, params }) => (method === "item/agentMessage/delta" ? [params.delta] : []));
  expect(deltas.join("")).toBe("It is so.");
  const entries = [
    { path: "MEMORY.md", lineStart: 1, lineEnd: 2, note: "why: a|b" },
    { path: "a:b.md", lineStart: 3, lineEnd: 4, note: "n" },
  ];
  const item = seen.flatMap(({ method, params }) => (method === "item/completed" ? [params.item] : [])).at(-1);
  expect(item).toMatchObject({ text: "It is so.", memoryCitation: { entries, threadIds: ["t1"] } });
  expect(world.server.requests[1]!.texts("assistant")).toEqual([said]);
  const lines = (await readFile(listening.thread.rolloutPath!, "utf8"))
    .trim()
    .split("\n")
    .map(line => JSON.parse(line).payload);
  expect(lines.find(({ type }) => type === "agent_message")).toMatchObject({
    message: "It is so.",
    memory_citation: { entries, rolloutIds: ["t1"] },
  });
  expect(lines.find(({ type }) => type === "task_complete")).toMatchObject({ last_agent_message: "It is so." });
});
