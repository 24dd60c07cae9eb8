import type { BinaryOperator } from "./ast.ts";
import { type Budget, Fault, MAX_BITS, MAX_VALUE_DEPTH } from "./fault.ts";
import { formatPercent } from "./format.ts";
import { wrongOperand } from "./printing.ts";
import {
  checkSize,
  checkText,
  Dict,
  Float,
  isInt,
  isNumber,
  List,
  normalizeInt,
  Range,
  Tuple,
  typeName,
  type Value,
  toCount,
} from "./values.ts";

/** Applies a binary operator. Throws a Fault without place. */
export function binary(op: BinaryOperator, left: Value, right: Value, budget: Budget): Value {
  switch (op) {
    case "==":
      return equals(left, right, budget);
    case "!=":
      return !equals(left, right, budget);
    case "<":
      return compare(left, right, budget) < 0;
    case ">":
      return compare(left, right, budget) > 0;
    case "<=":
      return compare(left, right, budget) <= 0;
    case ">=":
      return compare(left, right, budget) >= 0;
    case "in":
      return contains(right, left, budget);
    case "not in":
      return !contains(right, left, budget);
    case "+":
      return add(left, right, budget);
    case "*":
      return multiply(left, right, budget);
    case "%":
      if (typeof left === "string") return formatPercent(left, right, budget);
      return arithmetic(op, left, right);
    case "-":
    case "/":
    case "//":
      return arithmetic(op, left, right);
    case "|":
      if (left instanceof Dict && right instanceof Dict) return mergeDicts(left, right, budget);
      return bitwise(op, left, right);
    case "&":
    case "^":
    case "<<":
    case ">>":
      return bitwise(op, left, right);
  }
}

/** Applies a prefix operator. */
export function unary(op: "+" | "-" | "~", value: Value): Value {
  if (isInt(value)) {
    if (op === "+") return value;
    return normalizeInt(op === "-" ? -BigInt(value) : ~BigInt(value));
  }
  if (value instanceof Float && op !== "~") return op === "-" ? new Float(-value.value) : value;
  throw new Fault(`Operation \`${op}\` not supported on type \`${typeName(value)}\``);
}

function unsupported(op: string, left: Value, right: Value): Fault {
  return new Fault(`Operation \`${op}\` not supported for types \`${typeName(left)}\` and \`${typeName(right)}\``);
}

function add(left: Value, right: Value, budget: Budget): Value {
  if (typeof left === "string" && typeof right === "string") {
    checkText(left.length + right.length);
    budget.spend((left.length + right.length) >> 6);
    return left + right;
  }
  if (left instanceof List && right instanceof List) return new List(concat(left.items, right.items, budget));
  if (left instanceof Tuple && right instanceof Tuple) return new Tuple(concat(left.items, right.items, budget));
  return arithmetic("+", left, right);
}

function concat(left: readonly Value[], right: readonly Value[], budget: Budget): Value[] {
  const size = left.length + right.length;
  checkSize(size);
  budget.spend(size);
  return [...left, ...right];
}

function multiply(left: Value, right: Value, budget: Budget): Value {
  if (isInt(left) && !isNumber(right)) return repeat(right, left, left, budget);
  if (isInt(right) && !isNumber(left)) return repeat(left, right, left, budget);
  return arithmetic("*", left, right);
}

function repeat(value: Value, count: number | bigint, left: Value, budget: Budget): Value {
  if (typeof value === "string") {
    const times = Math.max(0, toCount(count));
    checkText(value.length * times);
    budget.spend((value.length * times) >> 6);
    return value.repeat(value === "" ? 0 : times);
  }
  if (value instanceof List || value instanceof Tuple) {
    const size = value.items.length * Math.max(0, toCount(count));
    checkSize(size);
    budget.spend(size);
    const items = Array.from({ length: size }, (_, index) => value.items[index % value.items.length] ?? null);
    return value instanceof List ? new List(items) : new Tuple(items);
  }
  const right = left === value ? count : value;
  throw unsupported("*", left, right);
}

function arithmetic(op: "+" | "-" | "*" | "/" | "//" | "%", left: Value, right: Value): Value {
  if (!isNumber(left) || !isNumber(right)) throw unsupported(op, left, right);
  if (isInt(left) && isInt(right) && op !== "/") return intArithmetic(op, left, right);
  const a = toNumber(left);
  const b = toNumber(right);
  switch (op) {
    case "+":
      return new Float(a + b);
    case "-":
      return new Float(a - b);
    case "*":
      return new Float(a * b);
    case "/":
      if (b === 0) throw new Fault(`float division by zero: ${numberText(left)} / ${numberText(right)}`);
      return new Float(a / b);
    case "//":
      if (b === 0) throw new Fault("Cannot divide by zero");
      return new Float(Math.floor(a / b));
    case "%":
      if (b === 0) throw new Fault("Cannot divide by zero");
      return new Float(a - Math.floor(a / b) * b);
  }
}

function toNumber(value: number | bigint | Float): number {
  return value instanceof Float ? value.value : Number(value);
}

function numberText(value: number | bigint | Float): string {
  return value instanceof Float ? String(value.value) : String(value);
}

