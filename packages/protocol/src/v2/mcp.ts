import { Resource, ResourceContent, ResourceTemplate, Tool } from "../shared/mcp.ts";
import {
  array,
  bigInt64,
  boolean,
  JsonValue,
  nullable,
  omittable,
  optional,
  optionalInLists,
  type Out,
  record,
  string,
  stringEnum,
  struct,
  uint32,
} from "../wire/index.ts";

export const ListMcpServerStatusParams = struct("ListMcpServerStatusParams", () => ({
  cursor: optional(string),
  limit: optional(uint32),
  detail: optional(McpServerStatusDetail),
}));
export interface ListMcpServerStatusParams extends Out<typeof ListMcpServerStatusParams> {}

export const ListMcpServerStatusResponse = struct("ListMcpServerStatusResponse", () => ({
  data: array(McpServerStatus),
  nextCursor: nullable(string),
}));
export interface ListMcpServerStatusResponse extends Out<typeof ListMcpServerStatusResponse> {}

export const McpAuthStatus = stringEnum("McpAuthStatus", ["unsupported", "notLoggedIn", "bearerToken", "oAuth"]);
export type McpAuthStatus = Out<typeof McpAuthStatus>;

export const McpResourceReadParams = struct("McpResourceReadParams", () => ({
  threadId: optional(string),
  server: string,
  uri: string,
}));
export interface McpResourceReadParams extends Out<typeof McpResourceReadParams> {}

export const McpResourceReadResponse = struct("McpResourceReadResponse", () => ({ contents: array(ResourceContent) }));
export interface McpResourceReadResponse extends Out<typeof McpResourceReadResponse> {}

export const McpServerOauthLoginCompletedNotification = struct("McpServerOauthLoginCompletedNotification", () => ({
  name: string,
  success: boolean,
  error: omittable(string),
}));
export interface McpServerOauthLoginCompletedNotification
  extends Out<typeof McpServerOauthLoginCompletedNotification> {}

export const McpServerOauthLoginParams = struct("McpServerOauthLoginParams", () => ({
  name: string,
  scopes: optionalInLists(array(string)),
  timeoutSecs: optionalInLists(bigInt64),
}));
export interface McpServerOauthLoginParams extends Out<typeof McpServerOauthLoginParams> {}

export const McpServerOauthLoginResponse = struct("McpServerOauthLoginResponse", () => ({ authorizationUrl: string }));
export interface McpServerOauthLoginResponse extends Out<typeof McpServerOauthLoginResponse> {}

export const McpServerRefreshResponse = struct("McpServerRefreshResponse", () => ({}));
export interface McpServerRefreshResponse extends Out<typeof McpServerRefreshResponse> {}

export const McpServerStartupState = stringEnum("McpServerStartupState", ["starting", "ready", "failed", "cancelled"]);
export type McpServerStartupState = Out<typeof McpServerStartupState>;

export const McpServerStatus = struct("McpServerStatus", () => ({
  name: string,
  tools: record(Tool),
  resources: array(Resource),
  resourceTemplates: array(ResourceTemplate),
  authStatus: McpAuthStatus,
}));
export interface McpServerStatus extends Out<typeof McpServerStatus> {}

export const McpServerStatusDetail = stringEnum("McpServerStatusDetail", ["full", "toolsAndAuthOnly"]);
export type McpServerStatusDetail = Out<typeof McpServerStatusDetail>;

export const McpServerStatusUpdatedNotification = struct("McpServerStatusUpdatedNotification", () => ({
  name: string,
  status: McpServerStartupState,
  error: nullable(string),
}));
export interface McpServerStatusUpdatedNotification extends Out<typeof McpServerStatusUpdatedNotification> {}

export const McpServerToolCallParams = struct("McpServerToolCallParams", () => ({
  threadId: string,
  server: string,
  tool: string,
  arguments: omittable(JsonValue),
  _meta: omittable(JsonValue),
}));
export interface McpServerToolCallParams extends Out<typeof McpServerToolCallParams> {}

export const McpServerToolCallResponse = struct("McpServerToolCallResponse", () => ({
  content: array(JsonValue),
  structuredContent: omittable(JsonValue),
  isError: omittable(boolean),
  _meta: omittable(JsonValue),
}));
export interface McpServerToolCallResponse extends Out<typeof McpServerToolCallResponse> {}

export const McpToolCallError = struct("McpToolCallError", () => ({ message: string }));
export interface McpToolCallError extends Out<typeof McpToolCallError> {}

export const McpToolCallProgressNotification = struct("McpToolCallProgressNotification", () => ({
  threadId: string,
  turnId: string,
  itemId: string,
  message: string,
}));
export interface McpToolCallProgressNotification extends Out<typeof McpToolCallProgressNotification> {}

export const McpToolCallResult = struct("McpToolCallResult", () => ({
  content: array(JsonValue),
  structuredContent: nullable(JsonValue),
  _meta: nullable(JsonValue),
}));
export interface McpToolCallResult extends Out<typeof McpToolCallResult> {}

export const McpToolCallStatus = stringEnum("McpToolCallStatus", ["inProgress", "completed", "failed"]);
export type McpToolCallStatus = Out<typeof McpToolCallStatus>;
