import { JsonPlaces, parseJson, positionText } from "./json-arguments.ts";
import { RespondToModel } from "./tool.ts";

export type JsonSchema = { [key: string]: JsonValue };
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** One parameter type: the schema the model sees and the reader that checks what the model sent, from one place. */
export interface Parameter<T> {
  schema: JsonSchema;
  /**
   * Throws `ArgumentError` when the value does not fit.
   * @param place where the value stands, when it was read from a text: a number is then judged as it is written
   */
  read(value: unknown, place?: Place): T;
}

/** A value's place in the text of the arguments. */
export class Place {
  private readonly places: JsonPlaces;
  private readonly path: readonly (string | number)[];

  constructor(places: JsonPlaces, path: readonly (string | number)[] = []) {
    this.places = places;
    this.path = path;
  }

  member(member: string | number): Place {
    return new Place(this.places, [...this.path, member]);
  }

  get written(): string {
    return this.places.written(this.path);
  }

  /** The name stands there more than once. */
  get repeated(): boolean {
    return (this.places.at(this.path)?.times ?? 1) > 1;
  }

  get start(): number | undefined {
    return this.places.at(this.path)?.start;
  }

  get nameEnd(): number | undefined {
    return this.places.at(this.path)?.nameEnd;
  }
}

export interface OptionalParameter<T> extends Parameter<T | undefined> {
  optional: true;
}

type Fields = { [name: string]: Parameter<unknown> | OptionalParameter<unknown> };
type OptionalNames<F extends Fields> = { [K in keyof F]: F[K] extends OptionalParameter<unknown> ? K : never }[keyof F];
type Simplify<T> = { [K in keyof T]: T[K] };
type ValueOf<P> = P extends Parameter<infer T> ? T : never;

/** What the reader of an object parameter gives. */
export type Arguments<F extends Fields> = Simplify<
  { [K in Exclude<keyof F, OptionalNames<F>>]: ValueOf<F[K]> } & { [K in OptionalNames<F>]?: ValueOf<F[K]> | undefined }
>;

/** Longer texts are not searched for how their numbers are written, and for names that stand twice. */
const SEARCHED_CHARS = 1_000_000;

/** How much of a wrong text an error quotes. */
const SHOWN_CHARS = 100;

/** A value that does not fit, and where it stands in the arguments. */
export class ArgumentError extends Error {
  readonly path: (string | number)[] = [];
  /** Index in the text; undefined: where the value at the path ends. */
  readonly index: number | undefined;

  constructor(message: string, index?: number) {
    super(message);
    this.index = index;
  }

  /** Notes that the mistake lies under this member. */
  under(member: string | number): this {
    this.path.unshift(member);
    return this;
  }
}

function readMember<T>(member: string | number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ArgumentError ? error.under(member) : error;
  }
}

export function string(description?: string): Parameter<string> {
  return {
    schema: withDescription("string", description),
    read: (value, place) => expectType(value, "string", "a string", place),
  };
}

/** A whole number. The type, as messages name it, gives its bounds. */
export function number(description?: string, type: keyof typeof INTEGER_BOUNDS = "u64"): Parameter<number> {
  return { schema: withDescription("number", description), read: (value, place) => readInteger(value, type, place) };
}

const INTEGER_BOUNDS = {
  i32: [-(2 ** 31), 2 ** 31 - 1],
  u64: [0, 2 ** 64],
  usize: [0, 2 ** 64],
} as const;

export function boolean(description?: string): Parameter<boolean> {
  return {
    schema: withDescription("boolean", description),
    read: (value, place) => expectType(value, "boolean", "a boolean", place),
  };
}

