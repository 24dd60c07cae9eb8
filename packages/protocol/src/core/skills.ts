import { AbsolutePathBuf } from "../shared/ids.ts";
import { SkillDependencies, SkillErrorInfo, SkillScope } from "../v2/skills.ts";
import { array, boolean, omittable, string, struct, type Out } from "../wire/index.ts";

export const SkillInterface = struct("SkillInterface", () => ({
  brand_color: omittable(string),
  default_prompt: omittable(string),
  display_name: omittable(string),
  icon_large: omittable(AbsolutePathBuf),
  icon_small: omittable(AbsolutePathBuf),
  short_description: omittable(string),
}));
export interface SkillInterface extends Out<typeof SkillInterface> {}

export const SkillMetadata = struct("SkillMetadata", () => ({
  dependencies: omittable(SkillDependencies),
  description: string,
  enabled: boolean,
  interface: omittable(SkillInterface),
  name: string,
  path: AbsolutePathBuf,
  scope: SkillScope,
  short_description: omittable(string),
}));
export interface SkillMetadata extends Out<typeof SkillMetadata> {}

export const SkillsListEntry = struct("SkillsListEntry", () => ({
  cwd: string,
  errors: array(SkillErrorInfo),
  skills: array(SkillMetadata),
}));
export interface SkillsListEntry extends Out<typeof SkillsListEntry> {}
