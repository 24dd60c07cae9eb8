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
  /** The text of the reference for what was expected. */
  readonly expected?: string;
}

const marks = new WeakMap<object, Mark>();

/** Notes something about a schema, or about the fields of an object. */
export function mark<S extends object>(schema: S, value: Mark): S {
  marks.set(schema, { ...marks.get(schema), ...value });
  return schema;
}

/** What is noted about a schema beside its zod definition. */
export function markOf(schema: object): Mark | undefined {
  return marks.get(schema);
}
