import { canonical } from "./normal.ts";

/** A place where two values differ. */
export interface Difference {
  readonly path: string;
  readonly ours: string;
  readonly theirs: string;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function show(value: unknown): string {
  const text = value === undefined ? "(nothing)" : canonical(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** Every place where two normal forms differ, as near to the leaves as possible. */
export function differences(ours: unknown, theirs: unknown, path = ""): readonly Difference[] {
  if (ours === theirs || canonical(ours ?? null) === canonical(theirs ?? null)) {
    return [];
  }
  const comparable = isMap(ours) && isMap(theirs) && Array.isArray(ours) === Array.isArray(theirs);
  if (!comparable || (Array.isArray(ours) && Array.isArray(theirs) && ours.length !== theirs.length)) {
    return [{ path: path === "" ? "." : path, ours: show(ours), theirs: show(theirs) }];
  }
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [...keys].flatMap(key => differences(ours[key], theirs[key], `${path}/${key}`));
}
