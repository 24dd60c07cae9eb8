import { readdir, readFile, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { projectFolders } from "../context/agents-md.ts";
import { NO_METADATA, parseSkillHead, parseSkillMetadata } from "./parse.ts";
import type { FoundSkills, Skill, SkillError, SkillScope } from "./skill.ts";

/** Where skills are looked for. */
export interface SkillPlaces {
  cwd: string;
  codexHome: string;
  /** The person's home folder; null when there is none. */
  home: string | null;
  rootMarkers: readonly string[];
}

export interface SkillQuery extends SkillPlaces {
  /** The `skills` table of the configuration. */
  settings: SkillSettings;
  /** Further folders with skills of the person. */
  extraRoots?: readonly string[];
}

export interface SkillSettings {
  bundled: boolean;
  /** What is switched on or off, by name or by path; later entries win. */
  switches: readonly { name: string | null; path: string | null; enabled: boolean }[];
}

const FILE = "SKILL.md";
const MAX_DEPTH = 6;
const SCOPES: readonly SkillScope[] = ["repo", "user", "system", "admin"];

/**
 * Finds the skills that hold for a folder: `.agents/skills` and `.codex/skills` from the project's root down, those of the person,
 * the bundled ones and the machine's. A skill that cannot be read is an error of its own and keeps no other from being found.
 */
export async function discoverSkills(query: SkillQuery): Promise<FoundSkills> {
  const skills: Skill[] = [];
  const errors: SkillError[] = [];
  const seen = new Set<string>();
  for (const [root, scope] of await roots(query)) {
    for (const file of await skillFiles(root, scope === "system")) {
      const real = await realpath(file).catch(() => file);
      if (seen.has(real)) continue;
      seen.add(real);
      const skill = await readSkill(file, scope).catch((error: unknown) => {
        errors.push({ path: file, message: error instanceof Error ? error.message : String(error) });
        return null;
      });
      if (skill !== null) skills.push({ ...skill, enabled: isEnabled(skill, query.settings) });
    }
  }
  skills.sort(
    (a, b) => SCOPES.indexOf(a.scope) - SCOPES.indexOf(b.scope) || compare(a.name, b.name) || compare(a.path, b.path),
  );
  return { skills, errors };
}

/** The folders of a folder's skills that people write to, there or not. */
export async function skillFolders(places: SkillPlaces): Promise<string[]> {
  const found = await roots({ ...places, settings: { bundled: false, switches: [] } });
  return found.map(([root]) => root);
}

async function roots(query: SkillQuery): Promise<[string, SkillScope][]> {
  const { codexHome, home, settings, extraRoots = [] } = query;
  const folders = await projectFolders(query);
  return [
    ...folders
      .flatMap(folder => [join(folder, ".codex", "skills"), join(folder, ".agents", "skills")])
      .filter(root => root !== join(codexHome, "skills"))
      .map((root): [string, SkillScope] => [root, "repo"]),
    [join(codexHome, "skills"), "user"],
    ...(home === null ? [] : ([[join(home, ".agents", "skills"), "user"]] as [string, SkillScope][])),
    ...extraRoots.map((root): [string, SkillScope] => [root, "user"]),
    ...(settings.bundled ? ([[join(codexHome, "skills", ".system"), "system"]] as [string, SkillScope][]) : []),
    ["/etc/codex/skills", "admin"],
  ];
}

/** The `SKILL.md` files below a folder; hidden folders are left out. */
async function skillFiles(root: string, all: boolean, depth = 0): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const files: string[] = [];
  for (const entry of entries.sort((a, b) => compare(a.name, b.name))) {
    if (entry.name === FILE) files.push(join(root, FILE));
    else if (
      depth < MAX_DEPTH &&
      (entry.isDirectory() || entry.isSymbolicLink()) &&
      (all || !entry.name.startsWith("."))
    )
      files.push(...(await skillFiles(join(root, entry.name), all, depth + 1)));
  }
  return files;
}

async function readSkill(path: string, scope: SkillScope): Promise<Omit<Skill, "enabled">> {
  const folder = dirname(path);
  const head = await parseSkillHead(await readFile(path, "utf8"), basename(folder));
  const metadata = await readFile(join(folder, "agents", "openai.yaml"), "utf8").catch(() => null);
  const more = metadata === null ? NO_METADATA : await parseSkillMetadata(metadata);
  return { ...head, ...more, path, scope };
}

function isEnabled(skill: { name: string; path: string }, { switches }: SkillSettings): boolean {
  const last = switches.findLast(({ name, path }) => (path === null ? name === skill.name : path === skill.path));
  return last?.enabled ?? true;
}

/** The `skills` table of the configuration in these words. */
export function skillSettings(table: unknown): SkillSettings {
  const skills = isJson(table) ? table : {};
  const bundled = isJson(skills["bundled"]) ? skills["bundled"]["enabled"] !== false : true;
  const list: readonly unknown[] = Array.isArray(skills["config"]) ? skills["config"] : [];
  return {
    bundled,
    switches: list.filter(isJson).map(({ name, path, enabled }) => ({
      name: typeof name === "string" ? name : null,
      path: typeof path === "string" ? path : null,
      enabled: enabled !== false,
    })),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isJson(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