/** A string out of a fixed list. The schema stays a plain string: the description names the values. */
export function oneOf<const V extends string>(values: readonly V[], description?: string): Parameter<V> {
  return {
    schema: withDescription("string", description),
    read(value, place) {
      const start = place?.start;
      if (typeof value !== "string") throw new ArgumentError("expected value", start === undefined ? start : start + 1);
      const text: string = value;
      const found = values.find(candidate => candidate === text);
      if (found !== undefined) return found;
      throw new ArgumentError(`unknown variant \`${text}\`, expected one of ${values.map(v => `\`${v}\``).join(", ")}`);
    },
  };
}

export function array<T>(item: Parameter<T>, description?: string): Parameter<T[]> {
  return {
    schema: { ...withDescription("array", description), items: item.schema },
    read(value, place) {
      if (!Array.isArray(value)) throw wrongType(value, "a sequence", place);
      return value.map((entry, index) => readMember(index, () => item.read(entry, place?.member(index))));
    },
  };
}

export function optional<T>(parameter: Parameter<T>): OptionalParameter<T> {
  return {
    schema: parameter.schema,
    optional: true,
    read: (value, place) => (value === null || value === undefined ? undefined : parameter.read(value, place)),
  };
}

/** A parameter that has a default when it is left out; null is no value of it. */
export function defaulted<T>(parameter: Parameter<T>): OptionalParameter<T> {
  return {
    schema: parameter.schema,
    optional: true,
    read: (value, place) => (value === undefined ? undefined : parameter.read(value, place)),
  };
}

/**
 * @param unknown what happens to members of other names: they are ignored, or refused
 * @param aliases other names of fields; they are not offered, and stand for the field
 */
export function object<F extends Fields>(
  fields: F,
  unknown: "ignored" | "refused" = "ignored",
  aliases: Readonly<Record<string, keyof F & string>> = {},
): Parameter<Arguments<F>> {
  const names = Object.keys(fields).sort();
  const required = Object.keys(fields).filter(name => !isOptional(fields[name]!));
  const properties: JsonSchema = {};
  for (const name of names) properties[name] = fields[name]!.schema;
  return {
    schema: {
      type: "object",
      properties,
      ...(required.length > 0 ? { required } : {}),
      additionalProperties: false,
    },
    read(value, place) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw wrongType(value, "a map", place);
      }
      const result: { [name: string]: unknown } = {};
      // In the order in which they were sent: the first mistake is told.
      const seen = new Set<string>();
      for (const [written, sent] of Object.entries(value)) {
        const name = Object.hasOwn(aliases, written) ? aliases[written]! : written;
        const at = place?.member(written);
        const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
        if (field === undefined) {
          if (unknown === "ignored") continue;
          throw new ArgumentError(`unknown field \`${name}\`, expected ${orList(Object.keys(fields))}`, at?.nameEnd);
        }
        if (at?.repeated === true || seen.has(name))
          throw new ArgumentError(`duplicate field \`${name}\``, at?.nameEnd);
        seen.add(name);
        const read = readMember(written, () => field.read(sent, at));
        if (read !== undefined) result[name] = read;
      }
      for (const name of required) {
        if (!seen.has(name)) throw new ArgumentError(`missing field \`${name}\``);
      }
      return result as Arguments<F>;
    },
  };
}

/** Reads a call's JSON arguments. Throws `RespondToModel` with a text the model can act on. */
export function parseArguments<T>(parameters: Parameter<T>, text: string): T {
  const value = parseJson(text);
  const places = new JsonPlaces(text);
  try {
    return parameters.read(value, text.length > SEARCHED_CHARS ? undefined : new Place(places));
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    const position = positionText(text, error.index ?? places.at(error.path)?.end ?? text.length);
    throw new RespondToModel(`failed to parse function arguments: ${error.message} at ${position}`);
  }
}

function withDescription(type: string, description: string | undefined): JsonSchema {
  return description === undefined ? { type } : { type, description };
}

function isOptional(parameter: Parameter<unknown>): boolean {
  return "optional" in parameter && parameter.optional === true;
}

function readInteger(value: unknown, type: keyof typeof INTEGER_BOUNDS, place: Place | undefined): number {
  const read = expectType<number>(value, "number", type, place);
  if (isFloat(read, place)) throw wrongType(value, type, place);
  const [least, most] = INTEGER_BOUNDS[type];
  if (read < least || read > most) {
    throw new ArgumentError(`invalid value: integer \`${integerText(read, place)}\`, expected ${type}`);
  }
  return read;
}

function expectType<T>(
  value: unknown,
  type: "string" | "number" | "boolean",
  expected: string,
  place: Place | undefined,
): T {
  if (typeof value === type) return value as T;
  throw wrongType(value, expected, place);
}

/** A list or an object is found wrong where it begins, anything else where it ends. */
function wrongType(value: unknown, expected: string, place: Place | undefined): ArgumentError {
  const index = typeof value === "object" && value !== null ? place?.start : undefined;
  return new ArgumentError(`invalid type: ${describe(value, place)}, expected ${expected}`, index);
}

/** Whether a number is none of the whole ones that 64 bits hold, or is not written as one. */
function isFloat(value: number, place: Place | undefined): boolean {
  const written = place?.written ?? "";
  if (/[.eE]/.test(written) || written === "-0" || !Number.isInteger(value)) return true;
  if (Number.isSafeInteger(value)) return false;
  const exact = BigInt(written === "" ? value : written);
  return exact < -(2n ** 63n) || exact >= 2n ** 64n;
}

/** A whole number as it was written. */
function integerText(value: number, place: Place | undefined): string {
  return place?.written || String(value);
}

function orList(names: readonly string[]): string {
  const quoted = names.map(name => `\`${name}\``);
  return quoted.length === 2 ? quoted.join(" or ") : quoted.length === 1 ? quoted[0]! : `one of ${quoted.join(", ")}`;
}

function describe(value: unknown, place: Place | undefined): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "sequence";
  switch (typeof value) {
    case "string":
      return `string ${JSON.stringify(value.length > SHOWN_CHARS ? `${value.slice(0, SHOWN_CHARS)}…` : value)}`;
    case "number":
      return isFloat(value, place)
        ? `floating point \`${floatText(value)}\``
        : `integer \`${integerText(value, place)}\``;
    case "boolean":
      return `boolean \`${value}\``;
    default:
      return "map";
  }
}

/** A number as one with a fraction: always with a point or an exponent, which large ones have. */
function floatText(value: number): string {
  const text = Math.abs(value) >= 1e16 ? value.toExponential() : String(value);
  if (Object.is(value, -0)) return "-0.0";
  return /[.e]/.test(text) ? text : `${text}.0`;
}
