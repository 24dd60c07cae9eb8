import { SessionSource } from "../core/session-source.ts";
import { ThreadId } from "../shared/ids.ts";
import { AuthMode } from "../shared/settings.ts";
import { anyPath, boolean, newtype, nullable, type Out, string, struct, untagged } from "../wire/index.ts";

export const ConversationGitInfo = struct("ConversationGitInfo", () => ({
  sha: nullable(string),
  branch: nullable(string),
  origin_url: nullable(string),
}));
export interface ConversationGitInfo extends Out<typeof ConversationGitInfo> {}

export const ConversationSummary = struct("ConversationSummary", () => ({
  conversationId: ThreadId,
  path: string,
  preview: string,
  timestamp: nullable(string),
  updatedAt: nullable(string),
  modelProvider: string,
  cwd: string,
  cliVersion: string,
  source: SessionSource,
  gitInfo: nullable(ConversationGitInfo),
}));
export interface ConversationSummary extends Out<typeof ConversationSummary> {}

export const GetAuthStatusParams = struct("GetAuthStatusParams", () => ({
  includeToken: nullable(boolean),
  refreshToken: nullable(boolean),
}));
export interface GetAuthStatusParams extends Out<typeof GetAuthStatusParams> {}

export const GetAuthStatusResponse = struct("GetAuthStatusResponse", () => ({
  authMethod: nullable(AuthMode),
  authToken: nullable(string),
  requiresOpenaiAuth: nullable(boolean),
}));
export interface GetAuthStatusResponse extends Out<typeof GetAuthStatusResponse> {}

export const GetConversationSummaryParams = untagged("GetConversationSummaryParams", () => [
  struct("GetConversationSummaryParams.RolloutPath", () => ({ rolloutPath: string })),
  struct("GetConversationSummaryParams.ThreadId", () => ({ conversationId: ThreadId })),
]);
export type GetConversationSummaryParams = Out<typeof GetConversationSummaryParams>;

export const GetConversationSummaryResponse = struct("GetConversationSummaryResponse", () => ({
  summary: ConversationSummary,
}));
export interface GetConversationSummaryResponse extends Out<typeof GetConversationSummaryResponse> {}

export const GitDiffToRemoteParams = struct("GitDiffToRemoteParams", () => ({ cwd: anyPath }));
export interface GitDiffToRemoteParams extends Out<typeof GitDiffToRemoteParams> {}

export const GitDiffToRemoteResponse = struct("GitDiffToRemoteResponse", () => ({ sha: GitSha, diff: string }));
export interface GitDiffToRemoteResponse extends Out<typeof GitDiffToRemoteResponse> {}

export const GitSha = newtype("GitSha", () => string);
export type GitSha = Out<typeof GitSha>;
