import { DecodeError, type PathStep } from "./errors.ts";

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
  const cut = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
  return JSON.stringify(cut);
}

function floatText(value: number): string {
  if (!Number.isFinite(value)) {
    return String(value);
  }
  const text = Number.isInteger(value) ? BigInt(value).toString() : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** Names a value that was not expected; `asFloat` for a number that was written with a fraction or an exponent. */
export function describe(value: unknown, asFloat = false): string {
  switch (typeof value) {
    case "string":
      return `string ${quote(value)}`;
    case "boolean":
      return `boolean \`${value}\``;
    case "number":
      return asFloat || !Number.isInteger(value) ? `floating point \`${floatText(value)}\`` : `integer \`${value}\``;
    default:
      return value === null ? "null" : Array.isArray(value) ? "sequence" : "map";
  }
}

export function wrongType(value: unknown, expected: string, path: readonly PathStep[], asFloat = false): DecodeError {
  return new DecodeError(`invalid type: ${describe(value, asFloat)}, expected ${expected}`, path);
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
