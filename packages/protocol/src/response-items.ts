import type { ResponseItem } from "./models/response-item.ts";

/** An item as a stream or a file has it: with the id that is read and not kept. */
export type ReadItem = ResponseItem & { id?: string };

type Json = Record<string, unknown>;

/** A value as it is kept, `undefined` where it is left out, or that it is not what it should be. */
type Read = (value: unknown) => unknown;
const WRONG = Symbol("wrong");

const text: Read = value => (typeof value === "string" ? value : WRONG);
const truth: Read = value => (typeof value === "boolean" ? value : WRONG);
const count: Read = value => (Number.isInteger(value) && (value as number) >= 0 ? value : WRONG);
const anything: Read = value => (value === undefined ? WRONG : value);
const oneOf =
  (...words: readonly string[]): Read =>
  value =>
    words.includes(value as string) ? value : WRONG;
/** Left out when it is null or not there. */
const optional =
  (read: Read): Read =>
  value =>
    value === undefined || value === null ? undefined : read(value);
/** Null when it is not there. */
const nullable =
  (read: Read): Read =>
  value =>
    value === undefined || value === null ? null : read(value);
/** Left out when it is not there; null is wrong. */
const unset =
  (read: Read): Read =>
  value =>
    value === undefined ? undefined : read(value);

function list(read: Read): Read {
  return value => {
    if (!Array.isArray(value)) return WRONG;
    const kept = value.map(read);
    return kept.includes(WRONG) ? WRONG : kept;
  };
}

function record(read: Read): Read {
  return value => {
    if (!isObject(value)) return WRONG;
    const kept = Object.entries(value).map(([name, member]) => [name, read(member)] as const);
    return kept.some(([, member]) => member === WRONG) ? WRONG : Object.fromEntries(kept);
  };
}

type Shape = readonly (readonly [string, Read])[];

const shape = (members: Readonly<Record<string, Read>>): Shape => Object.entries(members);

/** The known members of an object, in the order of the wire. */
function members(known: Shape, value: Json, type?: string): Json | typeof WRONG {
  const kept: Json = type === undefined ? {} : { type };
  for (const [name, read] of known) {
    const member = read(value[name]);
    if (member === WRONG) return WRONG;
    if (member !== undefined) kept[name] = member;
  }
  return kept;
}

function struct(known: Readonly<Record<string, Read>>): Read {
  const own = shape(known);
  return value => (isObject(value) ? members(own, value) : WRONG);
}

/** An object whose `type` tells its members. A type that is not known is wrong, or becomes `other`. */
function tagged(types: Readonly<Record<string, Readonly<Record<string, Read>>>>, unknown?: "other"): Read {
  const shapes = new Map(Object.entries(types).map(([type, known]) => [type, shape(known)]));
  return value => {
    if (!isObject(value) || typeof value.type !== "string") return WRONG;
    const known = shapes.get(value.type);
    if (known !== undefined) return members(known, value, value.type);
    return unknown === undefined ? WRONG : { type: unknown };
  };
}

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

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
