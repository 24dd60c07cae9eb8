import { ResponseItem } from "../models/response-item.ts";
import {
  array,
  boolean,
  closed,
  omittable,
  string,
  stringEnum,
  struct,
  type Out,
  uint32,
  uint64,
  withDefault,
} from "../wire/index.ts";

export const CompactedItem = struct("CompactedItem", () => ({
  message: string,
  replacement_history: omittable(array(ResponseItem)),
}));
export interface CompactedItem extends Out<typeof CompactedItem> {}

export const Duration = struct("Duration", () => ({ nanos: uint32, secs: uint64 }));
export interface Duration extends Out<typeof Duration> {}

export const HistoryEntry = struct("HistoryEntry", () => ({ conversation_id: string, text: string, ts: uint64 }));
export interface HistoryEntry extends Out<typeof HistoryEntry> {}

export const ModelRerouteReason = stringEnum("ModelRerouteReason", ["high_risk_cyber_activity"]);
export type ModelRerouteReason = Out<typeof ModelRerouteReason>;

export const ModelVerification = stringEnum("ModelVerification", ["trusted_access_for_cyber"]);
export type ModelVerification = Out<typeof ModelVerification>;

export const PlanItemArg = closed("PlanItemArg", () => ({ status: StepStatus, step: string }));
export interface PlanItemArg extends Out<typeof PlanItemArg> {}

export const RequestUserInputQuestion = struct("RequestUserInputQuestion", () => ({
  header: string,
  id: string,
  isOther: withDefault(boolean, false),
  isSecret: withDefault(boolean, false),
  options: omittable(array(RequestUserInputQuestionOption)),
  question: string,
}));
export interface RequestUserInputQuestion extends Out<typeof RequestUserInputQuestion> {}

export const RequestUserInputQuestionOption = struct("RequestUserInputQuestionOption", () => ({
  description: string,
  label: string,
}));
export interface RequestUserInputQuestionOption extends Out<typeof RequestUserInputQuestionOption> {}

export const SessionNetworkProxyRuntime = struct("SessionNetworkProxyRuntime", () => ({
  http_addr: string,
  socks_addr: string,
}));
export interface SessionNetworkProxyRuntime extends Out<typeof SessionNetworkProxyRuntime> {}

export const StepStatus = stringEnum("StepStatus", ["pending", "in_progress", "completed"]);
export type StepStatus = Out<typeof StepStatus>;

export const TurnAbortReason = stringEnum("TurnAbortReason", ["interrupted", "replaced", "review_ended"]);
export type TurnAbortReason = Out<typeof TurnAbortReason>;
