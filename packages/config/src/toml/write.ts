import { byBytes } from "../layers/fingerprint.ts";
import { floatText, isTable, TomlDateTime, TomlFloat, type TomlValue } from "./value.ts";

/** A value in one line (strings with line breaks excepted): tables become inline tables with sorted keys. */
export function writeValue(value: TomlValue): string {
  if (typeof value === "string") return writeString(value);
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : floatText(value);
  if (value instanceof TomlFloat) return floatText(value.value);
  if (value instanceof TomlDateTime) return value.text;
  if (Array.isArray(value)) return `[${value.map(writeValue).join(", ")}]`;
  if (!isTable(value)) return String(value);
  const members = Object.keys(value)
    .sort(byBytes)
    .map(key => `${writeKey(key)} = ${writeValueInline(value[key] as TomlValue)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** Inside an inline table line breaks are avoided. */
function writeValueInline(value: TomlValue): string {
  return typeof value === "string" ? writeString(value, true) : writeValue(value);
}

export function writeKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : writeString(key, true);
}

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

function writeString(text: string, oneLine = false): string {
  const plain = !CONTROL.test(text) && !text.includes("\r");
  if (!oneLine && plain && text.includes("\n")) return `"""\n${escapeMultiline(text)}"""`;
  // Quotes and backslashes read best without escapes.
  if (plain && !/[\n\t']/.test(text) && /["\\]/.test(text)) return `'${text}'`;
  return `"${escapeBasic(text)}"`;
}

function escapeBasic(text: string): string {
  return text.replace(/[\u0000-\u001f"\\\u007f]/g, char => ESCAPES[char] ?? unicodeEscape(char));
}

function escapeMultiline(text: string): string {
  return text.replace(/\\/g, "\\\\").replace(/"""/g, '""\\"').replace(/"$/, '\\"');
}

const ESCAPES: Record<string, string> = {
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
  '"': '\\"',
  "\\": "\\\\",
};

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}
