/**
 * The two layouts in which a finished command is told to the model: lines ("freeform") and one JSON string ("structured").
 * `shell` and `apply_patch` record the structured one; when a request carries the freeform apply_patch tool it is rewritten on the way out.
 */
export interface CommandReport {
  exitCode: number;
  durationMs: number;
  /** The captured text, already cut to the model's budget. */
  text: string;
  /** Lines of the whole text, when the shown text has fewer. */
  totalLines?: number | undefined;
}

const LINE_COUNT_HEADER = /^Total output lines: (\d+)\n\n/;

/** Seconds with one decimal, without a trailing `.0`. */
export function shortSeconds(durationMs: number): string {
  return String(Math.round(durationMs / 100) / 10);
}

export function freeformOutput(report: CommandReport): string {
  const lines = [`Exit code: ${report.exitCode}`, `Wall time: ${shortSeconds(report.durationMs)} seconds`];
  if (report.totalLines !== undefined) lines.push(`Total output lines: ${report.totalLines}`);
  lines.push("Output:", report.text);
  return lines.join("\n");
}

export function structuredOutput(report: CommandReport): string {
  const text =
    report.totalLines === undefined ? report.text : `Total output lines: ${report.totalLines}\n\n${report.text}`;
  // The duration always prints with a decimal, which JSON.stringify would drop for whole seconds.
  const seconds = (Math.round(report.durationMs / 100) / 10).toFixed(1);
  return `{"output":${JSON.stringify(text)},"metadata":{"exit_code":${report.exitCode},"duration_seconds":${seconds}}}`;
}

/** The freeform layout of a structured output, or null when the text is not one. */
export function rewriteStructured(text: string): string | null {
  if (!text.startsWith("{")) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  const report = readStructured(parsed);
  return report === null ? null : freeformOutput(report);
}

function readStructured(value: unknown): CommandReport | null {
  if (typeof value !== "object" || value === null || !("output" in value) || !("metadata" in value)) return null;
  const { output, metadata } = value;
  if (typeof output !== "string" || typeof metadata !== "object" || metadata === null) return null;
  if (!("exit_code" in metadata) || !("duration_seconds" in metadata)) return null;
  const { exit_code: exitCode, duration_seconds: seconds } = metadata;
  if (typeof exitCode !== "number" || typeof seconds !== "number") return null;
  const header = LINE_COUNT_HEADER.exec(output);
  return {
    exitCode,
    durationMs: seconds * 1000,
    text: header === null ? output : output.slice(header[0].length),
    totalLines: header === null ? undefined : Number(header[1]),
  };
}
