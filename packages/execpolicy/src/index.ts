export { ExecPolicyError, type ExecPolicyErrorCode, type SourceRange } from "./errors.ts";
export { normalizeNetworkHost } from "./rules/host.ts";
export { parsePolicy, type ParseOptions, PolicyParser, type RulesText } from "./rules/parse.ts";
export type { PathStyle, ProgramLookup } from "./rules/paths.ts";
export { type EvaluateOptions, type Evaluation, type Fallback, Policy, type PolicyContents } from "./rules/policy.ts";
export {
  type Decision,
  matchToJson,
  type NetworkProtocol,
  type NetworkRule,
  type PatternToken,
  type PrefixRule,
  type RuleMatch,
} from "./rules/types.ts";
export { type ApprovalInput, approvalRequirement } from "./decide/approval.ts";
export { BANNED_PREFIXES, isBannedPrefix } from "./decide/banned.ts";
export { fallbackDecision, type FallbackInput, type FallbackRow } from "./decide/fallback.ts";
export { EXECUTION_FORBIDDEN, interceptedDecision, type InterceptedDecision } from "./decide/intercepted.ts";
export { approvalPolicyText, type PromptSource, refusedEscalation, refusedPrompt } from "./decide/policy-refusal.ts";
export type {
  ApprovalPolicy,
  ApprovalRequirement,
  CommandHeuristics,
  FileSystemKind,
  GranularFlags,
  SandboxKind,
  SandboxPermissions,
} from "./decide/types.ts";
export { type CheckIo, type CheckOptions, type ProgramResult, runExecpolicyCheck } from "./check.ts";
export {
  amend,
  type Amendment,
  amendmentFile,
  type AmendmentFolders,
  type AmendmentScope,
  type AmendmentTarget,
  amendNetwork,
  amendPrefix,
  type AppendLine,
  networkAmendment,
} from "./amend/amend.ts";
export { type NetworkAmendment, networkRuleLine, prefixRuleLine, textToAppend } from "./amend/lines.ts";
export { allowedPrefixes, renderAllowedPrefixes } from "./amend/rendering.ts";
export {
  compileNetworkRules,
  type DomainPermission,
  type NetworkLists,
  overlayDomains,
} from "./rules/network.ts";
export {
  type RequiredPrefixRule,
  type RequiredRules,
  requirementsPolicy,
  samePrefixRules,
} from "./rules/requirements.ts";
export {
  displayText,
  findRulesFiles,
  type LoadedRules,
  loadRules,
  type LoadRulesInput,
  type RulesFolder,
  type RulesFs,
  type RulesWarning,
} from "./load.ts";
export {
  explainCommand,
  type ExplainedRule,
  type ExplainedSegment,
  type Explanation,
} from "./explain.ts";
export { renderExplanation } from "./explain-text.ts";
