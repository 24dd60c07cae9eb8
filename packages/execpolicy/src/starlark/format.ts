import { type Budget, Fault } from "./fault.ts";
import { floatText, scientific, toSource, toText, wrongOperand } from "./printing.ts";
import { checkText, Float, isInt, isNumber, Tuple, typeName, type Value } from "./values.ts";

/** `"…" % values`. */
export function formatPercent(format: string, right: Value, budget: Budget): string {
  const values = right instanceof Tuple ? right.items : [right];
  let used = 0;
  let out = "";
  for (let index = 0; index < format.length; index += 1) {
    const char = format.charAt(index);
    if (char !== "%") {
      out += char;
      continue;
    }
    index += 1;
    const conversion = format.charAt(index);
    if (conversion === "") throw new Fault("Incomplete format");
    if (conversion === "%") {
      out += "%";
      continue;
    }
    const value = values[used];
    if (value === undefined) throw new Fault("Not enough arguments for format string");
    used += 1;
    out += convert(conversion, value, budget);
    checkText(out.length);
  }
  if (used < values.length) throw new Fault("Too many arguments for format string");
  return out;
}

function convert(conversion: string, value: Value, budget: Budget): string {
  switch (conversion) {
    case "s":
      return toText(value, budget);
    case "r":
      return toSource(value, budget);
    case "d":
      if (!isNumber(value)) break;
      return String(value instanceof Float ? BigInt(Math.trunc(finite(value.value))) : value);
    case "o":
      if (isInt(value)) return value.toString(8);
      break;
    case "x":
      if (isInt(value)) return value.toString(16);
      break;
    case "X":
      if (isInt(value)) return value.toString(16).toUpperCase();
      break;
    case "f":
    case "F":
      return asFloat(value, budget).toFixed(6);
    case "e":
    case "E": {
      const text = scientific(asFloat(value, budget));
      return conversion === "E" ? text.toUpperCase() : text;
    }
    case "g":
    case "G":
      return floatText(asFloat(value, budget));
    default:
      throw new Fault(`Unsupported format character: '${conversion}'`);
  }
  throw new Fault(`Operation \`format(%${conversion})\` not supported on type \`${typeName(value)}\``);
}

function asFloat(value: Value, budget: Budget): number {
  if (!isNumber(value)) throw wrongOperand("float | int", value, budget);
  return value instanceof Float ? value.value : Number(value);
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new Fault("Cannot convert a float that is not finite to an integer");
}

/** `"…".format(…)`: `{}`, `{0}`, `{name}`, each with `!r` or `!s`. */
export function formatBraces(
  format: string,
  positional: readonly Value[],
  named: ReadonlyMap<string, Value>,
  budget: Budget,
): string {
  let out = "";
  let automatic = 0;
  let manual = false;
  for (let index = 0; index < format.length; index += 1) {
    const char = format.charAt(index);
    if ((char === "{" || char === "}") && format.charAt(index + 1) === char) {
      out += char;
      index += 1;
    } else if (char === "}") {
      throw new Fault("Standalone '}' in format string `" + format + "`");
    } else if (char === "{") {
      const end = format.indexOf("}", index);
      if (end === -1) throw new Fault(`Unmatched '{' in format string \`${format}\``);
      const [field = "", conversion = "s", ...more] = format.slice(index + 1, end).split("!");
      if (more.length > 0 || (conversion !== "s" && conversion !== "r")) {
        throw new Fault(`Invalid conversion in format string \`${format}\``);
      }
      const value = fieldValue(field, automatic, positional, named);
      if (field === "") automatic += 1;
      manual ||= /^[0-9]+$/.test(field);
      if (manual && automatic > 0) {
        throw new Fault("Cannot mix manual field specification and automatic field numbering in format string");
      }
      out += conversion === "r" ? toSource(value, budget) : toText(value, budget);
      index = end;
    } else {
      out += char;
    }
    checkText(out.length);
  }
  return out;
}

function fieldValue(
  field: string,
  automatic: number,
  positional: readonly Value[],
  named: ReadonlyMap<string, Value>,
): Value {
  if (field === "") {
    const value = positional[automatic];
    if (value === undefined) throw new Fault("Not enough parameters in format string");
    return value;
  }
  const bad = /[.,[\]]/.exec(field);
  if (bad) throw new Fault(`Invalid character '${bad[0]}' inside replacement field`);
  const numbered = /^[0-9]+$/.test(field);
  const value = numbered ? positional[Number(field)] : named.get(field);
  if (value !== undefined) return value;
  throw new Fault(numbered ? `Index \`${Number(field)}\` is out of bound` : `Key \`${field}\` was not found`);
}
