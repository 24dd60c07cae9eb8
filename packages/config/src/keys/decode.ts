import nodePath from "node:path";
import { byBytes } from "../layers/fingerprint.ts";
import {
  describeValue,
  getOwn,
  isTable,
  setOwn,
  TomlDateTime,
  TomlFloat,
  type TomlTable,
  type TomlValue,
} from "../toml/value.ts";
import { integerRange, type IntegerWidth, type Key, type KeyType, type TableType } from "./types.ts";

/** A value that is not what its key takes. `at` finds it in the file; `shown` is the key path that people see. */
export class TypeMismatch extends Error {
  at: (string | number)[];
  shown: string[];
  /** The reason as it reads for entries of a table that has fields of its own, too. */
  buffered: string | undefined;
  /** The reason as it reads where the value does not stand in a file, when that differs. */
  elsewhere: string | undefined;
  constructor(reason: string, at: (string | number)[]) {
    super(reason);
    // The path given is the walk's own and moves on.
    this.at = [...at];
    this.shown = at.filter((step): step is string => typeof step === "string");
  }
}

/** A path that would have to be absolute. */
export class RelativePath extends TypeMismatch {}

export interface DecodeContext {
  /** Turns a written path, which stands at this key, into an absolute one. */
  resolvePath: (written: string, at: readonly (string | number)[]) => string;
}

/** A context for tables whose paths are resolved already: paths stay as they are. */
export const keepPaths: DecodeContext = { resolvePath: written => written };

/** A context for values that come from no file, beside which a relative path could be. */
export const absolutePaths: DecodeContext = {
  resolvePath: (written, at) => {
    if (nodePath.isAbsolute(written)) return written;
    throw new RelativePath("AbsolutePathBuf deserialized without a base path", [...at]);
  },
};

type Path = (string | number)[];

/**
 * Checks a value against its type and returns it in canonical form: paths absolute, word aliases replaced, integers made
 * floats where a float is meant. Keys that the type does not know, and keys that are not set, stay exactly as written.
 * @throws TypeMismatch at the first value that does not fit
 */
export function decode(type: KeyType, value: TomlValue, at: Path, context: DecodeContext): TomlValue {
  switch (type.kind) {
    case "string":
      if (typeof value === "string") return value;
      // A date without quotes is the text that it is written as.
      if (value instanceof TomlDateTime) return value.text;
      throw wrongType(value, type.said ?? "a string", at);
    case "boolean":
      if (typeof value === "boolean") return value;
      throw wrongType(value, "a boolean", at);
    case "path":
      if (typeof value === "string") return context.resolvePath(value, at);
      if (value instanceof TomlDateTime) return context.resolvePath(value.text, at);
      throw wrongType(value, "path string", at);
    case "float":
      return decodeFloat(type, value, at);
    case "integer":
      return decodeInteger(type.width, value, at);
    case "enum":
      return decodeWord(type, value, at);
    case "list": {
      if (!Array.isArray(value)) throw wrongType(value, "a sequence", at);
      const items = value.map((item, index) => below(at, index, () => decode(type.of, item, at, context)));
      return items.some((item, index) => item !== value[index]) ? items : value;
    }
    case "map":
      if (!isTable(value)) throw wrongType(value, "a map", at);
      return mapTable(value, at, item => decode(type.of, item, at, context));
    case "table":
      return decodeTable(type, value, at, context);
    case "union":
      for (const option of type.options) {
        const depth = at.length;
        try {
          return decode(option, value, at, context);
        } catch (error) {
          if (!(error instanceof TypeMismatch)) throw error;
          at.length = depth;
        }
      }
      throw new TypeMismatch(`data did not match any variant of untagged enum ${type.name}`, at);
    case "tagged": {
      if (!isTable(value)) throw wrongType(value, `internally tagged enum ${type.name}`, at);
      const tag = getOwn(value, type.tag);
      if (tag === undefined) throw new TypeMismatch(`missing field \`${type.tag}\``, at);
      const known = Object.keys(type.variants);
      const chosen = typeof tag === "string" ? getOwn(type.variants, tag) : undefined;
      if (chosen === undefined) {
        if (typeof tag === "string") throw unknownVariant(tag, known, [...at, type.tag]);
        throw noWord(tag, "variant identifier", known, [...at, type.tag]);
      }
      return blurred(at, "position", () => decodeTable(chosen, value, at, context));
    }
    case "variants":
      return decodeVariants(type, value, at, context);
  }
}

