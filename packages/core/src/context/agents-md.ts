import { open, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface AgentsMdQuery {
  cwd: string;
  /** The user's own instructions, which the configuration has read. */
  global: { path: string | null; text: string } | null;
  /** Names whose presence makes a folder the project's root (default `.git`). */
  rootMarkers: readonly string[];
  fallbackFilenames: readonly string[];
  /** Bytes of project documents taken in all; 0 takes none. */
  maxBytes: number;
}

export interface AgentsMd {
  text: string;
  /** The files it came from, in order. */
  sources: string[];
}

const PROJECT_SEPARATOR = "\n\n--- project-doc ---\n\n";
const OWN_NAMES = ["AGENTS.override.md", "AGENTS.md"];
/** Collects the standing instructions: the user's own, then the project's from its root down to the working folder. Null when there are none. */
export async function loadAgentsMd(query: AgentsMdQuery): Promise<AgentsMd | null> {
  const { global } = query;
  const project = query.maxBytes > 0 ? await readProject(query) : { texts: [], sources: [] };
  const parts = [
    ...(global === null ? [] : [global.text]),
    ...(project.texts.length > 0 ? [project.texts.join("\n\n")] : []),
  ];
  if (parts.length === 0) return null;
  return { text: parts.join(PROJECT_SEPARATOR), sources: [...(global?.path ? [global.path] : []), ...project.sources] };
}

async function readProject(query: AgentsMdQuery): Promise<{ texts: string[]; sources: string[] }> {
  const names = [...OWN_NAMES, ...query.fallbackFilenames];
  const texts: string[] = [];
  const sources: string[] = [];
  let budget = query.maxBytes;
  for (const folder of await projectFolders(query)) {
    if (budget <= 0) break;
    const path = await firstFile(folder, names);
    if (path === null) continue;
    const text = await readUpTo(path, budget);
    if (text === null || text.trim() === "") continue;
    budget -= Buffer.byteLength(text);
    texts.push(text);
    sources.push(path);
  }
  return { texts, sources };
}

/** From the project's root down to the working folder; only the working folder when no root is marked. */
export async function projectFolders(query: Pick<AgentsMdQuery, "cwd" | "rootMarkers">): Promise<string[]> {
  const folders: string[] = [];
  for (let folder = query.cwd; ; folder = dirname(folder)) {
    folders.unshift(folder);
    if ((await firstExisting(folder, query.rootMarkers)) !== null) return folders;
    if (dirname(folder) === folder) return [query.cwd];
  }
}

async function firstFile(folder: string, names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    const path = join(folder, name);
    if ((await statOrNull(path))?.isFile()) return path;
  }
  return null;
}

async function firstExisting(folder: string, names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    const path = join(folder, name);
    if ((await statOrNull(path)) !== null) return path;
  }
  return null;
}

async function statOrNull(path: string) {
  try {
    return await stat(path);
  } catch {
    return null;
  }
}

/** The first `limit` bytes of a file as text; null when it cannot be read. */
async function readUpTo(path: string, limit: number): Promise<string | null> {
  try {
    const file = await open(path, "r");
    try {
      const buffer = Buffer.alloc(Math.min(limit, (await file.stat()).size));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      return buffer.toString("utf8", 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}
