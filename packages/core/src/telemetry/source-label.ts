import type { SessionSourceRecord } from "@codex-ts/thread-store";

/** A session's source in one word, as a tag of metrics. */
export function sourceLabel(source: SessionSourceRecord): string {
  if (typeof source === "string") return source;
  if (!("subagent" in source))
    return "custom" in source && typeof source.custom === "string" ? source.custom : "unknown";
  const { subagent } = source;
  if (typeof subagent === "string") return `subagent_${subagent}`;
  if (typeof subagent !== "object" || subagent === null) return "subagent";
  if ("thread_spawn" in subagent) return "subagent_thread_spawn";
  return "other" in subagent && typeof subagent.other === "string" ? `subagent_${subagent.other}` : "subagent";
}
