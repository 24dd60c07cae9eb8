import { execFile } from "node:child_process";
import type { ReviewTarget } from "@codex-ts/protocol";
import { reviewPrompts } from "../prompts/review.ts";

/** Where a review takes place. */
interface Place {
  cwd: string;
  env: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

/** What a client shows while the review runs. */
export function reviewLabel(target: ReviewTarget): string {
  switch (target.type) {
    case "uncommittedChanges":
      return "current changes";
    case "baseBranch":
      return `changes against '${target.branch}'`;
    case "commit":
      return `commit ${target.sha.slice(0, 7)}${target.title ? `: ${target.title}` : ""}`;
    case "custom":
      return target.instructions.trim();
  }
}

/** Why the target cannot be looked at where the thread works; null when it can. */
export async function reviewProblem(target: ReviewTarget, place: Place): Promise<string | null> {
  if (target.type !== "baseBranch" || (await git(place, "rev-parse", "--git-dir")) !== null) return null;
  return `${JSON.stringify(place.cwd)} is not a git repository`;
}

/** What the reviewer is asked. For a branch that git knows, the commit from which the changes are counted is looked up first. */
export async function reviewPrompt(target: ReviewTarget, place: Place): Promise<string> {
  switch (target.type) {
    case "uncommittedChanges":
      return reviewPrompts.uncommitted;
    case "baseBranch":
      return reviewPrompts.branch(target.branch, await mergeBase(target.branch, place));
    case "commit":
      return reviewPrompts.commit(target.sha, target.title ?? null);
    case "custom":
      return target.instructions.trim();
  }
}

/** The newest common commit with a branch, or with what it follows when that is ahead. */
async function mergeBase(branch: string, place: Place): Promise<string | null> {
  const local = await git(place, "rev-parse", "--verify", "--end-of-options", branch);
  if (local === null) return null;
  const upstream = await git(place, "rev-parse", "--abbrev-ref", "--symbolic-full-name", `${branch}@{upstream}`);
  const ahead = upstream === null ? null : await git(place, "rev-list", "--count", `${branch}..${upstream}`);
  const base = upstream !== null && Number(ahead) > 0 ? upstream : branch;
  return git(place, "merge-base", "HEAD", base);
}

/** What git prints; null when it fails, or cannot be run. */
function git({ cwd, env, signal }: Place, ...args: string[]): Promise<string | null> {
  return new Promise(done => {
    execFile("git", args, { cwd, env: { ...env }, ...(signal && { signal }), timeout: 10_000 }, (error, stdout) =>
      done(error === null ? stdout.trim() : null),
    );
  });
}
