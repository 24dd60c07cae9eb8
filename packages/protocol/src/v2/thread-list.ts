import {
  array,
  boolean,
  nullable,
  optional,
  type Out,
  skipDefault,
  string,
  stringEnum,
  struct,
  uint32,
  untagged,
  withDefault,
} from "../wire/index.ts";
import { Thread } from "./thread.ts";
import { Turn } from "./turns.ts";

export const SortDirection = stringEnum("SortDirection", ["asc", "desc"]);
export type SortDirection = Out<typeof SortDirection>;

export const ThreadListParams = struct("ThreadListParams", () => ({
  cursor: optional(string),
  limit: optional(uint32),
  sortKey: optional(ThreadSortKey),
  sortDirection: optional(SortDirection),
  modelProviders: optional(array(string)),
  sourceKinds: optional(array(ThreadSourceKind)),
  archived: optional(boolean),
  cwd: optional(ThreadListCwdFilter),
  useStateDbOnly: skipDefault(boolean, false),
  searchTerm: optional(string),
}));
export interface ThreadListParams extends Out<typeof ThreadListParams> {}

export const ThreadListResponse = struct("ThreadListResponse", () => ({
  data: array(Thread),
  nextCursor: nullable(string),
  backwardsCursor: nullable(string),
}));
export interface ThreadListResponse extends Out<typeof ThreadListResponse> {}

export const ThreadLoadedListParams = struct("ThreadLoadedListParams", () => ({
  cursor: optional(string),
  limit: optional(uint32),
}));
export interface ThreadLoadedListParams extends Out<typeof ThreadLoadedListParams> {}

export const ThreadLoadedListResponse = struct("ThreadLoadedListResponse", () => ({
  data: array(string),
  nextCursor: nullable(string),
}));
export interface ThreadLoadedListResponse extends Out<typeof ThreadLoadedListResponse> {}

export const ThreadReadParams = struct("ThreadReadParams", () => ({
  threadId: string,
  includeTurns: withDefault(boolean, false),
}));
export interface ThreadReadParams extends Out<typeof ThreadReadParams> {}

export const ThreadReadResponse = struct("ThreadReadResponse", () => ({ thread: Thread }));
export interface ThreadReadResponse extends Out<typeof ThreadReadResponse> {}

export const ThreadSortKey = stringEnum("ThreadSortKey", ["created_at", "updated_at"]);
export type ThreadSortKey = Out<typeof ThreadSortKey>;

export const ThreadSourceKind = stringEnum("ThreadSourceKind", [
  "cli",
  "vscode",
  "exec",
  "appServer",
  "subAgent",
  "subAgentReview",
  "subAgentCompact",
  "subAgentThreadSpawn",
  "subAgentOther",
  "unknown",
]);
export type ThreadSourceKind = Out<typeof ThreadSourceKind>;

export const ThreadTurnsListParams = struct("ThreadTurnsListParams", () => ({
  threadId: string,
  cursor: optional(string),
  limit: optional(uint32),
  sortDirection: optional(SortDirection),
}));
export interface ThreadTurnsListParams extends Out<typeof ThreadTurnsListParams> {}

export const ThreadTurnsListResponse = struct("ThreadTurnsListResponse", () => ({
  data: array(Turn),
  nextCursor: nullable(string),
  backwardsCursor: nullable(string),
}));
export interface ThreadTurnsListResponse extends Out<typeof ThreadTurnsListResponse> {}

/** The working directory, or directories, that a thread must have. */
export const ThreadListCwdFilter = untagged("ThreadListCwdFilter", () => [string, array(string)]);
export type ThreadListCwdFilter = Out<typeof ThreadListCwdFilter>;
