import type { SkillDependency, SkillInterface } from "./skill.ts";

const MAX_NAME = 64;
const MAX_DESCRIPTION = 1024;

/** What the head of a `SKILL.md` says. */
export interface SkillHead {
  name: string;
  description: string;
  shortDescription: string | null;
}

type Json = { readonly [name: string]: unknown };

/** Reads the YAML between the two `---` lines. Throws an error whose message says what is wrong. */
export async function parseSkillHead(text: string, folderName: string): Promise<SkillHead> {
  const yaml = /^---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(text.replace(/^\uFEFF/, ""))?.[1];
  if (yaml === undefined) throw new Error("missing YAML frontmatter delimited by ---");
  const head = await readYaml(yaml);
  if (!isJson(head)) throw new Error("invalid YAML: the frontmatter is no mapping");
  const name = oneLine(head["name"]) || folderName;
  const description = oneLine(head["description"]);
  if (description === "") throw new Error("missing field `description`");
  checkLength("name", name, MAX_NAME);
  checkLength("description", description, MAX_DESCRIPTION);
  const metadata = isJson(head["metadata"]) ? head["metadata"] : {};
  const short = oneLine(metadata["short-description"]);
  if (short !== "") checkLength("metadata.short-description", short, MAX_DESCRIPTION);
  return { name, description, shortDescription: short === "" ? null : short };
}

/** What the file beside a `SKILL.md` says. */
export interface SkillMetadata {
  interface: SkillInterface | null;
  implicit: boolean;
  dependencies: SkillDependency[] | null;
}

/** Without such a file. */
export const NO_METADATA: SkillMetadata = { interface: null, implicit: true, dependencies: null };

/** What `agents/openai.yaml` beside a skill says: how to show it, whether the model may choose it by itself, and what it needs. */
export async function parseSkillMetadata(text: string): Promise<SkillMetadata> {
  const value = await readYaml(text).catch(() => null);
  if (!isJson(value)) return NO_METADATA;
  const shown = isJson(value["interface"]) ? value["interface"] : null;
  const policy = isJson(value["policy"]) ? value["policy"] : {};
  return {
    interface:
      shown === null
        ? null
        : {
            displayName: textOf(shown["display_name"]),
            shortDescription: textOf(shown["short_description"]),
            iconSmall: textOf(shown["icon_small"]),
            iconLarge: textOf(shown["icon_large"]),
            brandColor: textOf(shown["brand_color"]),
            defaultPrompt: textOf(shown["default_prompt"]),
          },
    implicit: policy["allow_implicit_invocation"] !== false,
    dependencies: dependenciesOf(value["dependencies"]),
  };
}

/** Entries without a type or a value say nothing. */
function dependenciesOf(value: unknown): SkillDependency[] | null {
  const tools = isJson(value) && Array.isArray(value["tools"]) ? value["tools"].filter(isJson) : [];
  const read = tools.flatMap((tool): SkillDependency[] => {
    const [type, name] = [textOf(tool["type"]), textOf(tool["value"])];
    if (type === null || name === null) return [];
    const more = (["description", "transport", "command", "url"] as const).flatMap(key => {
      const text = textOf(tool[key]);
      return text === null ? [] : [[key, text] as const];
    });
    return [{ type, value: name, ...Object.fromEntries(more) }];
  });
  return read.length === 0 ? null : read;
}

/** YAML is read by few threads, so its reader is loaded by those. */
async function readYaml(text: string): Promise<unknown> {
  const { parseYaml } = await import("./yaml.ts");
  try {
    return parseYaml(text);
  } catch (error) {
    throw new Error(`invalid YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function checkLength(field: string, text: string, max: number): void {
  if ([...text].length > max) throw new Error(`invalid ${field}: exceeds maximum length of ${max} characters`);
}

function oneLine(value: unknown): string {
  return typeof value === "string" || typeof value === "number"
    ? String(value).split(/\s+/).filter(Boolean).join(" ")
    : "";
}

function textOf(value: unknown): string | null {
  const text = oneLine(value);
  return text === "" ? null : text;
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
