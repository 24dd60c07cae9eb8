import { type Out, type Schema, tagged } from "../wire/index.ts";
import { agentsEvents } from "./events-agents.ts";
import { approvalsEvents } from "./events-approvals.ts";
import { messagesEvents } from "./events-messages.ts";
import { toolsEvents } from "./events-tools.ts";
import { turnEvents } from "./events-turn.ts";

/** Its type stays open, because the type of `EventMsg` cannot be inferred from itself. */
function nestedEvent(): Schema<{ type: string }> {
  return EventMsg;
}

/** What happened in a session, in the older vocabulary that rollout files keep. */
export const EventMsg = tagged(
  "EventMsg",
  "type",
  () => ({
    ...turnEvents(nestedEvent()),
    ...messagesEvents(),
    ...toolsEvents(),
    ...approvalsEvents(),
    ...agentsEvents(),
  }),
  { aliases: { turn_started: "task_started", turn_complete: "task_complete" } },
);
export type EventMsg = Out<typeof EventMsg>;

/** The event with a given tag. */
export type EventMsgOf<T extends EventMsg["type"]> = Extract<EventMsg, { type: T }>;
