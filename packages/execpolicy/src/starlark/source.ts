import { ExecPolicyError, type SourceRange } from "../errors.ts";
import { textLength } from "./text.ts";

/** Offsets into a source text (UTF-16 units), end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One call on the way to an error. */
export interface Frame {
  readonly span: Span;
  /** The function that makes the call; `<module>` at the top. */
  readonly caller: string;
}

/** The text of a rules file, with its lines. */
export class SourceFile {
  readonly path: string;
  readonly text: string;
  readonly #lineStarts: number[];

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
    this.#lineStarts = [0];
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) this.#lineStarts.push(at + 1);
  }

  /** Line and column (both from 1, the column in characters) of an offset. */
  position(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const start = this.#lineStarts[low] ?? 0;
    return { line: low + 1, column: textLength(this.text.slice(start, offset)) + 1 };
  }

  /** The text of a line (from 1) without its end. */
  line(number: number): string {
    const start = this.#lineStarts[number - 1];
    if (start === undefined) return "";
    const end = this.#lineStarts[number];
    return this.text.slice(start, end === undefined ? undefined : end - 1).replace(/\r$/, "");
  }

  range(span: Span): SourceRange {
    return { path: this.path, start: this.position(span.start), end: this.position(span.end) };
  }

  /** Makes the error that a caller sees, with the place drawn under the source line. */
  error(message: string, span: Span, frames: readonly Frame[] = []): ExecPolicyError {
    const rendered = this.#traceback(frames) + this.#drawing(message, span);
    return new ExecPolicyError("language", message, { location: this.range(span), rendered });
  }

  #traceback(frames: readonly Frame[]): string {
    if (frames.length === 0) return "";
    const lines = frames.flatMap(frame => {
      const { line } = this.position(frame.span.start);
      return [`  * ${this.path}:${line}, in ${frame.caller}`, `      ${this.line(line).trim()}`];
    });
    return `Traceback (most recent call last):\n${lines.join("\n")}\n`;
  }

  #drawing(message: string, span: Span): string {
    const start = this.position(span.start);
    const end = this.position(span.end);
    const width = String(end.line).length;
    const gutter = `${" ".repeat(width)} |`;
    const numbered = (line: number, mark: string): string =>
      `${String(line).padEnd(width)} |${mark} ${this.line(line)}`.trimEnd();
    const body =
      start.line === end.line
        ? [
            numbered(start.line, ""),
            `${gutter} ${" ".repeat(start.column - 1)}${"^".repeat(Math.max(1, end.column - start.column))}`,
          ]
        : [numbered(start.line, " /"), numbered(end.line, " |"), `${gutter} |_^`];
    return [
      `error: ${message}`,
      `${" ".repeat(width)}--> ${this.path}:${start.line}:${start.column}`,
      gutter,
      ...body,
      gutter,
      "",
    ].join("\n");
  }
}