/**
 * `decode`, where a mistake is told to people: of several, the one that comes first when keys are sorted, wherever it
 * stands in the file. Fields that a table shares with its entries come before the entries.
 * @throws TypeMismatch
 */
export function decodeTold(type: KeyType, value: TomlValue, at: Path, context: DecodeContext): TomlValue {
  try {
    return decode(type, value, [...at], context);
  } catch (error) {
    if (error instanceof TypeMismatch) decode(type, sorted(value), [...at], context);
    throw error;
  }
}

function sorted(value: TomlValue): TomlValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isTable(value)) return value;
  const out: TomlTable = {};
  for (const key of Object.keys(value).sort(byBytes)) setOwn(out, key, sorted(value[key] as TomlValue));
  return out;
}

/** Neither a word nor a table that names a variant, in a file; see `reasonOutsideFiles`. */
const NEITHER = "wanted string or table";

/** Values that do not stand in a file are read by other means, which word some mistakes in their own way. */
export function reasonOutsideFiles({ message, elsewhere }: TypeMismatch): string {
  return message === NEITHER ? "invalid type: unit variant, expected string only" : (elsewhere ?? message);
}

function decodeFloat(type: Extract<KeyType, { kind: "float" }>, value: TomlValue, at: Path): TomlValue {
  if (type.seconds === true) {
    const refused = refuseSeconds(value);
    if (refused !== null) throw new TypeMismatch(refused, at);
  }
  // There is no zero below zero.
  if (value instanceof TomlFloat) return Object.is(value.value, -0) ? new TomlFloat(0) : value;
  if (typeof value === "bigint") return new TomlFloat(Number(value));
  if (typeof value === "number") return Number.isInteger(value) ? new TomlFloat(value) : value;
  throw wrongType(value, "f64", at);
}

/** Why a number is no length of time in seconds; null for one that is, and for what is no number. */
export function refuseSeconds(value: TomlValue | undefined): string | null {
  const seconds = value instanceof TomlFloat ? value.value : typeof value === "bigint" ? Number(value) : value;
  if (typeof seconds !== "number") return null;
  if (seconds < 0) return "cannot convert float seconds to Duration: value is negative";
  if (Number.isFinite(seconds) && seconds < 2 ** 64) return null;
  return "cannot convert float seconds to Duration: value is either too big or NaN";
}

function decodeInteger(width: IntegerWidth, value: TomlValue, at: Path): TomlValue {
  if (typeof value !== "bigint" && !(typeof value === "number" && Number.isInteger(value))) {
    throw wrongType(value, width.replace("nonzero ", "a nonzero "), at);
  }
  const { min, max } = integerRange(width);
  if (value < min || value > max) {
    const expected = width.startsWith("nonzero") ? `a ${width}` : width;
    throw new TypeMismatch(`invalid value: integer \`${value}\`, expected ${expected}`, at);
  }
  return value;
}

function decodeWord(type: Extract<KeyType, { kind: "enum" }>, value: TomlValue, at: Path): TomlValue {
  if (type.plain === true && typeof value !== "string") throw noWord(value, "a string", type.values, at);
  if (isTable(value)) return decodeWordTable(type, value, at);
  if (value instanceof TomlDateTime) throw neither(value, at, unknownVariant(value.text, type.values, at).message);
  if (typeof value !== "string") throw neither(value, at);
  const gone = type.removed === undefined ? undefined : getOwn(type.removed, value);
  if (gone !== undefined) throw new TypeMismatch(gone, at);
  if (!type.values.includes(value)) throw unknownVariant(value, type.values, at);
  return (type.aliases === undefined ? undefined : getOwn(type.aliases, value)) ?? value;
}

/** A word may be written as a table with that one key, which holds nothing. */
function decodeWordTable(type: Extract<KeyType, { kind: "enum" }>, value: TomlTable, at: Path): TomlValue {
  const name = onlyKey(value, at);
  const word = decodeWord(type, name, at);
  checkEmpty(value[name] as TomlValue, [...at, name]);
  return word;
}

function neither(
  value: TomlValue,
  at: Path,
  buffered = `invalid type: ${describeValue(value)}, expected string or map`,
): TypeMismatch {
  return withBuffered(new TypeMismatch(NEITHER, at), buffered);
}

