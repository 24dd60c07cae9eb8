import { MemoryCitation, TextElement, TurnItem } from "./items.ts";
import { MessagePhase } from "../models/content.ts";
import { ResponseItem } from "../models/response-item.ts";
import { ThreadId } from "../shared/ids.ts";
import { array, int64, nullable, omittable, string, withDefault } from "../wire/index.ts";

/** @internal Variants of `EventMsg`. */
export const messagesEvents = () => ({
  agent_message: { memory_citation: nullable(MemoryCitation), message: string, phase: nullable(MessagePhase) },
  user_message: {
    images: omittable(array(string)),
    local_images: withDefault(array(string), []),
    message: string,
    text_elements: withDefault(array(TextElement), []),
  },
  agent_message_delta: { delta: string },
  agent_reasoning: { text: string },
  agent_reasoning_delta: { delta: string },
  agent_reasoning_raw_content: { text: string },
  agent_reasoning_raw_content_delta: { delta: string },
  agent_reasoning_section_break: { item_id: withDefault(string, ""), summary_index: withDefault(int64, 0) },
  raw_response_item: { item: ResponseItem },
  item_started: { item: TurnItem, thread_id: ThreadId, turn_id: string },
  item_completed: { item: TurnItem, thread_id: ThreadId, turn_id: string },
  agent_message_content_delta: { delta: string, item_id: string, thread_id: string, turn_id: string },
  plan_delta: { delta: string, item_id: string, thread_id: string, turn_id: string },
  reasoning_content_delta: {
    delta: string,
    item_id: string,
    summary_index: withDefault(int64, 0),
    thread_id: string,
    turn_id: string,
  },
  reasoning_raw_content_delta: {
    content_index: withDefault(int64, 0),
    delta: string,
    item_id: string,
    thread_id: string,
    turn_id: string,
  },
});
