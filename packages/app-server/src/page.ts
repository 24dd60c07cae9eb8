import { invalidRequest } from "./errors.ts";

/** Greatest index that a cursor may be: 64 bits. */
const MAX_INDEX = 2n ** 64n - 1n;

/**
 * One page of a list whose cursor is a decimal index.
 * @param total how the number of entries is named in the refusal of a cursor beyond the end
 */
export function page<T>(
  all: readonly T[],
  params: { cursor?: string | null | undefined; limit?: number | null | undefined },
  total: (count: number) => string,
): { data: T[]; nextCursor: string | null } {
  const { cursor } = params;
  let from = 0;
  if (cursor !== undefined && cursor !== null) {
    if (!/^\+?\d+$/.test(cursor) || BigInt(cursor) > MAX_INDEX) throw invalidRequest(`invalid cursor: ${cursor}`);
    from = Number(cursor);
    if (from > all.length) throw invalidRequest(`cursor ${cursor} exceeds ${total(all.length)}`);
  }
  const limit = Math.max(1, params.limit ?? all.length);
  const data = all.slice(from, from + limit);
  return { data, nextCursor: from + data.length < all.length ? String(from + data.length) : null };
}
