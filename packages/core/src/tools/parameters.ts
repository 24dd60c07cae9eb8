import { endOfValue, parseJson, positionText } from "./json-arguments.ts";
import { RespondToModel } from "./tool.ts";

export type JsonSchema = { [key: string]: JsonValue };
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** One parameter type: the schema the model sees and the reader that checks what the model sent, from one place. */
export interface Parameter<T> {
  schema: JsonSchema;
  /** Throws `ArgumentError` when the value does not fit. */
  read(value: unknown): T;
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

/** How much of a wrong text an error quotes. */
const SHOWN_CHARS = 100;

/** A value that does not fit, and where it stands in the arguments. */
export class ArgumentError extends Error {
  readonly path: (string | number)[] = [];

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
  return { schema: withDescription("string", description), read: value => expectType(value, "string", "a string") };
}

/** A whole number. The type, as messages name it, gives its bounds. */
export function number(description?: string, type: keyof typeof INTEGER_BOUNDS = "u64"): Parameter<number> {
  return { schema: withDescription("number", description), read: value => readInteger(value, type) };
}

const INTEGER_BOUNDS = {
  i32: [-(2 ** 31), 2 ** 31 - 1],
  u64: [0, 2 ** 64],
  usize: [0, 2 ** 64],
} as const;

export function boolean(description?: string): Parameter<boolean> {
  return { schema: withDescription("boolean", description), read: value => expectType(value, "boolean", "a boolean") };
}

/** A string out of a fixed list. The schema stays a plain string: the description names the values. */
export function oneOf<const V extends string>(values: readonly V[], description?: string): Parameter<V> {
  return {
    schema: withDescription("string", description),
    read(value) {
      const text = expectType<string>(value, "string", "a string");
      const found = values.find(candidate => candidate === text);
      if (found !== undefined) return found;
      throw new ArgumentError(`unknown variant \`${text}\`, expected one of ${values.map(v => `\`${v}\``).join(", ")}`);
    },
  };
}

export function array<T>(item: Parameter<T>, description?: string): Parameter<T[]> {
  return {
    schema: { ...withDescription("array", description), items: item.schema },
    read(value) {
      if (!Array.isArray(value)) throw new ArgumentError(`invalid type: ${describe(value)}, expected a sequence`);
      return value.map((entry, index) => readMember(index, () => item.read(entry)));
    },
  };
}

export function optional<T>(parameter: Parameter<T>): OptionalParameter<T> {
  return {
    schema: parameter.schema,
    optional: true,
    read: value => (value === null || value === undefined ? undefined : parameter.read(value)),
  };
}

export function object<F extends Fields>(fields: F): Parameter<Arguments<F>> {
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
    read(value) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw new ArgumentError(`invalid type: ${describe(value)}, expected a map`);
      }
      const source = new Map<string, unknown>(Object.entries(value));
      const result: { [name: string]: unknown } = {};
      for (const name of Object.keys(fields)) {
        const field = fields[name]!;
        if (!source.has(name) && !isOptional(field)) throw new ArgumentError(`missing field \`${name}\``);
        const read = readMember(name, () => field.read(source.get(name)));
        if (read !== undefined) result[name] = read;
      }
      return result as Arguments<F>;
    },
  };
}

/** Reads a call's JSON arguments. Throws `RespondToModel` with a text the model can act on. */
export function parseArguments<T>(parameters: Parameter<T>, text: string): T {
  const value = parseJson(text);
  try {
    return parameters.read(value);
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    const position = positionText(text, endOfValue(text, error.path));
    throw new RespondToModel(`failed to parse function arguments: ${error.message} at ${position}`);
  }
}

function withDescription(type: string, description: string | undefined): JsonSchema {
  return description === undefined ? { type } : { type, description };
}

function isOptional(parameter: Parameter<unknown>): boolean {
  return "optional" in parameter && parameter.optional === true;
}

function readInteger(value: unknown, type: keyof typeof INTEGER_BOUNDS): number {
  const read = expectType<number>(value, "number", type);
  if (!Number.isInteger(read)) throw new ArgumentError(`invalid type: ${describe(read)}, expected ${type}`);
  const [least, most] = INTEGER_BOUNDS[type];
  if (read < least || read > most) throw new ArgumentError(`invalid value: ${describe(read)}, expected ${type}`);
  return read;
}

function expectType<T>(value: unknown, type: "string" | "number" | "boolean", expected: string): T {
  if (typeof value === type) return value as T;
  throw new ArgumentError(`invalid type: ${describe(value)}, expected ${expected}`);
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "sequence";
  switch (typeof value) {
    case "string":
      return `string ${JSON.stringify(value.length > SHOWN_CHARS ? `${value.slice(0, SHOWN_CHARS)}…` : value)}`;
    case "number":
      return Number.isInteger(value) ? `integer \`${value}\`` : `floating point \`${value}\``;
    case "boolean":
      return `boolean \`${value}\``;
    default:
      return "map";
  }
}
