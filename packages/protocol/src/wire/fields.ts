import * as z from "zod/mini";
import { mark } from "./marks.ts";
import type { AnySchema } from "./schema.ts";

/** `T | null`, always written; absent means null on input. */
export function nullable<S extends AnySchema>(schema: S): z.ZodMiniDefault<z.ZodMiniNullable<S>> {
  return z._default(z.nullable(schema), null as never);
}

/** `T | null` in a place that is not a field (list elements, map values). */
export function orNull<S extends AnySchema>(schema: S): z.ZodMiniNullable<S> {
  return z.nullable(schema);
}

/** `f?: T | null`: a request's optional member; null and absent mean the same. */
export function optional<S extends AnySchema>(schema: S): z.ZodMiniOptional<z.ZodMiniNullable<S>> {
  return z.optional(z.nullable(schema));
}

/** As `optional`; a struct written as a list may leave it out, too. */
export function optionalInLists<S extends AnySchema>(schema: S): z.ZodMiniOptional<z.ZodMiniNullable<S>> {
  return mark(optional(schema), { omittableInLists: true });
}

/** `f?: T | null` where absent (leave as it is) and null (clear) differ. */
export function double<S extends AnySchema>(schema: S): z.ZodMiniOptional<z.ZodMiniNullable<z.ZodMiniNullable<S>>> {
  return z.optional(z.nullable(z.nullable(schema)));
}

/** `f?: T`: left out when unset; null is accepted on input and means unset. */
export function omittable<S extends AnySchema>(schema: S): z.ZodMiniOptional<S> {
  const lenient = z
    .optional(z.nullable(schema))
    .check(z.overwrite(value => (value === null ? undefined : value) as typeof value));
  return mark(lenient, { omittable: true }) as unknown as z.ZodMiniOptional<S>;
}

/** Absent means `value`; null is refused; always written. `value` is copied for each use. */
export function withDefault<S extends AnySchema>(schema: S, value: z.core.output<S>): z.ZodMiniDefault<S> {
  const fresh = typeof value === "object" && value !== null ? () => structuredClone(value) : value;
  return z._default(schema, fresh as never);
}

/** `f?: T`: absent means `value`, null is refused, and the field is left out when it has that value. */
export function skipDefault<S extends AnySchema>(schema: S, value: z.core.output<S>): z.ZodMiniOptional<S> {
  return mark(z.optional(schema), { skipped: value });
}

/** `f?: T`: read, and kept in memory, but no part of what is written (see `writtenItem`). */
export function unwritten<S extends AnySchema>(schema: S): z.ZodMiniOptional<S> {
  return mark(omittable(schema), { unwritten: true });
}
