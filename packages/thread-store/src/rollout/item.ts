/**
 * One record of a thread, as the store sees it: it reads the first record (`session_meta`) and response items closely, knows
 * the kinds, and carries other payloads untouched. The precise payload types are the protocol's.
 */
export type RolloutItem =
  | { type: "session_meta"; payload: SessionMetaRecord }
  | { type: "response_item"; payload: TaggedRecord }
  | { type: "turn_context"; payload: JsonRecord }
  | { type: "event_msg"; payload: TaggedRecord }
  | { type: "compacted"; payload: JsonRecord & { message: string } };

export type RolloutItemType = RolloutItem["type"];
export interface JsonRecord {
  [member: string]: unknown;
}
export interface TaggedRecord extends JsonRecord {
  type: string;
}

/** The first record of a rollout: who started the thread, where, and with what. */
export interface SessionMetaRecord {
  id: string;
  forked_from_id?: string | null;
  timestamp: string;
  cwd: string;
  originator: string;
  cli_version: string;
  source?: SessionSourceRecord;
  agent_nickname?: string | null;
  agent_role?: string | null;
  agent_path?: string | null;
  model_provider?: string | null;
  base_instructions?: { text: string } | null;
  dynamic_tools?: unknown[] | null;
  memory_mode?: string | null;
  git?: GitRecord | null;
}

export interface GitRecord {
  commit_hash?: string | null;
  branch?: string | null;
  repository_url?: string | null;
}

export type SessionSourceRecord = string | { custom: string } | { subagent: SubAgentRecord };
export type SubAgentRecord = string | { thread_spawn: JsonRecord } | { other: string };
