import type { ResponseItem } from "../models/response-item.ts";
import {
  anything,
  count,
  isObject,
  list,
  members,
  nullable,
  oneOf,
  optional,
  type Read,
  record,
  type Shape,
  shape,
  struct,
  tagged,
  text,
  truth,
  unset,
  WRONG,
} from "./shape.ts";

/** An item as a stream or a file has it: with the id that is read and not kept. */
export type ReadItem = ResponseItem & { id?: string };

const detail = optional(oneOf("auto", "low", "high", "original"));
const part = tagged({ input_text: { text }, input_image: { image_url: text, detail }, output_text: { text } });
const outputPart = tagged({ input_text: { text }, input_image: { image_url: text, detail } });
const output: Read = value => (typeof value === "string" ? value : list(outputPart)(value));
const optionalText = optional(text);

const action = tagged({
  exec: {
    command: list(text),
    timeout_ms: nullable(count),
    working_directory: nullable(text),
    env: nullable(record(text)),
    user: nullable(text),
  },
});

const search = tagged(
  {
    search: { query: optionalText, queries: optional(list(text)) },
    open_page: { url: optionalText },
    find_in_page: { url: optionalText, pattern: optionalText },
  },
  "other",
);

const commit = struct({
  id: text,
  parent: nullable(text),
  preexisting_untracked_files: list(text),
  preexisting_untracked_dirs: list(text),
});

const compaction = shape({ encrypted_content: text });

/** The members of each kind of item. A test holds them against the schemas, which take too long to load for every turn. */
const KINDS: ReadonlyMap<string, Shape> = new Map(
  Object.entries({
    message: shape({
      id: optionalText,
      role: text,
      content: list(part),
      end_turn: optional(truth),
      phase: optional(oneOf("commentary", "final_answer")),
    }),
    reasoning: shape({
      id: unset(text),
      summary: list(tagged({ summary_text: { text } })),
      content: nullable(list(tagged({ reasoning_text: { text }, text: { text } }))),
      encrypted_content: nullable(text),
    }),
    local_shell_call: shape({
      id: optionalText,
      call_id: nullable(text),
      status: oneOf("completed", "in_progress", "incomplete"),
      action,
    }),
    function_call: shape({ id: optionalText, name: text, namespace: optionalText, arguments: text, call_id: text }),
    tool_search_call: shape({
      id: optionalText,
      call_id: nullable(text),
      status: optionalText,
      execution: text,
      arguments: anything,
    }),
    function_call_output: shape({ call_id: text, output }),
    custom_tool_call: shape({ id: optionalText, status: optionalText, call_id: text, name: text, input: text }),
    custom_tool_call_output: shape({ call_id: text, name: optionalText, output }),
    tool_search_output: shape({ call_id: nullable(text), status: text, execution: text, tools: list(anything) }),
    web_search_call: shape({ id: optionalText, status: optionalText, action: optional(search) }),
    image_generation_call: shape({ id: text, status: text, revised_prompt: optionalText, result: text }),
    ghost_snapshot: shape({ ghost_commit: commit }),
    compaction,
  }),
);

/** Types of items that are known. */
export const RESPONSE_ITEM_TYPES: ReadonlySet<string> = new Set([...KINDS.keys(), "compaction_summary"]);

/**
 * An item of a response with the members that are known, as it is kept and sent back; null for one that is not what its type
 * says, and for one of a type that nobody knows: it is passed over, never half understood (spec, model-provider section 7,
 * rollout section 5). What `ResponseItem` decodes, at a fraction of the time.
 */
export function readResponseItem(value: unknown): ReadItem | null {
  if (!isObject(value) || typeof value.type !== "string") return null;
  const type = value.type === "compaction_summary" ? "compaction" : value.type;
  const known = KINDS.get(type);
  const item = known === undefined ? WRONG : members(known, value, type);
  return item === WRONG ? null : (item as unknown as ReadItem);
}
