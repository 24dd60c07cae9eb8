import {
  JsonValue,
  array,
  boolean,
  external,
  nullable,
  omittable,
  string,
  stringEnum,
  struct,
  tagged,
  type Out,
} from "../wire/index.ts";

export const CallToolResult = struct("CallToolResult", () => ({
  _meta: omittable(JsonValue),
  content: array(JsonValue),
  isError: omittable(boolean),
  structuredContent: omittable(JsonValue),
}));
export interface CallToolResult extends Out<typeof CallToolResult> {}

export const ElicitationRequest = tagged("ElicitationRequest", "mode", () => ({
  form: { _meta: omittable(JsonValue), message: string, requested_schema: JsonValue },
  url: { _meta: omittable(JsonValue), elicitation_id: string, message: string, url: string },
}));
export type ElicitationRequest = Out<typeof ElicitationRequest>;

export const McpAuthStatus = stringEnum("McpAuthStatus", ["unsupported", "not_logged_in", "bearer_token", "o_auth"]);
export type McpAuthStatus = Out<typeof McpAuthStatus>;

export const McpInvocation = struct("McpInvocation", () => ({
  arguments: nullable(JsonValue),
  server: string,
  tool: string,
}));
export interface McpInvocation extends Out<typeof McpInvocation> {}

export const McpStartupFailure = struct("McpStartupFailure", () => ({ error: string, server: string }));
export interface McpStartupFailure extends Out<typeof McpStartupFailure> {}

export const McpStartupStatus = tagged("McpStartupStatus", "state", () => ({
  starting: {},
  ready: {},
  failed: { error: string },
  cancelled: {},
}));
export type McpStartupStatus = Out<typeof McpStartupStatus>;

export const McpToolCallOutcome = external("McpToolCallOutcome", () => ({ Ok: CallToolResult, Err: string }));
export type McpToolCallOutcome = Out<typeof McpToolCallOutcome>;
