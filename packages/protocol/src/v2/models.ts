import { InputModality, ReasoningEffort } from "../shared/settings.ts";
import {
  array,
  boolean,
  nullable,
  optional,
  type Out,
  string,
  stringEnum,
  struct,
  uint32,
  withDefault,
} from "../wire/index.ts";

export const Model = struct("Model", () => ({
  id: string,
  model: string,
  upgrade: nullable(string),
  upgradeInfo: nullable(ModelUpgradeInfo),
  availabilityNux: nullable(ModelAvailabilityNux),
  displayName: string,
  description: string,
  hidden: boolean,
  supportedReasoningEfforts: array(ReasoningEffortOption),
  defaultReasoningEffort: ReasoningEffort,
  inputModalities: withDefault(array(InputModality), ["text", "image"]),
  supportsPersonality: withDefault(boolean, false),
  additionalSpeedTiers: withDefault(array(string), []),
  isDefault: boolean,
}));
export interface Model extends Out<typeof Model> {}

export const ModelAvailabilityNux = struct("ModelAvailabilityNux", () => ({ message: string }));
export interface ModelAvailabilityNux extends Out<typeof ModelAvailabilityNux> {}

export const ModelListParams = struct("ModelListParams", () => ({
  cursor: optional(string),
  limit: optional(uint32),
  includeHidden: optional(boolean),
}));
export interface ModelListParams extends Out<typeof ModelListParams> {}

export const ModelListResponse = struct("ModelListResponse", () => ({
  data: array(Model),
  nextCursor: nullable(string),
}));
export interface ModelListResponse extends Out<typeof ModelListResponse> {}

export const ModelRerouteReason = stringEnum("ModelRerouteReason", ["highRiskCyberActivity"]);
export type ModelRerouteReason = Out<typeof ModelRerouteReason>;

export const ModelReroutedNotification = struct("ModelReroutedNotification", () => ({
  threadId: string,
  turnId: string,
  fromModel: string,
  toModel: string,
  reason: ModelRerouteReason,
}));
export interface ModelReroutedNotification extends Out<typeof ModelReroutedNotification> {}

export const ModelUpgradeInfo = struct("ModelUpgradeInfo", () => ({
  model: string,
  upgradeCopy: nullable(string),
  modelLink: nullable(string),
  migrationMarkdown: nullable(string),
}));
export interface ModelUpgradeInfo extends Out<typeof ModelUpgradeInfo> {}

export const ModelVerification = stringEnum("ModelVerification", ["trustedAccessForCyber"]);
export type ModelVerification = Out<typeof ModelVerification>;

export const ModelVerificationNotification = struct("ModelVerificationNotification", () => ({
  threadId: string,
  turnId: string,
  verifications: array(ModelVerification),
}));
export interface ModelVerificationNotification extends Out<typeof ModelVerificationNotification> {}

export const ReasoningEffortOption = struct("ReasoningEffortOption", () => ({
  reasoningEffort: ReasoningEffort,
  description: string,
}));
export interface ReasoningEffortOption extends Out<typeof ReasoningEffortOption> {}
