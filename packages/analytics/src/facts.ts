import type { AdditionalPermissionProfile, CodexErrorInfo, SessionSource } from "@codex-ts/protocol";
import type { Platform } from "./platform.ts";
import type { GuardianReview } from "./guardian.ts";

/** How a client's messages travel. */
export type RpcTransport = "stdio" | "websocket" | "in_process";

/** The program's own facts, the same for all its connections. */
export interface RuntimeFacts extends Platform {
  /** Compatible version, `x.y.z`. */
  codex_rs_version: string;
}

/** What started a session that is not a person's. */
export type SubAgentSource = Extract<SessionSource, { subAgent: unknown }>["subAgent"];

/** The model, thread and turn that something happened in. */
export interface Tracking {
  modelSlug: string;
  threadId: string;
  turnId: string;
}

export type ImageInput = { readonly type: string };

/** A connection's number, given by the server. */
export type ConnectionId = number;
export type RpcId = string | number | bigint;

/** Token counts of one turn or review. */
export interface TokenUsage {
  inputTokens: number;
  cachedInputTokens: number;
  outputTokens: number;
  reasoningOutputTokens: number;
  totalTokens: number;
}

/** What the reducer needs of a thread as it stands in responses. */
export interface ThreadRecord {
  id: string;
  ephemeral: boolean;
  source: SessionSource;
  /** Unix seconds. */
  createdAt: number;
}

export type SteerRejection =
  | "no_active_turn"
  | "expected_turn_mismatch"
  | "non_steerable_review"
  | "non_steerable_compact"
  | "empty_input"
  | "input_too_large";

/** Settings that a turn runs with, when its prompt was accepted. */
export interface ResolvedTurnConfig {
  turnId: string;
  threadId: string;
  numInputImages: number;
  ephemeral: boolean;
  model: string;
  /** Id, not display name. */
  modelProvider: string;
  sandboxPolicy: "full_access" | "read_only" | "workspace_write" | "external_sandbox";
  reasoningEffort: string | null;
  reasoningSummary: "auto" | "concise" | "detailed" | "none" | null;
  serviceTier: "fast" | "flex" | null;
  approvalPolicy: "untrusted" | "on-failure" | "on-request" | "granular" | "never";
  approvalsReviewer: "user" | "auto_review";
  sandboxNetworkAccess: boolean;
  collaborationMode: "plan" | "default";
  personality: "friendly" | "pragmatic" | "none" | null;
  isFirstTurn: boolean;
}

/** A repository that a turn worked in, as in the turn's metadata. */
export interface Workspace {
  associated_remote_urls?: Readonly<Record<string, string>>;
  latest_git_commit_hash?: string;
  has_changes?: boolean;
}

export interface CompactionFact {
  threadId: string;
  turnId: string;
  trigger: "manual" | "auto";
  reason: "user_requested" | "context_limit" | "model_downshift";
  implementation: "responses" | "responses_compact";
  phase: "standalone_turn" | "pre_turn" | "mid_turn";
  strategy: "memento" | "prefix_compaction";
  status: "completed" | "failed" | "interrupted";
  /** Display text of the failure. */
  error: string | null;
  activeContextTokensBefore: number;
  activeContextTokensAfter: number;
  /** Unix seconds. */
  startedAt: number;
  completedAt: number;
  durationMs: number | null;
}

export type HookSourceName =
  | "system"
  | "user"
  | "project"
  | "mdm"
  | "session_flags"
  | "legacy_managed_config_file"
  | "legacy_managed_config_mdm"
  | "unknown";

export interface SkillInvocation {
  skillId: string;
  skillName: string;
  skillScope: "user" | "repo" | "system" | "admin";
  repoUrl: string | null;
  invokeType: "explicit" | "implicit";
}

export interface AppInvocation {
  connectorId: string | null;
  appName: string | null;
  invokeType: "explicit" | "implicit" | null;
}

