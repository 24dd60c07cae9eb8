import { ConfigError } from "../errors.ts";
import type { Reader } from "./read.ts";
import type { Config } from "./types.ts";

function clamp(value: number | null, fallback: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value ?? fallback));
}

/** `[memories]`: out-of-range numbers are brought into range. */
export function readMemories(memories: Reader): Config["memories"] {
  return {
    disableOnExternalContext:
      memories.bool("disable_on_external_context") ?? memories.bool("no_memories_if_mcp_or_web_search") ?? false,
    generateMemories: memories.bool("generate_memories") ?? true,
    useMemories: memories.bool("use_memories") ?? true,
    maxRawMemoriesForConsolidation: clamp(memories.number("max_raw_memories_for_consolidation"), 256, 1, 4096),
    maxUnusedDays: clamp(memories.number("max_unused_days"), 30, 0, 365),
    maxRolloutAgeDays: clamp(memories.number("max_rollout_age_days"), 30, 0, 90),
    maxRolloutsPerStartup: clamp(memories.number("max_rollouts_per_startup"), 16, 1, 128),
    minRolloutIdleHours: clamp(memories.number("min_rollout_idle_hours"), 6, 1, 48),
    extractModel: memories.string("extract_model"),
    consolidationModel: memories.string("consolidation_model"),
  };
}

/** The limits of `[agents]`, which must be at least one. */
export function readAgentLimits(agents: Reader, multiAgentV2: boolean): Config["agents"] {
  const maxThreads = agents.number("max_threads");
  if (maxThreads !== null && multiAgentV2) {
    throw new ConfigError("invalid_value", "agents.max_threads cannot be set when multi_agent_v2 is enabled");
  }
  for (const name of ["max_threads", "max_depth", "job_max_runtime_seconds"]) {
    const value = agents.number(name);
    if (value !== null && value < 1) throw new ConfigError("invalid_value", `agents.${name} must be at least 1`);
  }
  return {
    maxThreads: multiAgentV2 ? null : (maxThreads ?? 6),
    maxDepth: agents.number("max_depth") ?? 1,
    jobMaxRuntimeSeconds: agents.number("job_max_runtime_seconds"),
    interruptMessage: agents.bool("interrupt_message") ?? true,
  };
}

/** `[tui]` with its defaults. */
export function readTui(tui: Reader): Config["tui"] {
  return {
    notifications: tui.bool("notifications") ?? tui.strings("notifications") ?? true,
    notificationMethod: tui.word("notification_method") ?? "auto",
    notificationCondition: tui.word("notification_condition") ?? "unfocused",
    animations: tui.bool("animations") ?? true,
    showTooltips: tui.bool("show_tooltips") ?? true,
    alternateScreen: tui.word("alternate_screen") ?? "auto",
    statusLine: tui.strings("status_line"),
    terminalTitle: tui.strings("terminal_title"),
    theme: tui.string("theme"),
  };
}
