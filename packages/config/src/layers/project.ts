import nodePath from "node:path";
import type { ConfigFs } from "../fs.ts";
import { getOwn, isTable, type TomlTable } from "../toml/value.ts";

export type TrustLevel = "trusted" | "untrusted";

/** What is known about the project around a folder. */
export interface ProjectFacts {
  cwd: string;
  /** The nearest folder with a root marker, else the cwd. */
  root: string;
  /** The root of the git repository (of the main work tree), or null. */
  gitRoot: string | null;
  /** The recorded decision about this folder, and the key it stands under; null when there is none. */
  trust: { level: TrustLevel; key: string } | null;
}

/** `folder` and its ancestors, nearest first. */
export function ancestors(folder: string): string[] {
  const out = [folder];
  for (let at = folder; ; ) {
    const parent = nodePath.dirname(at);
    if (parent === at) return out;
    out.push(parent);
    at = parent;
  }
}

export function findProjectRoot(cwd: string, markers: readonly string[], fs: ConfigFs): string {
  if (markers.length === 0) return cwd;
  return ancestors(cwd).find(folder => markers.some(marker => exists(fs, nodePath.resolve(folder, marker)))) ?? cwd;
}

/** The git root whose trust decision counts: a linked work tree answers for its main one. */
export function findGitRoot(cwd: string, fs: ConfigFs): string | null {
  for (const folder of ancestors(cwd)) {
    const dotGit = nodePath.join(folder, ".git");
    const stat = statOrNull(fs, dotGit);
    if (stat === null) continue;
    if (stat.kind === "directory") return folder;
    return mainWorkTree(folder, dotGit, fs) ?? folder;
  }
  return null;
}

function mainWorkTree(folder: string, dotGit: string, fs: ConfigFs): string | null {
  let text: string;
  try {
    text = Buffer.from(fs.readFile(dotGit)).toString("utf8");
  } catch {
    return null;
  }
  const target = /^gitdir:\s*(.+?)\s*$/m.exec(text)?.[1];
  if (target === undefined) return null;
  const gitDir = nodePath.resolve(folder, target);
  const worktrees = nodePath.dirname(gitDir);
  return nodePath.basename(worktrees) === "worktrees" ? nodePath.dirname(nodePath.dirname(worktrees)) : null;
}

/** The recorded decision for any of the folders, each tried by its canonical and its given path. */
export function lookupTrust(
  projects: TomlTable,
  folders: readonly string[],
  fs: ConfigFs,
  platform: NodeJS.Platform,
): { level: TrustLevel; key: string } | null {
  for (const folder of folders) {
    for (const wanted of [canonicalPath(folder, fs), folder]) {
      const key = platform === "win32" ? keyIgnoringCase(projects, wanted) : wanted;
      const entry = key === undefined ? undefined : getOwn(projects, key);
      const level = isTable(entry) ? getOwn(entry, "trust_level") : undefined;
      if (key !== undefined && (level === "trusted" || level === "untrusted")) return { level, key };
    }
  }
  return null;
}

function keyIgnoringCase(projects: TomlTable, wanted: string): string | undefined {
  const lower = asciiLower(wanted);
  return Object.keys(projects)
    .sort()
    .find(key => asciiLower(key) === lower);
}

function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, letter => letter.toLowerCase());
}

export function canonicalPath(path: string, fs: ConfigFs): string {
  try {
    return fs.realpath(path);
  } catch {
    return path;
  }
}

function exists(fs: ConfigFs, path: string): boolean {
  return statOrNull(fs, path) !== null;
}

/** Like `stat`, with "cannot look" counted as "is not there". */
export function statOrNull(fs: ConfigFs, path: string): ReturnType<ConfigFs["stat"]> {
  try {
    return fs.stat(path);
  } catch {
    return null;
  }
}

/**
 * The folders of a project that have a layer of their own, from its root down to the cwd: those that hold a `.codex` folder
 * other than CODEX_HOME itself. A file by that name makes no layer: a killed sandbox leaves such a mount point behind.
 */
export function projectFolders(facts: Pick<ProjectFacts, "cwd" | "root">, codexHome: string, fs: ConfigFs): string[] {
  const all = ancestors(facts.cwd);
  const upTo = all.indexOf(facts.root);
  const home = canonicalPath(codexHome, fs);
  return all
    .slice(0, upTo < 0 ? 1 : upTo + 1)
    .reverse()
    .filter(folder => {
      const dotCodex = nodePath.join(folder, ".codex");
      if (statOrNull(fs, dotCodex)?.kind !== "directory") return false;
      return dotCodex !== codexHome && canonicalPath(dotCodex, fs) !== home;
    });
}
