import type { AnalyticsEvent, Fact, FactOf, GuardianReview, RuntimeFacts } from "../src/index.ts";
import { initialState, reduce } from "../src/index.ts";

export const runtime: RuntimeFacts = {
  codex_rs_version: "0.125.0",
  runtime_os: "linux",
  runtime_os_version: "12.0.0",
  runtime_arch: "x86_64",
};

export const app_server_client = {
  product_client_id: "probe",
  client_name: "probe",
  client_version: "9.9.9",
  rpc_transport: "stdio",
  experimental_api_enabled: null,
};

export const initialize: FactOf<"initialize"> = {
  kind: "initialize",
  connectionId: 1,
  clientInfo: { name: "probe", version: "9.9.9" },
  experimentalApi: null,
  productClientId: "probe",
  transport: "stdio",
  runtime,
};

export const threadStarted: FactOf<"response"> = {
  kind: "response",
  connectionId: 1,
  requestId: 1,
  response: {
    method: "thread/start",
    thread: { id: "T", ephemeral: false, source: "vscode", createdAt: 1795213307 },
    model: "gpt-5.2",
  },
};

export const turnRequest: FactOf<"request"> = {
  kind: "request",
  connectionId: 1,
  requestId: 2,
  request: { method: "turn/start", threadId: "T", input: [{ type: "text" }] },
  createdAt: 1795213307,
};

export const turnResponse: FactOf<"response"> = {
  kind: "response",
  connectionId: 1,
  requestId: 2,
  response: { method: "turn/start", turnId: "U" },
};

export const resolved: FactOf<"turnResolvedConfig"> = {
  kind: "turnResolvedConfig",
  turnId: "U",
  threadId: "T",
  numInputImages: 0,
  ephemeral: false,
  model: "gpt-5.2",
  modelProvider: "mock",
  sandboxPolicy: "full_access",
  reasoningEffort: null,
  reasoningSummary: "auto",
  serviceTier: null,
  approvalPolicy: "never",
  approvalsReviewer: "user",
  sandboxNetworkAccess: true,
  collaborationMode: "default",
  personality: "pragmatic",
  isFirstTurn: true,
};

export const started: Fact = { kind: "turnStarted", threadId: "T", turnId: "U", startedAt: 1795213307 };

export const usage: FactOf<"turnTokenUsage"> = {
  kind: "turnTokenUsage",
  turnId: "U",
  threadId: "T",
  usage: { inputTokens: 20, cachedInputTokens: 8, outputTokens: 10, reasoningOutputTokens: 2, totalTokens: 30 },
};

export const workspaces = {
  "/ws": {
    associated_remote_urls: { origin: "https://example.com/r.git" },
    latest_git_commit_hash: "ad7145dc52e8079d6f9d2807cf7e6bf3d9b30ee7",
    has_changes: true,
  },
};

export const workspaceFact: Fact = { kind: "turnWorkspaceMetadata", turnId: "U", threadId: "T", workspaces };

export const completed: FactOf<"turnCompleted"> = {
  kind: "turnCompleted",
  threadId: "T",
  turnId: "U",
  status: "completed",
  error: null,
  completedAt: 1795213308,
  durationMs: 381,
};

/** The life of a plain turn, in the order of a server. */
export const turnFacts: Fact[] = [
  initialize,
  threadStarted,
  turnRequest,
  turnResponse,
  resolved,
  started,
  usage,
  completed,
];

/** What these facts give, one after another. */
export function eventsOf(...facts: Fact[]): AnalyticsEvent[] {
  const state = initialState();
  return facts.flatMap(fact => reduce(state, fact).events);
}

export const review: GuardianReview = {
  threadId: "T",
  turnId: "U",
  reviewId: "R",
  targetItemId: "c1",
  source: "main_turn",
  action: { type: "shell", sandboxPermissions: "require_escalated", additionalPermissions: null },
  actionTruncated: false,
  outcome: { type: "assessed", outcome: "allow", riskLevel: "low", userAuthorization: "high" },
  session: {
    threadId: "G",
    kind: "trunk_new",
    model: "codex-auto-review",
    reasoningEffort: "low",
    hadPriorReviewContext: false,
  },
  timeoutMs: 90_000,
  timeToFirstTokenMs: 858,
  completionLatencyMs: 980,
  startedAt: 1795213307,
  completedAt: 1795213308,
  usage: { inputTokens: 10, cachedInputTokens: 4, outputTokens: 5, reasoningOutputTokens: 1, totalTokens: 15 },
};

/** The session of an automatic reviewer, as a sub-agent of the thread. */
export const guardianStarted: FactOf<"subagentThreadStarted"> = {
  kind: "subagentThreadStarted",
  threadId: "G",
  parentThreadId: "T",
  productClientId: "probe",
  clientName: "probe",
  clientVersion: "9.9.9",
  model: "codex-auto-review",
  ephemeral: true,
  source: { other: "guardian" },
  createdAt: 5,
  runtime,
};
