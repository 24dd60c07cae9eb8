import { ResponseItem } from "../models/response-item.ts";
import { flatten, type Out, string, tagged } from "../wire/index.ts";
import { EventMsg } from "./event-msg.ts";
import { CompactedItem } from "./event-parts.ts";
import { SessionMetaLine } from "./session-meta.ts";
import { TurnContextItem } from "./turn-context.ts";

const variants = () => ({
  session_meta: { payload: SessionMetaLine },
  response_item: { payload: ResponseItem },
  compacted: { payload: CompactedItem },
  turn_context: { payload: TurnContextItem },
  event_msg: { payload: EventMsg },
});

/** One thing a session remembers. */
export const RolloutItem = tagged("RolloutItem", "type", variants);
export type RolloutItem = Out<typeof RolloutItem>;

/** One line of a rollout file: an item and the time it was written, in UTC with milliseconds. */
export const RolloutLine = flatten("RolloutLine", () => ({ timestamp: string }), "type", variants);
export type RolloutLine = Out<typeof RolloutLine>;
