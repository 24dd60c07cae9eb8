import { withoutId } from "../request/body.ts";
import { isObject, type ResponseItem, type ResponsesRequest } from "../wire.ts";

/** What the server remembers of the last response on a connection. */
export interface Remembered {
  /** JSON of the request without its input. */
  shell: string;
  input: readonly ResponseItem[];
  /** Items that the server returned. */
  output: readonly ResponseItem[];
  responseId: string;
}

/** Input to send: everything, or what follows the response that the server remembers. */
export interface InputToSend {
  previousResponseId: string | null;
  input: readonly ResponseItem[];
}

export function shellOf(body: ResponsesRequest): string {
  return JSON.stringify({ ...body, input: [] });
}

/**
 * Only the new items, when nothing but the input changed and it goes on from where the last response ended; an empty
 * tail counts too.
 */
export function inputToSend(body: ResponsesRequest, remembered: Remembered | null): InputToSend {
  const whole = { previousResponseId: null, input: body.input };
  if (remembered === null || remembered.shell !== shellOf(body)) return whole;
  const known = [...remembered.input, ...remembered.output];
  if (body.input.length < known.length) return whole;
  const isSame = known.every((item, index) => sameItem(item, body.input[index]));
  if (!isSame) return whole;
  return { previousResponseId: remembered.responseId, input: body.input.slice(known.length) };
}

function sameItem(a: ResponseItem, b: ResponseItem | undefined): boolean {
  return b !== undefined && (a === b || sameMembers(a, b) || canonical(a) === canonical(b));
}

/** The history's own items come back as copies that share their members: no need to write a long conversation out for that. */
function sameMembers(a: object, b: object): boolean {
  const left: Record<string, unknown> = { ...a };
  const right: Record<string, unknown> = { ...b };
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every(name => name in right && left[name] === right[name]);
}

/** Members in which an item of the stream and the same item of the history may differ without meaning anything. */
const MEANINGLESS = new Set(["id", "status", "annotations", "logprobs"]);

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (!isObject(inner)) return inner;
    const members = Object.entries(inner).filter(
      ([name, member]) => !MEANINGLESS.has(name) && member !== null && member !== undefined,
    );
    return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** Headers that a WebSocket carries in the request's metadata, because it has headers only once. */
const METADATA_HEADERS = [
  "x-codex-window-id",
  "x-openai-subagent",
  "x-codex-parent-thread-id",
  "x-codex-turn-metadata",
] as const;

/** The text of a `response.create` message. No item has its id in it, even where a request over HTTP has. */
export function createMessage(
  body: ResponsesRequest,
  headers: Readonly<Record<string, string>>,
  { previousResponseId, input }: InputToSend,
  generate: boolean,
): string {
  const { model, instructions, input: _input, client_metadata, ...others } = body;
  const metadata: Record<string, string> = { ...client_metadata };
  for (const name of METADATA_HEADERS) {
    const value = headers[name];
    if (value !== undefined) metadata[name] = value;
  }
  return JSON.stringify({
    type: "response.create",
    model,
    ...(instructions === undefined ? {} : { instructions }),
    ...(previousResponseId === null ? {} : { previous_response_id: previousResponseId }),
    input: body.store === true ? input.map(withoutId) : input,
    ...others,
    ...(generate ? {} : { generate: false }),
    client_metadata: metadata,
  });
}
