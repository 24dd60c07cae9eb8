import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { functionCall } from "@codex-ts-tools/model-server";
import { afterEach, describe, expect, it } from "vitest";
import { openWorld, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const FREE = 'approval_policy = "never"\nsandbox_mode = "danger-full-access"';

/** The last request's header, with the ids of its turn made plain. */
async function header(clientMetadata?: Record<string, string>): Promise<string> {
  const listening = await world.start();
  // The look into the repository is over long before a command of a second is.
  const events = await listening.turn("go", clientMetadata === undefined ? {} : { clientMetadata });
  const { turn } = events.at(-1)!.params as { turn: { id: string } };
  return String(world.server.requests.at(-1)!.headers["x-codex-turn-metadata"])
    .replace(listening.thread.id, "T")
    .replace(turn.id, "U")
    .replace(world.cwd, "CWD");
}

/** Numbered vectors of the analytics specification (D) about what requests say of their turn. */
describe("known-good vectors of turn metadata", () => {
  it("D5: a repository with a remote and a file that git does not know", async () => {
    world = await openWorld([{ items: [functionCall("shell_command", { command: "sleep 1" }, "c1")] }, "done"], {
      config: FREE,
    });
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...args], { cwd: world.cwd, stdio: "pipe" });
    git("init", "-q");
    git("commit", "-q", "--allow-empty", "-m", "first");
    git("remote", "add", "origin", "https://example.com/r.git");
    writeFileSync(join(world.cwd, "new"), "");
    const commit = git("rev-parse", "HEAD").toString().trim();
    expect(await header()).toBe(
      `{"session_id":"T","thread_source":"user","turn_id":"U","workspaces":{"CWD":{"associated_remote_urls":{"origin":"https://example.com/r.git"},"latest_git_commit_hash":"${commit}","has_changes":true}},"sandbox":"none"}`,
    );
  });

  it("D6: outside of a repository", async () => {
    world = await openWorld(["done"], { config: FREE });
    expect(await header()).toBe('{"session_id":"T","thread_source":"user","turn_id":"U","sandbox":"none"}');
  });

  it("D22: a client cannot pass itself off as another session", async () => {
    world = await openWorld(["done"], { config: FREE });
    expect(await header({ session_id: "spoof", workspace_kind: "x" })).toBe(
      '{"session_id":"T","thread_source":"user","turn_id":"U","sandbox":"none","workspace_kind":"x"}',
    );
  });
});
