import { anything, count, type Json, list, oneOf, optional, type Read, struct, text, unset, WRONG } from "./shape.ts";

const whole: Read = value => (Number.isInteger(value) ? value : WRONG);
const object = struct({});
const optionalText = optional(text);
const texts = list(text);

const ended = { completed_at: optional(whole), duration_ms: optional(whole) };

/** Members of events that reading a session again makes use of; other events only need their type. */
const EVENTS: ReadonlyMap<string, Read> = new Map<string, Read>(
  Object.entries({
    user_message: struct({
      message: text,
      images: optional(texts),
      local_images: unset(texts),
      text_elements: unset(
        list(struct({ byte_range: struct({ start: count, end: count }), placeholder: optionalText })),
      ),
    }),
    agent_message: struct({
      message: text,
      phase: optional(oneOf("commentary", "final_answer")),
      memory_citation: optional(object),
    }),
    agent_reasoning: struct({ text }),
    agent_reasoning_raw_content: struct({ text }),
    task_started: struct({
      turn_id: text,
      started_at: optional(whole),
      model_context_window: optional(whole),
      collaboration_mode_kind: unset(oneOf("plan", "default", "code", "pair_programming", "execute", "custom")),
    }),
    task_complete: struct({
      turn_id: text,
      last_agent_message: optionalText,
      ...ended,
      time_to_first_token_ms: optional(whole),
    }),
    turn_aborted: struct({
      turn_id: optionalText,
      reason: oneOf("interrupted", "replaced", "review_ended"),
      ...ended,
    }),
    thread_rolled_back: struct({ num_turns: count }),
    thread_name_updated: struct({ thread_id: text, thread_name: optionalText }),
    item_completed: struct({ item: object }),
    error: struct({ message: text, codex_error_info: optional(anything) }),
  }),
);

/** An event as a session file has it, or null when it is not to be understood (spec, rollout section 3). */
export function readEvent<T extends Json & { type: string }>(payload: T): T | null {
  return EVENTS.get(payload.type)?.(payload) === WRONG ? null : payload;
}
