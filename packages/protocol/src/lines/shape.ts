export type Json = Record<string, unknown>;

/** A value as it is kept, `undefined` where it is left out, or that it is not what it should be. */
export type Read = (value: unknown) => unknown;
export const WRONG = Symbol("wrong");

export const text: Read = value => (typeof value === "string" ? value : WRONG);
export const truth: Read = value => (typeof value === "boolean" ? value : WRONG);
export const count: Read = value => (Number.isInteger(value) && (value as number) >= 0 ? value : WRONG);
export const anything: Read = value => (value === undefined ? WRONG : value);
export const oneOf =
  (...words: readonly string[]): Read =>
  value =>
    words.includes(value as string) ? value : WRONG;
/** Left out when it is null or not there. */
export const optional =
  (read: Read): Read =>
  value =>
    value === undefined || value === null ? undefined : read(value);
/** Null when it is not there. */
export const nullable =
  (read: Read): Read =>
  value =>
    value === undefined || value === null ? null : read(value);
/** Left out when it is not there; null is wrong. */
export const unset =
  (read: Read): Read =>
  value =>
    value === undefined ? undefined : read(value);

export function list(read: Read): Read {
  return value => {
    if (!Array.isArray(value)) return WRONG;
    const kept = value.map(read);
    return kept.includes(WRONG) ? WRONG : kept;
  };
}

export function record(read: Read): Read {
  return value => {
    if (!isObject(value)) return WRONG;
    const kept = Object.entries(value).map(([name, member]) => [name, read(member)] as const);
    return kept.some(([, member]) => member === WRONG) ? WRONG : Object.fromEntries(kept);
  };
}

export type Shape = readonly (readonly [string, Read])[];

export const shape = (members: Readonly<Record<string, Read>>): Shape => Object.entries(members);

/** The known members of an object, in the order of the wire. */
export function members(known: Shape, value: Json, type?: string): Json | typeof WRONG {
  const kept: Json = type === undefined ? {} : { type };
  for (const [name, read] of known) {
    const member = read(value[name]);
    if (member === WRONG) return WRONG;
    if (member !== undefined) kept[name] = member;
  }
  return kept;
}

export function struct(known: Readonly<Record<string, Read>>): Read {
  const own = shape(known);
  return value => (isObject(value) ? members(own, value) : WRONG);
}

/** An object whose `type` tells its members. A type that is not known is wrong, or becomes `other`. */
export function tagged(types: Readonly<Record<string, Readonly<Record<string, Read>>>>, unknown?: "other"): Read {
  const shapes = new Map(Object.entries(types).map(([type, known]) => [type, shape(known)]));
  return value => {
    if (!isObject(value) || typeof value.type !== "string") return WRONG;
    const known = shapes.get(value.type);
    if (known !== undefined) return members(known, value, value.type);
    return unknown === undefined ? WRONG : { type: unknown };
  };
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
