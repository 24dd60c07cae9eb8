import { floatText, isTable, TomlDateTime, TomlFloat, type TomlTable, type TomlValue } from "../toml/value.ts";

/** `sha256:` and the hash of the table as compact JSON with sorted keys. */
export function fingerprint(table: TomlTable): string {
  // Few starts ask for it, and all would pay for the module: it is loaded here.
  const { createHash } = process.getBuiltinModule("node:crypto");
  return `sha256:${createHash("sha256").update(canonicalJson(table)).digest("hex")}`;
}

function canonicalJson(value: TomlValue): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : jsonFloat(value);
  if (value instanceof TomlFloat) return jsonFloat(value.value);
  if (value instanceof TomlDateTime) return `{"$__toml_private_datetime":${JSON.stringify(value.text)}}`;
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isTable(value)) return String(value);
  const members = Object.keys(value)
    .sort(byBytes)
    .map(key => `${JSON.stringify(key)}:${canonicalJson(value[key] as TomlValue)}`);
  return `{${members.join(",")}}`;
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
