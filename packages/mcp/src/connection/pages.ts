import { McpError } from "../errors.ts";

/** One page of what a server lists. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** A page as the server answered it. Throws `McpError` when it is none. */
export function readPage(result: Readonly<Record<string, unknown>>, field: string): Page<unknown> {
  const items = result[field];
  if (!Array.isArray(items)) throw new McpError("unexpected_response", "Unexpected response type");
  const { nextCursor } = result;
  return { items: items as unknown[], nextCursor: typeof nextCursor === "string" ? nextCursor : null };
}

/** Follows cursors to the end. A server that gives one twice would never end. */
export async function allPages<T>(page: (cursor?: string) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (;;) {
    const { items, nextCursor } = await page(cursor);
    all.push(...items);
    if (nextCursor === null) return all;
    if (seen.has(nextCursor)) throw new McpError("unexpected_response", "the server returned the same cursor twice");
    seen.add(nextCursor);
    cursor = nextCursor;
  }
}
