import type { ThreadMetadata } from "./metadata.ts";
import type { GitRecord, RolloutItem, SessionMetaRecord, SessionSourceRecord } from "./rollout/item.ts";
import type { HistoryMode } from "./rollout/policy.ts";

/** Where threads are remembered. `JsonlThreadStore` keeps them in files; another store can keep them in a database. */
export interface ThreadStore {
  /** A new thread. Nothing is written before `ThreadWriter.materialize`. */
  create(meta: NewThreadMeta, options?: CreateOptions): ThreadWriter;
  /** Reads a thread and continues it. */
  resume(thread: ThreadRef, options?: WriterOptions): Promise<{ thread: StoredThread; writer: ThreadWriter }>;
  /** The pen for a thread that was loaded already: it goes on where the record ends. Reads nothing. */
  continue(thread: Pick<StoredThread, "id" | "path">, options?: WriterOptions): ThreadWriter;
  /** Reads every record of a thread, archived or not. @throws ThreadStoreError `not_found` ... */
  load(thread: ThreadRef): Promise<StoredThread>;
  /** What a list shows of one thread; null when there is no such thread or nobody has spoken in it. */
  summary(thread: ThreadRef): Promise<ThreadSummary | null>;
  /** One page of threads, newest first unless asked otherwise. @throws ThreadStoreError `invalid_cursor` */
  list(query: ListQuery): Promise<ThreadPage>;
  /** Where the thread's record is; null when there is none. */
  find(id: string, archived?: boolean): Promise<string | null>;
  /** The newest thread that has exactly this name; null when there is none. */
  findByName(name: string): Promise<string | null>;
  /** Remembers a thread's name in the index of names. @throws ThreadStoreError `empty_name` */
  setName(id: string, name: string): Promise<string>;
  /** The last name given to the thread, or null. */
  nameOf(id: string): Promise<string | null>;
  /** Corrects what lists show of a thread; absent members stay as they are. */
  setMetadata(id: string, metadata: ThreadMetadata): Promise<void>;
  /** @returns the new path. @throws ThreadStoreError `not_found` */
  archive(id: string): Promise<string>;
  /** @returns the new path. @throws ThreadStoreError `archived_not_found` */
  unarchive(id: string): Promise<string>;
  /** Ends what the store does in the background and lets go of what it holds. Writers end by themselves. */
  close(): Promise<void>;
}

/** One thread's pen. Records are queued at once and written in the background, in order. */
export interface ThreadWriter {
  readonly threadId: string;
  /** Where the record is or will be. */
  readonly path: string;
  /** False until the file exists (or is being made). */
  readonly materialized: boolean;
  /** Queues records; those that the history mode does not keep are dropped. Never waits. */
  append(items: readonly RolloutItem[]): void;
  /** Makes the file (first call) and waits until everything queued is in it. */
  materialize(): Promise<void>;
  /** Waits until everything queued is in the file. Nothing to do before `materialize`. @throws ThreadStoreError `write_failed`; the records stay queued */
  flush(): Promise<void>;
  /** Flushes and lets go of the file. No record is taken after it. */
  close(): Promise<void>;
}

export type NewThreadMeta = Omit<SessionMetaRecord, "timestamp" | "git">;

export interface WriterOptions {
  /** Default `limited`. */
  history?: HistoryMode;
}

export interface CreateOptions extends WriterOptions {
  /** Asked when the file is made; goes into the first record. A failure counts as "not in git". */
  git?: () => Promise<GitRecord | null>;
}

export type ThreadRef = { id: string } | { path: string };

export interface StoredThread {
  id: string;
  path: string;
  /** The first `session_meta` record: the thread's own (a fork's file also holds its source's). */
  meta: SessionMetaRecord;
  items: RolloutItem[];
  /** When each item was written, beside `items`. */
  timestamps: string[];
  /** Lines that could not be used. */
  skipped: number;
}

export interface ThreadSummary {
  id: string;
  path: string;
  archived: boolean;
  /** Milliseconds. */
  createdAt: number;
  /** Milliseconds. */
  updatedAt: number;
  /** What the user said first. */
  preview: string;
  name: string | null;
  source: SessionSourceRecord;
  modelProvider: string | null;
  cwd: string;
  originator: string;
  cliVersion: string;
  git: GitRecord | null;
  agentNickname: string | null;
  agentRole: string | null;
  forkedFromId: string | null;
}

export type SourceKind =
  | "cli"
  | "vscode"
  | "exec"
  | "appServer"
  | "subAgent"
  | "subAgentReview"
  | "subAgentCompact"
  | "subAgentThreadSpawn"
  | "subAgentOther"
  | "unknown";

export interface ListQuery {
  /** Default 25. */
  limit?: number;
  cursor?: string | null;
  sortKey?: "created_at" | "updated_at";
  direction?: "asc" | "desc";
  archived?: boolean;
  /** Unset: the interactive ones. Empty: all. */
  sources?: readonly SourceKind[];
  /** Unset or empty: all. A thread that does not name its provider belongs to `defaultProvider`. */
  modelProviders?: readonly string[];
  defaultProvider?: string;
  /** Unset: all. Empty: none. */
  cwds?: readonly string[];
  /** Part of the title (the name, else what the user said first), case matters. */
  searchTerm?: string;
}

export interface ThreadPage {
  threads: ThreadSummary[];
  /** Continue after the last thread; null at the end. */
  nextCursor: string | null;
  /** Turn around at the first thread; null on an empty page. */
  backwardsCursor: string | null;
  /** True when the scan stopped at its limit of files; there may be more. */
  scanCapReached: boolean;
}
