import { readFile } from "node:fs/promises";
import type { UserInput } from "@codex-ts/protocol";
import { skillFragment } from "../prompts/skills.ts";
import type { Skill } from "./skill.ts";

/** The enabled skills that a prompt mentions, in the order of the list: chosen by path, or named as `$name` in the text. */
export function mentionedSkills(input: readonly UserInput[], skills: readonly Skill[]): Skill[] {
  const paths = new Set<string>();
  const names = new Set<string>();
  for (const part of input) {
    if (part.type === "skill") paths.add(part.path);
    if (part.type !== "text") continue;
    for (const [, name] of part.text.matchAll(/\$([A-Za-z0-9][A-Za-z0-9_:-]*)/g)) names.add(name!);
  }
  const count = new Map<string, number>();
  for (const { name } of skills) count.set(name, (count.get(name) ?? 0) + 1);
  // A name that several skills share says nothing.
  return skills.filter(
    ({ enabled, name, path }) => enabled && (paths.has(path) || (names.has(name) && count.get(name) === 1)),
  );
}

/** The messages that bring skills into the conversation. `onRead` hears of each: why it cannot be read, or null. */
export async function skillMessages(
  skills: readonly Skill[],
  onRead: (skill: Skill, failure: string | null) => void,
): Promise<string[]> {
  const texts: string[] = [];
  for (const skill of skills) {
    const { name, path } = skill;
    try {
      texts.push(skillFragment(name, path, await readFile(path, "utf8")));
      onRead(skill, null);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      onRead(skill, `Failed to load skill ${name} at ${path}: ${why}`);
    }
  }
  return texts;
}
