import type * as z from "zod/mini";
import { DecodeError, type PathStep } from "./errors.ts";
import { isFloat, missingField, numberName, unknownField, unknownVariant, wrongType } from "./expectations.ts";
import { markOf } from "./marks.ts";
import { type AnySchema, isNamed } from "./schema.ts";
import { WHOLE, type WrittenNumbers } from "./written-numbers.ts";

interface Place {
  readonly path: readonly PathStep[];
  readonly numbers: WrittenNumbers | undefined;
  /** The number here as it is shown, if a double does not tell it. */
  readonly written: string | undefined;
  /** What an object here is called when the value is none. */
  readonly name: string;
}

const GREATEST_INT64 = 2n ** 63n - 1n;

type Def = z.core.$ZodTypes["_zod"]["def"];

function defOf(schema: AnySchema): Def {
  return schema._zod.def as Def;
}

function inside(place: Place, container: object, key: PathStep): Place {
  const written = place.numbers?.get(container)?.get(String(key));
  return { path: [...place.path, key], numbers: place.numbers, written, name: "" };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Decodes a value member by member in the order of its text, and refuses the first bad one with the text peers expect.
 * It accepts a few spellings that the fast path does not know: a struct as a list of its fields, and a bare enum value
 * as an object with one key. Throws `DecodeError`.
 */
export function read(schema: AnySchema, value: unknown, numbers?: WrittenNumbers): unknown {
  return readAt(schema, value, { path: [], numbers, written: numbers?.get(WHOLE)?.get(""), name: "" });
}

function readAt(schema: AnySchema, value: unknown, place: Place): unknown {
  if (!isNamed(schema)) {
    return readPlain(schema, value, place);
  }
  if (schema.typeName === "()") {
    return readNothing(value, place);
  }
  const named = { ...place, name: schema.typeName };
  const def = defOf(schema);
  if (def.type === "union" && schema.form !== "newtype") {
    switch (schema.form) {
      case "external":
        return readExternal(def as z.core.$ZodUnionDef, markOf(schema)?.expected ?? "", value, named);
      case "untagged":
        return readUntagged(def as z.core.$ZodUnionDef, value, named);
      default:
        return readTagged(def as z.core.$ZodDiscriminatedUnionDef, value, named);
    }
  }
  if (def.type === "pipe") {
    return readRewritten(schema, def, value, named);
  }
  return readPlain(schema, value, named);
}

/** A schema behind a step that reads older forms. */
function readRewritten(schema: AnySchema, def: z.core.$ZodPipeDef, value: unknown, place: Place): unknown {
  const step = def.in._zod.def as z.core.$ZodTransformDef;
  const rewritten = step.transform(value, { value, issues: [] });
  const inner = defOf(def.out);
  const form = isNamed(schema) ? schema.form : "struct";
  if (inner.type === "union" && form === "external") {
    return readExternal(inner as z.core.$ZodUnionDef, markOf(def.out)?.expected ?? "", rewritten, place);
  }
  if (inner.type === "union") {
    return readTagged(inner as z.core.$ZodDiscriminatedUnionDef, rewritten, place);
  }
  if (inner.type === "enum") {
    const values = Object.values(inner.entries) as string[];
    return readEnum(values, rewritten, place, withAliases(values, markOf(schema)?.aliases ?? {}));
  }
  return readPlain(def.out, rewritten, place);
}

/** The values that a refusal names: each with its other spellings, in the order of the alphabet. */
function withAliases(values: readonly string[], aliases: Readonly<Record<string, string>>): readonly string[] {
  return values.flatMap(value =>
    [value, ...Object.keys(aliases).filter(alias => aliases[alias] === value && !values.includes(alias))].sort(),
  );
}

function readNothing(value: unknown, place: Place): undefined {
  if (value === undefined || value === null || (isMap(value) && Object.keys(value).length === 0)) {
    return undefined;
  }
  throw wrongType(value, "unit", place.path, place.written);
}

function readPlain(schema: AnySchema, value: unknown, place: Place): unknown {
  const def = defOf(schema);
  switch (def.type) {
    case "optional":
      if (value === undefined || (value === null && markOf(schema)?.omittable === true)) {
        return undefined;
      }
      return readAt(def.innerType, value, place);
    case "nullable":
      return value === null ? null : readAt(def.innerType, value, place);
    case "default":
      return value === undefined ? def.defaultValue : readAt(def.innerType, value, place);
    case "pipe":
      return readRewritten(schema, def, value, place);
    case "object":
      return readObject(def, value, place);
    case "array":
      return readArray(def, value, place);
    case "record":
      return readRecord(def, value, place);
    case "enum":
      return readEnum(Object.values(def.entries) as string[], value, place);
    case "literal":
      return readEnum(def.values as string[], value, place);
    case "string":
      return readString(schema, value, place);
    case "boolean":
      if (typeof value !== "boolean") {
        throw wrongType(value, "a boolean", place.path, place.written);
      }
      return value;
    case "number":
      return readNumber(schema, value, place);
    default:
      return value;
  }
}

function readString(schema: AnySchema, value: unknown, place: Place): string {
  const expected = markOf(schema)?.expected;
  if (typeof value !== "string") {
    throw wrongType(value, expected ?? "a string", place.path, place.written);
  }
  if (expected === undefined) {
    return value;
  }
  const payload = schema._zod.run({ value, issues: [] }, { async: false });
  if (payload instanceof Promise || payload.issues.length > 0) {
    throw new DecodeError("AbsolutePathBuf deserialized without a base path", place.path);
  }
  return payload.value as string;
}

function readNumber(schema: AnySchema, value: unknown, place: Place): number {
  const { format, minimum } = markOf(schema) ?? {};
  const { written } = place;
  const takesFloats = format === "double" || format === "float";
  const isInteger = Number.isInteger(value) && !(written !== undefined && isFloat(written));
  if (typeof value !== "number" || (!takesFloats && !isInteger)) {
    throw wrongType(value, numberName(format), place.path, written);
  }
  const payload = schema._zod.run({ value, issues: [] }, { async: false });
  const tooGreat = format === "int64" && written !== undefined && BigInt(written) > GREATEST_INT64;
  if (tooGreat || payload instanceof Promise || payload.issues.length > 0) {
    const expected = minimum === 1 ? "a nonzero usize" : numberName(format);
    throw new DecodeError(`invalid value: integer \`${written ?? value}\`, expected ${expected}`, place.path);
  }
  return value;
}

function readArray(def: z.core.$ZodArrayDef, value: unknown, place: Place): unknown[] {
  if (!Array.isArray(value)) {
    throw wrongType(value, "a sequence", place.path, place.written);
  }
  return value.map((element: unknown, index) => readAt(def.element, element, inside(place, value, index)));
}

function readRecord(def: z.core.$ZodRecordDef, value: unknown, place: Place): Record<string, unknown> {
  if (!isMap(value)) {
    throw wrongType(value, "a map", place.path, place.written);
  }
  const entries = Object.entries(value)
    .filter(([key]) => key !== "__proto__")
    .map(([key, member]) => [key, readAt(def.valueType, member, inside(place, value, key))]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/** Whether leaving a field out is an error. */
function isRequired(schema: AnySchema): boolean {
  const { type } = defOf(schema);
  return type !== "optional" && type !== "default" && type !== "undefined";
}

function readObject(def: z.core.$ZodObjectDef, value: unknown, place: Place): Record<string, unknown> {
  const fields = Object.entries<AnySchema>(def.shape);
  if (Array.isArray(value)) {
    return readPositional(fields, value, place);
  }
  if (!isMap(value)) {
    throw wrongType(value, place.name === "" ? "struct variant" : `struct ${place.name}`, place.path, place.written);
  }
  const rest = def.catchall === undefined ? undefined : defOf(def.catchall);
  const result: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (Object.hasOwn(def.shape, key)) {
      result[key] = readAt(def.shape[key] as AnySchema, member, inside(place, value, key));
    } else if (rest?.type === "never") {
      throw unknownField(key, Object.keys(def.shape), place.path);
    } else if (rest !== undefined && key !== "__proto__") {
      result[key] = readAt(def.catchall as AnySchema, member, inside(place, value, key));
    }
  }
  for (const [key, schema] of fields) {
    if (Object.hasOwn(result, key)) {
      continue;
    }
    if (isRequired(schema)) {
      throw missingField(key, place.path);
    }
    const absent = readAt(schema, undefined, place);
    if (absent !== undefined) {
      result[key] = absent;
    }
  }
  return result;
}

/** What a field that a list leaves out becomes; undefined when it must be there. */
function leftOut(schema: AnySchema): { value: unknown } | undefined {
  const def = defOf(schema);
  if (def.type === "default") {
    return def.defaultValue === null ? undefined : { value: def.defaultValue };
  }
  const { skipped, omittableInLists } = markOf(schema) ?? {};
  return skipped === undefined && omittableInLists !== true ? undefined : { value: skipped };
}

const counted = (many: number) => `${many} element${many === 1 ? "" : "s"}`;

/** A struct written as the list of its fields. */
function readPositional(
  fields: readonly (readonly [string, AnySchema])[],
  value: readonly unknown[],
  place: Place,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [index, [key, schema]] of fields.entries()) {
    if (index < value.length) {
      const decoded = readAt(schema, value[index], inside(place, value, index));
      if (decoded !== undefined) {
        result[key] = decoded;
      }
      continue;
    }
    const absent = leftOut(schema);
    if (absent === undefined) {
      const kind = place.name.includes("::") ? "struct variant" : "struct";
      const expected = `${kind} ${place.name} with ${counted(fields.length)}`;
      throw new DecodeError(`invalid length ${index}, expected ${expected}`, place.path);
    }
    if (absent.value !== undefined) {
      result[key] = structuredClone(absent.value);
    }
  }
  if (value.length > fields.length) {
    const expected = `${counted(fields.length)} in sequence`;
    throw new DecodeError(`invalid length ${value.length}, expected ${expected}`, place.path);
  }
  return result;
}

/** The variant's name and what it carries: a bare string, or an object with one key. */
function readVariantKey(value: unknown, place: Place): readonly [string, unknown, Place] | readonly [string] {
  if (typeof value === "string") {
    return [value];
  }
  if (!isMap(value)) {
    throw wrongType(value, "string or map", place.path, place.written);
  }
  const keys = Object.keys(value);
  const key = keys[0];
  if (keys.length !== 1 || key === undefined) {
    throw new DecodeError("invalid value: map, expected map with a single key", place.path);
  }
  return [key, value[key], inside(place, value, key)];
}

function readEnum(values: readonly string[], value: unknown, place: Place, shown = values): string {
  const [name, ...carried] = readVariantKey(value, place);
  if (!values.includes(name)) {
    throw unknownVariant(name, shown, place.path);
  }
  const [body, at] = carried;
  if (carried.length > 0 && body !== null) {
    throw wrongType(body, "unit", at?.path ?? place.path, at?.written);
  }
  return name;
}

function readExternal(def: z.core.$ZodUnionDef, order: string, value: unknown, place: Place): unknown {
  const names = order.split(",");
  const [name, ...carried] = readVariantKey(value, place);
  if (!names.includes(name)) {
    throw unknownVariant(name, names, place.path);
  }
  const bodies = def.options.flatMap(option => {
    const inner = defOf(option as AnySchema);
    return inner.type === "object" && Object.hasOwn(inner.shape, name) ? [inner.shape[name] as AnySchema] : [];
  });
  const body = bodies[0];
  const [content, at = place] = carried;
  if (body === undefined) {
    if (carried.length > 0 && content !== null) {
      throw wrongType(content, "unit", at.path, at.written);
    }
    return name;
  }
  if (carried.length === 0) {
    const kind = isNamed(body) || defOf(body).type !== "object" ? "newtype variant" : "struct variant";
    throw new DecodeError(`invalid type: unit variant, expected ${kind}`, place.path);
  }
  return { [name]: readAt(body, content, at) };
}

function readUntagged(def: z.core.$ZodUnionDef, value: unknown, place: Place): unknown {
  for (const option of def.options) {
    if (Array.isArray(value) && isOwnStruct(option as AnySchema, place.name)) continue;
    try {
      return readAt(option as AnySchema, value, place);
    } catch (error) {
      if (!(error instanceof DecodeError)) {
        throw error;
      }
    }
  }
  throw new DecodeError(`data did not match any variant of untagged enum ${place.name}`, place.path);
}

/** Whether a variant has fields of its own, which nobody may list, and not those of a struct that it carries. */
function isOwnStruct(option: AnySchema, union: string): boolean {
  return isNamed(option) && (option.typeName === union || option.typeName.startsWith(`${union}.`));
}

function readTagged(def: z.core.$ZodDiscriminatedUnionDef, value: unknown, place: Place): unknown {
  const tag = def.discriminator;
  const isList = Array.isArray(value);
  if (!isMap(value) && !isList) {
    throw wrongType(value, `internally tagged enum ${place.name}`, place.path, place.written);
  }
  if (isList ? value.length === 0 : !Object.hasOwn(value, tag)) {
    throw missingField(tag, place.path);
  }
  const shapes = def.options.map(option => defOf(option as AnySchema) as z.core.$ZodObjectDef);
  const tags = shapes.map(shape =>
    String((defOf(shape.shape[tag] as AnySchema) as z.core.$ZodLiteralDef<string>).values[0]),
  );
  const current: unknown = isList ? value[0] : value[tag];
  const index = variantIndex(current, tags, inside(place, value, isList ? 0 : tag));
  const [shape, name] = [shapes[index]!, tags[index]!];
  if (!isList) {
    return readObject(shape, current === name ? value : { ...value, [tag]: name }, place);
  }
  const fields = Object.entries<AnySchema>(shape.shape).filter(([key]) => key !== tag);
  const variant = `${place.name}::${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return { [tag]: name, ...readPositional(fields, value.slice(1), { ...place, name: variant }) };
}

/** The variant that a tag means: its name, or its number. */
function variantIndex(tag: unknown, tags: readonly string[], place: Place): number {
  if (typeof tag === "number" && Number.isInteger(tag) && tag >= 0 && !(place.written && isFloat(place.written))) {
    if (tag < tags.length) {
      return tag;
    }
    const range = `variant index 0 <= i < ${tags.length}`;
    throw new DecodeError(`invalid value: integer \`${place.written ?? tag}\`, expected ${range}`, place.path);
  }
  if (typeof tag !== "string") {
    throw wrongType(tag, "variant identifier", place.path, place.written);
  }
  const index = tags.indexOf(tag);
  if (index === -1) {
    throw unknownVariant(tag, tags, place.path.slice(0, -1));
  }
  return index;
}
