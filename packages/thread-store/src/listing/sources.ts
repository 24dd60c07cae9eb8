import type { SessionSourceRecord } from "../rollout/item.ts";
import type { SourceKind } from "../thread-store.ts";

/** Programs that a person talks to, by the name they give themselves. */
const INTERACTIVE_CUSTOM = new Set(["atlas", "chatgpt"]);

/** Unset means the interactive sources, empty means all. */
export function matchesSource(source: SessionSourceRecord, wanted: readonly SourceKind[] | undefined): boolean {
  if (wanted === undefined) return isInteractive(source);
  return wanted.length === 0 || sourceKinds(source).some(kind => wanted.includes(kind));
}

export function isInteractive(source: SessionSourceRecord): boolean {
  if (source === "cli" || source === "vscode") return true;
  return typeof source === "object" && "custom" in source && INTERACTIVE_CUSTOM.has(source.custom);
}

/** Every kind under which a source may be asked for: a sub-agent answers to its own kind and to `subAgent`, a custom source to none. */
export function sourceKinds(source: SessionSourceRecord): SourceKind[] {
  if (typeof source === "string") return [PLAIN[source] ?? "unknown"];
  if ("custom" in source) return [];
  const agent = source.subagent;
  if (agent === "review") return ["subAgent", "subAgentReview"];
  if (agent === "compact") return ["subAgent", "subAgentCompact"];
  if (typeof agent === "object" && "thread_spawn" in agent) return ["subAgent", "subAgentThreadSpawn"];
  return ["subAgent", "subAgentOther"];
}

const PLAIN: Record<string, SourceKind> = { cli: "cli", vscode: "vscode", exec: "exec", mcp: "appServer" };
