// Writes the schemas a project keeps in its tree, and tells which files changed. docs/guides/schemas-in-ci.md shows the
// same with the command-line program.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { generateJsonSchema, generateTypeScript } from "@codex-ts/schema";

async function contents(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter(entry => entry.isFile()).map(entry => path.join(entry.parentPath, entry.name));
  return new Map(await Promise.all(files.map(async file => [file, await readFile(file, "utf8")] as const)));
}

/** Regenerates `folder/json` and `folder/typescript`; gives the files that are new or different. */
export async function regenerate(folder: string): Promise<readonly string[]> {
  const before = await contents(folder);
  await generateJsonSchema({ out: path.join(folder, "json") });
  await generateTypeScript({ out: path.join(folder, "typescript") });
  const after = await contents(folder);
  return [...after].filter(([file, text]) => before.get(file) !== text).map(([file]) => path.relative(folder, file));
}
