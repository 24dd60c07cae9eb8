import { type Budget, Fault, MAX_BITS, MAX_ELEMENTS, MAX_STRING, MAX_VALUE_DEPTH } from "./fault.ts";
import { textLength } from "./text.ts";

/** A number with a fraction part; plain JavaScript numbers are integers. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A list: can change, but not while a loop runs over it. */
export class List {
  readonly items: Value[];
  iterators = 0;

  constructor(items: Value[]) {
    this.items = items;
  }
}

export class Tuple {
  readonly items: readonly Value[];

  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

/** A dictionary in insertion order. */
export class Dict {
  readonly entries: Map<string, { key: Value; value: Value }> = new Map();
  iterators = 0;

  get(key: Value, budget: Budget): Value | undefined {
    return this.entries.get(hashKey(key, budget))?.value;
  }

  set(key: Value, value: Value, budget: Budget): void {
    const hash = hashKey(key, budget);
    const entry = this.entries.get(hash);
    if (entry) entry.value = value;
    else this.entries.set(hash, { key, value });
    checkSize(this.entries.size);
  }

  keys(): Value[] {
    return [...this.entries.values()].map(entry => entry.key);
  }
}

export class Range {
  readonly start: number;
  readonly stop: number;
  readonly step: number;

  constructor(start: number, stop: number, step: number) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }

  get length(): number {
    return Math.max(0, Math.ceil((this.stop - this.start) / this.step));
  }
}

/** `...` as a value. */
export class Ellipsis {
  readonly kind = "ellipsis";
}

/** What `elems()` gives: can be looped over once, and has no text of its own. */
export class Elements {
  readonly items: readonly Value[];

  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

/** Anything that can be called. The interpreter defines what a call does. */
export abstract class Callable {
  /** The name in texts for people: `prefix_rule`, `p.rules.f`. */
  abstract readonly name: string;
}

export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Float
  | List
  | Tuple
  | Dict
  | Range
  | Ellipsis
  | Elements
  | Callable;

/** The name of a value's type as the language shows it; a text is `string` here and `str` as a parameter's type. */
export function typeName(value: Value): string {
  if (value === null) return "NoneType";
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "number":
    case "bigint":
      return "int";
    case "string":
      return "string";
  }
  if (value instanceof Float) return "float";
  if (value instanceof List) return "list";
  if (value instanceof Tuple) return "tuple";
  if (value instanceof Dict) return "dict";
  if (value instanceof Range) return "range";
  if (value instanceof Ellipsis) return "ellipsis";
  if (value instanceof Elements) return "iterator";
  return "function";
}

export function isInt(value: Value): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** Whether a whole number has 32 bits, as positions and counts must. */
export function isCount(value: number | bigint): boolean {
  return Number(value) === (Number(value) | 0);
}

/** A position or count. Throws a Fault when it has more than 32 bits. */
export function toCount(value: number | bigint): number {
  if (isCount(value)) return Number(value);
  throw new Fault(`Integer value is too big to fit in i32: ${value}`);
}

export function isNumber(value: Value): value is number | bigint | Float {
  return isInt(value) || value instanceof Float;
}

/** Keeps an integer in its short form, and bounds it. */
export function normalizeInt(value: bigint): number | bigint {
  if (value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER) return Number(value);
  if (BigInt.asIntN(MAX_BITS, value) !== value) throw new Fault("Integer is too large");
  return value;
}

export function checkSize(elements: number): void {
  if (elements > MAX_ELEMENTS) throw new Fault("Collection is too large");
}

export function checkText(length: number): void {
  if (length > MAX_STRING) throw new Fault("String is too large");
}

export function truth(value: Value): boolean {
  if (value === null || value === false || value === 0 || value === 0n || value === "") return false;
  if (value instanceof Float) return value.value !== 0;
  if (value instanceof List || value instanceof Tuple) return value.items.length > 0;
  if (value instanceof Dict) return value.entries.size > 0;
  if (value instanceof Range) return value.length > 0;
  return true;
}

/** The number of elements or characters. */
export function lengthOf(value: Value): number {
  if (typeof value === "string") return textLength(value);
  if (value instanceof List || value instanceof Tuple) return value.items.length;
  if (value instanceof Dict) return value.entries.size;
  if (value instanceof Range) return value.length;
  throw new Fault(`Operation \`len()\` not supported on type \`${typeName(value)}\``);
}

/** The elements of something that can be looped over; undefined for everything else. */
export function elementsOf(value: Value): Iterable<Value> | undefined {
  if (value instanceof List || value instanceof Tuple || value instanceof Elements) return value.items;
  if (value instanceof Dict) return value.keys();
  if (value instanceof Range) return rangeElements(value);
  return undefined;
}

function* rangeElements({ start, step, length }: Range): Iterable<Value> {
  for (let index = 0; index < length; index += 1) yield start + index * step;
}

/** As `elementsOf`, but a Fault for what cannot be looped over, and every element counts as a step. */
export function toArray(value: Value, budget: Budget): Value[] {
  const elements = elementsOf(value);
  if (elements === undefined) throw new Fault(`Operation \`(iter)\` not supported on type \`${typeName(value)}\``);
  const out: Value[] = [];
  for (const element of elements) {
    budget.spend(1);
    out.push(element);
  }
  return out;
}

/** A text that two values share exactly when they are equal. Throws a Fault for values that can change. */
export function hashKey(value: Value, budget: Budget, depth = 0): string {
  budget.spend(1);
  if (depth > MAX_VALUE_DEPTH) throw new Fault("Value is nested too deeply");
  if (typeof value === "string") {
    budget.spend(value.length >> 6);
    return `s${value}`;
  }
  if (value === null) return "N";
  if (typeof value === "boolean") return value ? "T" : "F";
  if (isInt(value)) return `i${value}`;
  if (value instanceof Float) {
    return Number.isInteger(value.value) ? `i${BigInt(value.value)}` : `f${value.value}`;
  }
  if (value instanceof Tuple) {
    const parts = value.items.map(item => hashKey(item, budget, depth + 1));
    const text = `t${parts.map(part => `${part.length}:${part}`).join("")}`;
    checkText(text.length);
    budget.spend(text.length >> 3);
    return text;
  }
  throw new Fault(`Value of type \`${typeName(value)}\` is not hashable`);
}
