import { copyFile, lstat, mkdtemp, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { GhostCommit } from "@codex-ts/protocol/models";
import { git, type GitRun, zeroSeparated } from "./git.ts";

/** What stays out of a snapshot because of its size; null: nothing does. */
export interface SnapshotLimits {
  /** Untracked files of more bytes. */
  fileBytes: number | null;
  /** Untracked folders of at least this many files. */
  folderFiles: number | null;
}

/** A snapshot, and what was too large for it: files and folders by their paths from the repository's root. */
export interface Snapshot {
  commit: GhostCommit;
  leftOut: { files: string[]; folders: { path: string; files: number }[] };
}

interface Repository {
  root: string;
  /** Where the working folder is below the root, with a slash at its end; empty at the root itself. */
  prefix: string;
  head: string | null;
  index: string;
}

/**
 * Commits the working folder as it is, untracked files included and ignored ones not, to a commit that nothing refers to: index, branches
 * and files stay as they were. Null outside of a repository. Throws `GitError`.
 */
export async function takeSnapshot(run: GitRun, limits: SnapshotLimits): Promise<Snapshot | null> {
  const repository = await findRepository(run);
  if (repository === null) return null;
  const { files, leftOut } = await untracked(run, repository, limits);
  const folder = await mkdtemp(join(tmpdir(), "codex-snapshot-"));
  try {
    const index = join(folder, "index");
    // With the index's own notes about unchanged files nothing of them has to be read again.
    await copyFile(repository.index, index).catch(() => {});
    const own: GitRun = { ...run, env: { ...run.env, ...IDENTITY, GIT_INDEX_FILE: index } };
    await git(own, ["add", "--update", "--", "."]);
    const kept = files.filter(path => !isLeftOut(path, leftOut));
    await git(
      { ...own, cwd: repository.root },
      ["update-index", "--add", "--remove", "-z", "--stdin"],
      kept.join("\0"),
    );
    const tree = (await git(own, ["write-tree"])).trim();
    const parent = repository.head === null ? [] : ["-p", repository.head];
    const id = (await git(own, ["commit-tree", tree, ...parent, "-m", "codex-ts snapshot"])).trim();
    const commit: GhostCommit = {
      id,
      parent: repository.head,
      preexisting_untracked_files: [...kept, ...leftOut.files],
      preexisting_untracked_dirs: leftOut.folders.map(({ path }) => path),
    };
    return { commit, leftOut };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Brings the working folder back to a snapshot: changed and deleted files are restored, files that came since are removed, and what was
 * there untracked stays. Branch and index are left alone. Throws `GitError`, and the system's error.
 */
export async function restoreSnapshot(run: GitRun, commit: GhostCommit): Promise<void> {
  const repository = await findRepository(run);
  if (repository === null) throw new Error("not a git repository");
  const here = zeroSeparated(
    await git(run, ["ls-tree", "-r", "-z", "--name-only", "--full-name", commit.id, "--", "."]),
  );
  const came = await newFiles(run, commit, new Set(here));
  if (here.length > 0) await git(run, ["restore", `--source=${commit.id}`, "--worktree", "--", "."]);
  for (const path of came) await removeFile(repository.root, path);
}

/** Who the commits are by, so that they need no identity of the person's. */
const IDENTITY = {
  GIT_AUTHOR_NAME: "codex-ts snapshot",
  GIT_AUTHOR_EMAIL: "snapshot@codex-ts.invalid",
  GIT_COMMITTER_NAME: "codex-ts snapshot",
  GIT_COMMITTER_EMAIL: "snapshot@codex-ts.invalid",
};

async function findRepository(run: GitRun): Promise<Repository | null> {
  const lines = await git(run, ["rev-parse", "--show-toplevel", "--git-path", "index"]).catch(() => {
    run.signal?.throwIfAborted();
    return null;
  });
  if (lines === null) return null;
  const [root = "", index = ""] = lines.split("\n");
  const prefix = (await git(run, ["rev-parse", "--show-prefix"])).replace(/\n$/, "");
  const head = await git(run, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]).then(
    text => text.trim(),
    () => null,
  );
  return { root, prefix, head, index: resolve(run.cwd, index) };
}

/** The untracked files below the working folder, and which of them are too large. Repositories within the repository count as folders. */
async function untracked(
  run: GitRun,
  { root, prefix }: Repository,
  limits: SnapshotLimits,
): Promise<{ files: string[]; leftOut: Snapshot["leftOut"] }> {
  const [all, folders] = await Promise.all([untrackedFiles(run), untrackedFolders(run)]);
  const files = all.filter(path => !path.endsWith("/")).map(path => prefix + path);
  const nested = all.filter(path => path.endsWith("/")).map(path => ({ path: prefix + path.slice(0, -1), files: 0 }));
  const large = folders.flatMap(path => {
    const folder = { path: prefix + path.slice(0, -1), files: 0 };
    folder.files = files.filter(file => inFolders(file, [folder])).length;
    return limits.folderFiles !== null && folder.files >= limits.folderFiles ? [folder] : [];
  });
  const leftOut = { files: [] as string[], folders: [...large, ...nested] };
  for (const path of files) {
    if (limits.fileBytes === null || inFolders(path, leftOut.folders)) continue;
    const size = await lstat(join(root, path)).then(
      stat => stat.size,
      () => 0,
    );
    if (size > limits.fileBytes) leftOut.files.push(path);
  }
  return { files, leftOut };
}

async function untrackedFiles(run: GitRun): Promise<string[]> {
  return zeroSeparated(await git(run, ["ls-files", "--others", "--exclude-standard", "-z", "--", "."]));
}

async function untrackedFolders(run: GitRun): Promise<string[]> {
  const list = ["ls-files", "--others", "--exclude-standard", "--directory", "--no-empty-directory", "-z", "--", "."];
  return zeroSeparated(await git(run, list)).filter(path => path.endsWith("/"));
}

function isLeftOut(path: string, { files, folders }: Snapshot["leftOut"]): boolean {
  return files.includes(path) || inFolders(path, folders);
}

function inFolders(path: string, folders: readonly { path: string }[]): boolean {
  return folders.some(folder => path.startsWith(`${folder.path}/`));
}

/** Untracked files that neither the snapshot holds nor were there when it was taken. */
async function newFiles(run: GitRun, commit: GhostCommit, held: ReadonlySet<string>): Promise<string[]> {
  const prefix = (await git(run, ["rev-parse", "--show-prefix"])).replace(/\n$/, "");
  const before = new Set(commit.preexisting_untracked_files);
  const folders = commit.preexisting_untracked_dirs.map(path => ({ path }));
  const now = (await untrackedFiles(run)).filter(path => !path.endsWith("/")).map(path => prefix + path);
  return now.filter(path => !held.has(path) && !before.has(path) && !inFolders(path, folders));
}

/** Removes a file, and the folders that are empty without it. */
async function removeFile(root: string, path: string): Promise<void> {
  await rm(join(root, path), { force: true });
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
    const removed = await rmdir(join(root, folder)).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}
