import { maskedLine } from "./secrets.ts";

/** Why a configuration could not be used; stable, for callers that branch. */
export type ConfigErrorCode =
  | "codex_home"
  | "io"
  | "toml_syntax"
  | "invalid_value"
  | "invalid_override"
  | "unknown_profile"
  | "unknown_provider"
  | "unknown_feature"
  | "requirements"
  | "layer_order"
  | "edit_refused"
  | "conflict"
  | "locked"
  | "usage";

/** Where in a file something stands; lines and columns count from 1, columns count characters. */
export interface SourceRange {
  start: { line: number; column: number };
  end: { line: number; column: number };
}

export interface ConfigErrorDetails {
  /** The file the error is about. */
  file?: string;
  range?: SourceRange;
  /** Dotted key path of the offending value. */
  keyPath?: string;
  /** The source line at `range.start`. */
  sourceLine?: string;
  cause?: unknown;
}

/** Every error of this package: says what is wrong, where, and (in `code`) which kind it is. */
export class ConfigError extends Error {
  override readonly name: string = "ConfigError";
  readonly code: ConfigErrorCode;
  readonly file: string | undefined;
  readonly range: SourceRange | undefined;
  readonly keyPath: string | undefined;
  readonly sourceLine: string | undefined;
  /** The bare reason, without file and position. */
  readonly reason: string;

  constructor(code: ConfigErrorCode, reason: string, details: ConfigErrorDetails = {}) {
    super(withPosition(reason, details), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.reason = reason;
    this.file = details.file;
    this.range = details.range;
    this.keyPath = details.keyPath;
    this.sourceLine = details.sourceLine === undefined ? undefined : maskedLine(details.sourceLine, details.keyPath);
  }
}

function withPosition(reason: string, { file, range, keyPath }: ConfigErrorDetails): string {
  if (file !== undefined && range !== undefined) {
    return `${file}:${range.start.line}:${range.start.column}: ${reason}`;
  }
  return keyPath === undefined ? reason : `${reason}\nin \`${keyPath}\`\n`;
}

/**
 * What a TOML reader says about a mistake, with the line it is in: the text that follows `Error parsing ... file ...: `.
 * @param sourceLine masked already
 */
export function tomlErrorText(reason: string, range: SourceRange, sourceLine: string): string {
  const { start, end } = range;
  const number = String(start.line);
  const gutter = " ".repeat(number.length);
  const from = Math.max(0, start.column - 1 - 100);
  const shown = sourceLine.slice(from, from + 200);
  const inLine = Math.min(start.line === end.line ? end.column - start.column : 1, from + 200 - start.column + 1);
  const caret = `${" ".repeat(Math.max(0, start.column - 1 - from))}${"^".repeat(Math.max(1, inLine))}`;
  const head = `TOML parse error at line ${number}, column ${start.column}`;
  return [head, `${gutter} |`, `${number} | ${shown}`, `${gutter} | ${caret}`, reason, ""].join("\n");
}

/**
 * The error as a person reads it: position, reason, the source line with a caret, the key path.
 *
 * ```text
 * /home/me/.codex/config.toml:1:9: invalid type: integer `1`, expected a string
 *   |
 * 1 | model = 1
 *   |         ^
 * in `model`
 * ```
 */
export function formatConfigError(error: ConfigError): string {
  const { range, sourceLine, keyPath } = error;
  if (range === undefined || sourceLine === undefined) return error.message.trimEnd();
  const number = String(range.start.line);
  const gutter = " ".repeat(number.length);
  // A very long line (minified or hostile) is cut around the caret.
  const from = Math.max(0, range.start.column - 1 - 100);
  const shown = sourceLine.slice(from, from + 200);
  const caret = " ".repeat(Math.max(0, range.start.column - 1 - from));
  const lines = [error.message, `${gutter} |`, `${number} | ${shown}`, `${gutter} | ${caret}^`];
  if (keyPath !== undefined) lines.push(`in \`${keyPath}\``);
  return lines.join("\n");
}
