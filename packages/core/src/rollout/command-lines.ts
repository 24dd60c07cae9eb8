import type { ThreadItem } from "@codex-ts/protocol";
import type { ParsedCommand } from "@codex-ts/shell-command";
import type { RolloutItem } from "@codex-ts/thread-store";

/** Lines of finished commands. Only threads that keep a fuller history write them; the writer sorts that out. */

type CommandExecution = Extract<ThreadItem, { type: "commandExecution" }>;

const SOURCES: Readonly<Record<CommandExecution["source"], string>> = {
  agent: "agent",
  userShell: "user_shell",
  unifiedExecStartup: "unified_exec_startup",
  unifiedExecInteraction: "unified_exec_interaction",
};

export function execCommandEndLine(
  item: CommandExecution,
  more: { argv: readonly string[]; parsed: readonly ParsedCommand[]; turnId: string },
): RolloutItem {
  const output = item.aggregatedOutput ?? "";
  const durationMs = item.durationMs ?? 0;
  return {
    type: "event_msg",
    payload: {
      type: "exec_command_end",
      call_id: item.id,
      ...(item.processId === null ? {} : { process_id: item.processId }),
      turn_id: more.turnId,
      command: [...more.argv],
      cwd: item.cwd,
      parsed_cmd: [...more.parsed],
      source: SOURCES[item.source],
      stdout: "",
      stderr: "",
      aggregated_output: output,
      exit_code: item.exitCode ?? -1,
      duration: { secs: Math.floor(durationMs / 1000), nanos: (durationMs % 1000) * 1_000_000 },
      formatted_output: "",
      status: item.status,
    },
  };
}
