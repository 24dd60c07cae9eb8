import type { ResponseItem } from "@codex-ts/protocol/models";
import { commandEnvironment } from "../exec/environment.ts";
import { OutputDeltas } from "../exec/output-deltas.ts";
import { TimeLimit } from "../exec/time-limit.ts";
import { shellArgv } from "../exec/shell-argv.ts";
import { truncateWithLineCount } from "../history/truncate.ts";
import { CommandItem } from "../items/command-item.ts";
import { userShellFragment } from "../prompts/fragments.ts";
import { describeCommand } from "../tools/command-call.ts";
import { startError } from "../tools/start-error.ts";
import type { TurnScope } from "./turn-scope.ts";

/** Of running time: while a person is asked something elsewhere, it stands still. */
const TIMEOUT_MS = 60 * 60 * 1000;
const TIMEOUT_EXIT_CODE = 124;

/**
 * Runs a command that the person typed: in their shell, with their rights, without a question. Returns the message that tells the model
 * what came of it.
 */
export async function runUserShell(turn: TurnScope, command: string): Promise<ResponseItem> {
  const { runSandboxed } = await import("@codex-ts/sandbox");
  const { session } = turn;
  const { cwd } = turn.context.settings;
  const argv = shellArgv(session.services.shell, command, session.config.allowLoginShell);
  const item = new CommandItem(
    turn,
    await describeCommand(session, session.services.ids.uuid4(), argv, cwd, "userShell"),
  );
  item.start();
  const deltas = new OutputDeltas(text => item.delta(text));
  const limit = new TimeLimit(TIMEOUT_MS, session.stopwatch);
  const end = await runSandboxed({
    argv,
    cwd,
    permissions: null,
    env: commandEnvironment(session),
    timeoutMs: null,
    signal: AbortSignal.any([turn.signal, limit.signal]),
    onOutput: ({ stream, chunk }) => deltas.push(stream, chunk),
  })
    .then(result => (result.aborted && limit.reached ? { ...result, exitCode: TIMEOUT_EXIT_CODE } : result))
    .catch(async (error: unknown) => ({
      exitCode: -1,
      aggregated: `execution error: ${(await startError(error, cwd)).asExecutionError}`,
      durationMs: 0,
    }));
  limit.stop();
  item.complete({
    status: end.exitCode === 0 ? "completed" : "failed",
    output: end.aggregated,
    exitCode: end.exitCode,
    durationMs: Math.round(end.durationMs),
  });
  const output = truncateWithLineCount(end.aggregated, turn.context.outputPolicy);
  const text = userShellFragment(command, end.exitCode, end.durationMs, output);
  return { type: "message", role: "user", content: [{ type: "input_text", text }] };
}
