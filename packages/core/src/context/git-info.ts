import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { GitRecord } from "@codex-ts/thread-store";

/** Commit, branch and origin of the repository around a folder, read from its files; null outside of one. */
export async function readGitInfo(cwd: string): Promise<GitRecord | null> {
  // Git is asked in the folder itself, which has to be there.
  if ((await stat(cwd).catch(() => null)) === null) return null;
  const found = await findGitDir(cwd);
  if (found === null) return null;
  const { gitDir } = found;
  const commonDir = resolve(gitDir, (await readText(join(gitDir, "commondir")))?.trim() ?? ".");
  const head = (await readText(join(gitDir, "HEAD")))?.trim() ?? "";
  const ref = head.startsWith("ref: ") ? head.slice("ref: ".length) : null;
  const commit = ref === null ? head : await readRef(commonDir, gitDir, ref);
  const url = originUrl((await readText(join(commonDir, "config"))) ?? "");
  return {
    ...(commit ? { commit_hash: commit } : {}),
    ...(ref?.startsWith("refs/heads/") ? { branch: ref.slice("refs/heads/".length) } : {}),
    ...(url === null ? {} : { repository_url: url }),
  };
}

/** The repository around a folder: its root, and where git keeps it. */
export async function findGitDir(cwd: string): Promise<{ root: string; gitDir: string } | null> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const candidate = join(folder, ".git");
    const kind = await stat(candidate).catch(() => null);
    if (kind?.isDirectory()) return { root: folder, gitDir: candidate };
    if (kind?.isFile()) {
      const pointer = /^gitdir: (.+)$/m.exec((await readText(candidate)) ?? "")?.[1];
      return pointer === undefined ? null : { root: folder, gitDir: resolve(folder, pointer.trim()) };
    }
    if (dirname(folder) === folder) return null;
  }
}

async function readRef(commonDir: string, gitDir: string, ref: string): Promise<string | null> {
  for (const dir of [gitDir, commonDir]) {
    const loose = (await readText(join(dir, ref)))?.trim();
    if (loose) return loose;
  }
  const packed = (await readText(join(commonDir, "packed-refs"))) ?? "";
  const line = packed.split("\n").find(entry => entry.endsWith(` ${ref}`));
  return line?.split(" ")[0] ?? null;
}

function originUrl(config: string): string | null {
  const section = /^\[remote "origin"\]$([^[]*)/m.exec(config)?.[1];
  return section === undefined ? null : (/^\s*url\s*=\s*(.+?)\s*$/m.exec(section)?.[1] ?? null);
}

async function readText(path: string): Promise<string | null> {
  return readFile(path, "utf8").catch(() => null);
}
