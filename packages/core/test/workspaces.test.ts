import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { detachedTurnMetadata } from "../src/index.ts";
import { gatherWorkspaces } from "../src/context/workspaces.ts";

let place: string;
let repo: string;
let env: Record<string, string>;
const open = () => new AbortController().signal;

beforeEach(async () => {
  place = await realpath(await mkdtemp(join(tmpdir(), "workspaces-")));
  repo = join(place, "repo");
  await mkdir(repo);
  env = {
    PATH: process.env["PATH"] ?? "",
    HOME: place,
    GIT_CONFIG_GLOBAL: join(place, "gitconfig"),
    GIT_CONFIG_SYSTEM: "/dev/null",
  };
});
afterEach(() => rm(place, { recursive: true, force: true }));

function git(...args: string[]): string {
  const who = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
  return execFileSync("git", [...who, ...args], { cwd: repo, env, encoding: "utf8", stdio: "pipe" }).trim();
}

/** A repository with one commit. */
function committed(): string {
  git("init", "-q");
  git("commit", "-q", "--allow-empty", "-m", "first");
  return git("rev-parse", "HEAD");
}

/** Puts a program before git that does this, and else hands on to it. */
async function before(script: string): Promise<void> {
  const bin = join(place, "bin");
  await mkdir(bin);
  const real = execFileSync("sh", ["-c", "command -v git"], { env, encoding: "utf8" }).trim();
  await writeFile(join(bin, "git"), `#!/bin/sh\n${script}\nexec ${real} "$@"\n`);
  await chmod(join(bin, "git"), 0o755);
  env = { ...env, PATH: `${bin}${delimiter}${env["PATH"]}` };
}

describe("the repository around a turn", () => {
  it("is told with commit, remotes and changes, from any folder in it", async () => {
    const commit = committed();
    git("remote", "add", "origin", "https://example.com/r.git");
    git("remote", "add", "also", "https://example.com/a.git");
    git("remote", "set-url", "--push", "also", "https://example.com/push.git");
    const inside = join(repo, "deep", "down");
    await mkdir(inside, { recursive: true });
    const remotes = { also: "https://example.com/a.git", origin: "https://example.com/r.git" };
    const clean = { associated_remote_urls: remotes, latest_git_commit_hash: commit, has_changes: false };
    expect(await gatherWorkspaces(inside, env, open())).toEqual({ [repo]: clean });
    await writeFile(join(inside, "new"), "");
    expect(await gatherWorkspaces(inside, env, open())).toEqual({ [repo]: { ...clean, has_changes: true } });
  });

  it("has its remotes as git writes them, with what the person's settings replace", async () => {
    committed();
    git("remote", "add", "origin", "work:r.git");
    git("config", "--global", "url.ssh://git@example.com/.insteadOf", "work:");
    const told = await gatherWorkspaces(repo, env, open());
    expect(told?.[repo]?.associated_remote_urls).toEqual({ origin: "ssh://git@example.com/r.git" });
  });

  it("has no commit before the first, and no remotes where there are none", async () => {
    git("init", "-q");
    expect(await gatherWorkspaces(repo, env, open())).toEqual({ [repo]: { has_changes: false } });
  });

  it.each([
    ["status", ["associated_remote_urls", "latest_git_commit_hash"]],
    ["remote", ["latest_git_commit_hash", "has_changes"]],
    ["rev-parse", ["associated_remote_urls", "has_changes"]],
  ])("loses nothing else when `git %s` fails", async (command, left) => {
    committed();
    git("remote", "add", "origin", "https://example.com/r.git");
    await before(`[ "$1" = ${command} ] && echo lost && exit 1`);
    expect(Object.keys((await gatherWorkspaces(repo, env, open()))?.[repo] ?? {})).toEqual(left);
  });

  it("is asked after without locks", async () => {
    committed();
    await before(`echo "$GIT_OPTIONAL_LOCKS $*" >> "${place}/asked"`);
    await gatherWorkspaces(repo, env, open());
    const asked = (await readFile(join(place, "asked"), "utf8")).trim().split("\n").sort();
    expect(asked).toEqual(["0 remote -v", "0 rev-parse HEAD", "0 status --porcelain"]);
  });

  it("is nothing outside of one, where git can tell nothing, without git, and after an abort", async () => {
    expect(await gatherWorkspaces(place, env, open())).toBeNull();
    committed();
    expect(await gatherWorkspaces(repo, { ...env, PATH: join(place, "nowhere") }, open())).toBeNull();
    const over = new AbortController();
    const told = gatherWorkspaces(repo, env, over.signal);
    over.abort();
    expect(await told).toBeNull();
    await rm(join(repo, ".git"), { recursive: true });
    await writeFile(join(repo, ".git"), "no pointer\n");
    expect(await gatherWorkspaces(repo, env, open())).toBeNull();
  });
});

describe("metadata of a request outside of every turn", () => {
  it("names no session and no turn", async () => {
    const commit = committed();
    expect(JSON.parse((await detachedTurnMetadata(repo, { env, sandbox: "seccomp" })) ?? "")).toEqual({
      workspaces: { [repo]: { latest_git_commit_hash: commit, has_changes: false } },
      sandbox: "seccomp",
    });
  });

  it("is none where there is nothing to tell", async () => {
    expect(await detachedTurnMetadata(place, { env })).toBeNull();
    expect(await detachedTurnMetadata(place, { env, sandbox: "none" })).toBe('{"sandbox":"none"}');
  });
});
