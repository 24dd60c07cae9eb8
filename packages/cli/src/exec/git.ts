import { existsSync } from "node:fs";
import path from "node:path";

/** Whether a folder lies inside a git work tree: itself or an ancestor holds `.git` (a folder, or a pointer file). */
export function isInsideGitWorkTree(folder: string): boolean {
  let at = path.resolve(folder);
  for (;;) {
    if (existsSync(path.join(at, ".git"))) return true;
    const parent = path.dirname(at);
    if (parent === at) return false;
    at = parent;
  }
}
