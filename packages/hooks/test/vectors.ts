import type { HandlerResult } from "../src/events/judgement.ts";

/** A handler that ended with this exit code, and what it wrote. */
export function said(exitCode: number | null, stdout: unknown = "", stderr = ""): HandlerResult {
  return {
    exitCode,
    stdout: typeof stdout === "string" ? stdout : JSON.stringify(stdout),
    stderr,
    error: null,
    notes: [],
  };
}

/** Final status and entries, as the spec's table of vectors writes them: `blocked`, `feedback:no way`. */
export function shown(judgement: {
  status: string;
  entries: readonly { kind: string; text: string }[];
}): readonly string[] {
  return [judgement.status, ...judgement.entries.map(({ kind, text }) => `${kind}:${text}`)];
}

/** An event's own part of the output. */
export function specific(event: string, fields: object): object {
  return { hookSpecificOutput: { hookEventName: event, ...fields } };
}
