import fc from "fast-check";
import type * as z from "zod/mini";
import { type AnySchema, isNamed, markOf } from "../src/wire/index.ts";

type Def = z.core.$ZodTypes["_zod"]["def"];

/** How deep generated values may be; beyond it optional members are left out and lists are empty. */
const DEEPEST = 6;

const jsonValue = fc.jsonValue({ maxDepth: 2, noUnicodeString: false });

function numberFor(schema: AnySchema): fc.Arbitrary<unknown> {
  const { format, minimum } = markOf(schema) ?? {};
  const ranges: Readonly<Record<string, readonly [number, number]>> = {
    uint8: [0, 255],
    uint16: [0, 65535],
    uint32: [0, 2 ** 32 - 1],
    int32: [-(2 ** 31), 2 ** 31 - 1],
  };
  const [min, max] = ranges[format ?? ""] ?? [minimum ?? Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  const isFloat = format === "double" || format === "float";
  return isFloat
    ? fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0)
    : fc.integer({ min, max });
}

const absolutePath = fc.array(fc.stringMatching(/^[a-z.]{1,6}$/), { maxLength: 3 }).map(parts => `/${parts.join("/")}`);

function objectFor(shape: Readonly<Record<string, AnySchema>>, depth: number): fc.Arbitrary<Record<string, unknown>> {
  const names = Object.keys(shape);
  const required = names.filter(name => !["optional", "default"].includes(defOf(shape[name] as AnySchema).type));
  const shown = depth >= DEEPEST ? required : names;
  const model = Object.fromEntries(shown.map(name => [name, arbitraryOf(shape[name] as AnySchema, depth + 1)]));
  return fc.record(model, { requiredKeys: required }).map(value => ({ ...value }));
}

function defOf(schema: AnySchema): Def {
  return schema._zod.def as Def;
}

/** Valid values of a schema, as they could stand on the wire. */
export function arbitraryOf(schema: AnySchema, depth = 0): fc.Arbitrary<unknown> {
  const def = defOf(schema);
  if (isNamed(schema) && schema.typeName === "()") {
    return fc.constant(undefined);
  }
  const size = depth >= DEEPEST ? 0 : 2;
  switch (def.type) {
    case "string":
      return markOf(schema)?.expected === undefined ? fc.string({ unit: "grapheme", maxLength: 8 }) : absolutePath;
    case "boolean":
      return fc.boolean();
    case "number":
      return numberFor(schema);
    case "unknown":
      return jsonValue;
    case "enum":
      return fc.constantFrom(...Object.values(def.entries));
    case "literal":
      return fc.constantFrom(...def.values);
    case "array":
      return fc.array(arbitraryOf(def.element, depth + 1), { maxLength: size });
    case "record":
      return fc.dictionary(fc.stringMatching(/^[a-z_]{1,5}$/), arbitraryOf(def.valueType, depth + 1), {
        maxKeys: size,
        noNullPrototype: true,
      });
    case "nullable":
      return depth >= DEEPEST ? fc.constant(null) : fc.option(arbitraryOf(def.innerType, depth + 1));
    case "optional":
    case "default":
      return arbitraryOf(def.innerType, depth);
    case "pipe": {
      const others = Object.keys(markOf(schema)?.aliases ?? {});
      const isEnum = defOf(def.out).type === "enum" && others.length > 0;
      const canonical = arbitraryOf(def.out, depth);
      return isEnum ? fc.oneof(canonical, fc.constantFrom(...others)) : canonical;
    }
    case "object": {
      const known = objectFor(def.shape, depth);
      const rest = def.catchall === undefined ? undefined : defOf(def.catchall);
      if (rest === undefined || rest.type === "never") {
        return known;
      }
      const extra = fc.dictionary(
        fc.stringMatching(/^x_[a-z]{1,3}$/),
        arbitraryOf(def.catchall as AnySchema, depth + 1),
        {
          maxKeys: 2,
          noNullPrototype: true,
        },
      );
      return fc.tuple(extra, known).map(([more, fields]) => ({ ...more, ...fields }));
    }
    case "union":
      return fc.oneof(...def.options.map(option => arbitraryOf(option as AnySchema, depth)));
    default:
      throw new Error(`no values for a schema of kind ${def.type}`);
  }
}
