export { ThreadStoreError, type ThreadStoreErrorCode } from "./errors.ts";
export { JsonlThreadStore, type JsonlThreadStoreOptions } from "./jsonl-thread-store.ts";
export { previewOf } from "./listing/facts.ts";
export { sourceKinds } from "./listing/sources.ts";
export type { ThreadMetadata } from "./metadata.ts";
export { PromptHistory, type PromptEntry, type PromptHistoryOptions } from "./prompt-history.ts";
export type {
  GitRecord,
  JsonRecord,
  RolloutItem,
  RolloutItemType,
  SessionMetaRecord,
  SessionSourceRecord,
  SubAgentRecord,
  TaggedRecord,
} from "./rollout/item.ts";
export { decodeLine, encodeItem, type RolloutLine, stampLine } from "./rollout/line.ts";
export { isUuid, parseRolloutName, type RolloutName, rolloutName, uuidTime } from "./rollout/name.ts";
export { type HistoryMode, persistedForm, truncateMiddle } from "./rollout/policy.ts";
export type {
  CreateOptions,
  ListQuery,
  NewThreadMeta,
  SourceKind,
  StoredThread,
  ThreadPage,
  ThreadRef,
  ThreadStore,
  ThreadSummary,
  ThreadWriter,
  WriterOptions,
} from "./thread-store.ts";
