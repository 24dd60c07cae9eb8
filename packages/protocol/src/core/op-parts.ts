import { guardianAssessmentFields } from "./events-approvals.ts";
import { RequestPermissionProfile } from "./permissions.ts";
import { AbsolutePathBuf, AgentPath } from "../shared/ids.ts";
import { DynamicToolCallOutputContentItem } from "../v2/dynamic-tools.ts";
import { ReviewTarget } from "../v2/review.ts";
import {
  array,
  boolean,
  JsonValue,
  omittable,
  type Out,
  record,
  skipDefault,
  string,
  stringEnum,
  struct,
  tagged,
  withDefault,
} from "../wire/index.ts";

/** A place where a turn may run commands. */
export const TurnEnvironment = struct("TurnEnvironment", () => ({ environment_id: string, cwd: AbsolutePathBuf }));
export interface TurnEnvironment extends Out<typeof TurnEnvironment> {}

export const ConversationStartTransport = tagged("ConversationStartTransport", "type", () => ({
  websocket: {},
  webrtc: { sdp: string },
}));
export type ConversationStartTransport = Out<typeof ConversationStartTransport>;

/** What one agent tells another. */
export const InterAgentCommunication = struct("InterAgentCommunication", () => ({
  author: AgentPath,
  recipient: AgentPath,
  other_recipients: withDefault(array(AgentPath), []),
  content: string,
  trigger_turn: boolean,
}));
export interface InterAgentCommunication extends Out<typeof InterAgentCommunication> {}

export const ElicitationAction = stringEnum("ElicitationAction", ["accept", "decline", "cancel"]);
export type ElicitationAction = Out<typeof ElicitationAction>;

export const RequestUserInputAnswer = struct("RequestUserInputAnswer", () => ({ answers: array(string) }));
export interface RequestUserInputAnswer extends Out<typeof RequestUserInputAnswer> {}

/** The answers by the ids of the questions. */
export const RequestUserInputResponse = struct("RequestUserInputResponse", () => ({
  answers: record(RequestUserInputAnswer),
}));
export interface RequestUserInputResponse extends Out<typeof RequestUserInputResponse> {}

export const PermissionGrantScope = stringEnum("PermissionGrantScope", ["turn", "session"]);
export type PermissionGrantScope = Out<typeof PermissionGrantScope>;

export const RequestPermissionsResponse = struct("RequestPermissionsResponse", () => ({
  permissions: RequestPermissionProfile,
  scope: withDefault(PermissionGrantScope, "turn"),
  strict_auto_review: skipDefault(boolean, false),
}));
export interface RequestPermissionsResponse extends Out<typeof RequestPermissionsResponse> {}

export const DynamicToolResponse = struct("DynamicToolResponse", () => ({
  content_items: array(DynamicToolCallOutputContentItem),
  success: boolean,
}));
export interface DynamicToolResponse extends Out<typeof DynamicToolResponse> {}

export const McpServerRefreshConfig = struct("McpServerRefreshConfig", () => ({
  mcp_servers: JsonValue,
  mcp_oauth_credentials_store_mode: JsonValue,
}));
export interface McpServerRefreshConfig extends Out<typeof McpServerRefreshConfig> {}

export const ReviewRequest = struct("ReviewRequest", () => ({
  target: ReviewTarget,
  user_facing_hint: omittable(string),
}));
export interface ReviewRequest extends Out<typeof ReviewRequest> {}

/** An automatic review, as the event of this name tells of it. */
export const GuardianAssessmentEvent = struct("GuardianAssessmentEvent", guardianAssessmentFields);
export interface GuardianAssessmentEvent extends Out<typeof GuardianAssessmentEvent> {}
