import type { ConfigError, SourceRange } from "../errors.ts";
import { Locator } from "./locate.ts";
import { isTable, setOwn, TomlDateTime, type TomlTable, type TomlValue } from "./value.ts";

type Path = readonly (string | number)[];

/** Whether the reader may have lost something of a value: what does not fit 64 bits, and dates. */
export function needsCare(value: TomlValue): boolean {
  return typeof value === "bigint" || value instanceof TomlDateTime;
}

/**
 * Looks again, in the text, at the values of a document that the reader cannot give exactly: dates get back the fraction
 * that was written, numbers that are too large are refused.
 * @throws ConfigError `toml_syntax`
 */
export function lookAgain(
  table: TomlTable,
  text: string,
  refuse: (reason: string, at: SourceRange) => ConfigError,
): void {
  const locator = new Locator(text);
  const lines = text.split("\n");
  const written = ({ start, end }: SourceRange): string =>
    start.line === end.line ? (lines[start.line - 1] ?? "").slice(start.column - 1, end.column - 1) : "";

  const look = (value: TomlValue, path: Path): TomlValue => {
    if (Array.isArray(value)) {
      for (const [at, item] of value.entries()) value[at] = look(item, [...path, at]);
      return value;
    }
    if (isTable(value)) {
      for (const key of Object.keys(value)) setOwn(value, key, look(value[key] as TomlValue, [...path, key]));
      return value;
    }
    if (!needsCare(value)) return value;
    const at = locator.locateExactly(path);
    if (at === null) return value;
    if (value instanceof TomlDateTime) return exactDate(value, written(at));
    const reason = tooLarge(value);
    if (reason !== null) throw refuse(reason, at);
    return value;
  };
  look(table, []);
}

function tooLarge(value: TomlValue): string | null {
  if (typeof value !== "bigint") return null;
  if (value >= -(2n ** 63n) && value < 2n ** 63n) return null;
  if (value >= 0 && value < 2n ** 64n) return "u64 value was too large";
  return `invalid type: integer \`${value}\` as i128, expected any valid TOML value`;
}

/** As it was written, with a `T` between day and time, seconds, and no zeros at the end of a fraction. */
function exactDate(read: TomlDateTime, written: string): TomlDateTime {
  const parts = /^(\d{4}-\d\d-\d\d)?[Tt ]?(?:(\d\d:\d\d)(:\d\d)?(?:\.(\d+))?)?([Zz]|[+-]\d\d:\d\d)?$/.exec(written);
  if (parts === null) return read;
  const [, day = "", minutes = "", seconds = ":00", fraction = "", offset = ""] = parts;
  const kept = fraction.slice(0, 9).replace(/0+$/, "");
  const time = minutes === "" ? "" : `${minutes}${seconds}${kept === "" ? "" : `.${kept}`}`;
  return new TomlDateTime(`${day}${day !== "" && time !== "" ? "T" : ""}${time}${offset.toUpperCase()}`);
}
