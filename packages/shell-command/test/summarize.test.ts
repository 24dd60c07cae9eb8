import { beforeAll, describe, expect, it } from "vitest";
import { type CommandAction, isKnownSafe, summarize, toCommandActions } from "../src/index.ts";
import { nodeBashParser } from "../src/node.ts";
import { vectors } from "./parser.ts";

const parser = nodeBashParser();
beforeAll(() => parser.load());

describe("summaries", () => {
  it.each(vectors<[string, boolean, CommandAction[]][]>("summaries"))("of %j", (script, runs, actions) => {
    const argv = ["bash", "-lc", script];
    expect(toCommandActions(summarize(argv, parser), { cwd: "/work" })).toEqual(actions);
    expect(isKnownSafe(argv, { parser })).toBe(runs);
  });
});
