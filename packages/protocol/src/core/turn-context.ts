import { FileSystemSandboxPolicy, PermissionProfile, SandboxPolicy } from "./permissions.ts";
import { CollaborationMode, Personality, ReasoningEffort, ReasoningSummary } from "../shared/settings.ts";
import { AskForApproval } from "../v2/policies.ts";
import { JsonValue, array, boolean, omittable, string, struct, tagged, type Out, usize } from "../wire/index.ts";

export const TruncationPolicy = tagged("TruncationPolicy", "mode", () => ({
  bytes: { limit: usize },
  tokens: { limit: usize },
}));
export type TruncationPolicy = Out<typeof TruncationPolicy>;

export const TurnContextItem = struct("TurnContextItem", () => ({
  approval_policy: AskForApproval,
  collaboration_mode: omittable(CollaborationMode),
  current_date: omittable(string),
  cwd: string,
  developer_instructions: omittable(string),
  effort: omittable(ReasoningEffort),
  file_system_sandbox_policy: omittable(FileSystemSandboxPolicy),
  final_output_json_schema: omittable(JsonValue),
  model: string,
  network: omittable(TurnContextNetworkItem),
  permission_profile: omittable(PermissionProfile),
  personality: omittable(Personality),
  realtime_active: omittable(boolean),
  sandbox_policy: SandboxPolicy,
  summary: ReasoningSummary,
  timezone: omittable(string),
  trace_id: omittable(string),
  truncation_policy: omittable(TruncationPolicy),
  turn_id: omittable(string),
  user_instructions: omittable(string),
}));
export interface TurnContextItem extends Out<typeof TurnContextItem> {}

export const TurnContextNetworkItem = struct("TurnContextNetworkItem", () => ({
  allowed_domains: array(string),
  denied_domains: array(string),
}));
export interface TurnContextNetworkItem extends Out<typeof TurnContextNetworkItem> {}
