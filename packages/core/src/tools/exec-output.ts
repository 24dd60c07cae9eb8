import type { LiveProcess } from "../exec/live-process.ts";
import {
  approxTokenCount,
  policyTokenBudget,
  truncateWithLineCount,
  type TruncationPolicy,
} from "../history/truncate.ts";
import type { FunctionCallOutputBody } from "@codex-ts/protocol/models";
import type { ToolResult } from "./tool.ts";

/** Bounds of how long a call waits for output, milliseconds. */
export interface WaitBounds {
  min: number;
  max: number;
}

export const EXEC_YIELD: WaitBounds = { min: 250, max: 30_000 };
const DEFAULT_MAX_TOKENS = 10_000;

export function clampWait(ms: number, bounds: WaitBounds): number {
  return Math.min(Math.max(ms, bounds.min), bounds.max);
}

/** Tokens of output one call may return: what it asked for, but never more than the turn's policy allows. */
export function outputTokens(requested: number | undefined, policy: TruncationPolicy): number {
  return Math.max(0, Math.min(requested ?? DEFAULT_MAX_TOKENS, policyTokenBudget(policy)));
}

export interface ExecReport {
  /** Absent for calls that were never a process. */
  chunkId: string | null;
  wallMs: number;
  exitCode: number | null;
  sessionId: number | null;
  text: string;
  maxTokens: number;
}

/** What a call that waited for a process gives back: what it printed since the last call, and whether it has ended. */
export function execResult(
  process: LiveProcess,
  { chunkId, wallMs, maxTokens }: Pick<ExecReport, "chunkId" | "wallMs" | "maxTokens">,
): ToolResult {
  const { exit, id, callId, command } = process;
  const text = process.takeUnread();
  const report = {
    chunkId,
    wallMs,
    exitCode: exit?.exitCode ?? null,
    sessionId: exit === null ? id : null,
    text,
    maxTokens,
  };
  if (exit === null) return { body: execOutput(report) };
  // Hooks hear of the command that has ended, whichever call saw it end.
  return {
    body: execOutput(report),
    hookResponse: shown(report),
    hookUse: { toolName: "Bash", toolInput: { command }, toolUseId: callId },
  };
}

/** What the model reads when its command line was a patch: the patch's result, as the output of no process. */
export function patchedOutput(body: FunctionCallOutputBody, maxTokens: number): FunctionCallOutputBody {
  if (typeof body !== "string") return body;
  return ["Wall time: 0.0000 seconds", "Output:", shown({ text: body, maxTokens })].join("\n");
}

function shown({ text, maxTokens }: Pick<ExecReport, "text" | "maxTokens">): string {
  return truncateWithLineCount(text, { mode: "tokens", limit: maxTokens });
}

/** What the model reads of `exec_command` and `write_stdin`. */
export function execOutput(report: ExecReport): string {
  return [
    ...(report.chunkId === null ? [] : [`Chunk ID: ${report.chunkId}`]),
    `Wall time: ${(report.wallMs / 1000).toFixed(4)} seconds`,
    ...(report.exitCode === null ? [] : [`Process exited with code ${report.exitCode}`]),
    ...(report.sessionId === null ? [] : [`Process running with session ID ${report.sessionId}`]),
    `Original token count: ${approxTokenCount(report.text)}`,
    "Output:",
    shown(report),
  ].join("\n");
}
