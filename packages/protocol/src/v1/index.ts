export {
  ApplyPatchApprovalParams,
  ApplyPatchApprovalResponse,
  ExecCommandApprovalParams,
  ExecCommandApprovalResponse,
} from "./approvals.ts";
export {
  ConversationGitInfo,
  ConversationSummary,
  GetAuthStatusParams,
  GetAuthStatusResponse,
  GetConversationSummaryParams,
  GetConversationSummaryResponse,
  GitDiffToRemoteParams,
  GitDiffToRemoteResponse,
  GitSha,
} from "./conversations.ts";
export { ClientInfo, InitializeCapabilities, InitializeParams, InitializeResponse } from "./initialize.ts";
