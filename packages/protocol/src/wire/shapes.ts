import * as z from "zod/mini";
import { experimental, type Mark, mark, markOf } from "./marks.ts";
import { type AnySchema, type In, named, type Out, type Schema } from "./schema.ts";
import { unknown } from "./scalars.ts";

/** The fields of an object, in declaration order. */
export type Shape = Readonly<Record<string, AnySchema>>;

type Flat<T> = { [K in keyof T]: T[K] };
type NoExtra = Record<never, never>;
type ShapeOut<S extends Shape> = z.core.$InferObjectOutput<S, NoExtra>;
type ShapeIn<S extends Shape> = z.core.$InferObjectInput<S, NoExtra>;

/** Any JSON value, kept as it is. */
export type JsonValue = number | string | boolean | JsonValue[] | { [key in string]?: JsonValue } | null;
export const JsonValue: Schema<JsonValue> = named("newtype", "JsonValue", () => unknown);

type Rewrite = (value: Record<string, unknown>) => Record<string, unknown>;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Fields that are also read under other names: other name -> field. */
export function withAliases<S extends Shape>(aliases: Readonly<Record<string, keyof S & string>>, shape: S): S {
  return mark(shape, { aliases });
}

/** How older spellings of an object's fields are read, if there are any. */
function aliasReader(shape: Shape): Rewrite | undefined {
  const aliases = Object.entries(markOf(shape)?.aliases ?? {});
  if (aliases.length === 0) {
    return undefined;
  }
  return value => {
    const copy = { ...value };
    for (const [name, field] of aliases) {
      if (Object.hasOwn(copy, name) && !Object.hasOwn(copy, field)) {
        copy[field] = copy[name];
      }
    }
    return copy;
  };
}

function noted(aliases: Readonly<Record<string, string>> | undefined, fallback: string | undefined): Mark {
  return { ...(aliases === undefined ? {} : { aliases }), ...(fallback === undefined ? {} : { fallback }) };
}

/** Puts a step that reads older forms in front of a schema. */
function reading(schema: AnySchema, rewrite: (value: unknown) => unknown, more: Mark = {}): AnySchema {
  const piped = z.pipe(z.transform(rewrite), schema as z.ZodMiniType<unknown, never>);
  return mark(piped, { ...more, rewrite });
}

/** An object, with the steps that read its older forms in front. */
function readingObject(
  object: z.ZodMiniObject<Shape, z.core.$ZodObjectConfig>,
  ...steps: readonly (Rewrite | undefined)[]
): AnySchema {
  const known = steps.filter(step => step !== undefined);
  return known.length === 0
    ? object
    : reading(object, value => (isObject(value) ? known.reduce((form, step) => step(form), value) : value));
}

function objectOf(shape: Shape, rewrite?: Rewrite): AnySchema {
  return readingObject(z.object(shape), rewrite, aliasReader(shape));
}

/** Carries the opt-in of a variant's fields over to its schema. */
function sameGate<S extends AnySchema>(variant: object, schema: S): S {
  const reason = markOf(variant)?.experimental;
  return reason === undefined ? schema : experimental(reason, schema);
}

export interface StructOptions {
  /** Turns an older form of the object into the present one. */
  readonly rewrite?: Rewrite;
}

/** An object; members that it does not know are ignored. */
export function struct<S extends Shape>(
  name: string,
  shape: () => S,
  options: StructOptions = {},
): Schema<ShapeOut<S>, ShapeIn<S>> {
  return named("struct", name, () => objectOf(shape(), options.rewrite));
}

/** An object that refuses members it does not know. */
export function closed<S extends Shape>(
  name: string,
  shape: () => S,
  options: StructOptions = {},
): Schema<ShapeOut<S>, ShapeIn<S>> {
  return named("closed", name, () => readingObject(z.strictObject(shape()), options.rewrite));
}

