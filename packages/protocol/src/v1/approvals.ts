import { FileChange, ParsedCommand } from "../core/commands.ts";
import { ReviewDecision } from "../core/decisions.ts";
import { ThreadId } from "../shared/ids.ts";
import { array, nullable, type Out, record, string, struct } from "../wire/index.ts";

export const ApplyPatchApprovalParams = struct("ApplyPatchApprovalParams", () => ({
  conversationId: ThreadId,
  callId: string,
  fileChanges: record(FileChange),
  reason: nullable(string),
  grantRoot: nullable(string),
}));
export interface ApplyPatchApprovalParams extends Out<typeof ApplyPatchApprovalParams> {}

export const ApplyPatchApprovalResponse = struct("ApplyPatchApprovalResponse", () => ({ decision: ReviewDecision }));
export interface ApplyPatchApprovalResponse extends Out<typeof ApplyPatchApprovalResponse> {}

export const ExecCommandApprovalParams = struct("ExecCommandApprovalParams", () => ({
  conversationId: ThreadId,
  callId: string,
  approvalId: nullable(string),
  command: array(string),
  cwd: string,
  reason: nullable(string),
  parsedCmd: array(ParsedCommand),
}));
export interface ExecCommandApprovalParams extends Out<typeof ExecCommandApprovalParams> {}

export const ExecCommandApprovalResponse = struct("ExecCommandApprovalResponse", () => ({ decision: ReviewDecision }));
export interface ExecCommandApprovalResponse extends Out<typeof ExecCommandApprovalResponse> {}
