import * as z from "zod/mini";

/** How a named type is laid out on the wire; `decode`, the schema generator and the docs read it. */
export type WireForm =
  | "struct"
  | "closed"
  | "open"
  | "flatten"
  | "enum"
  | "tagged"
  | "external"
  | "untagged"
  | "newtype";

/** A zod schema of any shape. */
export type AnySchema = z.core.$ZodType;

/** What a decoded value looks like: every field that the wire always writes is present. */
export type Out<S> = S extends { _zod: { output: infer O } } ? O : never;

/** What may be sent: fields with a default may be left out. */
export type In<S> = S extends { _zod: { input: infer I } } ? I : never;

/**
 * A named wire type. It is a zod schema (usable inside `z.object`, by `z.toJSONSchema`, and as a Standard Schema) that is
 * built when it is first used, so that importing the package costs nothing for the types a program never decodes.
 */
export interface Schema<O, I = O> extends z.core.$ZodType<O, I> {
  /** The type's name, as in the generated TypeScript. */
  readonly typeName: string;
  readonly form: WireForm;
  /** Decodes a value; throws zod's error on a bad one. `decode` gives the texts of the wire instead. */
  parse(value: unknown): O;
  safeParse(value: unknown): z.core.util.SafeParseResult<O>;
}

/** A schema that belongs to a named wire type. */
export type NamedSchema = Schema<unknown>;

class LazySchema {
  readonly typeName: string;
  readonly form: WireForm;
  readonly #build: () => AnySchema;

  constructor(form: WireForm, typeName: string, build: () => AnySchema) {
    this.form = form;
    this.typeName = typeName;
    this.#build = build;
  }

  get _zod(): AnySchema["_zod"] {
    const internals = this.#build()._zod;
    Object.defineProperty(this, "_zod", { value: internals });
    return internals;
  }

  get "~standard"(): AnySchema["~standard"] {
    return {
      version: 1,
      vendor: "zod",
      validate: (value: unknown) => {
        const result = this.safeParse(value);
        return result.success ? { value: result.data } : { issues: result.error.issues };
      },
    } as AnySchema["~standard"];
  }

  parse(value: unknown): unknown {
    return z.parse(this as unknown as AnySchema, value);
  }

  safeParse(value: unknown): z.core.util.SafeParseResult<unknown> {
    return z.safeParse(this as unknown as AnySchema, value);
  }
}

/** Names a schema without building it. */
export function named<O, I>(form: WireForm, typeName: string, build: () => AnySchema): Schema<O, I> {
  return new LazySchema(form, typeName, build) as unknown as Schema<O, I>;
}

/** Whether a schema is a named wire type. */
export function isNamed(schema: unknown): schema is NamedSchema {
  return schema instanceof LazySchema;
}
