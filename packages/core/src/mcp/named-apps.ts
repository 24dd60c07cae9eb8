import type { UserInput } from "@codex-ts/protocol";

/** The apps that a prompt names, by id, each once: `[$name](app://ID)` in its text, or a mention with such a path. */
export function namedApps(input: readonly UserInput[]): string[] {
  const ids = input.flatMap(part => {
    if (part.type === "text") return [...part.text.matchAll(/\]\(app:\/\/([^)\s]+)\)/g)].map(([, id]) => id!);
    return part.type === "mention" && part.path.startsWith("app://") ? [part.path.slice("app://".length)] : [];
  });
  return [...new Set(ids)];
}
