import { constants } from "node:os";
import type { EscalationExecution } from "@codex-ts/permissions";
import type { RunResult } from "@codex-ts/sandbox";
import { InputReplaced } from "../approvals/call-inputs.ts";
import { Rejected } from "../approvals/decision.ts";
import type { CallRights } from "../approvals/call-rights.ts";
import { runGuarded } from "../approvals/pipeline.ts";
import { TurnInterrupted } from "../errors.ts";
import { attemptProfile } from "../exec/attempt.ts";
import { commandEnvironment } from "../exec/environment.ts";
import { shellScript } from "../exec/forked-shell.ts";
import { type Interception, interceptPrograms } from "../exec/interception.ts";
import { OutputDeltas } from "../exec/output-deltas.ts";
import { sandboxHost } from "../exec/sandbox-host.ts";
import { TimeLimit } from "../exec/time-limit.ts";
import { freeformOutput, structuredOutput, type CommandReport } from "../history/freeform-output.ts";
import { countLines, truncateMiddle } from "../history/truncate.ts";
import { CommandItem } from "../items/command-item.ts";
import { describeCommand, guardedCommand, networkTrigger } from "./command-call.ts";
import { interceptPatch } from "./patch-interception.ts";
import { startError } from "./start-error.ts";
import { RespondToModel, type ToolCall, type ToolContext, type ToolResult } from "./tool.ts";

const DEFAULT_TIMEOUT_MS = 10_000;
const TIMEOUT_EXIT_CODE = 124;
const RETAINED_BYTES = 1024 * 1024;
const DECLINED_TEXT = "exec command rejected by user";

export interface ShellRun {
  argv: string[];
  cwd: string;
  timeoutMs: number | undefined;
  rights: CallRights;
  /** The command as a hook sees it. */
  hookCommand: string;
  /** How the result is told: lines, or one JSON string. */
  layout: "freeform" | "structured";
  /** Each of its programs is decided about when the shell starts it. */
  intercepted?: boolean;
}

/** Runs a command to its end (or its time-out) and tells the model everything at once: what all tools of the shell family share. */
export async function runShell(call: ToolCall, context: ToolContext, run: ShellRun): Promise<ToolResult> {
  const { turn } = context;
  const patched = await interceptPatch(call, context, run.argv, run.cwd);
  if (patched !== null) return patched;

  const facts = await describeCommand(turn.session, call.callId, run.argv, run.cwd, "agent");
  const item = new CommandItem(turn, facts);
  item.start();
  let result: RunResult;
  try {
    const guarded = guardedCommand<RunResult>(turn, item, {
      facts,
      rights: run.rights,
      hookCommand: run.hookCommand,
      tty: null,
      attempt: execution => runOnce(call, context, item, run, execution),
      denied: attempt => attempt.denied,
    });
    result = await runGuarded(turn, guarded);
  } catch (error) {
    throw await refusal(item, run.cwd, error);
  }
  if (turn.signal.aborted) throw new TurnInterrupted();
  item.complete({
    status: result.exitCode === 0 && !result.timedOut ? "completed" : "failed",
    output: result.aggregated,
    exitCode: result.timedOut ? TIMEOUT_EXIT_CODE : result.exitCode,
    durationMs: Math.round(result.durationMs),
  });
  const report = commandReport(result, context, run.layout);
  const body = run.layout === "freeform" ? freeformOutput(report) : structuredOutput(report);
  return report.exitCode === 0 ? { body, hookResponse: report.text } : { body };
}

async function runOnce(
  call: ToolCall,
  { turn, session, signal }: ToolContext,
  item: CommandItem,
  run: ShellRun,
  execution: EscalationExecution,
): Promise<RunResult> {
  if (run.argv.length === 0) throw new Rejected("command args are empty", false);
  const { runSandboxed } = await import("@codex-ts/sandbox");
  const { settings } = turn.context;
  const deltas = new OutputDeltas(text => item.delta(text));
  const limit = new TimeLimit(run.timeoutMs ?? DEFAULT_TIMEOUT_MS, session.stopwatch);
  const permissions = attemptProfile(execution, settings.permissions);
  const env = commandEnvironment(session);
  const networkCall = { turn, trigger: networkTrigger(call, run, null), command: run.hookCommand };
  const access = session.network?.access(networkCall, permissions, env);
  let interception: Interception | null = null;
  try {
    if (run.intercepted === true && shellScript(run.argv) !== null) {
      const { callId } = call;
      const told = { callId, rights: run.rights, env: access?.env ?? env, network: access?.network, limit };
      interception = await interceptPrograms(turn, told);
    }
    const result = await runSandboxed({
      argv: run.argv,
      cwd: run.cwd,
      policyCwd: settings.cwd,
      permissions,
      ...sandboxHost(session, access?.network),
      env: access?.env ?? env,
      ...interception?.options,
      timeoutMs: null,
      onRefusal: "end",
      signal: AbortSignal.any([signal, limit.signal]),
      outputCapBytes: RETAINED_BYTES,
      // Of an intercepted shell clients see the output when it has ended, as they do of the reference program's.
      ...(interception === null ? { onOutput: ({ stream, chunk }) => deltas.push(stream, chunk) } : {}),
    });
    // However the command took it: a connection that was refused is what the model hears of.
    access?.end();
    if (result.signal !== null && !result.aborted) throw new EndedBySignal(result.signal);
    const timedOut = result.aborted && limit.reached;
    if (timedOut && interception !== null) throw new Rejected("sandbox error: command timed out", false);
    return { ...result, timedOut };
  } finally {
    await interception?.session.stop();
    access?.forget();
    limit.stop();
  }
}

/** A signal from elsewhere ended a command that ran without a sandbox around it. */
class EndedBySignal extends Error {
  constructor(signal: NodeJS.Signals) {
    super(`Sandbox(Signal(${constants.signals[signal]}))`);
    this.name = "EndedBySignal";
  }
}

function commandReport(result: RunResult, { turn }: ToolContext, layout: ShellRun["layout"]): CommandReport {
  const full = result.timedOut
    ? `command timed out after ${Math.round(result.durationMs)} milliseconds\n${result.aggregated}`
    : result.aggregated;
  const text = truncateMiddle(full, turn.context.outputPolicy);
  return {
    exitCode: result.timedOut ? TIMEOUT_EXIT_CODE : result.exitCode,
    durationMs: result.durationMs,
    text,
    totalLines: linesToTell(full, text, layout),
  };
}

/** Lines of the whole text: as lines are told when fewer of them are left, as JSON when anything was left out. */
function linesToTell(full: string, text: string, layout: ShellRun["layout"]): number | undefined {
  if (text === full) return undefined;
  const lines = countLines(full);
  return layout === "structured" || lines !== countLines(text) ? lines : undefined;
}

/** Ends the item of a command that did not run, and finds the words for the model. */
async function refusal(item: CommandItem, cwd: string, error: unknown): Promise<unknown> {
  // A call that begins anew goes on under the same item.
  if (error instanceof TurnInterrupted || error instanceof InputReplaced) return error;
  if (error instanceof Rejected) {
    const text = error.byPerson ? DECLINED_TEXT : error.message;
    item.complete({ status: "declined", output: text, exitCode: -1, durationMs: 0 });
    return new RespondToModel(text);
  }
  const why = error instanceof EndedBySignal ? error.message : (await startError(error, cwd)).asExecutionError;
  const text = `execution error: ${why}`;
  item.complete({ status: "failed", output: text, exitCode: -1, durationMs: 0 });
  return new RespondToModel(text);
}
