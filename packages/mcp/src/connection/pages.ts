import { McpError } from "../errors.ts";

/** One page of what a server lists. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  resources: ["uri", "name"],
  resourceTemplates: ["uriTemplate", "name"],
};

/** The contents of a resource, each with its text or its bytes. Throws `McpError` when they are none. */
export function readContents(contents: unknown): unknown[] {
  if (!Array.isArray(contents)) throw unexpected();
  return contents.map((content: unknown) => {
    const read = readListed(content, ["uri"]);
    if (typeof read["text"] !== "string" && typeof read["blob"] !== "string") throw unexpected();
    return read;
  });
}

/** Something listed, without the optional fields that are null. */
function readListed(item: unknown, required: readonly string[]): Record<string, unknown> {
  if (typeof item !== "object" || item === null || Array.isArray(item)) throw unexpected();
  if (required.some(field => typeof Reflect.get(item, field) !== "string")) throw unexpected();
  return withoutNulls(item as Record<string, unknown>);
}

/** The same fields without those that are null, which say as much as absent ones. */
export function withoutNulls(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function unexpected(): McpError {
  return new McpError("unexpected_response", "Unexpected response type");
}

/** A page as the server answered it. Throws `McpError` when it is none. */
export function readPage(result: Readonly<Record<string, unknown>>, field: string): Page<unknown> {
  const items = result[field];
  if (!Array.isArray(items)) throw unexpected();
  const { nextCursor } = result;
  return {
    items: items.map(item => readListed(item, REQUIRED[field] ?? [])),
    nextCursor: typeof nextCursor === "string" ? nextCursor : null,
  };
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
