import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { startModelServer, type ModelServer } from "@codex-ts-tools/model-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { countPaths } from "../src/commands/apply.ts";
import { Bench } from "./support/cli.ts";

let bench: Bench;
let backend: ModelServer | undefined;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => {
  await backend?.close();
  backend = undefined;
  await bench.close();
});

const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], { cwd: bench.work });

const DIFF = `diff --git a/a.txt b/a.txt
--- a/a.txt
+++ b/a.txt
@@ -1 +1 @@
-old
+new
`;

function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part(claims)}.x`;
}

/** A repository with `a.txt`, a ChatGPT login, and a backend that knows this task. */
async function cloud(task: unknown, content = "old\n"): Promise<void> {
  backend = await startModelServer({ routes: { "GET /backend-api/wham/tasks/task_1": { body: task as never } } });
  bench.config(`chatgpt_base_url = "${backend.url.replace(/\/v1$/, "")}/backend-api"\n`);
  const claims = {
    exp: Math.floor(Date.now() / 1000) + 3600,
    email: "a@b.c",
    "https://api.openai.com/auth": { chatgpt_account_id: "acc", chatgpt_plan_type: "pro" },
  };
  const tokens = { id_token: jwt(claims), access_token: jwt(claims), refresh_token: "r", account_id: "acc" };
  const auth = { OPENAI_API_KEY: null, tokens, last_refresh: new Date().toISOString() };
  writeFileSync(path.join(bench.home, "auth.json"), JSON.stringify(auth));
  git("init", "-q");
  writeFileSync(path.join(bench.work, "a.txt"), content);
  git("add", "-A");
  git("commit", "-q", "-m", "first");
  mkdirSync(path.join(bench.work, "sub"));
}

const withDiff = (diff: string) => ({
  current_diff_task_turn: { output_items: [{ type: "message" }, { type: "pr", output_diff: { diff } }] },
});

describe("apply", () => {
  it("needs a ChatGPT login", async () => {
    bench.config("");
    expect(await bench.run(["apply", "task_1"])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: "Error: ChatGPT auth not available\n",
    });
  });

  it("needs a task", async () => {
    expect(await bench.run(["apply"])).toMatchObject({ code: 2, stdout: "" });
  });

  it("applies the task's diff to the repository, from wherever it is called", async () => {
    await cloud(withDiff(DIFF));
    const result = await bench.run(["a", "task_1"], { cwd: path.join(bench.work, "sub") });
    expect(result).toMatchObject({ code: 0, stderr: "", stdout: "Successfully applied diff\n" });
    expect(readFileSync(path.join(bench.work, "a.txt"), "utf8")).toBe("new\n");
    const [asked] = backend!.log;
    expect([asked!.headers["chatgpt-account-id"], asked!.headers["authorization"]]).toEqual([
      "acc",
      expect.stringMatching(/^Bearer /),
    ]);
  });

  it("says what did not fit", async () => {
    await cloud(withDiff(DIFF), "another\n");
    const result = await bench.run(["apply", "task_1"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(
      /^Error: Git apply failed \(applied=0, skipped=1, conflicts=0\)\nstdout:\n[^]*stderr:\n/,
    );
    expect(readFileSync(path.join(bench.work, "a.txt"), "utf8")).toBe("another\n");
  });

  it.each([
    ["a task that nobody knows", null, /GET .*\/tasks\/task_2 failed: 404/],
    ["a task without a turn", {}, /No diff turn found/],
    ["a task without a diff", { current_diff_task_turn: { output_items: [] } }, /No PR output item found/],
  ])("refuses %s", async (_name, task, why) => {
    await cloud(task ?? {});
    const result = await bench.run(["apply", task === null ? "task_2" : "task_1"]);
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toMatch(why);
    expect(result.stderr).not.toContain("eyJ");
  });

  it("counts files by what became of them", () => {
    const output = `Applied patch to 'a' cleanly.
Applied patch b cleanly.
error: patch failed: c.txt:3
error: c.txt: patch does not apply
error: d: does not exist in index
Applied patch to 'e' with conflicts.
U e
`;
    expect(countPaths(output)).toEqual({ applied: 2, skipped: 2, conflicts: 1 });
    expect(countPaths("")).toEqual({ applied: 0, skipped: 0, conflicts: 0 });
  });
});
