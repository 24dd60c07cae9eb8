import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** What a model server is told about the repository around a turn. */
export interface Workspace {
  /** Name of a remote to its URL. */
  associated_remote_urls?: Record<string, string>;
  latest_git_commit_hash?: string;
  has_changes?: boolean;
}

/** A question that git does not answer within this time stays unanswered, milliseconds. */
const TIMEOUT_MS = 5000;
/** Longest answer of git, bytes. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * Commit, changes and remotes of the repository around a folder, by the path of its root (spec: analytics B2). What git does not tell, or
 * not in time, is left out; null where that is everything, outside of a repository, and after an abort. Never rejects.
 */
export async function gatherWorkspaces(
  cwd: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Record<string, Workspace> | null> {
  const root = await repositoryRoot(cwd);
  if (root === null) return null;
  const ask = (...args: string[]): Promise<string | null> => askGit(args, { cwd, env, signal });
  const [commit, remotes, status] = await Promise.all([
    ask("rev-parse", "HEAD"),
    ask("remote", "-v"),
    ask("status", "--porcelain"),
  ]);
  if (signal.aborted) return null;
  const urls = fetchUrls(remotes ?? "");
  const workspace: Workspace = {
    ...(urls === null ? {} : { associated_remote_urls: urls }),
    ...(commit === null ? {} : { latest_git_commit_hash: commit.trim() }),
    ...(status === null ? {} : { has_changes: status !== "" }),
  };
  return Object.keys(workspace).length === 0 ? null : { [root]: workspace };
}

/** The nearest folder from this one upwards that has a `.git`. */
async function repositoryRoot(cwd: string): Promise<string | null> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const found = await stat(join(folder, ".git")).catch(() => null);
    if (found !== null) return folder;
    if (dirname(folder) === folder) return null;
  }
}

interface Asking {
  cwd: string;
  env: Readonly<Record<string, string>>;
  signal: AbortSignal;
}

/** What git prints; null when it fails. It takes no lock that a person's git could trip over. */
function askGit(args: readonly string[], { cwd, env, signal }: Asking): Promise<string | null> {
  return new Promise(done => {
    execFile(
      "git",
      args,
      { cwd, env: { ...env, GIT_OPTIONAL_LOCKS: "0" }, timeout: TIMEOUT_MS, signal, maxBuffer: MAX_ANSWER_BYTES },
      (error, stdout) => done(error === null ? stdout : null),
    );
  });
}

/** The remotes that are fetched from, in the order of their names; null: there are none. */
function fetchUrls(remotes: string): Record<string, string> | null {
  const found = remotes
    .split("\n")
    .filter(line => line.endsWith(" (fetch)"))
    .map(line => line.slice(0, -" (fetch)".length).split("\t"))
    .flatMap(([name = "", ...url]): [string, string][] => (url.length === 0 ? [] : [[name, url.join("\t").trim()]]));
  return found.length === 0 ? null : Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
