import { invalidRequest } from "../errors.ts";
import type { AppServer } from "../server.ts";
import type { ThreadHub } from "./hub.ts";

const HYPHENATED = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const SIMPLE = /^[0-9a-f]{32}$/i;

/** A thread id in its usual spelling. @throws RpcError with the text that clients know */
export function threadId(text: string): string {
  const bare = /^\{(.*)\}$/.exec(text)?.[1] ?? /^urn:uuid:(.*)$/i.exec(text)?.[1] ?? text;
  if (HYPHENATED.test(bare)) return bare.toLowerCase();
  if (SIMPLE.test(bare)) {
    return bare.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }
  throw invalidRequest(`invalid thread id: ${whyNoUuid(text)}`);
}

function whyNoUuid(text: string): string {
  const wrong = [...text].findIndex(character => !/[0-9a-fA-F-]/.test(character));
  if (wrong !== -1) {
    const found = [...text][wrong];
    return `invalid character: expected an optional prefix of \`urn:uuid:\` followed by [0-9a-fA-F-], found \`${found}\` at ${wrong + 1}`;
  }
  const groups = text.split("-");
  if (groups.length === 1) return `invalid length: expected length 32 for simple format, found ${text.length}`;
  if (groups.length !== 5) return `invalid group count: expected 5, found ${groups.length}`;
  const lengths = [8, 4, 4, 4, 12];
  const group = groups.findIndex((part, index) => part.length !== lengths[index]);
  return `invalid group length in group ${group}: expected ${lengths[group]}, found ${groups[group]?.length ?? 0}`;
}

/** The loaded thread of this id. @throws RpcError `thread not found` */
export function loadedThread(server: AppServer, text: string): ThreadHub {
  const id = threadId(text);
  const hub = server.threads.get(id);
  if (hub === undefined) throw invalidRequest(`thread not found: ${id}`);
  return hub;
}
