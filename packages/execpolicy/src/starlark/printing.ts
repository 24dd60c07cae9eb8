import { type Budget, Fault, MAX_VALUE_DEPTH } from "./fault.ts";
import {
  Callable,
  checkText,
  Dict,
  Elements,
  Ellipsis,
  Float,
  List,
  Range,
  Tuple,
  typeName,
  type Value,
} from "./values.ts";

/** The value as `str()` shows it: a text stands for itself. */
export function toText(value: Value, budget: Budget): string {
  return typeof value === "string" ? value : toSource(value, budget);
}

/** The value as `repr()` shows it. */
export function toSource(value: Value, budget: Budget): string {
  return new Printer(budget).print(value);
}

class Printer {
  readonly #budget: Budget;
  readonly #open = new Set<Value>();
  #length = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  print(value: Value): string {
    const text = this.#text(value);
    this.#length += text.length;
    checkText(this.#length);
    this.#budget.spend(text.length >> 4);
    return text;
  }

  #text(value: Value): string {
    this.#budget.spend(1);
    if (value === null) return "None";
    if (value === true) return "True";
    if (value === false) return "False";
    if (typeof value === "string") return quoteString(value);
    if (typeof value === "number" || typeof value === "bigint") return String(value);
    if (value instanceof Float) return floatText(value.value);
    if (value instanceof Callable) return value.name;
    if (value instanceof Ellipsis) return "Ellipsis";
    if (value instanceof Elements) return "iterator";
    if (value instanceof Range) return rangeText(value);
    return this.#container(value);
  }

  #container(value: List | Tuple | Dict): string {
    const [open, close] = value instanceof List ? ["[", "]"] : value instanceof Tuple ? ["(", ")"] : ["{", "}"];
    if (this.#open.has(value)) return `${open}...${close}`;
    if (this.#open.size > MAX_VALUE_DEPTH) throw new Fault("Value is nested too deeply");
    this.#open.add(value);
    const parts =
      value instanceof Dict
        ? [...value.entries.values()].map(entry => `${this.print(entry.key)}: ${this.print(entry.value)}`)
        : value.items.map(item => this.print(item));
    this.#open.delete(value);
    const comma = value instanceof Tuple && parts.length === 1 ? "," : "";
    return `${open}${parts.join(", ")}${comma}${close}`;
  }
}

function rangeText({ start, stop, step }: Range): string {
  if (step !== 1) return `range(${start}, ${stop}, ${step})`;
  return start === 0 ? `range(${stop})` : `range(${start}, ${stop})`;
}

/** Six significant digits decide whether a float is shown with an exponent. */
const SIGNIFICANT = 6;

/** A float with a point or an exponent, so that it never looks like an integer. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "+inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  if (Math.abs(Math.floor(Math.log10(Math.abs(value)))) >= SIGNIFICANT) {
    return scientific(value).replace(/\.?0+e/, "e");
  }
  const text = String(value);
  if (Number.isInteger(value)) return `${text}.0`;
  return text.includes("e") ? value.toFixed(20).replace(/0+$/, "") : text;
}

/** Six digits behind the point, and an exponent of at least two digits. */
export function scientific(value: number): string {
  return value.toExponential(SIGNIFICANT).replace(/e([+-])(\d)$/, "e$10$2");
}

const ESCAPES = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ['"', '\\"'],
  ["\\", "\\\\"],
]);

function quoteString(text: string): string {
  let out = "";
  for (const char of text) out += ESCAPES.get(char) ?? escapeChar(char);
  return `"${out}"`;
}

function escapeChar(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return char;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  if (/[\p{L}\p{N}]/u.test(char)) return char;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}

/** The failure of an operator whose right side is not of a type that it takes. */
export function wrongOperand(expected: string, value: Value, budget: Budget): Fault {
  const actual = `${typeName(value)} (repr: ${toSource(value, budget)})`;
  return new Fault(`Type of parameters mismatch, expected \`${expected}\`, actual \`${actual}\``);
}
