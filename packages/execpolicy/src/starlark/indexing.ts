import { type Budget, Fault } from "./fault.ts";
import { toSource, wrongOperand } from "./printing.ts";
import { codePoints } from "./text.ts";
import { Dict, isInt, List, Range, toCount, Tuple, typeName, type Value } from "./values.ts";

/** `object[index]`. */
export function indexValue(object: Value, index: Value, budget: Budget): Value {
  if (object instanceof Dict) {
    const value = object.get(index, budget);
    if (value === undefined) throw new Fault(`Key \`${toSource(index, budget)}\` was not found`);
    return value;
  }
  if (typeof object === "string") {
    if (!isInt(index)) throw wrongOperand("int", index, budget);
    const chars = codePoints(object);
    return chars[position(index, chars.length, budget)] ?? "";
  }
  if (object instanceof List || object instanceof Tuple) {
    return object.items[position(index, object.items.length, budget)] ?? null;
  }
  if (object instanceof Range) return object.start + position(index, object.length, budget) * object.step;
  throw new Fault(`Operation \`[]\` not supported for types \`${typeName(object)}\` and \`${typeName(index)}\``);
}

/** An index that may count from the end. Throws a Fault when it is outside. */
export function position(index: Value, length: number, budget: Budget): number {
  if (!isInt(index)) {
    throw new Fault(`Expected \`int\`, but got \`${typeName(index)} (repr: ${toSource(index, budget)})\``);
  }
  const given = toCount(index);
  const at = given < 0 ? given + length : given;
  if (at < 0 || at >= length) throw new Fault(`Index \`${at}\` is out of bound`);
  return at;
}

/** The parts of a slice; undefined where one is left out. */
export interface Bounds {
  readonly start: Value | undefined;
  readonly stop: Value | undefined;
  readonly step: Value | undefined;
}

/** `object[start:stop:step]`. */
export function sliceValue(object: Value, bounds: Bounds, budget: Budget): Value {
  if (typeof object === "string") return pick(codePoints(object), bounds, budget).join("");
  if (object instanceof List) return new List(pick(object.items, bounds, budget));
  if (object instanceof Tuple) return new Tuple(pick(object.items, bounds, budget));
  if (object instanceof Range) {
    const { from, to, step } = resolveBounds(bounds, object.length, budget);
    return new Range(object.start + from * object.step, object.start + to * object.step, step * object.step);
  }
  throw new Fault(`Operation \`[::]\` not supported on type \`${typeName(object)}\``);
}

function resolveBounds(bounds: Bounds, length: number, budget: Budget): { from: number; to: number; step: number } {
  const step = Number(bound(bounds.step, 1, budget));
  if (step === 0) throw new Fault("Index `0` is out of bound");
  const clamp = (value: number, low: number, high: number): number =>
    Math.min(high, Math.max(low, value < 0 ? value + length : value));
  const low = step > 0 ? 0 : -1;
  const high = step > 0 ? length : length - 1;
  const from =
    bounds.start === undefined ? (step > 0 ? 0 : length - 1) : clamp(bound(bounds.start, 0, budget), low, high);
  const to = bounds.stop === undefined ? (step > 0 ? length : -1) : clamp(bound(bounds.stop, 0, budget), low, high);
  return { from, to, step };
}

function pick<T>(items: readonly T[], bounds: Bounds, budget: Budget): T[] {
  const { from, to, step } = resolveBounds(bounds, items.length, budget);
  const out: T[] = [];
  for (let index = from; step > 0 ? index < to : index > to; index += step) {
    const item = items[index];
    if (item !== undefined) out.push(item);
  }
  budget.spend(out.length >> 3);
  return out;
}

function bound(value: Value | undefined, otherwise: number, budget: Budget): number {
  if (value === undefined) return otherwise;
  if (isInt(value)) return toCount(value);
  throw new Fault(`Expected \`int\`, but got \`${typeName(value)} (repr: ${toSource(value, budget)})\``);
}

/** Fails while a loop runs over the collection. */
export function checkMutable(collection: List | Dict): void {
  if (collection.iterators > 0) {
    throw new Fault("This operation mutate an iterable for an iterator while iterating.");
  }
}

/** `object[index] = value`. */
export function assignIndex(object: Value, index: Value, value: Value, budget: Budget): void {
  if (object instanceof List) {
    checkMutable(object);
    object.items[position(index, object.items.length, budget)] = value;
  } else if (object instanceof Dict) {
    checkMutable(object);
    object.set(index, value, budget);
  } else {
    throw new Fault("Immutable");
  }
}
