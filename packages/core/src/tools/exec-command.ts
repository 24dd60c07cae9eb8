import type { EscalationExecution } from "@codex-ts/permissions";
import type { CallRights } from "../approvals/call-rights.ts";
import { Rejected } from "../approvals/decision.ts";
import { runGuarded } from "../approvals/pipeline.ts";
import { requestedShell } from "../exec/requested-shell.ts";
import { shellArgv } from "../exec/shell-argv.ts";
import { LiveProcess } from "../exec/live-process.ts";
import { PROCESS_WARNING_FROM, tooManyProcessesWarning } from "../exec/process-manager.ts";
import { spawnForTurn } from "../exec/spawn.ts";
import { CommandItem } from "../items/command-item.ts";
import { modelWarning } from "../prompts/fragments.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import {
  callRights,
  describeCommand,
  guardedCommand,
  loginOf,
  networkTrigger,
  resolveWorkdir,
} from "./command-call.ts";
import { approvalParameters, type CommandOffer, offeredSchema, sandboxPermissions } from "./command-parameters.ts";
import { bashUse } from "./hook-use.ts";
import { interceptPatch } from "./patch-interception.ts";
import { commandOf, withArgument } from "./replace-input.ts";
import { boolean, defaulted, number, object, optional, parseArguments, string } from "./parameters.ts";
import {
  functionArguments,
  functionSpec,
  RespondToModel,
  type Tool,
  type ToolCall,
  type ToolContext,
  type ToolResult,
} from "./tool.ts";
import { startError } from "./start-error.ts";
import { clampWait, EXEC_YIELD, execResult, outputTokens, patchedOutput } from "./exec-output.ts";

/** A command that ends this soon is looked at before anybody is told that it began. */
const EARLY_EXIT_MS = 150;
const DEFAULT_YIELD_MS = 10_000;

const parameters = object({
  cmd: string("Command line to run."),
  workdir: optional(string("Folder to run it in; default is the turn's working folder.")),
  shell: optional(string("Shell program to use instead of the user's own.")),
  login: optional(boolean("Start the shell as a login shell (default true).")),
  tty: defaulted(
    boolean("Give the command a terminal, so that it can be written to later (default false: plain pipes)."),
  ),
  yield_time_ms: defaulted(
    number("Milliseconds to wait for the command to end before giving back what it printed so far."),
  ),
  max_output_tokens: optional(
    number("Most tokens of output to return; the middle of longer output is left out.", "usize"),
  ),
  ...approvalParameters,
  sandbox_permissions: defaulted(sandboxPermissions),
});

/** Runs a command line and waits a while for its end; what is still running then can be talked to with `write_stdin`. */
export function execCommandTool(offer: CommandOffer): Tool {
  return {
    names: ["exec_command"],
    group: "shell",
    accepts: ["function"],
    parallel: true,
    spec: functionSpec(
      "exec_command",
      "Runs a command line in a shell. Returns its output, or, when it is still running after yield_time_ms, a session id for write_stdin.",
      offeredSchema(parameters.schema, offer),
    ),
    replaceInput: (call, input) => {
      const read = commandOf(input);
      return typeof read === "string" ? read : withArgument(call, "cmd", read.command);
    },
    hookUse: call => bashUse(() => parseArguments(parameters, functionArguments(call)).cmd),
    run: runExecCommand,
  };
}

