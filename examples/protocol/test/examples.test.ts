import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import vm from "node:vm";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { summarize } from "../src/read-rollout.ts";
import { regenerate } from "../src/regenerate-schemas.ts";

const folder = (): Promise<string> => mkdtemp(path.join(os.tmpdir(), "example-"));

describe("the page that checks a request", () => {
  it("is bundled for the browser without a Node built-in, and runs without Node", async () => {
    const { outputFiles, warnings } = await build({
      entryPoints: [path.join(import.meta.dirname, "../src/validate-in-browser.ts")],
      bundle: true,
      write: false,
      minify: true,
      platform: "browser",
      format: "iife",
      globalName: "page",
      conditions: ["@codex-ts/source"],
    });
    expect(warnings).toEqual([]);
    const page = vm.createContext({ structuredClone });
    vm.runInContext(outputFiles[0]?.text ?? "", page);
    const problemOf = (method: string, params: string): unknown =>
      vm.runInContext(`page.problemOf(${JSON.stringify(method)}, ${params})`, page);
    expect(problemOf("turn/start", '{ threadId: "t", input: [] }')).toBeNull();
    expect(problemOf("turn/start", '{ threadId: "t", input: [{ type: "text" }] }')).toBe(
      "input[0]: missing field `text`",
    );
  });
});

describe("the program that reads a rollout", () => {
  it("finds messages and commands, and skips what it does not know", async () => {
    const file = path.join(await folder(), "rollout.jsonl");
    const timestamp = "2026-01-01T00:00:00.000Z";
    const lines = [
      {
        timestamp,
        type: "session_meta",
        payload: { id: "i", timestamp, cwd: "/w", originator: "o", cli_version: "1" },
      },
      { timestamp, type: "event_msg", payload: { type: "user_message", message: "hello" } },
      {
        timestamp,
        type: "response_item",
        payload: { type: "function_call", name: "shell", arguments: "{}", call_id: "c" },
      },
      { timestamp, type: "from_the_future", payload: {} },
    ];
    await writeFile(file, `${lines.map(line => JSON.stringify(line)).join("\n")}\nnot json\n`);
    expect(await summarize(file)).toEqual({ cwd: "/w", userMessages: ["hello"], commands: ["shell {}"], skipped: 2 });
  });
});

describe("the program that regenerates schemas", () => {
  it("tells which files changed", async () => {
    const out = await folder();
    expect((await regenerate(out)).length).toBe(227 + 488);
    expect(await regenerate(out)).toEqual([]);
    await rm(path.join(out, "json", "RequestId.json"));
    expect(await regenerate(out)).toEqual(["json/RequestId.json"]);
  });
});
