/** What a member may be in place of what it should be. */
export const WRONG: readonly unknown[] = [
  undefined,
  null,
  70_000,
  -1,
  1.5,
  true,
  "",
  "other",
  [],
  ["other"],
  {},
  { type: "other" },
];

/** Keys from the outside in. */
export type Path = readonly (string | number)[];

/** Every member of a value, and of its members. */
export function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, member]) =>
    pathsOf(member, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return path.length === 0 ? inner : [path, ...inner];
}

/** A value with another member in this place; `undefined` takes it away. */
export function withMember(value: unknown, [key, ...rest]: Path, member: unknown): unknown {
  if (key === undefined) return member;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  if (rest.length === 0 && member === undefined) {
    if (Array.isArray(copy)) copy.splice(Number(key), 1);
    else delete copy[key];
  } else {
    copy[key] = withMember(copy[key], rest, member);
  }
  return copy;
}
