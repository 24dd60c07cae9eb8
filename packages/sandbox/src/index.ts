export {
  chooseSandbox,
  type MachineFacts,
  requiresSandbox,
  type SandboxChoice,
  type SandboxChoiceInput,
  type SandboxEngine,
} from "./choose.ts";
export { type DenialInput, isLikelySandboxDenied } from "./denial.ts";
export {
  describeProbe,
  type DoctorCheck,
  type DoctorEngine,
  type DoctorReport,
  formatDoctorReport,
  sandboxWarning,
} from "./doctor.ts";
export { SandboxError, type SandboxErrorCode } from "./errors.ts";
export { type EscalatedCommand } from "./escalation/escalated.ts";
export { type InterceptedExec } from "./escalation/messages.ts";
export {
  type DecideExec,
  type EscalationSession,
  type ExecAction,
  startEscalation,
} from "./escalation/session.ts";
export { ESCALATION_VARIABLES, installWrapper } from "./escalation/wrapper.ts";
export {
  type ExplainedRule,
  explainSandbox,
  formatExplanation,
  type SandboxExplanation,
} from "./explain/explain.ts";
export { explainFailure, formatFailure, type LikelyCause } from "./explain/failure.ts";
export { expandDenyGlobs, type GlobScan, ListingCache } from "./linux/deny-globs.ts";
export {
  type BwrapProbe,
  factsOfProbe,
  machineFacts,
  probeSandbox,
  type ProbeOptions,
  type SandboxProbe,
} from "./linux/probe.ts";
export { type MountStep, type PlanFacts, type PlanInput, planSandbox, type SandboxPlan } from "./linux/plan.ts";
export {
  SANDBOX_EXEC,
  seatbeltArguments,
  type SeatbeltInput,
  type SeatbeltOptions,
  type SeatbeltProfile,
  seatbeltProfile,
} from "./macos/seatbelt.ts";
export { type ResolvedPolicy, resolvePolicy } from "./policy/resolve.ts";
export { type HostOptions, type SandboxContext, wrapCommand, type WrappedCommand } from "./prepare.ts";
export { outputText } from "./process/output-text.ts";
export { spawnSandboxed, type SpawnOptions } from "./process/spawn.ts";
export type { OutputChunk, ProcessExit, SandboxedProcess } from "./process/types.ts";
export { runSandboxed, type RunOptions, type RunResult } from "./run.ts";
export { runSandboxCommand, type SandboxCommandOptions, type SandboxCommandPlatform } from "./sandbox-command.ts";
export {
  decideElevated,
  decideRestrictedToken,
  type ElevatedDecision,
  type WindowsDecision,
  type WindowsDecisionInput,
  windowsPrivateDesktop,
  type WindowsSandboxLevel,
  windowsSandboxLevel,
  type WindowsSettings,
} from "./windows/settings.ts";
