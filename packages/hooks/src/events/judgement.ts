import type { HookOutputEntry, HookRunStatus } from "@codex-ts/protocol";
import * as z from "zod/mini";
import { isSoundJson, trimmed } from "../text.ts";
import { EVENT_WORDS, type HookEventName } from "./names.ts";

/** How a handler ended, before anybody has judged what it said. */
export interface HandlerResult {
  /** null: it ended without one (a signal). */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** It could not be run to its end: why. */
  readonly error: string | null;
  /** What else people should know about the run. */
  readonly notes: readonly string[];
}

/** What one run comes to: its final status and entries, and what it contributes to the event. */
export interface Judgement<Effect> {
  readonly status: Exclude<HookRunStatus, "running">;
  readonly entries: readonly HookOutputEntry[];
  /** Absent when it contributes nothing. */
  readonly effect?: Effect;
}

export type Entries = HookOutputEntry[];

/** How an event reads what its handlers said. */
export interface Reading<Output, Effect> {
  readonly event: HookEventName;
  /** What stdout may hold as JSON. */
  readonly output: z.core.$ZodType<Output>;
  judgeOutput(output: Output, entries: Entries): Judgement<Effect>;
  /** stdout is no JSON: absent where such text is passed over. */
  judgeText?(text: string, entries: Entries): Judgement<Effect>;
  /** Exit code 2 with a reason; absent where the code has no meaning of its own. */
  readonly exitTwo?: {
    /** What stderr must hold, as the error says: `a blocking reason`. */
    readonly what: string;
    judge(reason: string, entries: Entries): Judgement<Effect>;
  };
}

export function failed<Effect>(text: string, entries: Entries = []): Judgement<Effect> {
  return { status: "failed", entries: [...entries, { kind: "error", text }] };
}

/** Reads the exit code and the output of a handler by the rules that all events share (spec: hooks §6.1, §6.2). */
export function judge<Output, Effect>(result: HandlerResult, reading: Reading<Output, Effect>): Judgement<Effect> {
  const entries: Entries = result.notes.map(text => ({ kind: "warning", text }));
  if (result.error !== null) return failed(result.error, entries);
  if (result.exitCode === null) return failed("hook exited without a status code", entries);
  const { exitTwo, event } = reading;
  if (result.exitCode === 2 && exitTwo !== undefined) {
    const reason = trimmed(result.stderr);
    if (reason !== "") return exitTwo.judge(reason, entries);
    return failed(`${event} hook exited with code 2 but did not write ${exitTwo.what} to stderr`, entries);
  }
  if (result.exitCode !== 0) return failed(`hook exited with code ${result.exitCode}`, entries);
  return judgeStdout(result.stdout, reading, entries);
}

function judgeStdout<Output, Effect>(
  stdout: string,
  reading: Reading<Output, Effect>,
  entries: Entries,
): Judgement<Effect> {
  const text = trimmed(stdout);
  if (text === "") return { status: "completed", entries };
  const output = parseOutput(text, reading.output);
  if (output !== null) {
    const { systemMessage } = output as { systemMessage?: string | null };
    if (systemMessage !== undefined && systemMessage !== null) entries.push({ kind: "warning", text: systemMessage });
    return reading.judgeOutput(output, entries);
  }
  const { event, judgeText } = reading;
  const looksLikeJson = text.startsWith("{") || text.startsWith("[");
  if (looksLikeJson || event === "Stop") {
    return failed(`hook returned invalid ${EVENT_WORDS[event].label} JSON output`, entries);
  }
  return judgeText === undefined ? { status: "completed", entries } : judgeText(text, entries);
}

/** The object that the text holds; null when it holds anything else, or a field too much. */
function parseOutput<Output>(text: string, schema: z.core.$ZodType<Output>): Output | null {
  if (!text.startsWith("{")) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isSoundJson(value)) return null;
  const parsed = z.safeParse(schema, value);
  return parsed.success ? parsed.data : null;
}