function withBuffered(mismatch: TypeMismatch, reason: string): TypeMismatch {
  mismatch.buffered = reason;
  return mismatch;
}

function onlyKey(value: TomlTable, at: Path): string {
  const [name, ...others] = Object.keys(value);
  if (name !== undefined && others.length === 0) return name;
  const found = name === undefined ? "found 0 elements" : "more than 1 element";
  const mismatch = new TypeMismatch(`wanted exactly 1 element, ${found}`, at);
  throw withBuffered(mismatch, "invalid value: map, expected map with a single key");
}

function checkEmpty(value: TomlValue, at: Path): void {
  if (isTable(value) ? Object.keys(value).length === 0 : Array.isArray(value) && value.length === 0) return;
  const found = Array.isArray(value)
    ? "expected empty array"
    : isTable(value)
      ? "expected empty table"
      : `expected table, found ${describeValue(value).split(" ")[0]}`;
  const mismatch = new TypeMismatch(found, at);
  mismatch.shown = at.slice(0, -1).filter((step): step is string => typeof step === "string");
  throw withBuffered(mismatch, `invalid type: ${describeValue(value)}, expected unit`);
}

function decodeVariants(
  type: Extract<KeyType, { kind: "variants" }>,
  value: TomlValue,
  at: Path,
  context: DecodeContext,
): TomlValue {
  if (typeof value === "string") {
    if (type.words.includes(value)) return value;
    if (Object.hasOwn(type.tables, value)) {
      throw new TypeMismatch("invalid type: unit variant, expected newtype variant", at);
    }
    throw unknownVariant(value, type.order, at);
  }
  if (!isTable(value)) throw neither(value, at);
  const name = onlyKey(value, at);
  const inner = getOwn(type.tables, name);
  if (inner === undefined) {
    if (!type.words.includes(name)) throw unknownVariant(name, type.order, at);
    checkEmpty(value[name] as TomlValue, [...at, name]);
    return name;
  }
  const depth = shownLength(at);
  try {
    return mapTable(value, at, item => decode(inner, item, at, context));
  } catch (error) {
    if (error instanceof TypeMismatch) error.shown = error.shown.filter((_, index) => index !== depth);
    throw error;
  }
}

function decodeTable(type: TableType, value: TomlValue, at: Path, context: DecodeContext): TomlTable {
  if (!isTable(value)) throw wrongType(value, type.said ?? (type.name === "" ? "a map" : `struct ${type.name}`), at);
  if (type.blur === undefined) return decodeFields(type, value, at, context);
  return blurred(at, type.blur, () => decodeFields(type, value, at, context));
}

function decodeFields(type: TableType, value: TomlTable, at: Path, context: DecodeContext): TomlTable {
  const { rest } = type;
  const decodeEntry = (item: TomlValue, name: string): TomlValue => {
    const field = fieldNamed(type, name);
    if (field !== undefined) {
      if (field.aliases !== undefined) refuseTwice(type, field, name, value, at);
      if (field.unseen === true) {
        decode(field.type, item, at, context);
        return item;
      }
      if (field.blurred !== true) return decode(field.type, item, at, context);
      return blurred(at.slice(0, -1), "position", () => bufferedEntry(() => decode(field.type, item, at, context)));
    }
    if (rest !== undefined) {
      if (type.blurRest === undefined) return decode(rest, item, at, context);
      return blurred(at.slice(0, -1), type.blurRest, () => bufferedEntry(() => decode(rest, item, at, context)));
    }
    if (type.closed === true) throw new TypeMismatch(`unknown field \`${name}\``, at.slice(0, -1));
    return item;
  };
  const out = mapTable(value, at, decodeEntry, isMixed(type) ? ownFieldsFirst(type, value) : Object.keys(value));
  for (const [name] of requiredFields(type)) {
    if (!Object.hasOwn(out, name)) throw new TypeMismatch(`missing field \`${name}\``, at);
  }
  const refused = type.check?.(out) ?? null;
  if (refused !== null) throw new TypeMismatch(refused, at);
  return out;
}

/** A field with several names may be written under one of them only; the second one is refused. */
function refuseTwice(type: TableType, field: Key, name: string, value: TomlTable, at: Path): void {
  for (const key of Object.keys(value)) {
    if (key === name) return;
    if (fieldNamed(type, key) !== field) continue;
    const [called] = Object.entries(type.fields).find(([, one]) => one === field) ?? [name];
    throw new TypeMismatch(`duplicate field \`${called}\``, at.slice(0, -1));
  }
}