function intArithmetic(op: "+" | "-" | "*" | "//" | "%", left: number | bigint, right: number | bigint): Value {
  if (typeof left === "number" && typeof right === "number" && (op === "+" || op === "-")) {
    const quick = op === "+" ? left + right : left - right;
    if (Number.isSafeInteger(quick)) return quick;
  }
  const a = BigInt(left);
  const b = BigInt(right);
  switch (op) {
    case "+":
      return normalizeInt(a + b);
    case "-":
      return normalizeInt(a - b);
    case "*":
      return normalizeInt(a * b);
    case "//":
    case "%": {
      if (b === 0n) throw new Fault(`${op === "//" ? "Floor division" : "Modulo"} by zero: ${a} ${op} ${b}`);
      const remainder = a % b;
      const adjust = remainder !== 0n && remainder < 0n !== b < 0n;
      return normalizeInt(op === "//" ? a / b - (adjust ? 1n : 0n) : remainder + (adjust ? b : 0n));
    }
  }
}

function bitwise(op: "|" | "&" | "^" | "<<" | ">>", left: Value, right: Value): Value {
  if (!isInt(left) || !isInt(right)) throw unsupported(op, left, right);
  const a = BigInt(left);
  const b = BigInt(right);
  switch (op) {
    case "|":
      return normalizeInt(a | b);
    case "&":
      return normalizeInt(a & b);
    case "^":
      return normalizeInt(a ^ b);
    case "<<":
      if (b < 0n) throw new Fault("Negative left shift");
      if (b > BigInt(MAX_BITS) && a !== 0n) throw new Fault("Integer is too large");
      return normalizeInt(a << b);
    case ">>":
      if (b < 0n) throw new Fault("Negative right shift");
      return normalizeInt(a >> b);
  }
}

function mergeDicts(left: Dict, right: Dict, budget: Budget): Dict {
  const merged = new Dict();
  for (const dict of [left, right]) {
    for (const entry of dict.entries.values()) merged.set(entry.key, entry.value, budget);
  }
  return merged;
}

function contains(container: Value, value: Value, budget: Budget): boolean {
  if (typeof container === "string") {
    if (typeof value === "string") return container.includes(value);
    throw wrongOperand("str", value, budget);
  }
  if (container instanceof List || container instanceof Tuple) {
    return container.items.some(item => equals(item, value, budget));
  }
  if (container instanceof Dict) return container.get(value, budget) !== undefined;
  if (container instanceof Range) {
    if (typeof value !== "number") return false;
    const offset = (value - container.start) / container.step;
    return Number.isInteger(offset) && offset >= 0 && offset < container.length;
  }
  throw unsupported("in", value, container);
}

/** Equality of any two values. Integers and floats compare by their number, booleans are no numbers. */
export function equals(left: Value, right: Value, budget: Budget, depth = 0): boolean {
  budget.spend(1);
  if (left === right) return true;
  if (depth > MAX_VALUE_DEPTH) throw new Fault("Value is nested too deeply");
  if (isNumber(left) && isNumber(right)) return toNumber(left) === toNumber(right) && sameInt(left, right);
  if ((left instanceof List && right instanceof List) || (left instanceof Tuple && right instanceof Tuple)) {
    if (left.items.length !== right.items.length) return false;
    return left.items.every((item, index) => equals(item, right.items[index] ?? null, budget, depth + 1));
  }
  if (left instanceof Dict && right instanceof Dict) {
    if (left.entries.size !== right.entries.size) return false;
    for (const [hash, { value }] of left.entries) {
      const other = right.entries.get(hash);
      if (!other || !equals(value, other.value, budget, depth + 1)) return false;
    }
    return true;
  }
  if (left instanceof Range && right instanceof Range) {
    const same = left.start === right.start && left.step === right.step;
    return left.length === right.length && (left.length === 0 || same);
  }
  return false;
}

function sameInt(left: Value, right: Value): boolean {
  return !(isInt(left) && isInt(right)) || BigInt(left) === BigInt(right);
}

/** Orders two values of one kind. Throws a Fault for values that have no order. */
export function compare(left: Value, right: Value, budget: Budget, depth = 0): number {
  budget.spend(1);
  if (depth > MAX_VALUE_DEPTH) throw new Fault("Value is nested too deeply");
  if (typeof left === "string" && typeof right === "string") return compareText(left, right);
  if (isNumber(left) && isNumber(right)) {
    if (isInt(left) && isInt(right)) return left < right ? -1 : left > right ? 1 : 0;
    return toNumber(left) - toNumber(right);
  }
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
  if ((left instanceof List && right instanceof List) || (left instanceof Tuple && right instanceof Tuple)) {
    const shared = Math.min(left.items.length, right.items.length);
    for (let index = 0; index < shared; index += 1) {
      const order = compare(left.items[index] ?? null, right.items[index] ?? null, budget, depth + 1);
      if (order !== 0) return order;
    }
    return left.items.length - right.items.length;
  }
  // Texts and sequences name the operation in another way than numbers do.
  const ordered = typeof left === "string" || left instanceof List || left instanceof Tuple;
  throw unsupported(ordered ? "cmp()" : "compare", left, right);
}

/** Order of code points, which is the order of UTF-8 bytes. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  const a = [...left];
  const b = [...right];
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const order = (a[index]?.codePointAt(0) ?? 0) - (b[index]?.codePointAt(0) ?? 0);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
