import { TurnAbortReason } from "../core/event-parts.ts";
import { SandboxPolicy } from "../core/permissions.ts";
import { AbsolutePathBuf } from "../shared/ids.ts";
import { ForcedLoginMethod, ReasoningEffort, ReasoningSummary, Verbosity } from "../shared/settings.ts";
import { AskForApproval, SandboxMode } from "../v2/policies.ts";
import {
  array,
  boolean,
  int32,
  nullable,
  type Out,
  record,
  string,
  struct,
  uint64,
  withDefault,
} from "../wire/index.ts";

// Login, saved settings and one-off commands of the older API; no method serves these types any more.

export const LoginApiKeyParams = struct("LoginApiKeyParams", () => ({ apiKey: string }));
export interface LoginApiKeyParams extends Out<typeof LoginApiKeyParams> {}

export const LoginApiKeyResponse = struct("LoginApiKeyResponse", () => ({}));
export interface LoginApiKeyResponse extends Out<typeof LoginApiKeyResponse> {}

export const LoginChatGptResponse = struct("LoginChatGptResponse", () => ({ loginId: string, authUrl: string }));
export interface LoginChatGptResponse extends Out<typeof LoginChatGptResponse> {}

export const CancelLoginChatGptParams = struct("CancelLoginChatGptParams", () => ({ loginId: string }));
export interface CancelLoginChatGptParams extends Out<typeof CancelLoginChatGptParams> {}

export const CancelLoginChatGptResponse = struct("CancelLoginChatGptResponse", () => ({}));
export interface CancelLoginChatGptResponse extends Out<typeof CancelLoginChatGptResponse> {}

export const LogoutChatGptParams = struct("LogoutChatGptParams", () => ({}));
export interface LogoutChatGptParams extends Out<typeof LogoutChatGptParams> {}

export const LogoutChatGptResponse = struct("LogoutChatGptResponse", () => ({}));
export interface LogoutChatGptResponse extends Out<typeof LogoutChatGptResponse> {}

/** A command outside of any conversation; `timeoutMs` in milliseconds. */
export const ExecOneOffCommandParams = struct("ExecOneOffCommandParams", () => ({
  command: array(string),
  timeoutMs: nullable(uint64),
  cwd: nullable(string),
  sandboxPolicy: nullable(SandboxPolicy),
}));
export interface ExecOneOffCommandParams extends Out<typeof ExecOneOffCommandParams> {}

export const ExecOneOffCommandResponse = struct("ExecOneOffCommandResponse", () => ({
  exitCode: int32,
  stdout: string,
  stderr: string,
}));
export interface ExecOneOffCommandResponse extends Out<typeof ExecOneOffCommandResponse> {}

export const GetUserAgentResponse = struct("GetUserAgentResponse", () => ({ userAgent: string }));
export interface GetUserAgentResponse extends Out<typeof GetUserAgentResponse> {}

export const UserInfoResponse = struct("UserInfoResponse", () => ({ allegedUserEmail: nullable(string) }));
export interface UserInfoResponse extends Out<typeof UserInfoResponse> {}

export const Profile = struct("Profile", () => ({
  model: nullable(string),
  modelProvider: nullable(string),
  approvalPolicy: nullable(AskForApproval),
  modelReasoningEffort: nullable(ReasoningEffort),
  modelReasoningSummary: nullable(ReasoningSummary),
  modelVerbosity: nullable(Verbosity),
  chatgptBaseUrl: nullable(string),
}));
export interface Profile extends Out<typeof Profile> {}

export const Tools = struct("Tools", () => ({ webSearch: nullable(boolean), viewImage: nullable(boolean) }));
export interface Tools extends Out<typeof Tools> {}

export const SandboxSettings = struct("SandboxSettings", () => ({
  writableRoots: withDefault(array(AbsolutePathBuf), []),
  networkAccess: nullable(boolean),
  excludeTmpdirEnvVar: nullable(boolean),
  excludeSlashTmp: nullable(boolean),
}));
export interface SandboxSettings extends Out<typeof SandboxSettings> {}

export const UserSavedConfig = struct("UserSavedConfig", () => ({
  approvalPolicy: nullable(AskForApproval),
  sandboxMode: nullable(SandboxMode),
  sandboxSettings: nullable(SandboxSettings),
  forcedChatgptWorkspaceId: nullable(string),
  forcedLoginMethod: nullable(ForcedLoginMethod),
  model: nullable(string),
  modelReasoningEffort: nullable(ReasoningEffort),
  modelReasoningSummary: nullable(ReasoningSummary),
  modelVerbosity: nullable(Verbosity),
  tools: nullable(Tools),
  profile: nullable(string),
  profiles: record(Profile),
}));
export interface UserSavedConfig extends Out<typeof UserSavedConfig> {}

export const GetUserSavedConfigResponse = struct("GetUserSavedConfigResponse", () => ({ config: UserSavedConfig }));
export interface GetUserSavedConfigResponse extends Out<typeof GetUserSavedConfigResponse> {}

export const SetDefaultModelParams = struct("SetDefaultModelParams", () => ({
  model: nullable(string),
  reasoningEffort: nullable(ReasoningEffort),
}));
export interface SetDefaultModelParams extends Out<typeof SetDefaultModelParams> {}

export const SetDefaultModelResponse = struct("SetDefaultModelResponse", () => ({}));
export interface SetDefaultModelResponse extends Out<typeof SetDefaultModelResponse> {}

export const InterruptConversationResponse = struct("InterruptConversationResponse", () => ({
  abortReason: TurnAbortReason,
}));
export interface InterruptConversationResponse extends Out<typeof InterruptConversationResponse> {}
