/** Members of recorded payloads, read without trusting them. */

export type Payload = Readonly<Record<string, unknown>>;

export function isPayload(value: unknown): value is Payload {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const text = (payload: Payload, name: string): string | null => {
  const value = payload[name];
  return typeof value === "string" ? value : null;
};

export const number = (payload: Payload, name: string): number | null => {
  const value = payload[name];
  return typeof value === "number" ? value : null;
};

export const list = (payload: Payload, name: string): readonly unknown[] => {
  const value = payload[name];
  return Array.isArray(value) ? value : [];
};

export const object = (payload: Payload, name: string): Payload => {
  const value = payload[name];
  return isPayload(value) ? value : {};
};

/** A `{secs, nanos}` duration in milliseconds. */
export function milliseconds(payload: Payload, name: string): number | null {
  const value = payload[name];
  if (!isPayload(value)) return null;
  return Math.floor((number(value, "secs") ?? 0) * 1000 + (number(value, "nanos") ?? 0) / 1e6);
}

/** One of the known words (by its recorded spelling), or the fallback. */
export function word<T extends string>(value: unknown, words: Readonly<Record<string, T>>, fallback: T): T {
  return typeof value === "string" ? (words[value] ?? fallback) : fallback;
}
