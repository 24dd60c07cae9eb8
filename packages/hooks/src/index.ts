export {
  asyncHandler,
  type AsyncHandler,
  type AsyncHandlerContext,
  type AsyncHandlerOptions,
  type HookInputs,
  type HookOutputs,
} from "./async-handler.ts";
export { discoverHooks, type DiscoveredHooks, type DiscoverHooksOptions } from "./config/discover.ts";
export { type HooksFs, MAX_HOOKS_FILE_BYTES, nodeHooksFs } from "./config/hooks-fs.ts";
export type { HookLayer, HookLayerName, ManagedHookRequirement, ManagedHookSource } from "./config/layers.ts";
export {
  HookShapeError,
  parseHookEvents,
  parseHooksFile,
  type WrittenGroup,
  type WrittenHandler,
  type WrittenHooks,
} from "./config/parse.ts";
export {
  type EventOf,
  handlerInput,
  type HookContext,
  type HookEvent,
  matchInputs,
  type PermissionRequestEvent,
  type PostToolUseEvent,
  type PreToolUseEvent,
  type SessionStartEvent,
  type StopEvent,
  type UserPromptSubmitEvent,
} from "./events/event.ts";
export type { HandlerResult, Judgement } from "./events/judgement.ts";
export { EVENT_WORDS, HOOK_EVENTS, type HookEventName, isHookEventName } from "./events/names.ts";
export {
  aggregatePermissionRequest,
  judgePermissionRequest,
  type PermissionDecision,
  type PermissionRequestOutcome,
} from "./events/permission-request.ts";
export {
  aggregatePostToolUse,
  judgePostToolUse,
  type PostToolUseEffect,
  type PostToolUseOutcome,
} from "./events/post-tool-use.ts";
export {
  aggregatePreToolUse,
  judgePreToolUse,
  type PreToolUseEffect,
  type PreToolUseOutcome,
} from "./events/pre-tool-use.ts";
export type { ReplacementRule } from "./events/replacement.ts";
export {
  aggregateSessionStart,
  judgeSessionStart,
  type SessionStartEffect,
  type SessionStartOutcome,
} from "./events/session-start.ts";
export {
  aggregateStop,
  type HookPromptFragment,
  judgeStop,
  type StopEffect,
  type StopOutcome,
} from "./events/stop.ts";
export {
  aggregateUserPromptSubmit,
  judgeUserPromptSubmit,
  type UserPromptSubmitEffect,
  type UserPromptSubmitOutcome,
} from "./events/user-prompt-submit.ts";
export { type CommandHandler, type FunctionHandler, type HookHandler } from "./handler.ts";
export { compileMatcher, type Matcher, MatcherError, matcherText, matches } from "./matcher.ts";
export { HookSampleError, sampleEvent, type SampleFacts } from "./sample.ts";
export { notify, notifyArgument, type TurnNotice } from "./notify.ts";
export { hookPromptMessage, parseHookPrompt, renderFragment } from "./prompt.ts";
export { MAX_OUTPUT_BYTES } from "./run/command.ts";
export {
  type HookClock,
  HookEngine,
  type HookEngineOptions,
  type HookRunResult,
  type RunOptions,
} from "./run/engine.ts";
export type { HookOutcomes } from "./run/outcome.ts";
export { hookArgv, type HookEnv, type HookShell } from "./run/shell.ts";
export { hookRunId } from "./run/summary.ts";
