import {
  ApplyPatchApprovalParams,
  ApplyPatchApprovalResponse,
  ExecCommandApprovalParams,
  ExecCommandApprovalResponse,
} from "../v1/approvals.ts";
import { ChatgptAuthTokensRefreshParams, ChatgptAuthTokensRefreshResponse } from "../v2/account.ts";
import {
  CommandExecutionRequestApprovalParams,
  CommandExecutionRequestApprovalResponse,
  FileChangeRequestApprovalParams,
  FileChangeRequestApprovalResponse,
  PermissionsRequestApprovalParams,
  PermissionsRequestApprovalResponse,
} from "../v2/approvals.ts";
import { DynamicToolCallParams, DynamicToolCallResponse } from "../v2/dynamic-tools.ts";
import { McpServerElicitationRequestParams, McpServerElicitationRequestResponse } from "../v2/elicitation.ts";
import { ToolRequestUserInputParams, ToolRequestUserInputResponse } from "../v2/user-input.ts";
import { request } from "./entries.ts";

/** Every request a server can send. */
export const serverRequests = {
  "item/commandExecution/requestApproval": request(
    CommandExecutionRequestApprovalParams,
    CommandExecutionRequestApprovalResponse,
  ),
  "item/fileChange/requestApproval": request(FileChangeRequestApprovalParams, FileChangeRequestApprovalResponse),
  "item/tool/requestUserInput": request(ToolRequestUserInputParams, ToolRequestUserInputResponse),
  "mcpServer/elicitation/request": request(McpServerElicitationRequestParams, McpServerElicitationRequestResponse),
  "item/permissions/requestApproval": request(PermissionsRequestApprovalParams, PermissionsRequestApprovalResponse),
  "item/tool/call": request(DynamicToolCallParams, DynamicToolCallResponse),
  "account/chatgptAuthTokens/refresh": request(ChatgptAuthTokensRefreshParams, ChatgptAuthTokensRefreshResponse),
  applyPatchApproval: request(ApplyPatchApprovalParams, ApplyPatchApprovalResponse),
  execCommandApproval: request(ExecCommandApprovalParams, ExecCommandApprovalResponse),
} as const;
