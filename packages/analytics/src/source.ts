import type { SessionSource } from "@codex-ts/protocol";
import type { SubAgentSource } from "./facts.ts";

/** Where a thread comes from, as events tell it. */
export interface ThreadOrigin {
  thread_source: "user" | "subagent" | null;
  subagent_source: string | null;
  parent_thread_id: string | null;
}

/** Spec: analytics, A3 (`thread_source`, `subagent_source`, `parent_thread_id`). */
export function originOf(source: SessionSource, parent: string | null = null): ThreadOrigin {
  if (typeof source === "object" && "subAgent" in source) {
    return {
      thread_source: "subagent",
      subagent_source: subagentName(source.subAgent),
      parent_thread_id: parent ?? spawnParent(source.subAgent),
    };
  }
  const user = source === "cli" || source === "vscode" || source === "exec";
  return { thread_source: user ? "user" : null, subagent_source: null, parent_thread_id: parent };
}

function subagentName(source: SubAgentSource): string {
  if (typeof source === "string") return source;
  return "other" in source ? source.other : "thread_spawn";
}

function spawnParent(source: SubAgentSource): string | null {
  return typeof source === "object" && "thread_spawn" in source ? source.thread_spawn.parent_thread_id : null;
}
