import { ThreadId } from "../shared/ids.ts";
import { external, omittable, orNull, string, struct, type Out, unit, withAliases } from "../wire/index.ts";

export const AgentStatus = external("AgentStatus", () => ({
  pending_init: unit,
  running: unit,
  interrupted: unit,
  completed: orNull(string),
  errored: string,
  shutdown: unit,
  not_found: unit,
}));
export type AgentStatus = Out<typeof AgentStatus>;

export const CollabAgentRef = struct("CollabAgentRef", () =>
  withAliases(
    { agent_type: "agent_role" },
    {
      agent_nickname: omittable(string),
      agent_role: omittable(string),
      thread_id: ThreadId,
    },
  ),
);
export interface CollabAgentRef extends Out<typeof CollabAgentRef> {}

export const CollabAgentStatusEntry = struct("CollabAgentStatusEntry", () =>
  withAliases(
    { agent_type: "agent_role" },
    {
      agent_nickname: omittable(string),
      agent_role: omittable(string),
      status: AgentStatus,
      thread_id: ThreadId,
    },
  ),
);
export interface CollabAgentStatusEntry extends Out<typeof CollabAgentStatusEntry> {}