/** An object that keeps the members it does not know, decoded by `rest`. */
export function open<S extends Shape, R extends AnySchema>(
  name: string,
  shape: () => S,
  rest: () => R,
): Schema<ShapeOut<S> & { [key: string]: Out<R> | Out<S[keyof S]> }, ShapeIn<S> & { [key: string]: unknown }> {
  return named("open", name, () => z.catchall(z.object(shape()), rest()));
}

export interface EnumOptions<V extends string> {
  /** Other accepted spellings. */
  readonly aliases?: Readonly<Record<string, V>>;
  /** What a value that is not in the list becomes. */
  readonly fallback?: V;
}

/** One of a fixed set of strings. */
export function stringEnum<const V extends string>(
  name: string,
  values: readonly V[],
  options: EnumOptions<V> = {},
): Schema<V> {
  return named("enum", name, () => {
    const plain = z.enum(values as readonly string[] as readonly [string, ...string[]]);
    const { aliases, fallback } = options;
    if (aliases === undefined && fallback === undefined) {
      return plain;
    }
    const known = new Map<string, string>(values.map(value => [value, value]));
    for (const [alias, value] of Object.entries(aliases ?? {})) {
      known.set(alias, value);
    }
    const canonical = (value: unknown) => (typeof value === "string" ? (known.get(value) ?? fallback ?? value) : value);
    return reading(plain, canonical, noted(aliases, fallback));
  });
}

/** The fields of a variant, or a struct whose fields are the variant's. */
export type Variant = Shape | Schema<object>;
export type Variants = Readonly<Record<string, Variant>>;

type VariantOut<V> = V extends { _zod: { output: infer O } }
  ? O
  : keyof V extends never
    ? unknown
    : V extends Shape
      ? ShapeOut<V>
      : never;
type VariantIn<V> = V extends { _zod: { input: infer I } }
  ? I
  : keyof V extends never
    ? unknown
    : V extends Shape
      ? ShapeIn<V>
      : never;
type TaggedOut<T extends string, V extends Variants> = {
  [K in keyof V & string]: Flat<{ [P in T]: K } & VariantOut<V[K]>>;
}[keyof V & string];
type TaggedIn<T extends string, V extends Variants> = {
  [K in keyof V & string]: Flat<{ [P in T]: K } & VariantIn<V[K]>>;
}[keyof V & string];

/** The fields of a struct schema. */
export function fieldsOf(schema: AnySchema): Shape {
  const def = schema._zod.def as z.core.$ZodObjectDef | z.core.$ZodPipeDef;
  return def.type === "pipe" ? fieldsOf(def.out) : def.shape;
}

function isSchema(value: unknown): value is AnySchema {
  return typeof value === "object" && value !== null && "_zod" in value;
}

function variantFields(variant: Variant): Shape {
  return isSchema(variant) ? fieldsOf(variant) : variant;
}

interface TagOptions {
  /** Other spellings of tags. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** The tag that an unknown one becomes. */
  readonly fallback?: string;
  /** Turns an older form of the value into the present one. */
  readonly rewrite?: Rewrite;
}

function taggedUnion(tag: string, variants: Variants, options: TagOptions, common: Shape = {}): AnySchema {
  const entries = Object.entries(variants);
  const objects = entries.map(([value, variant]) => {
    const object = z.object({ ...common, [tag]: z.literal(value), ...variantFields(variant) });
    return isSchema(variant) ? mark(object, { carries: variant }) : sameGate(variant, object);
  });
  const union = z.discriminatedUnion(tag, objects as unknown as [z.ZodMiniObject, ...z.ZodMiniObject[]]);
  const readers = new Map(
    entries.flatMap(([key, variant]) => {
      const reader = aliasReader(variantFields(variant));
      return reader === undefined ? [] : [[key, reader] as const];
    }),
  );
  const { aliases = {}, fallback, rewrite } = options;
  if (readers.size === 0 && fallback === undefined && options.aliases === undefined && rewrite === undefined) {
    return union;
  }
  const canonical = (original: unknown): unknown => {
    const value = isObject(original) && rewrite !== undefined ? rewrite(original) : original;
    const current = isObject(value) ? value[tag] : undefined;
    if (!isObject(value) || typeof current !== "string") {
      return value;
    }
    if (Object.hasOwn(variants, current)) {
      return readers.get(current)?.(value) ?? value;
    }
    const other = Object.hasOwn(aliases, current) ? aliases[current] : fallback;
    return other === undefined ? value : { ...value, [tag]: other };
  };
  return reading(union, canonical, noted(aliases, fallback));
}

