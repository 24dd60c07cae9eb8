/** A TOML value in memory. Integers are numbers (bigint beyond 2^53), floats without a fraction are `TomlFloat`. */
export type TomlValue = string | number | bigint | boolean | TomlFloat | TomlDateTime | TomlValue[] | TomlTable;
export interface TomlTable {
  [key: string]: TomlValue;
}

/** A float whose value is integral (`1.0`): kept apart from the integer `1`, which TOML types differently. */
export class TomlFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
  toJSON(): number {
    return this.value;
  }
}

/** A date, time or date-time, as it was written. */
export class TomlDateTime {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toJSON(): string {
    return this.text;
  }
}

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

export function isTable(value: TomlValue | undefined): value is TomlTable {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof TomlFloat) &&
    !(value instanceof TomlDateTime)
  );
}

/** Sets an own property, also for names such as `__proto__` that plain assignment would give a meaning. */
export function setOwn<T>(table: { [key: string]: T }, key: string, value: T): void {
  if (key === "__proto__") {
    Object.defineProperty(table, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    table[key] = value;
  }
}

/** Reads an own property only. */
export function getOwn<T>(table: { [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** The value at a path, or undefined when a step is missing or not a table. */
export function getPath(table: TomlTable, path: readonly string[]): TomlValue | undefined {
  let at: TomlValue | undefined = table;
  for (const key of path) {
    if (!isTable(at)) return undefined;
    at = getOwn(at, key);
  }
  return at;
}

/** Sets a value, creating tables and replacing whatever else stands in the way. */
export function setPath(table: TomlTable, path: readonly string[], value: TomlValue): void {
  let at = table;
  for (const key of path.slice(0, -1)) {
    const next = getOwn(at, key);
    if (isTable(next)) {
      at = next;
    } else {
      const created: TomlTable = {};
      setOwn(at, key, created);
      at = created;
    }
  }
  const last = path.at(-1);
  if (last !== undefined) setOwn(at, last, value);
}

/** A deep copy; scalars are shared. */
export function cloneValue<T extends TomlValue>(value: T): T;
export function cloneValue(value: TomlValue): TomlValue {
  if (Array.isArray(value)) return value.map(item => cloneValue(item));
  if (!isTable(value)) return value;
  const copy: TomlTable = {};
  for (const key of Object.keys(value)) setOwn(copy, key, cloneValue(value[key] as TomlValue));
  return copy;
}

export function sameValue(a: TomlValue | undefined, b: TomlValue | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  if (a instanceof TomlFloat) return b instanceof TomlFloat && Object.is(a.value, b.value);
  if (a instanceof TomlDateTime) return b instanceof TomlDateTime && a.text === b.text;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  }
  if (!isTable(a) || !isTable(b)) return Object.is(a, b);
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(key => Object.hasOwn(b, key) && sameValue(a[key], b[key]));
}

/** The value as JSON: floats and big integers become numbers, date-times a table of one key, as in fingerprints. */
export function toJson(value: TomlValue): JsonValue {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof TomlFloat) return value.value;
  if (value instanceof TomlDateTime) return { $__toml_private_datetime: value.text };
  if (Array.isArray(value)) return value.map(toJson);
  if (!isTable(value)) return value;
  const out: { [key: string]: JsonValue } = {};
  for (const key of Object.keys(value)) setOwn(out, key, toJson(value[key] as TomlValue));
  return out;
}

/** Numbers of a JSON text that a double does not tell enough of (`2.0`, long integers): container -> key -> text. */
export type NumberTexts = ReadonlyMap<object, ReadonlyMap<string, string>>;

/** JSON (a request's override, a write's value) as TOML: `null` becomes the empty string, as there is no null in TOML. */
export function fromJson(value: JsonValue | undefined, texts?: NumberTexts, text?: string): TomlValue {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return text === undefined ? numberFromJson(value) : writtenNumber(value, text);
  if (typeof value !== "object") return value;
  const written = texts?.get(value);
  if (Array.isArray(value)) return value.map((item, at) => fromJson(item, texts, written?.get(String(at))));
  const out: TomlTable = {};
  for (const key of Object.keys(value)) {
    if (value[key] !== undefined) setOwn(out, key, fromJson(value[key], texts, written?.get(key)));
  }
  return out;
}

/** A number whose text is known: without a fraction it is an integer, of 64 bits as TOML has them. */
function writtenNumber(value: number, text: string): TomlValue {
  if (!/^-?\d+$/.test(text)) return Number.isInteger(value) ? new TomlFloat(value) : value;
  const exact = BigInt(text);
  return exact >= -(2n ** 63n) && exact < 2n ** 63n ? exact : new TomlFloat(value);
}

/** Integers that 64 bits hold are integers; all others are floats, and so is the zero below zero. */
function numberFromJson(value: number): TomlValue {
  if (Object.is(value, -0)) return new TomlFloat(value);
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  return value >= -(2 ** 63) && value < 2 ** 63 ? BigInt(value) : new TomlFloat(value);
}

/** Kind and value as error messages name them, e.g. ``integer `1` ``. */
export function describeValue(value: TomlValue): string {
  if (typeof value === "string")
    return `string ${JSON.stringify(value.length > 200 ? `${value.slice(0, 200)}…` : value)}`;
  if (typeof value === "boolean") return `boolean \`${value}\``;
  if (typeof value === "bigint") return `integer \`${value}\``;
  if (typeof value === "number") {
    return Number.isInteger(value)
      ? `integer \`${value}\``
      : `floating point \`${floatText(value).replace("nan", "NaN")}\``;
  }
  if (value instanceof TomlFloat) return `floating point \`${floatText(value.value)}\``;
  if (value instanceof TomlDateTime) return "map";
  return Array.isArray(value) ? "sequence" : "map";
}

/** A float as TOML writes it: always with a fraction and never with an exponent, `inf` and `nan` by name. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value);
  if (text.includes("e")) return withoutExponent(text);
  return text.includes(".") ? text : `${text}.0`;
}

function withoutExponent(text: string): string {
  const [, sign = "", first = "", rest = "", exponent = ""] = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  const digits = first + rest;
  const by = Number(exponent);
  if (by < 0) return `${sign}0.${"0".repeat(-by - 1)}${digits}`;
  return `${sign}${digits.padEnd(by + 1, "0")}.0`;
}
