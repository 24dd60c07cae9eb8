import { AbsolutePathBuf } from "../shared/ids.ts";
import {
  anyPath,
  array,
  boolean,
  nullable,
  omittable,
  optional,
  optionalInLists,
  type Out,
  skipDefault,
  string,
  stringEnum,
  struct,
} from "../wire/index.ts";

export const SkillDependencies = struct("SkillDependencies", () => ({ tools: array(SkillToolDependency) }));
export interface SkillDependencies extends Out<typeof SkillDependencies> {}

export const SkillErrorInfo = struct("SkillErrorInfo", () => ({ path: string, message: string }));
export interface SkillErrorInfo extends Out<typeof SkillErrorInfo> {}

export const SkillInterface = struct("SkillInterface", () => ({
  displayName: omittable(string),
  shortDescription: omittable(string),
  iconSmall: omittable(AbsolutePathBuf),
  iconLarge: omittable(AbsolutePathBuf),
  brandColor: omittable(string),
  defaultPrompt: omittable(string),
}));
export interface SkillInterface extends Out<typeof SkillInterface> {}

export const SkillMetadata = struct("SkillMetadata", () => ({
  name: string,
  description: string,
  shortDescription: omittable(string),
  interface: omittable(SkillInterface),
  dependencies: omittable(SkillDependencies),
  path: AbsolutePathBuf,
  scope: SkillScope,
  enabled: boolean,
}));
export interface SkillMetadata extends Out<typeof SkillMetadata> {}

export const SkillScope = stringEnum("SkillScope", ["user", "repo", "system", "admin"]);
export type SkillScope = Out<typeof SkillScope>;

export const SkillSummary = struct("SkillSummary", () => ({
  name: string,
  description: string,
  shortDescription: nullable(string),
  interface: nullable(SkillInterface),
  path: nullable(AbsolutePathBuf),
  enabled: boolean,
}));
export interface SkillSummary extends Out<typeof SkillSummary> {}

export const SkillToolDependency = struct("SkillToolDependency", () => ({
  type: string,
  value: string,
  description: omittable(string),
  transport: omittable(string),
  command: omittable(string),
  url: omittable(string),
}));
export interface SkillToolDependency extends Out<typeof SkillToolDependency> {}

export const SkillsChangedNotification = struct("SkillsChangedNotification", () => ({}));
export interface SkillsChangedNotification extends Out<typeof SkillsChangedNotification> {}

export const SkillsConfigWriteParams = struct("SkillsConfigWriteParams", () => ({
  path: optional(AbsolutePathBuf),
  name: optional(string),
  enabled: boolean,
}));
export interface SkillsConfigWriteParams extends Out<typeof SkillsConfigWriteParams> {}

export const SkillsConfigWriteResponse = struct("SkillsConfigWriteResponse", () => ({ effectiveEnabled: boolean }));
export interface SkillsConfigWriteResponse extends Out<typeof SkillsConfigWriteResponse> {}

export const SkillsListEntry = struct("SkillsListEntry", () => ({
  cwd: string,
  skills: array(SkillMetadata),
  errors: array(SkillErrorInfo),
}));
export interface SkillsListEntry extends Out<typeof SkillsListEntry> {}

export const SkillsListExtraRootsForCwd = struct("SkillsListExtraRootsForCwd", () => ({
  cwd: anyPath,
  extraUserRoots: array(anyPath),
}));
export interface SkillsListExtraRootsForCwd extends Out<typeof SkillsListExtraRootsForCwd> {}

export const SkillsListParams = struct("SkillsListParams", () => ({
  cwds: skipDefault(array(anyPath), []),
  forceReload: skipDefault(boolean, false),
  perCwdExtraUserRoots: optionalInLists(array(SkillsListExtraRootsForCwd)),
}));
export interface SkillsListParams extends Out<typeof SkillsListParams> {}

export const SkillsListResponse = struct("SkillsListResponse", () => ({ data: array(SkillsListEntry) }));
export interface SkillsListResponse extends Out<typeof SkillsListResponse> {}
