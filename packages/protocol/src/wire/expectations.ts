import { DecodeError, type PathStep } from "./errors.ts";
import { quoted } from "./quoted.ts";

/** Strings that would make an error text longer than this are cut. */
const LONGEST_QUOTE = 2000;

const numberNames: Readonly<Record<string, string>> = {
  int64: "i64",
  int32: "i32",
  uint64: "u64",
  uint32: "u32",
  uint16: "u16",
  uint8: "u8",
  uint: "usize",
  double: "f64",
  float: "f32",
};

/** How a number format is called in error texts. */
export function numberName(format: string | undefined): string {
  return numberNames[format ?? "double"] ?? "f64";
}

function quote(text: string): string {
  return quoted(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text);
}

/** A floating point number as error texts show it: with a point or an exponent, which makes the difference to integers. */
export function floatText(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || (size !== 0 && (size < 1e-5 || size >= 1e16))) {
    return value.toExponential();
  }
  if (Object.is(value, -0)) {
    return "-0.0";
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** Whether the text of a number is that of a floating point one. */
export function isFloat(written: string): boolean {
  return /[.e]/.test(written);
}

/** Names a value that was not expected; `written` is the text of a number that a double does not tell enough of. */
export function describe(value: unknown, written?: string): string {
  switch (typeof value) {
    case "string":
      return `string ${quote(value)}`;
    case "boolean":
      return `boolean \`${value}\``;
    case "number": {
      const text = written ?? (Number.isInteger(value) ? String(value) : floatText(value));
      return `${isFloat(text) ? "floating point" : "integer"} \`${text}\``;
    }
    default:
      return value === null ? "null" : Array.isArray(value) ? "sequence" : "map";
  }
}

export function wrongType(value: unknown, expected: string, path: readonly PathStep[], written?: string): DecodeError {
  return new DecodeError(`invalid type: ${describe(value, written)}, expected ${expected}`, path);
}

/** `one of` a list of names, in the three forms it has. */
export function alternatives(names: readonly string[]): string {
  const quoted = names.map(name => `\`${name}\``);
  switch (quoted.length) {
    case 0:
      return "there are no variants";
    case 1:
      return `expected ${quoted[0]}`;
    case 2:
      return `expected ${quoted[0]} or ${quoted[1]}`;
    default:
      return `expected one of ${quoted.join(", ")}`;
  }
}

export function unknownVariant(name: string, known: readonly string[], path: readonly PathStep[]): DecodeError {
  const shown = name.length > LONGEST_QUOTE ? `${name.slice(0, LONGEST_QUOTE)}…` : name;
  return new DecodeError(`unknown variant \`${shown}\`, ${alternatives(known)}`, path);
}

export function unknownField(name: string, known: readonly string[], path: readonly PathStep[]): DecodeError {
  const shown = name.length > LONGEST_QUOTE ? `${name.slice(0, LONGEST_QUOTE)}…` : name;
  const rest = known.length === 0 ? "there are no fields" : alternatives(known);
  return new DecodeError(`unknown field \`${shown}\`, ${rest}`, path);
}

export function missingField(name: string, path: readonly PathStep[]): DecodeError {
  return new DecodeError(`missing field \`${name}\``, path);
}
