import { AgentPath, ThreadId } from "../shared/ids.ts";
import { withAliases, external, int32, nullable, type Out, string, unit } from "../wire/index.ts";

export const SessionSource = external(
  "SessionSource",
  () => ({
    cli: unit,
    vscode: unit,
    exec: unit,
    mcp: unit,
    custom: string,
    subagent: SubAgentSource,
    unknown: unit,
  }),
  { fallback: "unknown" },
);
export type SessionSource = Out<typeof SessionSource>;

export const SubAgentSource = external("SubAgentSource", () => ({
  review: unit,
  compact: unit,
  thread_spawn: withAliases(
    { agent_type: "agent_role" },
    {
      parent_thread_id: ThreadId,
      depth: int32,
      agent_path: nullable(AgentPath),
      agent_nickname: nullable(string),
      agent_role: nullable(string),
    },
  ),
  memory_consolidation: unit,
  other: string,
}));
export type SubAgentSource = Out<typeof SubAgentSource>;
