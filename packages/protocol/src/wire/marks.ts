import type * as z from "zod/mini";

/** What zod's own definition of a schema does not say about the wire. */
export interface Mark {
  /** JSON Schema `format` of a number. */
  readonly format?: string;
  /** JSON Schema `minimum` of a number. */
  readonly minimum?: number;
  /** How the generated TypeScript spells the type, when not by the schema's shape. */
  readonly ts?: string;
  /** The field is left out when unset (`f?: T`), although `null` is accepted. */
  readonly omittable?: boolean;
  /** A struct written as a list may leave the field out. */
  readonly omittableInLists?: boolean;
  /** The default that is left out when it is written. */
  readonly skipped?: unknown;
  /** Other spellings of an enum's values or a union's tags, or other names of an object's fields: other -> canonical. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Rewrites older forms of a value before it is decoded. */
  readonly rewrite?: (value: unknown) => unknown;
  /** The field is read but never written. */
  readonly unwritten?: boolean;
  /** What an unknown value becomes. */
  readonly fallback?: string;
  /** The struct whose fields a variant of a tagged union has. */
  readonly carries?: z.core.$ZodType;
  /** The fields that a flattened union has of its own. */
  readonly common?: readonly string[];
  /** The opt-in that the field or variant needs, as a refusal names it. */
  readonly experimental?: string;
  /** The text of the reference for what was expected. */
  readonly expected?: string;
}

const marks = new WeakMap<object, Mark>();

/** Schemas are told by their definition, which a name shares with what it names; other objects by themselves. */
function keyOf(subject: object): object {
  return "_zod" in subject ? (subject as z.core.$ZodType)._zod.def : subject;
}

/** Notes something about a schema, or about the fields of an object. */
export function mark<S extends object>(subject: S, value: Mark): S {
  const key = keyOf(subject);
  marks.set(key, { ...marks.get(key), ...value });
  return subject;
}

/** What is noted about a schema, or about the fields of an object. */
export function markOf(subject: object): Mark | undefined {
  return marks.get(keyOf(subject));
}

/** Marks a field's schema, or a variant's fields, as needing an opt-in; `reason` is how the refusal names it. */
export function experimental<S extends object>(reason: string, schema: S): S {
  return mark(schema, { experimental: reason });
}
