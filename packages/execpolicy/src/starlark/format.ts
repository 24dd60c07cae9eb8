import { type Budget, Fault } from "./fault.ts";
import { floatText, toSource, toText } from "./printing.ts";
import { checkText, Dict, Float, isInt, isNumber, Tuple, typeName, type Value } from "./values.ts";

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
    let conversion = format.charAt(index);
    if (conversion === "%") {
      out += "%";
      continue;
    }
    let value: Value;
    if (conversion === "(") {
      const end = format.indexOf(")", index);
      if (end === -1) throw new Fault("Unmatched '(' in format string");
      value = namedValue(right, format.slice(index + 1, end), budget);
      conversion = format.charAt(end + 1);
      index = end + 1;
      used = values.length;
    } else {
      const next = values[used];
      if (next === undefined) throw new Fault("Not enough parameters in format string");
      value = next;
      used += 1;
    }
    out += convert(conversion, value, budget);
    checkText(out.length);
  }
  if (used < values.length && !(right instanceof Dict)) throw new Fault("Too many parameters in format string");
  return out;
}

function namedValue(dict: Value, name: string, budget: Budget): Value {
  const value = dict instanceof Dict ? dict.get(name, budget) : undefined;
  if (value === undefined) throw new Fault(`Key \`${JSON.stringify(name)}\` was not found`);
  return value;
}

function convert(conversion: string, value: Value, budget: Budget): string {
  switch (conversion) {
    case "s":
      return toText(value, budget);
    case "r":
      return toSource(value, budget);
    case "d":
    case "i":
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
      if (isNumber(value)) return asFloat(value).toFixed(6);
      break;
    case "e":
    case "E": {
      if (!isNumber(value)) break;
      const text = asFloat(value)
        .toExponential(6)
        .replace(/e([+-])(\d)$/, "e$10$2");
      return conversion === "E" ? text.toUpperCase() : text;
    }
    case "g":
    case "G":
      if (isNumber(value)) return floatText(asFloat(value));
      break;
    default:
      throw new Fault(`Unsupported format character: '${conversion}'`);
  }
  throw new Fault(`Operation \`format(%${conversion})\` not supported on type \`${typeName(value)}\``);
}

function asFloat(value: number | bigint | Float): number {
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
  for (let index = 0; index < format.length; index += 1) {
    const char = format.charAt(index);
    if ((char === "{" || char === "}") && format.charAt(index + 1) === char) {
      out += char;
      index += 1;
    } else if (char === "}") {
      throw new Fault("Standalone '}' in format string `" + format + "`");
    } else if (char === "{") {
      const end = format.indexOf("}", index);
      if (end === -1) throw new Fault("Unmatched '{' in format string");
      const [field = "", conversion = "s", ...more] = format.slice(index + 1, end).split("!");
      if (more.length > 0 || (conversion !== "s" && conversion !== "r")) {
        throw new Fault(
          `'${conversion}' is not a valid format string specifier, only 's' and 'r' are valid specifiers`,
        );
      }
      const value = fieldValue(field, automatic, positional, named);
      if (field === "") automatic += 1;
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
  const numbered = field === "" || /^[0-9]+$/.test(field);
  if (numbered) {
    const value = positional[field === "" ? automatic : Number(field)];
    if (value === undefined) throw new Fault("Not enough parameters in format string");
    return value;
  }
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(field)) throw new Fault(`Not a valid identifier: \`${field}\``);
  const value = named.get(field);
  if (value === undefined) throw new Fault(`Key \`${JSON.stringify(field)}\` was not found`);
  return value;
}
