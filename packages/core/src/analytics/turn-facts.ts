import {
  type CompactionFact,
  type HookSourceName,
  type ResolvedTurnConfig,
  withoutUserinfo,
} from "@codex-ts/analytics";
import type { HookRunSummary, UserInput } from "@codex-ts/protocol";
import type { HookEventName } from "@codex-ts/hooks";
import { legacyPolicy } from "../exec/permissions.ts";
import { isUserTurnBoundary } from "../history/contextual.ts";
import type { Session } from "../thread/session.ts";
import { type CompactionMoment, compact, serverCompacts } from "../turn/compaction.ts";
import type { TurnContext } from "../turn/turn-context.ts";
import type { TurnScope } from "../turn/turn-scope.ts";

/** Facts that a turn tells analytics. Each costs nothing where nobody wants it. Spec: analytics, A2. */

/** The thread has a prompt of a person in its history. Found near its beginning, if at all. */
export function hasUserTurn(session: Session): boolean {
  return session.history.items.some(isUserTurnBoundary);
}

/** The turn's prompt was accepted; these are its settings. */
export function trackResolvedConfig(turn: TurnScope, input: readonly UserInput[], isFirstTurn: boolean): void {
  const { session, context } = turn;
  const { analytics } = session.services;
  if (!analytics.wants("turnResolvedConfig")) return;
  const { settings } = context;
  analytics.track({
    kind: "turnResolvedConfig",
    turnId: turn.id,
    threadId: session.id,
    numInputImages: input.filter(({ type }) => type === "image" || type === "localImage").length,
    ephemeral: !session.rollout.persistent,
    model: context.model.slug,
    modelProvider: session.client.provider.id,
    sandboxPolicy: sandboxWord(turn),
    reasoningEffort: settings.effort,
    reasoningSummary: settings.summary ?? context.model.defaultSummary,
    serviceTier: settings.serviceTier === "fast" || settings.serviceTier === "flex" ? settings.serviceTier : null,
    approvalPolicy: typeof settings.approvalPolicy === "string" ? settings.approvalPolicy : "granular",
    approvalsReviewer: settings.approvalsReviewer === "user" ? "user" : "auto_review",
    sandboxNetworkAccess: hasNetwork(turn),
    collaborationMode: settings.collaborationMode,
    personality: settings.personality,
    isFirstTurn,
  });
}

function hasNetwork({ context: { settings } }: TurnScope): boolean {
  const { permissions } = settings;
  return permissions.type === "disabled" || permissions.network === "enabled";
}

const SANDBOX_WORDS = {
  "danger-full-access": "full_access",
  "read-only": "read_only",
  "workspace-write": "workspace_write",
  "external-sandbox": "external_sandbox",
} as const;

function sandboxWord({ session, context: { settings } }: TurnScope): ResolvedTurnConfig["sandboxPolicy"] {
  return SANDBOX_WORDS[legacyPolicy(settings.permissions, settings.cwd, session.services).type];
}

/** What the turn used and where it worked; told before its end, and not of a turn that was stopped. */
export function trackTurnEnd(turn: TurnScope): void {
  const { session } = turn;
  const { analytics } = session.services;
  const { id: threadId } = session;
  if (analytics.wants("turnTokenUsage")) {
    const before = turn.usageBefore;
    const total = session.tokens.info?.total ?? before;
    const since = (key: keyof typeof total) => Math.max(0, total[key] - before[key]);
    const usage = {
      inputTokens: since("inputTokens"),
      cachedInputTokens: since("cachedInputTokens"),
      outputTokens: since("outputTokens"),
      reasoningOutputTokens: since("reasoningOutputTokens"),
      totalTokens: since("totalTokens"),
    };
    analytics.track({ kind: "turnTokenUsage", turnId: turn.id, threadId, usage });
  }
  const { workspaces } = turn;
  if (workspaces === null || Object.keys(workspaces).length === 0 || !analytics.wants("turnWorkspaceMetadata")) return;
  const told = Object.entries(workspaces).map(([root, workspace]) => {
    const { associated_remote_urls: urls, ...rest } = workspace;
    if (urls === undefined) return [root, rest] as const;
    const clean = Object.entries(urls).map(([name, url]) => [name, withoutUserinfo(url)] as const);
    return [root, { associated_remote_urls: Object.fromEntries(clean), ...rest }] as const;
  });
  analytics.track({
    kind: "turnWorkspaceMetadata",
    turnId: turn.id,
    threadId,
    workspaces: Object.fromEntries(told),
  });
}

const HOOK_SOURCES: Partial<Record<HookRunSummary["source"], HookSourceName>> = {
  sessionFlags: "session_flags",
  legacyManagedConfigFile: "legacy_managed_config_file",
  legacyManagedConfigMdm: "legacy_managed_config_mdm",
};

/** A run of a hook is over. */
export function trackHookRun(turn: TurnScope, event: HookEventName, run: HookRunSummary): void {
  const { session, context } = turn;
  const { analytics } = session.services;
  if (!analytics.wants("hookRun")) return;
  analytics.track({
    kind: "hookRun",
    tracking: { threadId: session.id, turnId: turn.id, modelSlug: context.model.slug },
    hookName: event,
    hookSource: HOOK_SOURCES[run.source] ?? (run.source as HookSourceName),
    status: run.status,
  });
}

const MOMENTS: Record<CompactionMoment, Pick<CompactionFact, "trigger" | "reason" | "phase">> = {
  manual: { trigger: "manual", reason: "user_requested", phase: "standalone_turn" },
  "pre-turn": { trigger: "auto", reason: "context_limit", phase: "pre_turn" },
  downshift: { trigger: "auto", reason: "model_downshift", phase: "pre_turn" },
  "mid-turn": { trigger: "auto", reason: "context_limit", phase: "mid_turn" },
};

/** Compacts the history, and tells how that went. */
export async function trackedCompaction(
  turn: TurnScope,
  moment: CompactionMoment,
  context: TurnContext = turn.context,
): Promise<void> {
  const { session } = turn;
  const { analytics, clock } = session.services;
  if (!analytics.wants("compaction")) return compact(turn, moment, context);
  const [startedAt, startedMs, before] = [clock.now(), clock.monotonic(), session.totalTokens()];
  const track = (status: CompactionFact["status"], error: string | null) =>
    analytics.track({
      kind: "compaction",
      threadId: session.id,
      turnId: turn.id,
      ...MOMENTS[moment],
      implementation: serverCompacts(session) ? "responses_compact" : "responses",
      strategy: "memento",
      status,
      error,
      activeContextTokensBefore: before,
      activeContextTokensAfter: session.totalTokens(),
      startedAt: Math.floor(startedAt / 1000),
      completedAt: Math.floor(clock.now() / 1000),
      durationMs: Math.round(clock.monotonic() - startedMs),
    });
  try {
    await compact(turn, moment, context);
  } catch (error) {
    if (turn.signal.aborted) track("interrupted", null);
    else track("failed", error instanceof Error ? error.message : String(error));
    throw error;
  }
  track("completed", null);
}
