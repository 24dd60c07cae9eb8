import type { Skill } from "../skills/skill.ts";

/** Tells the model which skills there are. Null when there are none that it may choose. */
export function skillsFragment(skills: readonly Skill[]): string | null {
  const offered = skills.filter(({ enabled, implicit }) => enabled && implicit);
  if (offered.length === 0) return null;
  const lines = offered.map(({ name, description, path }) => `- ${name}: ${description} (file: ${path})`);
  return `<skills_instructions>
## Skills
A skill is a file of instructions for one kind of task. These are there:
${lines.join("\n")}
## Using them
- Use a skill when the user names it (as \`$name\` or in plain words), or when the task is what its description says. Several may apply; use no more than the task needs, and only for this turn.
- Open its file first and follow it. Read what else it refers to only when you come to need it; relative paths start at the folder of the file.
- Run scripts that come with a skill in place of writing your own, and use its templates.
- Say in one line which skill you use. If a named skill is missing or cannot be read, say so and go on without it.
</skills_instructions>`;
}

/** Brings the text of a skill into the conversation. */
export function skillFragment(name: string, path: string, contents: string): string {
  return `<skill>\n<name>${name}</name>\n<path>${path}</path>\n${contents}\n</skill>`;
}
