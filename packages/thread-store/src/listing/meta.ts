import path from "node:path";
import type { SessionMetaRecord } from "../rollout/item.ts";

/** The folder of a thread, spelt as lists and filters compare it. */
export function folderOf({ cwd }: Pick<SessionMetaRecord, "cwd">): string {
  return path.isAbsolute(cwd) ? path.resolve(cwd) : cwd;
}

/** Nickname and role of a sub-agent: they stand in the record, or in what it says of the agent that started it. */
export function agentOf(meta: SessionMetaRecord): { nickname: string | null; role: string | null } {
  const { source } = meta;
  const subagent = typeof source === "object" && "subagent" in source ? source.subagent : null;
  const spawn =
    typeof subagent === "object" && subagent !== null && "thread_spawn" in subagent ? subagent.thread_spawn : {};
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  return {
    nickname: meta.agent_nickname ?? text(spawn["agent_nickname"]),
    role: meta.agent_role ?? text(spawn["agent_role"] ?? spawn["agent_type"]),
  };
}
