import type { GitRecord } from "../rollout/item.ts";
import type { ThreadSummary } from "../thread-store.ts";
import type { HeadFacts } from "./facts.ts";
import type { RolloutFile } from "./files.ts";
import { agentOf, folderOf } from "./meta.ts";

/** What is known of a thread beside the head of its record. */
export interface Beside {
  name: string | null;
  /** Milliseconds. */
  updatedAt: number;
  archived: boolean;
  /** Corrections of what was recorded. */
  git: GitRecord | undefined;
}

/** What lists show of a thread. */
export function summaryOf(
  file: RolloutFile,
  head: HeadFacts,
  { name, updatedAt, archived, git }: Beside,
): ThreadSummary {
  const { meta } = head;
  const agent = agentOf(meta);
  const recorded = Date.parse(meta.timestamp);
  return {
    id: file.id,
    path: file.path,
    archived,
    createdAt: Number.isNaN(recorded) ? file.startedAt : recorded,
    updatedAt,
    preview: head.preview,
    name,
    source: meta.source ?? "vscode",
    modelProvider: meta.model_provider ?? null,
    cwd: folderOf(meta),
    originator: meta.originator,
    cliVersion: meta.cli_version,
    git: git === undefined ? (meta.git ?? null) : { ...meta.git, ...git },
    agentNickname: agent.nickname,
    agentRole: agent.role,
    forkedFromId: meta.forked_from_id ?? null,
  };
}