async function runExecCommand(call: ToolCall, context: ToolContext): Promise<ToolResult> {
  const args = parseArguments(parameters, functionArguments(call));
  const { session, turn } = context;
  const shell = args.shell === undefined ? session.services.shell : await requestedShell(args.shell, session.services);
  const argv = shellArgv(shell, args.cmd, loginOf(args.login, session.config));
  const cwd = resolveWorkdir(args.workdir, turn);
  const rights = callRights(turn, args, cwd, "exec_command");
  const maxTokens = outputTokens(args.max_output_tokens, turn.context.outputPolicy);
  const patched = await interceptPatch(call, context, argv, cwd);
  if (patched !== null) return { ...patched, body: patchedOutput(patched.body, maxTokens) };

  const { isLikelySandboxDenied } = await import("@codex-ts/sandbox");
  const tty = args.tty ?? false;
  const id = session.processes.reserveId();
  const facts = await describeCommand(session, call.callId, argv, cwd, "agent");
  const item = new CommandItem(turn.lasting, facts);
  let process: LiveProcess;
  try {
    const guarded = guardedCommand<LiveProcess>(turn, item, {
      facts,
      rights,
      hookCommand: args.cmd,
      tty,
      attempt: execution => startProcess(turn, { id, call, rights, command: args.cmd, argv, cwd, tty, execution }),
      denied: attempt => attempt.deniedBySandbox(isLikelySandboxDenied),
    });
    process = await runGuarded(turn, guarded);
  } catch (error) {
    session.processes.releaseId(id);
    throw await startFailure(error, item.command, cwd);
  }
  const early = process.exit;
  const quietlyDenied = early !== null && !item.hasStarted && process.deniedBySandbox(isLikelySandboxDenied);
  if (!quietlyDenied) {
    item.processId = String(id);
    item.source = "unifiedExecStartup";
    follow(process, item);
  }
  // What is over at once was never open, and takes nobody's place.
  await process.waitUntilEnd(Math.max(0, EARLY_EXIT_MS - process.age), context.signal);
  if (process.exit === null) {
    session.processes.store(process);
    warnAboutOpenProcesses(turn);
  }

  const wait = clampWait(args.yield_time_ms ?? DEFAULT_YIELD_MS, EXEC_YIELD);
  await process.waitUntilEnd(Math.max(0, wait - process.age), context.signal, session.stopwatch);
  if (process.exit !== null) session.processes.remove(id);
  return execResult(process, {
    chunkId: session.services.ids.hex(6),
    wallMs: process.exit?.durationMs ?? process.age,
    maxTokens,
  });
}

interface ProcessStart {
  id: number;
  call: ToolCall;
  rights: CallRights;
  /** As the model wrote it. */
  command: string;
  argv: string[];
  cwd: string;
  tty: boolean;
  execution: EscalationExecution;
}

async function startProcess(turn: TurnScope, start: ProcessStart): Promise<LiveProcess> {
  const { session } = turn;
  const spawned = await spawnForTurn(turn, {
    argv: start.argv,
    cwd: start.cwd,
    execution: start.execution,
    tty: start.tty ? { cols: 80, rows: 24 } : false,
    extraEnv: QUIET_ENV,
    networkCall: { trigger: networkTrigger(start.call, start, start.tty), command: start.command },
  });
  const process = new LiveProcess(
    { id: start.id, callId: start.call.callId, command: start.command, tty: start.tty },
    spawned,
    session.services.clock,
  );
  if (turn.signal.aborted) process.kill();
  // Whether the sandbox stopped it shows at once if at all.
  if (process.sandboxed) await process.waitUntilEnd(EARLY_EXIT_MS, turn.signal);
  return process;
}

/** Programs should print plain text and never wait for a pager. */
const QUIET_ENV: Readonly<Record<string, string>> = {
  NO_COLOR: "1",
  TERM: "dumb",
  LANG: "C.UTF-8",
  LC_CTYPE: "C.UTF-8",
  LC_ALL: "C.UTF-8",
  COLORTERM: "",
  PAGER: "cat",
  GIT_PAGER: "cat",
  GH_PAGER: "cat",
  CODEX_CI: "1",
};

/** Shows the process as an item, and reports its end whenever that is. */
function follow(process: LiveProcess, item: CommandItem): void {
  item.start();
  process.streamTo(delta => item.delta(delta));
  const complete = ({ exitCode, durationMs }: { exitCode: number; durationMs: number }) =>
    item.complete({
      status: exitCode === 0 ? "completed" : "failed",
      output: process.transcript,
      exitCode,
      durationMs: Math.round(durationMs),
    });
  if (process.exit !== null) complete(process.exit);
  else void process.ended.then(complete);
}

function warnAboutOpenProcesses(turn: TurnScope): void {
  const open = turn.session.processes.size;
  if (open < PROCESS_WARNING_FROM) return;
  const text = modelWarning(tooManyProcessesWarning(open));
  turn.record([{ type: "message", role: "user", content: [{ type: "input_text", text }] }]);
}

async function startFailure(error: unknown, command: string, cwd: string): Promise<unknown> {
  if (error instanceof Rejected) {
    return notStarted(command, JSON.stringify(`Rejected(${JSON.stringify(error.message)})`));
  }
  if (error instanceof Error && error.name === "SandboxError") {
    return notStarted(command, (await startError(error, cwd)).asProcessError);
  }
  return error;
}

function notStarted(command: string, why: string): RespondToModel {
  return new RespondToModel(`exec_command failed for \`${command}\`: CreateProcess { message: ${why} }`);
}