export interface PluginFacts {
  pluginName: string;
  marketplaceName: string;
  hasSkills: boolean | null;
  mcpServerCount: number | null;
  connectorIds: readonly string[] | null;
}

/**
 * Something that happened. Facts carry their times: the reducer has no clock. Spec: analytics, A2.
 */
export type Fact =
  | {
      kind: "initialize";
      connectionId: ConnectionId;
      clientInfo: { name: string; version: string };
      /** Null when the client named no capabilities. */
      experimentalApi: boolean | null;
      /** The originator after the handshake. */
      productClientId: string;
      transport: RpcTransport;
      runtime: RuntimeFacts;
    }
  | {
      kind: "request";
      connectionId: ConnectionId;
      requestId: RpcId;
      request:
        | { method: "turn/start"; threadId: string; input: readonly ImageInput[] }
        | { method: "turn/steer"; threadId: string; expectedTurnId: string; input: readonly ImageInput[] };
      /** Unix seconds. */
      createdAt: number;
    }
  | {
      kind: "response";
      connectionId: ConnectionId;
      requestId: RpcId;
      response:
        | { method: "thread/start" | "thread/resume" | "thread/fork"; thread: ThreadRecord; model: string }
        | { method: "turn/start"; turnId: string }
        | { method: "turn/steer"; turnId: string };
    }
  | { kind: "errorResponse"; connectionId: ConnectionId; requestId: RpcId; reason: SteerRejection | null }
  | { kind: "turnStarted"; threadId: string; turnId: string; startedAt: number | null }
  | {
      kind: "turnCompleted";
      threadId: string;
      turnId: string;
      status: "completed" | "failed" | "interrupted" | "inProgress";
      error: CodexErrorInfo | null;
      completedAt: number | null;
      durationMs: number | null;
    }
  | {
      kind: "subagentThreadStarted";
      threadId: string;
      /** The session that started it, where that is not told by the source. */
      parentThreadId: string | null;
      productClientId: string;
      clientName: string;
      clientVersion: string;
      model: string;
      ephemeral: boolean;
      source: SubAgentSource;
      /** Unix seconds. */
      createdAt: number;
      runtime: RuntimeFacts;
    }
  | ({ kind: "turnResolvedConfig" } & ResolvedTurnConfig)
  | { kind: "turnTokenUsage"; turnId: string; threadId: string; usage: TokenUsage }
  | {
      kind: "turnWorkspaceMetadata";
      turnId: string;
      threadId: string;
      workspaces: Readonly<Record<string, Workspace>>;
    }
  | ({ kind: "compaction" } & CompactionFact)
  | { kind: "guardianReview"; review: GuardianReview }
  | {
      kind: "hookRun";
      tracking: Tracking;
      /** `PreToolUse` … `Stop`. */
      hookName: string;
      hookSource: HookSourceName;
      status: "running" | "completed" | "failed" | "stopped" | "blocked";
    }
  | { kind: "skillsInvoked"; tracking: Tracking; productClientId: string; skills: readonly SkillInvocation[] }
  | { kind: "appsMentioned"; tracking: Tracking; productClientId: string; apps: readonly AppInvocation[] }
  | { kind: "appUsed"; tracking: Tracking; productClientId: string; app: AppInvocation }
  | { kind: "pluginUsed"; tracking: Tracking; productClientId: string; plugin: PluginFacts }
  | {
      kind: "pluginState";
      state: "installed" | "uninstalled" | "enabled" | "disabled";
      productClientId: string;
      plugin: PluginFacts;
    };

export type FactKind = Fact["kind"];
export type FactOf<K extends FactKind> = Extract<Fact, { kind: K }>;
/** All facts by their kind. */
export type Facts = { [K in FactKind]: FactOf<K> };

/** What a permission request adds to a profile, passed on as the client sees it. */
export type PermissionOverlay = AdditionalPermissionProfile;
