import { type Budget, Fault } from "./fault.ts";
import { type BoundArguments, type CallContext, NativeFunction } from "./functions.ts";
import { attributeNames, findAttribute } from "./methods.ts";
import { addPairs } from "./methods-dict.ts";
import { compare } from "./operators.ts";
import { toSource, toText } from "./printing.ts";
import { textLength } from "./text.ts";
import {
  Dict,
  Float,
  isInt,
  lengthOf,
  List,
  normalizeInt,
  Range,
  toArray,
  truth,
  Tuple,
  typeName,
  type Value,
} from "./values.ts";

type Run = (args: BoundArguments, context: CallContext) => Value;

/** The functions that every rules file knows, without those that make rules. */
export function languageBuiltins(): Map<string, NativeFunction> {
  const table: readonly (readonly [string, string, Run])[] = [
    ["abs", "x:float|int", ([x]) => absolute(x ?? null)],
    ["all", "x", ([x], { budget }) => toArray(x ?? null, budget).every(truth)],
    ["any", "x", ([x], { budget }) => toArray(x ?? null, budget).some(truth)],
    ["bool", "x?", ([x]) => truth(x ?? null)],
    ["chr", "i:int", ([i]) => character(i ?? null)],
    ["dict", "args? **kwargs", ([pairs, named], { budget }) => makeDict(pairs, named, budget)],
    ["dir", "x", ([x]) => new List(attributeNames(x ?? null))],
    ["enumerate", "it ~start?:int", ([it, start], { budget }) => enumerate(it ?? null, start ?? 0, budget)],
    ["fail", "*args", ([args], { budget }) => fail(args ?? null, budget)],
    ["float", "a?:bool|float|int|str", ([a], { budget }) => makeFloat(a, budget)],
    ["getattr", "a attr:str default?", ([a, name, otherwise]) => getAttribute(a ?? null, name ?? null, otherwise)],
    ["hasattr", "a attr:str", ([a, name]) => findAttribute(a ?? null, String(name)) !== null],
    ["hash", "a:str", ([a]) => hash(String(a))],
    ["int", "a?:bool|float|int|str ~base?:int", ([a, base]) => makeInt(a, base)],
    ["len", "a", ([a]) => lengthOf(a ?? null)],
    ["list", "a?", ([a], { budget }) => new List(a === undefined ? [] : toArray(a, budget))],
    ["max", "*args =key", ([args, key], context) => extreme(args ?? null, key, 1, context)],
    ["min", "*args =key", ([args, key], context) => extreme(args ?? null, key, -1, context)],
    ["ord", "a:str", ([a]) => ordinal(String(a))],
    ["range", "a1:int a2?:int step?:int", ([a, b, step]) => makeRange(a ?? 0, b, step)],
    ["repr", "a", ([a], { budget }) => toSource(a ?? null, budget)],
    ["reversed", "a", ([a], { budget }) => new List(toArray(a ?? null, budget).reverse())],
    [
      "sorted",
      "x =key =reverse:bool",
      ([x, key, reverse], context) => sorted(x ?? null, key, reverse === true, context),
    ],
    ["str", "a", ([a], { budget }) => toText(a ?? null, budget)],
    ["tuple", "a?", ([a], { budget }) => new Tuple(a === undefined ? [] : toArray(a, budget))],
    ["type", "a", ([a]) => typeName(a ?? null)],
    ["zip", "*args", ([args], { budget }) => zip(args ?? null, budget)],
  ];
  return new Map(table.map(([name, signature, run]) => [name, new NativeFunction(name, signature, run)]));
}

function absolute(value: Value): Value {
  if (value instanceof Float) return new Float(Math.abs(value.value));
  return isInt(value) && value < 0 ? normalizeInt(-BigInt(value)) : value;
}

function character(value: Value): string {
  const code = Number(value);
  if (code < 0) throw new Fault(`chr() parameter value negative integer ${code}`);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
    throw new Fault(`chr() parameter value is 0x${code.toString(16)} which is not a valid UTF-8 codepoint`);
  }
  return String.fromCodePoint(code);
}

function makeDict(pairs: Value | undefined, named: Value | undefined, budget: Budget): Dict {
  const dict = new Dict();
  if (pairs !== undefined) addPairs(dict, pairs, budget);
  if (named !== undefined) addPairs(dict, named, budget);
  return dict;
}

function enumerate(iterable: Value, start: Value, budget: Budget): List {
  const first = BigInt(isInt(start) ? start : 0);
  const items = toArray(iterable, budget);
  return new List(items.map((item, index) => new Tuple([normalizeInt(first + BigInt(index)), item])));
}

function fail(args: Value, budget: Budget): never {
  const texts = args instanceof List ? args.items.map(item => toText(item, budget)) : [];
  throw new Fault(`fail: ${texts.join(" ")}`);
}

