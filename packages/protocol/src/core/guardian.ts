import { NetworkApprovalProtocol, RequestPermissionProfile } from "./permissions.ts";
import { AbsolutePathBuf } from "../shared/ids.ts";
import { array, omittable, string, stringEnum, tagged, type Out, uint16 } from "../wire/index.ts";

export const GuardianAssessmentAction = tagged("GuardianAssessmentAction", "type", () => ({
  command: { command: string, cwd: AbsolutePathBuf, source: GuardianCommandSource },
  execve: { argv: array(string), cwd: AbsolutePathBuf, program: string, source: GuardianCommandSource },
  apply_patch: { cwd: AbsolutePathBuf, files: array(AbsolutePathBuf) },
  network_access: { host: string, port: uint16, protocol: NetworkApprovalProtocol, target: string },
  mcp_tool_call: {
    connector_id: omittable(string),
    connector_name: omittable(string),
    server: string,
    tool_name: string,
    tool_title: omittable(string),
  },
  request_permissions: { permissions: RequestPermissionProfile, reason: omittable(string) },
}));
export type GuardianAssessmentAction = Out<typeof GuardianAssessmentAction>;

export const GuardianAssessmentDecisionSource = stringEnum("GuardianAssessmentDecisionSource", ["agent"]);
export type GuardianAssessmentDecisionSource = Out<typeof GuardianAssessmentDecisionSource>;

export const GuardianAssessmentStatus = stringEnum("GuardianAssessmentStatus", [
  "in_progress",
  "approved",
  "denied",
  "timed_out",
  "aborted",
]);
export type GuardianAssessmentStatus = Out<typeof GuardianAssessmentStatus>;

export const GuardianCommandSource = stringEnum("GuardianCommandSource", ["shell", "unified_exec"]);
export type GuardianCommandSource = Out<typeof GuardianCommandSource>;
