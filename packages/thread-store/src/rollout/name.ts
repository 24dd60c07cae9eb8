import path from "node:path";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NAME = /^rollout-(\d{4})-(\d{2})-(\d{2})T(\d{2})-(\d{2})-(\d{2})-(.+)\.jsonl$/;
const UUID_LENGTH = 36;

/** What a rollout's file name tells: the thread, and when it started. */
export interface RolloutName {
  id: string;
  /** The time in the name read as UTC, milliseconds. It is local time of the writer: good for ordering, not for showing. */
  nameTime: number;
  /** The folder below `sessions/` that the name's date asks for. */
  folder: string;
}

/** File name and dated folder of a new rollout. Both are in local time. */
export function rolloutName(id: string, started: Date): { folder: string; file: string } {
  const pad = (n: number, width = 2) => String(n).padStart(width, "0");
  const year = pad(started.getFullYear(), 4);
  const month = pad(started.getMonth() + 1);
  const day = pad(started.getDate());
  const time = `${pad(started.getHours())}-${pad(started.getMinutes())}-${pad(started.getSeconds())}`;
  return { folder: path.join(year, month, day), file: `rollout-${year}-${month}-${day}T${time}-${id}.jsonl` };
}

/** Reads a rollout's file name; null for every other file. */
export function parseRolloutName(file: string): RolloutName | null {
  const match = NAME.exec(file);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, id] = match as unknown as string[];
  if (id === undefined || id.length !== UUID_LENGTH || !isUuid(id)) return null;
  const nameTime = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const valid = new Date(nameTime).toISOString().startsWith(`${year}-${month}-${day}T${hour}:${minute}:${second}`);
  return valid ? { id: id.toLowerCase(), nameTime, folder: path.join(year!, month!, day!) } : null;
}

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** The moment a version 7 UUID was made (milliseconds), or null for other versions. */
export function uuidTime(id: string): number | null {
  return id[14] === "7" ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : null;
}

/** The farthest that local time is from UTC, and a little for the seconds in between. */
const MAX_ZONE_MS = 14 * 3_600_000 + 60_000;

/**
 * When a thread started, told by its file name alone. The name has seconds of the writer's local time, the id has milliseconds of UTC:
 * the id says it better as long as both speak of the same moment.
 */
export function startTime(name: RolloutName): number {
  const time = uuidTime(name.id);
  return time !== null && Math.abs(time - name.nameTime) <= MAX_ZONE_MS ? time : name.nameTime;
}
