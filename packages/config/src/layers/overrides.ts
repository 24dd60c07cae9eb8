import { ConfigError } from "../errors.ts";
import { parseTomlValue } from "../toml/parse.ts";
import { fromJson, type JsonValue, setPath, type TomlTable, type TomlValue } from "../toml/value.ts";

/** A `-c` value that needs the TOML reader; loading reads it. */
export class UnparsedValue {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** One override: dotted key path and value. */
export type CliOverride = readonly [keyPath: string, value: TomlValue | UnparsedValue];

/**
 * Reads `-c key=value` arguments. The value is TOML where it is valid TOML, else the text itself without surrounding
 * quotes. Values that need the TOML reader stay unread until loading.
 * @throws ConfigError `invalid_override` for an argument without `=` or with an empty key
 */
export function parseCliOverrides(args: readonly string[]): CliOverride[] {
  return args.map(raw => {
    const split = raw.indexOf("=");
    if (split < 0) throw new ConfigError("invalid_override", `Invalid override (missing '='): ${raw}`);
    const key = raw.slice(0, split).trim();
    if (key === "") throw new ConfigError("invalid_override", `Empty key in override: ${raw}`);
    return [
      key === "use_legacy_landlock" ? "features.use_legacy_landlock" : key,
      quickValue(raw.slice(split + 1).trim()),
    ];
  });
}

function quickValue(text: string): TomlValue | UnparsedValue {
  if (text === "true" || text === "false") return text === "true";
  if (/^-?(0|[1-9]\d{0,14})$/.test(text)) return Number(text) + 0;
  // No TOML value other than true, false, inf and nan starts with a letter, a slash, a dot or a tilde.
  if (text === "" || (/^(?!inf$|nan$)[A-Za-z/.~]/.test(text) && !/^(true|false|inf|nan)/.test(text)))
    return bareText(text);
  return new UnparsedValue(text);
}

function bareText(text: string): string {
  return text.replace(/^["']+/, "").replace(/["']+$/, "");
}

/** The value of an override; the TOML reader must be loaded when there are unread ones. */
export function overrideValue(value: TomlValue | UnparsedValue): TomlValue {
  return value instanceof UnparsedValue ? (parseTomlValue(value.text) ?? bareText(value.text)) : value;
}

export function needsReader(overrides: readonly CliOverride[]): boolean {
  return overrides.some(([, value]) => value instanceof UnparsedValue);
}

/** The table of the overrides, applied in order: missing tables are created, the last segment replaces. */
export function overridesTable(overrides: readonly CliOverride[]): TomlTable {
  const out: TomlTable = {};
  for (const [keyPath, value] of overrides) setPath(out, keyPath.split("."), overrideValue(value));
  return out;
}

/** A request's `config` map (dotted paths to JSON values) as overrides. */
export function jsonOverrides(
  config: { readonly [keyPath: string]: JsonValue | undefined } | null | undefined,
): CliOverride[] {
  return Object.entries(config ?? {}).map(([keyPath, value]) => [keyPath, fromJson(value)] as const);
}