/** A table with entries or fields that are read after its own fields. */
function isMixed(type: TableType): boolean {
  let mixed = mixedTables.get(type);
  if (mixed === undefined) {
    mixed = type.blurRest !== undefined || Object.values(type.fields).some(field => field.blurred === true);
    mixedTables.set(type, mixed);
  }
  return mixed;
}

const mixedTables = new WeakMap<TableType, boolean>();

function ownFieldsFirst(type: TableType, value: TomlTable): string[] {
  const isOwn = (name: string): boolean => {
    const field = fieldNamed(type, name);
    return field !== undefined && field.blurred !== true;
  };
  const names = Object.keys(value);
  return [...names.filter(isOwn), ...names.filter(name => !isOwn(name))];
}

/** Calls `decodeEntry` for each entry, with `at` on it; the table itself comes back when no entry changed. */
function mapTable(
  value: TomlTable,
  at: Path,
  decodeEntry: (item: TomlValue, name: string) => TomlValue,
  names = Object.keys(value),
): TomlTable {
  let out: TomlTable | undefined;
  for (const name of names) {
    const item = value[name] as TomlValue;
    at.push(name);
    const next = decodeEntry(item, name);
    at.pop();
    if (next !== item) {
      out ??= { ...value };
      setOwn(out, name, next);
    }
  }
  return out ?? value;
}

function below<T>(at: Path, step: string | number, run: () => T): T {
  at.push(step);
  const result = run();
  at.pop();
  return result;
}

const requiredFieldLists = new WeakMap<TableType, [string, Key][]>();

/** The fields that must be there. */
function requiredFields(type: TableType): [string, Key][] {
  let list = requiredFieldLists.get(type);
  if (list === undefined) {
    list = Object.entries(type.fields).filter(([, field]) => field.required === true);
    requiredFieldLists.set(type, list);
  }
  return list;
}

const fieldIndexes = new WeakMap<TableType, Map<string, Key>>();

/** The field of that name or older name. */
export function fieldNamed(type: TableType, name: string): Key | undefined {
  let index = fieldIndexes.get(type);
  if (index === undefined) {
    index = new Map(Object.entries(type.fields));
    for (const field of Object.values(type.fields)) for (const alias of field.aliases ?? []) index.set(alias, field);
    fieldIndexes.set(type, index);
  }
  return index.get(name);
}

function blurred<T>(here: Path, how: "path" | "position", run: () => T): T {
  const at = [...here];
  try {
    return run();
  } catch (error) {
    if (error instanceof TypeMismatch) {
      if (how === "position") error.at = [...at];
      error.shown = at.filter((step): step is string => typeof step === "string");
    }
    throw error;
  }
}

function bufferedEntry<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof TypeMismatch && error.buffered !== undefined) error.message = error.buffered;
    throw error;
  }
}

function shownLength(at: Path): number {
  return at.filter(step => typeof step === "string").length;
}

function wrongType(value: TomlValue, expected: string, at: Path): TypeMismatch {
  const mismatch = new TypeMismatch(`invalid type: ${describeValue(value)}, expected ${expected}`, at);
  // A date in a file is a table to those who read it there.
  if (value instanceof TomlDateTime) {
    mismatch.elsewhere = `invalid type: ${describeValue(value.text)}, expected ${expected}`;
  }
  return mismatch;
}

/** A word was wanted. Outside of files a date is the word that it is written as. */
function noWord(value: TomlValue, expected: string, known: readonly string[], at: Path): TypeMismatch {
  const mismatch = wrongType(value, expected, at);
  if (value instanceof TomlDateTime) mismatch.elsewhere = unknownVariant(value.text, known, at).message;
  return mismatch;
}

function unknownVariant(word: string, known: readonly string[], at: Path): TypeMismatch {
  const quoted = known.map(name => `\`${name}\``);
  const [first = "", second = ""] = quoted;
  const expected =
    quoted.length === 1 ? first : quoted.length === 2 ? `${first} or ${second}` : `one of ${quoted.join(", ")}`;
  return new TypeMismatch(`unknown variant \`${word}\`, expected ${expected}`, at);
}
