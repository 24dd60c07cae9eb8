import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { findGitDir } from "./git-info.ts";

/** What a model server is told about the repository around a turn. */
export interface Workspace {
  /** Name of a remote to its URL. */
  associated_remote_urls?: Record<string, string>;
  latest_git_commit_hash?: string;
  has_changes?: boolean;
}

/** A repository that does not answer within this time is left out, milliseconds. */
const TIMEOUT_MS = 5000;

/**
 * Commit, changes and remotes of the repository around a folder, by the path of its root. Null outside of one, when git is
 * missing or slow, and after an abort. Never rejects.
 */
export async function gatherWorkspaces(
  cwd: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Record<string, Workspace> | null> {
  const found = await findGitDir(cwd);
  if (found === null) return null;
  const [status, remotes] = await Promise.all([gitStatus(cwd, env, signal), remoteUrls(found.gitDir)]);
  if (status === null) return null;
  const commit = /^# branch\.oid ([0-9a-f]{40,64})$/m.exec(status)?.[1];
  return {
    [found.root]: {
      ...(Object.keys(remotes).length === 0 ? {} : { associated_remote_urls: remotes }),
      ...(commit === undefined ? {} : { latest_git_commit_hash: commit }),
      has_changes: status.split("\n").some(line => line !== "" && !line.startsWith("#")),
    },
  };
}

/** One run of git tells the commit and whether anything changed. It takes no lock that a person's git could trip over. */
function gitStatus(cwd: string, env: Readonly<Record<string, string>>, signal: AbortSignal): Promise<string | null> {
  return new Promise(done => {
    execFile(
      "git",
      ["status", "--porcelain=v2", "--branch"],
      { cwd, env: { ...env, GIT_OPTIONAL_LOCKS: "0" }, timeout: TIMEOUT_MS, signal, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout) => done(error === null ? stdout : null),
    );
  });
}

async function remoteUrls(gitDir: string): Promise<Record<string, string>> {
  const read = (file: string) => readFile(file, "utf8").catch(() => "");
  const common = resolve(gitDir, (await read(join(gitDir, "commondir"))).trim() || ".");
  const config = await read(join(common, "config"));
  const urls: Record<string, string> = {};
  for (const [, name = "", body = ""] of config.matchAll(/^\[remote "([^"\n]+)"\]$([^[]*)/gm)) {
    const url = /^\s*url\s*=\s*(.+?)\s*$/m.exec(body)?.[1];
    if (url !== undefined) urls[name] = url;
  }
  return urls;
}