function makeFloat(value: Value | undefined, budget: Budget): Float {
  if (value === undefined) return new Float(0);
  if (value instanceof Float) return value;
  if (isInt(value)) return new Float(Number(value));
  if (typeof value === "boolean") return new Float(value ? 1 : 0);
  const text = String(value);
  if (text === "") throw new Fault('"" is not a valid number: cannot parse float from empty string');
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (special) {
    const magnitude = special[2]?.toLowerCase() === "nan" ? Number.NaN : Number.POSITIVE_INFINITY;
    return new Float(special[1] === "-" ? -magnitude : magnitude);
  }
  if (/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(text)) return new Float(Number(text));
  throw new Fault(`${toSource(value, budget)} is not a valid number: invalid float literal`);
}

function getAttribute(object: Value, name: Value, otherwise: Value | undefined): Value {
  const found = findAttribute(object, String(name));
  if (found !== null) return found;
  if (otherwise !== undefined) return otherwise;
  throw new Fault(`Operation \`.${String(name)}\` not supported on type \`${typeName(object)}\``);
}

/** The hash of a text, as a signed 32-bit number. */
function hash(text: string): number {
  let value = 0;
  for (let index = 0; index < text.length; index += 1) value = (Math.imul(value, 31) + text.charCodeAt(index)) | 0;
  return value;
}

function makeInt(value: Value | undefined, base: Value | undefined): Value {
  if (value === undefined) return 0;
  if (typeof value === "string") return parseInteger(value, base === undefined ? 10 : Number(base));
  if (base !== undefined) throw new Fault("int() cannot convert non-string with explicit base '" + String(base) + "'");
  if (isInt(value)) return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof Float) {
    if (!Number.isFinite(value.value)) throw new Fault("Cannot convert a float that is not finite to an integer");
    return normalizeInt(BigInt(Math.trunc(value.value)));
  }
  return 0;
}

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";

function parseInteger(text: string, base: number): Value {
  const fault = (): Fault => new Fault(`Cannot parse \`${text}\` as an integer in base ${base}`);
  if (base !== 0 && (base < 2 || base > 36)) {
    throw new Fault(`${base} is not a valid base, int() base must be >= 2 and <= 36`);
  }
  const match = /^([+-]?)(0[xXoObB])?([0-9a-zA-Z_]+)$/.exec(text);
  const [, sign = "", prefix = "", digits = ""] = match ?? [];
  if (match === null || text.length > 1000) throw fault();
  const named = new Map([
    ["0x", 16],
    ["0o", 8],
    ["0b", 2],
  ]).get(prefix.toLowerCase());
  const usePrefix = named !== undefined && (base === 0 || base === named);
  const body = usePrefix ? digits : prefix + digits;
  const radix = usePrefix ? named : base === 0 ? 10 : base;
  let value = 0n;
  for (const char of body.toLowerCase().replaceAll("_", "")) {
    const digit = DIGITS.indexOf(char);
    if (digit === -1 || digit >= radix) throw fault();
    value = value * BigInt(radix) + BigInt(digit);
  }
  return normalizeInt(sign === "-" ? -value : value);
}

function extreme(args: Value, key: Value | undefined, sign: 1 | -1, context: CallContext): Value {
  const given = args instanceof List ? args.items : [];
  const items = given.length === 1 ? toArray(given[0] ?? null, context.budget) : given;
  const keyOf = (item: Value): Value => (key === undefined ? item : context.invoke(key, [item]));
  const [first, ...rest] = items;
  if (first === undefined) throw new Fault("Argument is an empty iterable, max() expect a non empty iterable");
  let best = first;
  let bestKey = keyOf(first);
  for (const item of rest) {
    const itemKey = keyOf(item);
    if (compare(bestKey, itemKey, context.budget) * sign < 0) {
      best = item;
      bestKey = itemKey;
    }
  }
  return best;
}

function ordinal(text: string): number {
  if (textLength(text) === 1) return text.codePointAt(0) ?? 0;
  throw new Fault(`ord(): ${JSON.stringify(text)} is not a single character string`);
}

function makeRange(first: Value, second: Value | undefined, step: Value | undefined): Range {
  const [start, stop] = second === undefined ? [0, Number(first)] : [Number(first), Number(second)];
  const by = step === undefined ? 1 : Number(step);
  if (by === 0) throw new Fault("Third argument of range (step) cannot be zero");
  if (![start, stop, by].every(Number.isSafeInteger)) throw new Fault("Integer is too large");
  return new Range(start, stop, by);
}

function sorted(iterable: Value, key: Value | undefined, reverse: boolean, context: CallContext): List {
  const items = toArray(iterable, context.budget);
  const keyed = items.map(item => ({
    item,
    key: key === undefined ? item : context.invoke(key, [item]),
  }));
  // Equal elements keep their order in either direction.
  keyed.sort((a, b) => (reverse ? compare(b.key, a.key, context.budget) : compare(a.key, b.key, context.budget)));
  return new List(keyed.map(entry => entry.item));
}

function zip(args: Value, budget: Budget): List {
  const lists = args instanceof List ? args.items.map(item => toArray(item, budget)) : [];
  const shortest = Math.min(...lists.map(list => list.length));
  const count = Number.isFinite(shortest) ? shortest : 0;
  return new List(Array.from({ length: count }, (_, index) => new Tuple(lists.map(list => list[index] ?? null))));
}
