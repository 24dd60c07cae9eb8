import { ModeKind, ReasoningEffort } from "../shared/settings.ts";
import {
  array,
  boolean,
  nullable,
  optional,
  type Out,
  record,
  string,
  stringEnum,
  struct,
  uint32,
} from "../wire/index.ts";

export const CollaborationModeListParams = struct("CollaborationModeListParams", () => ({}));
export interface CollaborationModeListParams extends Out<typeof CollaborationModeListParams> {}

export const CollaborationModeListResponse = struct("CollaborationModeListResponse", () => ({
  data: array(CollaborationModeMask),
}));
export interface CollaborationModeListResponse extends Out<typeof CollaborationModeListResponse> {}

export const CollaborationModeMask = struct("CollaborationModeMask", () => ({
  name: string,
  mode: nullable(ModeKind),
  model: nullable(string),
  reasoning_effort: nullable(ReasoningEffort),
}));
export interface CollaborationModeMask extends Out<typeof CollaborationModeMask> {}

export const ExperimentalFeature = struct("ExperimentalFeature", () => ({
  name: string,
  stage: ExperimentalFeatureStage,
  displayName: nullable(string),
  description: nullable(string),
  announcement: nullable(string),
  enabled: boolean,
  defaultEnabled: boolean,
}));
export interface ExperimentalFeature extends Out<typeof ExperimentalFeature> {}

export const ExperimentalFeatureEnablementSetParams = struct("ExperimentalFeatureEnablementSetParams", () => ({
  enablement: record(boolean),
}));
export interface ExperimentalFeatureEnablementSetParams extends Out<typeof ExperimentalFeatureEnablementSetParams> {}

export const ExperimentalFeatureEnablementSetResponse = struct("ExperimentalFeatureEnablementSetResponse", () => ({
  enablement: record(boolean),
}));
export interface ExperimentalFeatureEnablementSetResponse
  extends Out<typeof ExperimentalFeatureEnablementSetResponse> {}

export const ExperimentalFeatureListParams = struct("ExperimentalFeatureListParams", () => ({
  cursor: optional(string),
  limit: optional(uint32),
}));
export interface ExperimentalFeatureListParams extends Out<typeof ExperimentalFeatureListParams> {}

export const ExperimentalFeatureListResponse = struct("ExperimentalFeatureListResponse", () => ({
  data: array(ExperimentalFeature),
  nextCursor: nullable(string),
}));
export interface ExperimentalFeatureListResponse extends Out<typeof ExperimentalFeatureListResponse> {}

export const ExperimentalFeatureStage = stringEnum("ExperimentalFeatureStage", [
  "beta",
  "underDevelopment",
  "stable",
  "deprecated",
  "removed",
]);
export type ExperimentalFeatureStage = Out<typeof ExperimentalFeatureStage>;

export const MockExperimentalMethodParams = struct("MockExperimentalMethodParams", () => ({ value: optional(string) }));
export interface MockExperimentalMethodParams extends Out<typeof MockExperimentalMethodParams> {}

export const MockExperimentalMethodResponse = struct("MockExperimentalMethodResponse", () => ({
  echoed: nullable(string),
}));
export interface MockExperimentalMethodResponse extends Out<typeof MockExperimentalMethodResponse> {}
