import type { PathFs } from "./path-fs.ts";
import { joinPath } from "./path.ts";

/**
 * The folders of a writable root that stay read-only although the root is writable (section 6.6): the repository's
 * `.git` (and the folder a `.git` pointer file names), `.agents` and `.codex`. Only the top level of the root counts.
 */
export function protectedMetadata(root: string, fs: PathFs, options: { protectMissingCodex: boolean }): string[] {
  const found: string[] = [];
  const git = joinPath(root, ".git");
  const gitKind = fs.stat(git);
  if (gitKind === "file") {
    const gitDir = gitPointerTarget(git, root, fs);
    if (gitDir !== null) found.push(gitDir);
  }
  if (gitKind === "file" || gitKind === "directory") found.push(git);
  const agents = joinPath(root, ".agents");
  if (fs.stat(agents) === "directory") found.push(agents);
  const codex = joinPath(root, ".codex");
  if (options.protectMissingCodex || fs.stat(codex) === "directory") found.push(codex);
  return found;
}

/** The git folder a `.git` file points to (`gitdir: <path>`), when it exists. */
function gitPointerTarget(pointer: string, root: string, fs: PathFs): string | null {
  const text = fs.readText(pointer)?.trim();
  const colon = text?.indexOf(":") ?? -1;
  if (text === undefined || colon === -1) return null;
  const target = text.slice(colon + 1).trim();
  if (target === "" || target.includes("\0")) return null;
  const gitDir = joinPath(root, target);
  return fs.stat(gitDir) === null ? null : gitDir;
}
