import type { Prewarm } from "@codex-ts/model-provider";
import type { Skill } from "../skills/skill.ts";
import type { TurnScope } from "../turn/turn-scope.ts";

/** Counts of single steps of a turn (spec: analytics C3). Nothing is done where nothing is exported. */

/** A call to a tool of an MCP server is over. `tool`: its name at the server. */
export function tellMcpCall({ telemetry }: TurnScope, tool: string, succeeded: boolean, durationMs: number): void {
  if (telemetry === null) return;
  const tags = { status: succeeded ? "ok" : "error", tool };
  telemetry.voice.count("codex.mcp.call", 1, tags);
  telemetry.voice.duration("codex.mcp.call.duration_ms", durationMs, tags);
}

/** Work other than a regular turn begins. A compaction is also told how it is made. */
export function tellTask(
  { telemetry }: TurnScope,
  task: "compact" | "review" | "user_shell",
  tags: { type?: "local" | "remote" } = {},
): void {
  if (telemetry === null) return;
  telemetry.voice.count(`codex.task.${task}`, 1, tags);
  if (task === "user_shell") telemetry.counts = false;
}

/** A session's model hears of its skills for the first time. All of them are listed, and whole. */
export function tellSkills({ telemetry }: TurnScope, skills: readonly Skill[]): void {
  if (telemetry === null) return;
  const { voice } = telemetry;
  const enabled = skills.filter(skill => skill.enabled).length;
  voice.histogram("codex.thread.skills.enabled_total", enabled);
  voice.histogram("codex.thread.skills.kept_total", enabled);
  voice.histogram("codex.thread.skills.truncated", 0);
  voice.histogram("codex.thread.skills.description_truncated_chars", 0);
}

/** A skill's text was to be brought in. */
export function tellSkillInjected({ telemetry }: TurnScope, skill: string, read: boolean): void {
  telemetry?.voice.count("codex.skill.injected", 1, { skill, status: read ? "ok" : "error" });
}

/** The first turn takes over the connection that was prepared for it. */
export function tellPrewarm(
  { telemetry }: TurnScope,
  ready: boolean,
  { ageMs, durationMs }: Pick<Prewarm, "ageMs" | "durationMs">,
): void {
  if (telemetry === null) return;
  const { voice } = telemetry;
  voice.duration("codex.startup_prewarm.duration_ms", durationMs, { status: ready ? "ready" : "failed" });
  voice.duration("codex.startup_prewarm.age_at_first_turn_ms", ageMs, { status: ready ? "consumed" : "failed" });
}
