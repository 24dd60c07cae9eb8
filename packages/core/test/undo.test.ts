import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { functionCall } from "@codex-ts-tools/model-server";
import type { RolloutItem } from "@codex-ts/thread-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { reconstruct } from "../src/rollout/reconstruct.ts";
import { restoreSnapshot, takeSnapshot } from "../src/undo/ghost-commit.ts";
import { openWorld, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const LIMITS = { fileBytes: 10 << 20, folderFiles: 200 };
const env = () => ({ PATH: process.env["PATH"] ?? "", HOME: world.home, GIT_CONFIG_NOSYSTEM: "1" });
const run = (cwd = world.cwd) => ({ cwd, env: env() });
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
    cwd: world.cwd,
    env: env(),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
const file = (name: string) => join(world.cwd, name);
const text = (name: string) => readFile(file(name), "utf8").catch(() => null);

async function repository(): Promise<void> {
  git("init", "-q");
  await writeFile(file(".gitignore"), "ignored\n");
  await writeFile(file("tracked"), "old\n");
  await writeFile(file("doomed"), "doomed\n");
  git("add", "-A");
  git("commit", "-q", "-m", "first");
  await writeFile(file("tracked"), "edited\n");
  await writeFile(file("untracked"), "mine\n");
  await writeFile(file("ignored"), "i\n");
}

describe("a snapshot", () => {
  beforeEach(async () => {
    world = await openWorld([]);
    await repository();
  });

  test("holds what is there, and leaves index, branch and files alone", async () => {
    const before = [git("status", "--porcelain"), git("rev-parse", "HEAD"), git("for-each-ref")];
    const snapshot = await takeSnapshot(run(), LIMITS);
    expect(snapshot?.commit).toMatchObject({
      parent: git("rev-parse", "HEAD").trim(),
      preexisting_untracked_files: ["untracked"],
      preexisting_untracked_dirs: [],
    });
    const { id } = snapshot!.commit;
    expect(git("ls-tree", "-r", "--name-only", id).trim().split("\n")).toEqual([
      ".gitignore",
      "doomed",
      "tracked",
      "untracked",
    ]);
    expect(git("show", `${id}:tracked`)).toBe("edited\n");
    expect([git("status", "--porcelain"), git("rev-parse", "HEAD"), git("for-each-ref")]).toEqual(before);
  });

  test("is gone back to: changes, deletions and new files, but nothing that was ignored or there before", async () => {
    const { commit } = (await takeSnapshot(run(), LIMITS))!;
    await writeFile(file("tracked"), "broken\n");
    await rm(file("doomed"));
    await writeFile(file("untracked"), "overwritten\n");
    await mkdir(file("new/deep"), { recursive: true });
    await writeFile(file("new/deep/file"), "n\n");
    await writeFile(file("ignored"), "later\n");
    git("add", "new");
    await writeFile(file("staged-less"), "n\n");
    await restoreSnapshot(run(), commit);
    expect(await Promise.all(["tracked", "doomed", "untracked", "ignored"].map(text))).toEqual([
      "edited\n",
      "doomed\n",
      "mine\n",
      "later\n",
    ]);
    expect((await readdir(world.cwd)).sort()).toEqual([
      ".git",
      ".gitignore",
      "doomed",
      "ignored",
      "tracked",
      "untracked",
    ]);
  });

  test("leaves out what is too large, and going back leaves that where it is", async () => {
    await writeFile(file("big"), "x".repeat(2000));
    await mkdir(file("many"));
    for (let n = 0; n < 5; n++) await writeFile(file(`many/${n}`), "x");
    const { commit, leftOut } = (await takeSnapshot(run(), { fileBytes: 1000, folderFiles: 5 }))!;
    expect(leftOut).toEqual({ files: ["big"], folders: [{ path: "many", files: 5 }] });
    expect(commit.preexisting_untracked_files).toEqual(["untracked", "big"]);
    expect(commit.preexisting_untracked_dirs).toEqual(["many"]);
    expect(git("ls-tree", "-r", "--name-only", commit.id)).not.toMatch(/big|many/);
    await writeFile(file("many/later"), "x");
    await restoreSnapshot(run(), commit);
    expect(await text("big")).toHaveLength(2000);
    expect(await text("many/later")).toBe("x");
    const unlimited = (await takeSnapshot(run(), { fileBytes: null, folderFiles: null }))!;
    expect(unlimited.leftOut).toEqual({ files: [], folders: [] });
  });

  test("of a folder within the repository is about that folder", async () => {
    await mkdir(file("sub"));
    await writeFile(file("sub/a"), "a\n");
    const { commit } = (await takeSnapshot(run(file("sub")), LIMITS))!;
    expect(commit.preexisting_untracked_files).toEqual(["sub/a"]);
    await writeFile(file("sub/a"), "changed\n");
    await writeFile(file("sub/b"), "new\n");
    await writeFile(file("outside"), "stays\n");
    await writeFile(file("tracked"), "stays\n");
    await restoreSnapshot(run(file("sub")), commit);
    expect(await Promise.all(["sub/a", "sub/b", "outside", "tracked"].map(text))).toEqual([
      "a\n",
      null,
      "stays\n",
      "stays\n",
    ]);
  });

  test("of a repository without a commit, and of a name with odd letters", async () => {
    await rm(file(".git"), { recursive: true });
    git("init", "-q");
    await writeFile(file('ö "x"\n*'), "odd\n");
    const { commit } = (await takeSnapshot(run(), LIMITS))!;
    expect(commit.parent).toBeNull();
    await writeFile(file('ö "x"\n*'), "changed\n");
    await writeFile(file("-new*"), "n\n");
    await restoreSnapshot(run(), commit);
    expect(await text('ö "x"\n*')).toBe("odd\n");
    expect(await text("-new*")).toBeNull();
  });
});

test("outside of a repository there is no snapshot", async () => {
  world = await openWorld([]);
  expect(await takeSnapshot(run(), LIMITS)).toBeNull();
});

test("a turn keeps the folder before its first command, and undo brings it back once", async () => {
  const script = [
    { items: [functionCall("exec_command", { cmd: "echo broken > tracked; echo n > new" }, "c1")] },
    "done",
  ];
  world = await openWorld(script, {
    config: 'sandbox_mode = "danger-full-access"\napproval_policy = "never"\nfeatures.undo = true',
  });
  await repository();
  const listening = await world.start();
  await listening.turn("go");
  expect([await text("tracked"), await text("new")]).toEqual(["broken\n", "n\n"]);
  const from = listening.events.length;
  const outcome = await listening.thread.undo();
  expect(outcome).toEqual({ success: true, message: expect.stringMatching(/^Undo restored snapshot [0-9a-f]{7}\.$/) });
  await listening.until(event => event.method === "turn/completed", from);
  expect([await text("tracked"), await text("new")]).toEqual(["edited\n", null]);
  expect(await listening.thread.undo()).toEqual({ success: false, message: "No ghost snapshot available to undo." });
  await world.runtime.shutdown();
  const lines = (await readFile(listening.thread.rolloutPath!, "utf8")).trim().split("\n");
  const kinds = lines.map(line => (JSON.parse(line) as { payload: { type?: string } }).payload.type);
  expect(kinds.indexOf("ghost_snapshot")).toBeLessThan(kinds.indexOf("function_call_output"));
  expect(kinds.filter(kind => kind === "undo_completed")).toHaveLength(2);
  expect(JSON.stringify(world.server.requests.map(({ body }) => body))).not.toContain("ghost");
});

test("an undo that a session file remembers used its snapshot up", () => {
  const ghost = (id: string): RolloutItem => ({
    type: "response_item",
    payload: {
      type: "ghost_snapshot",
      ghost_commit: { id, parent: null, preexisting_untracked_files: [], preexisting_untracked_dirs: [] },
    },
  });
  const undone = (success: boolean): RolloutItem => ({
    type: "event_msg",
    payload: { type: "undo_completed", success, message: "" },
  });
  const left = (...items: RolloutItem[]) =>
    reconstruct(items, { policy: { mode: "bytes", limit: 1000 } }).history.map(item =>
      item.type === "ghost_snapshot" ? item.ghost_commit.id : item.type,
    );
  expect(left(ghost("a"), ghost("b"), undone(true))).toEqual(["a"]);
  expect(left(ghost("a"), undone(false))).toEqual(["a"]);
});
