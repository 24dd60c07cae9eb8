import { SubAgentSource } from "../core/session-source.ts";
import { AbsolutePathBuf } from "../shared/ids.ts";
import {
  array,
  boolean,
  external,
  int64,
  nullable,
  type Out,
  string,
  stringEnum,
  struct,
  tagged,
  unit,
} from "../wire/index.ts";
import { Turn } from "./turns.ts";

export const GitInfo = struct("GitInfo", () => ({
  sha: nullable(string),
  branch: nullable(string),
  originUrl: nullable(string),
}));
export interface GitInfo extends Out<typeof GitInfo> {}

export const SessionSource = external(
  "SessionSource",
  () => ({
    cli: unit,
    vscode: unit,
    exec: unit,
    appServer: unit,
    custom: string,
    subAgent: SubAgentSource,
    unknown: unit,
  }),
  { fallback: "unknown" },
);
export type SessionSource = Out<typeof SessionSource>;

export const Thread = struct("Thread", () => ({
  id: string,
  forkedFromId: nullable(string),
  preview: string,
  ephemeral: boolean,
  modelProvider: string,
  createdAt: int64,
  updatedAt: int64,
  status: ThreadStatus,
  path: nullable(string),
  cwd: AbsolutePathBuf,
  cliVersion: string,
  source: SessionSource,
  agentNickname: nullable(string),
  agentRole: nullable(string),
  gitInfo: nullable(GitInfo),
  name: nullable(string),
  turns: array(Turn),
}));
export interface Thread extends Out<typeof Thread> {}

export const ThreadActiveFlag = stringEnum("ThreadActiveFlag", ["waitingOnApproval", "waitingOnUserInput"]);
export type ThreadActiveFlag = Out<typeof ThreadActiveFlag>;

export const ThreadStatus = tagged("ThreadStatus", "type", () => ({
  notLoaded: {},
  idle: {},
  systemError: {},
  active: { activeFlags: array(ThreadActiveFlag) },
}));
export type ThreadStatus = Out<typeof ThreadStatus>;

export const ThreadStatusChangedNotification = struct("ThreadStatusChangedNotification", () => ({
  threadId: string,
  status: ThreadStatus,
}));
export interface ThreadStatusChangedNotification extends Out<typeof ThreadStatusChangedNotification> {}

export const ThreadTokenUsage = struct("ThreadTokenUsage", () => ({
  total: TokenUsageBreakdown,
  last: TokenUsageBreakdown,
  modelContextWindow: nullable(int64),
}));
export interface ThreadTokenUsage extends Out<typeof ThreadTokenUsage> {}

export const ThreadTokenUsageUpdatedNotification = struct("ThreadTokenUsageUpdatedNotification", () => ({
  threadId: string,
  turnId: string,
  tokenUsage: ThreadTokenUsage,
}));
export interface ThreadTokenUsageUpdatedNotification extends Out<typeof ThreadTokenUsageUpdatedNotification> {}

export const TokenUsageBreakdown = struct("TokenUsageBreakdown", () => ({
  totalTokens: int64,
  inputTokens: int64,
  cachedInputTokens: int64,
  outputTokens: int64,
  reasoningOutputTokens: int64,
}));
export interface TokenUsageBreakdown extends Out<typeof TokenUsageBreakdown> {}
