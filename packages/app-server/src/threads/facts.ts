import type { Requirements } from "@codex-ts/config";
import type { StartedThread } from "@codex-ts/core";
import type { GitInfo, SessionSource, Thread, ThreadStatus } from "@codex-ts/protocol";
import {
  type GitRecord,
  type SessionMetaRecord,
  type SessionSourceRecord,
  type ThreadSummary,
  uuidTime,
} from "@codex-ts/thread-store";
import type { ThreadHub } from "./hub.ts";

/** What clients are shown of a loaded thread and the core does not keep. */
export interface ThreadFacts {
  /** The folder in which it began; its turns may work in another. */
  cwd: string;
  /** Unix seconds. */
  createdAt: number;
  ephemeral: boolean;
  modelProvider: string;
  cliVersion: string;
  source: SessionSource;
  forkedFromId: string | null;
  agentNickname: string | null;
  agentRole: string | null;
  gitInfo: GitInfo | null;
  /** What the user said first. */
  preview: string;
  /** Files that the standing instructions came from. */
  instructionSources: string[];
  /** What administrators allow, as it was when the thread was opened. */
  requirements: Requirements;
}

/** The facts of a thread that just started. */
export function startedFacts(
  started: StartedThread,
  more: { ephemeral: boolean; version: string; source: SessionSourceRecord },
): ThreadFacts {
  return {
    cwd: started.config.cwd,
    createdAt: seconds(uuidTime(started.thread.id) ?? Date.now()),
    ephemeral: more.ephemeral,
    modelProvider: started.config.modelProviderId,
    cliVersion: more.version,
    source: sourceOf(more.source),
    forkedFromId: null,
    agentNickname: null,
    agentRole: null,
    gitInfo: null,
    preview: "",
    instructionSources: started.instructionSources,
    requirements: started.requirements,
  };
}

/** The facts of a thread that goes on from its record. */
export function storedFacts(started: StartedThread, meta: SessionMetaRecord, preview: string): ThreadFacts {
  const created = Date.parse(meta.timestamp);
  return {
    cwd: started.config.cwd,
    createdAt: seconds(Number.isNaN(created) ? (uuidTime(meta.id) ?? 0) : created),
    ephemeral: false,
    modelProvider: started.config.modelProviderId,
    cliVersion: meta.cli_version,
    source: sourceOf(meta.source ?? "vscode"),
    forkedFromId: meta.forked_from_id ?? null,
    agentNickname: meta.agent_nickname ?? null,
    agentRole: meta.agent_role ?? null,
    gitInfo: gitOf(meta.git ?? null),
    preview,
    instructionSources: started.instructionSources,
    requirements: started.requirements,
  };
}

/** A loaded thread, without turns. */
export function liveThread(hub: ThreadHub): Thread {
  const { thread, facts } = hub;
  return {
    id: thread.id,
    forkedFromId: facts.forkedFromId,
    preview: facts.preview,
    ephemeral: facts.ephemeral,
    modelProvider: facts.modelProvider,
    createdAt: facts.createdAt,
    updatedAt: hub.updatedAt ?? facts.createdAt,
    status: hub.status,
    path: thread.rolloutPath,
    cwd: facts.cwd,
    cliVersion: facts.cliVersion,
    source: facts.source,
    agentNickname: facts.agentNickname,
    agentRole: facts.agentRole,
    gitInfo: facts.gitInfo,
    name: thread.name,
    turns: [],
  };
}

/** A thread as its record tells, without turns. */
export function storedThread(summary: ThreadSummary, status: ThreadStatus, defaultProvider: string): Thread {
  return {
    id: summary.id,
    forkedFromId: summary.forkedFromId,
    preview: summary.preview,
    ephemeral: false,
    modelProvider: summary.modelProvider ?? defaultProvider,
    createdAt: seconds(summary.createdAt),
    updatedAt: seconds(summary.updatedAt),
    status,
    path: summary.path,
    cwd: summary.cwd,
    cliVersion: summary.cliVersion,
    source: sourceOf(summary.source),
    agentNickname: summary.agentNickname,
    agentRole: summary.agentRole,
    gitInfo: gitOf(summary.git),
    name: summary.name,
    turns: [],
  };
}

export const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);

export function gitOf(git: GitRecord | null): GitInfo | null {
  if (git === null) return null;
  return { sha: git.commit_hash ?? null, branch: git.branch ?? null, originUrl: git.repository_url ?? null };
}

/** The recorded source in the wire's words. */
export function sourceOf(source: SessionSourceRecord): SessionSource {
  if (typeof source === "string") {
    if (source === "mcp") return "appServer";
    return source === "cli" || source === "vscode" || source === "exec" ? source : "unknown";
  }
  if ("custom" in source) return { custom: source.custom };
  return { subAgent: source.subagent as never };
}
