import { basename, dirname, resolve } from "node:path";
import type { Skill } from "./skill.ts";

const RUNNERS = new Set(["python", "python3", "bash", "zsh", "sh", "node", "deno", "ruby", "perl", "pwsh"]);
const SCRIPT = /\.(py|sh|js|ts|rb|pl|ps1)$/i;
const READERS = new Set(["cat", "sed", "head", "tail", "less", "more", "bat", "awk"]);

/**
 * The skill that a command makes use of without anybody having named it: the command runs one of the skill's scripts, or reads its
 * instructions. Null: none.
 * @param words the command's words
 * @param cwd the folder it runs in
 */
export function implicitSkill(words: readonly string[], cwd: string, skills: readonly Skill[]): Skill | null {
  const candidates = skills.filter(({ enabled, implicit }) => enabled && implicit);
  if (candidates.length === 0) return null;
  const [program = "", ...rest] = words;
  const name = basename(program)
    .replace(/\.exe$/i, "")
    .toLowerCase();
  const paths = rest.filter(word => word !== "--" && !word.startsWith("-")).map(word => resolve(cwd, word));
  if (RUNNERS.has(name)) {
    const [script] = paths;
    if (script === undefined || !SCRIPT.test(script)) return null;
    return candidates.find(skill => within(script, resolve(dirname(skill.path), "scripts"))) ?? null;
  }
  if (!READERS.has(name)) return null;
  return candidates.find(skill => paths.includes(skill.path)) ?? null;
}

function within(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`) || path.startsWith(`${folder}\\`);
}
