import { ThreadStoreError } from "../errors.ts";

/**
 * A place between two threads of an ordered list, told by time as RFC 3339 text. Threads of the same millisecond are told
 * apart by a count in the digits below it: `...:07.178000002Z` is after two threads of that millisecond.
 */
export interface Cursor {
  /** Milliseconds. */
  time: number;
  /** Threads of that millisecond that were delivered; null: all of them. */
  delivered: number | null;
}

const OLD_FORM = /^(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})$/;
const RFC_3339 = /^(\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})$/;

export function encodeCursor(cursor: Cursor): string {
  const iso = new Date(cursor.time).toISOString();
  if (cursor.delivered === null) return iso.replace(/\.000Z$/, "Z");
  return `${iso.slice(0, -1)}${String(cursor.delivered).padStart(6, "0")}Z`;
}

/** @throws ThreadStoreError `invalid_cursor` */
export function decodeCursor(text: string): Cursor {
  const old = OLD_FORM.exec(text);
  const match = RFC_3339.exec(old === null ? text : `${old[1]}T${old[2]}:${old[3]}:${old[4]}Z`);
  const fraction = match?.[2] ?? "";
  const time =
    match === null ? Number.NaN : Date.parse(`${match[1]}.${fraction.slice(0, 3).padEnd(3, "0")}${match[3]}`);
  if (Number.isNaN(time)) throw new ThreadStoreError("invalid_cursor", `invalid cursor: ${text}`);
  return { time, delivered: fraction.length === 9 ? Number(fraction.slice(3)) : null };
}
