import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { functionCall } from "@codex-ts-tools/model-server";
import { fallbackModel } from "@codex-ts/model-provider";
import { afterEach, expect, test } from "vitest";
import { openWorld, outputs, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

/** The outputs of these calls, made at once by a model that knows both tools. */
async function answers(calls: readonly [name: string, args: object][], prepare: () => Promise<void> = async () => {}) {
  const models = [{ ...fallbackModel("known"), experimental_supported_tools: ["list_dir", "test_sync_tool"] }];
  const script = { respond: (_request: unknown, { n }: { n: number }) => (n === 0 ? first() : { text: "ok" }) };
  const first = () => ({
    items: calls.map(([name, args], at) => {
      const text = JSON.stringify(args).replaceAll("$CWD", world.cwd);
      return functionCall(name, JSON.parse(text) as object, `c${at}`);
    }),
  });
  world = await openWorld(script as never, { model: "known", runtime: { models } });
  await prepare();
  await (await world.start()).turn("go");
  const found = outputs(world.server.requests[1]!.body);
  return calls.map((_, at) => String(found[`c${at}`]).replaceAll(world.cwd, "<cwd>"));
}

async function tree(): Promise<void> {
  await mkdir(join(world.cwd, "b/inner/deep"), { recursive: true });
  await writeFile(join(world.cwd, "a.txt"), "");
  await writeFile(join(world.cwd, "b/inner/deep/file"), "");
  await symlink("a.txt", join(world.cwd, "link"));
}

test("list_dir lists a folder with the folders in it, marked and sorted", async () => {
  const list = (more: object) => ["list_dir", { dir_path: "$CWD", ...more }] as [string, object];
  const found = await answers(
    [
      list({}),
      list({ depth: 1 }),
      list({ depth: 9 }),
      list({ limit: 2 }),
      list({ offset: 3 }),
      list({ dir_path: "$CWD/b/inner/deep", depth: 1 }),
    ],
    tree,
  );
  expect(found).toEqual([
    "Absolute path: <cwd>\na.txt\nb/\n  inner/\nlink@",
    "Absolute path: <cwd>\na.txt\nb/\nlink@",
    "Absolute path: <cwd>\na.txt\nb/\n  inner/\n    deep/\n      file\nlink@",
    "Absolute path: <cwd>\na.txt\nb/\nMore than 2 entries found",
    "Absolute path: <cwd>\n  inner/\nlink@",
    "Absolute path: <cwd>/b/inner/deep\nfile",
  ]);
});

test("list_dir says what is wrong with its arguments and with the folder", async () => {
  const found = await answers(
    [
      ["list_dir", { dir_path: "$CWD", offset: 0 }],
      ["list_dir", { dir_path: "$CWD", limit: 0 }],
      ["list_dir", { dir_path: "$CWD", depth: 0 }],
      ["list_dir", { dir_path: "sub" }],
      ["list_dir", { dir_path: "$CWD", offset: 99 }],
      ["list_dir", { dir_path: "$CWD/none" }],
      ["list_dir", { dir_path: "$CWD/a.txt" }],
      ["list_dir", {}],
    ],
    tree,
  );
  expect(found).toEqual([
    "offset must be a 1-indexed entry number",
    "limit must be greater than zero",
    "depth must be greater than zero",
    "dir_path must be an absolute path",
    "offset exceeds directory entry count",
    "failed to read directory: No such file or directory (os error 2)",
    "failed to read directory: Not a directory (os error 20)",
    expect.stringMatching(/^failed to parse function arguments: missing field `dir_path`/),
  ]);
});

test("test_sync_tool lets calls meet, which only calls that run beside each other can", async () => {
  const barrier = { id: "b", participants: 2, timeout_ms: 30_000 };
  expect(
    await answers([
      ["test_sync_tool", { barrier }],
      ["test_sync_tool", { sleep_before_ms: 5, barrier, sleep_after_ms: 5 }],
    ]),
  ).toEqual(["ok", "ok"]);
});

test("test_sync_tool gives up when nobody comes, and says what is wrong with a barrier", async () => {
  expect(
    await answers([
      ["test_sync_tool", { barrier: { id: "alone", participants: 2, timeout_ms: 5 } }],
      ["test_sync_tool", { barrier: { id: "x", participants: 0 } }],
      ["test_sync_tool", { barrier: { id: "x", participants: 1, timeout_ms: 0 } }],
      ["test_sync_tool", {}],
    ]),
  ).toEqual([
    "test_sync_tool barrier wait timed out",
    "barrier participants must be greater than zero",
    "barrier timeout must be greater than zero",
    "ok",
  ]);
});
