import { floatText, isTable, TomlDateTime, TomlFloat, type TomlTable, type TomlValue } from "../toml/value.ts";

/** `sha256:` and the hash of the table as compact JSON with sorted keys. */
export function fingerprint(table: TomlTable): string {
  // Few starts ask for it, and all would pay for the module: it is loaded here.
  const { createHash } = process.getBuiltinModule("node:crypto");
  return `sha256:${createHash("sha256").update(canonicalJson(table)).digest("hex")}`;
}

function canonicalJson(value: TomlValue): string {
  if (typeof value === "string") return jsonText(value);
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : jsonFloat(value);
  if (value instanceof TomlFloat) return jsonFloat(value.value);
  if (value instanceof TomlDateTime) return `{"$__toml_private_datetime":${JSON.stringify(value.text)}}`;
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isTable(value)) return String(value);
  let members = "";
  for (const key of sortedKeys(value)) {
    if (members !== "") members += ",";
    members += `${jsonText(key)}:${canonicalJson(value[key] as TomlValue)}`;
  }
  return `{${members}}`;
}

/** Nothing that JSON escapes, and no surrogates. */
const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

function jsonText(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

function sortedKeys(table: TomlTable): string[] {
  const keys = Object.keys(table);
  if (keys.length < 2) return keys;
  // The two orders differ only where surrogates meet other characters.
  return keys.every(key => PLAIN.test(key)) ? keys.sort() : keys.sort(byBytes);
}

/** Shortest form; exponents (`1e+16`) from 1e16 up and below 1e-5. JSON has no infinities: they become null. */
function jsonFloat(value: number): string {
  if (!Number.isFinite(value)) return "null";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e16 || size < 1e-5)) return value.toExponential();
  return floatText(value);
}

/** Order of UTF-8 bytes. */
export function byBytes(a: string, b: string): number {
  if (a === b) return 0;
  // UTF-16 order is UTF-8 order except where surrogates meet other characters.
  if (/[\ud800-\udfff]/.test(a) || /[\ud800-\udfff]/.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}
