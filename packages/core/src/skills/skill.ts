/** Where a skill comes from; also the order in which skills are listed. */
export type SkillScope = "repo" | "user" | "system" | "admin";

/** How a client may show a skill. */
export interface SkillInterface {
  displayName: string | null;
  shortDescription: string | null;
  iconSmall: string | null;
  iconLarge: string | null;
  brandColor: string | null;
  defaultPrompt: string | null;
}

/** Something that a skill needs besides itself. */
export interface SkillDependency {
  /** `mcp`: an MCP server. */
  type: string;
  /** Its name. */
  value: string;
  description?: string;
  transport?: string;
  command?: string;
  url?: string;
}

/** Instructions for one kind of task, in a `SKILL.md` of their own. */
export interface Skill {
  name: string;
  description: string;
  shortDescription: string | null;
  interface: SkillInterface | null;
  /** Absolute path of its `SKILL.md`. */
  path: string;
  scope: SkillScope;
  enabled: boolean;
  /** The model may choose it by itself; otherwise only a person's mention brings it in. */
  implicit: boolean;
  /** Null: it names none. */
  dependencies: SkillDependency[] | null;
}

export interface SkillError {
  path: string;
  message: string;
}

export interface FoundSkills {
  /** By scope, then by name. */
  skills: Skill[];
  errors: SkillError[];
}
