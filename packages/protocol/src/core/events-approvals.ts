import { FileChange, ParsedCommand } from "./commands.ts";
import { NetworkPolicyAmendment, ReviewDecision } from "./decisions.ts";
import { RequestUserInputQuestion } from "./event-parts.ts";
import { GuardianAssessmentAction, GuardianAssessmentDecisionSource, GuardianAssessmentStatus } from "./guardian.ts";
import { ElicitationRequest } from "./mcp.ts";
import { AdditionalPermissionProfile, NetworkApprovalContext, RequestPermissionProfile } from "./permissions.ts";
import { AbsolutePathBuf, RequestId } from "../shared/ids.ts";
import { GuardianRiskLevel, GuardianUserAuthorization } from "../v2/guardian.ts";
import { array, omittable, record, string, withDefault } from "../wire/index.ts";

/** @internal Fields of the event about an automatic review. */
export const guardianAssessmentFields = () => ({
  id: string,
  target_item_id: omittable(string),
  turn_id: withDefault(string, ""),
  status: GuardianAssessmentStatus,
  risk_level: omittable(GuardianRiskLevel),
  user_authorization: omittable(GuardianUserAuthorization),
  rationale: omittable(string),
  decision_source: omittable(GuardianAssessmentDecisionSource),
  action: GuardianAssessmentAction,
});

/** @internal Variants of `EventMsg`. */
export const approvalsEvents = () => ({
  exec_approval_request: {
    additional_permissions: omittable(AdditionalPermissionProfile),
    approval_id: omittable(string),
    available_decisions: omittable(array(ReviewDecision)),
    call_id: string,
    command: array(string),
    cwd: AbsolutePathBuf,
    network_approval_context: omittable(NetworkApprovalContext),
    parsed_cmd: array(ParsedCommand),
    proposed_execpolicy_amendment: omittable(array(string)),
    proposed_network_policy_amendments: omittable(array(NetworkPolicyAmendment)),
    reason: omittable(string),
    turn_id: withDefault(string, ""),
  },
  request_permissions: {
    call_id: string,
    cwd: omittable(AbsolutePathBuf),
    permissions: RequestPermissionProfile,
    reason: omittable(string),
    turn_id: withDefault(string, ""),
  },
  request_user_input: { call_id: string, questions: array(RequestUserInputQuestion), turn_id: withDefault(string, "") },
  elicitation_request: { id: RequestId, request: ElicitationRequest, server_name: string, turn_id: omittable(string) },
  apply_patch_approval_request: {
    call_id: string,
    changes: record(FileChange),
    grant_root: omittable(string),
    reason: omittable(string),
    turn_id: withDefault(string, ""),
  },
  guardian_assessment: guardianAssessmentFields(),
});