/** A union whose member is told by the string in `tag`. */
export function tagged<T extends string, V extends Variants>(
  name: string,
  tag: T,
  variants: () => V,
  options: TagOptions = {},
): Schema<TaggedOut<T, V>, TaggedIn<T, V>> {
  return named("tagged", name, () => taggedUnion(tag, variants(), options));
}

/** An object with fields of its own and, beside them, those of a tagged union. */
export function flatten<S extends Shape, T extends string, V extends Variants>(
  name: string,
  shape: () => S,
  tag: T,
  variants: () => V,
): Schema<ShapeOut<S> & TaggedOut<T, V>, ShapeIn<S> & TaggedIn<T, V>> {
  return named("flatten", name, () => {
    const common = shape();
    return mark(taggedUnion(tag, variants(), {}, common), { common: Object.keys(common) });
  });
}

/** A variant of an external union that carries nothing: a bare string on the wire. */
export const unit: unique symbol = Symbol("unit variant");
export type External = Readonly<Record<string, typeof unit | Shape | AnySchema>>;

type ExternalOut<V extends External> = {
  [K in keyof V & string]: V[K] extends typeof unit ? K : { [P in K]: VariantOut<V[K]> };
}[keyof V & string];
type ExternalIn<V extends External> = {
  [K in keyof V & string]: V[K] extends typeof unit ? K : { [P in K]: VariantIn<V[K]> };
}[keyof V & string];

/** A union of bare strings and objects with one key, the key being the variant's name. */
export function external<V extends External>(
  name: string,
  variants: () => V,
  options: { readonly fallback?: string } = {},
): Schema<ExternalOut<V>, ExternalIn<V>> {
  return named("external", name, () => {
    const entries = Object.entries<typeof unit | Shape | AnySchema>(variants());
    const units = entries.filter(([, body]) => body === unit).map(([key]) => key);
    const bodies = entries.flatMap(([key, body]) =>
      body === unit ? [] : [z.strictObject({ [key]: isSchema(body) ? body : sameGate(body, objectOf(body)) })],
    );
    const strings = z.enum(units as [string, ...string[]]);
    const members: AnySchema[] = units.length > 0 ? [strings, ...bodies] : bodies;
    const union = z.union(members as [AnySchema, ...AnySchema[]]);
    mark(union, { expected: entries.map(([key]) => key).join(",") });
    const { fallback } = options;
    if (fallback === undefined) {
      return union;
    }
    const canonical = (value: unknown) => (typeof value === "string" && !units.includes(value) ? fallback : value);
    return reading(union, canonical, { fallback });
  });
}

/** A union whose members are tried in order. */
export function untagged<const M extends readonly AnySchema[]>(
  name: string,
  members: () => M,
): Schema<Out<M[number]>, In<M[number]>> {
  return named("untagged", name, () => z.union(members() as unknown as [AnySchema, ...AnySchema[]]));
}

/** Another name for a schema. */
export function newtype<S extends AnySchema>(name: string, schema: () => S): Schema<Out<S>, In<S>> {
  return named("newtype", name, schema);
}

export function array<S extends AnySchema>(schema: S): z.ZodMiniArray<S> {
  return z.array(schema);
}

/** An object used as a map from strings. */
export function record<S extends AnySchema>(schema: S): z.ZodMiniRecord<z.ZodMiniString, S> {
  return z.record(z.string(), schema);
}

/** The value must be absent, null or an empty object where a method takes no params. */
export const noParams: Schema<undefined, unknown> = named("newtype", "()", () => z.undefined());
