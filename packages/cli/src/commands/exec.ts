import path from "node:path";
import type {
  JsonValue,
  ReviewTarget,
  ThreadResumeParams,
  ThreadStartParams,
  ThreadStartResponse,
  UserInput,
} from "@codex-ts/protocol";
import { CliError } from "../errors.ts";
import { isInsideGitWorkTree } from "../exec/git.ts";
import { resolvePrompt } from "../exec/prompt.ts";
import { latestFolder } from "../exec/latest-folder.ts";
import { findResumeThread } from "../exec/resume.ts";
import { checkReviewFlags, type ReviewFlags, reviewLabel, reviewTarget } from "../exec/review-target.ts";
import { runTurn } from "../exec/run-turn.ts";
import { readOutputSchema } from "../exec/schema-file.ts";
import { type ExecSink, humanSink, jsonSink } from "../exec/sink.ts";
import { writeLastMessage } from "../exec/last-message.ts";
import { type CommandIo, readAll, write } from "../io.ts";
import type { GlobalOptions } from "../global-options.ts";
import type { SharedOptions } from "../options.ts";
import { prepareOss } from "../oss.ts";
import { type AgentSession, openSession } from "../session.ts";
import { mergeLevels, typedOverrides, workingFolder } from "./thread-flags.ts";

/** Flags of `exec` alone. */
export interface ExecFlags {
  skipGitRepoCheck?: boolean;
  ephemeral?: boolean;
  ignoreUserConfig?: boolean;
  ignoreRules?: boolean;
  outputSchema?: string;
  color?: "always" | "never" | "auto";
  json?: boolean;
  experimentalJson?: boolean;
  outputLastMessage?: string;
}

/** All options that may stand before a run. */
export type ExecOptions = SharedOptions & GlobalOptions & ExecFlags;

/** What the run is about: a new session, a review of changes, or a session to go on with. */
export type ExecTarget =
  | { kind: "new"; prompt: string | undefined }
  | { kind: "review"; prompt: string | undefined; flags: ReviewFlags }
  | { kind: "resume"; session: string | undefined; prompt: string | undefined; last: boolean; all: boolean };

/**
 * `codex-ts exec`: one turn, and out (spec: command line, section 3; the first failure of the start sequence wins).
 * @returns the exit code
 */
export async function execCommand(target: ExecTarget, levels: ExecOptions[], io: CommandIo): Promise<number> {
  if (target.kind === "review") checkReviewFlags(target.flags, target.prompt);
  const options = mergeLevels(levels);
  const cwd = workingFolder(options.cd, io.cwd);
  const yolo = options.dangerouslyBypassApprovalsAndSandbox === true;
  const interrupt = new AbortController();
  const stopListening = listenForInterrupt(interrupt);
  let session: AgentSession | undefined;
  const human = !(options.json || options.experimentalJson);
  try {
    const typed = { ...typedOverrides(options, cwd), approvalPolicy: "never" as const };
    if (options.oss) Object.assign(typed, await prepareOss({ cwd, levels, profile: options.profile }, options, io));
    session = await openSession(
      {
        cwd,
        levels,
        profile: options.profile,
        typed,
        ignoreUserConfig: options.ignoreUserConfig === true,
        ignoreRules: options.ignoreRules === true,
        clientName: "codex_exec",
      },
      io,
    );
    // Nothing reads unknown keys; a misspelt one should not be found out by wondering.
    const warnings = [...session.loaded.unknownKeys().map(({ message }) => message), ...session.notices];
    for (const message of human ? warnings : []) write(io.stderr, `warning: ${message}\n`);
    const prompt = () =>
      resolvePrompt({
        argument: target.prompt,
        stdinIsTerminal: io.stdin.isTTY === true,
        readStdin: () => readAll(io.stdin),
        note: line => write(io.stderr, `${line}\n`),
        appendStdin: target.kind === "new",
      });
    const task: Task =
      target.kind === "review"
        ? { kind: "review", target: await reviewTarget(target.flags, target.prompt, prompt) }
        : { kind: "prompt", prompt: await prompt() };
    const outputSchema = options.outputSchema === undefined ? undefined : readOutputSchema(options.outputSchema);
    if (!options.skipGitRepoCheck && !yolo && !isInsideGitWorkTree(cwd)) {
      throw CliError.plain("Not inside a trusted directory and --skip-git-repo-check was not specified.");
    }
    return await run(session, { target, options, cwd, task, outputSchema, interrupt: interrupt.signal }, io);
  } finally {
    stopListening();
    await session?.close();
  }
}

/** What the turn is to do. */
type Task = { kind: "prompt"; prompt: string } | { kind: "review"; target: ReviewTarget };

interface Run {
  target: ExecTarget;
  options: ExecOptions;
  cwd: string;
  task: Task;
  outputSchema: unknown;
  interrupt: AbortSignal;
}

async function run(session: AgentSession, facts: Run, io: CommandIo): Promise<number> {
  const { options, task, cwd } = facts;
  const { connection } = session;
  const { config } = session.loaded;
  const started = await startThread(session, facts);
  const sink: ExecSink =
    options.json || options.experimentalJson
      ? jsonSink(io, { countUsage: task.kind === "prompt" })
      : humanSink(io, {
          color: options.color ?? "auto",
          rawReasoning: config.showRawAgentReasoning,
          reasoning: !config.hideAgentReasoning,
        });
  sink.started(
    {
      workdir: started.cwd,
      model: started.model,
      provider: started.modelProvider,
      approval: started.approvalPolicy,
      sandbox: started.sandbox,
      reasoningEffort: started.reasoningEffort,
      reasoningSummary: config.modelReasoningSummary,
      sessionId: started.thread.id,
    },
    task.kind === "review" ? reviewLabel(task.target) : task.prompt,
  );
  const threadId = started.thread.id;
  const outcome = await runTurn(
    connection,
    threadId,
    () =>
      task.kind === "review"
        ? session.client.request("review/start", { threadId, target: task.target, delivery: "inline" })
        : session.client.request("turn/start", {
            threadId,
            input: inputOf(task.prompt, options.image ?? [], cwd),
            ...(facts.outputSchema === undefined ? {} : { outputSchema: facts.outputSchema as JsonValue }),
          }),
    notification => sink.notification(notification),
    {
      interrupt: facts.interrupt,
      needsStoredTurn: () => sink.finalMessage === undefined,
      stored: options.ephemeral !== true,
    },
  );
  const completed = outcome.status === "completed";
  sink.finished(completed);
  if (!completed) for (const hint of new Set(session.hints)) write(io.stderr, `hint: ${hint}\n`);
  if (completed && options.outputLastMessage !== undefined) {
    await writeLastMessage(options.outputLastMessage, sink.finalMessage, line => write(io.stderr, `${line}\n`));
  }
  return outcome.failed ? 1 : 0;
}

function inputOf(prompt: string, images: readonly string[], cwd: string): UserInput[] {
  return [
    ...images.map(image => ({ type: "localImage" as const, path: path.resolve(cwd, image) })),
    { type: "text", text: prompt, text_elements: [] },
  ];
}

/** Starts the thread, or resumes the one that was asked for; what cannot be found starts anew. */
async function startThread(session: AgentSession, facts: Run): Promise<ThreadStartResponse> {
  const { target, options, cwd } = facts;
  const { config } = session.loaded;
  const shared = {
    cwd,
    approvalPolicy: "never" as const,
    ...(config.model === null ? {} : { model: config.model }),
    modelProvider: config.modelProviderId,
  };
  if (target.kind === "resume") {
    const threadId = await findResumeThread(
      target,
      { cwd, modelProvider: config.modelProviderId, latestFolder },
      async params => await session.client.request("thread/list", params),
    );
    if (threadId !== undefined) {
      const params: ThreadResumeParams = { threadId, ...shared, persistExtendedHistory: false };
      return await session.client.request("thread/resume", params).catch(failure("thread/resume"));
    }
  }
  const params: ThreadStartParams = {
    ...shared,
    ephemeral: options.ephemeral ?? false,
    experimentalRawEvents: false,
    persistExtendedHistory: false,
  };
  return await session.client.request("thread/start", params).catch(failure("thread/start"));
}

/** A refused request in the words of the reference: `thread/resume: thread/resume failed: <what>`. */
function failure(method: string): (error: unknown) => never {
  return error => {
    const message = error instanceof Error ? error.message : String(error);
    throw new CliError(`${method}: ${method} failed: ${message}`);
  };
}

/**
 * Ctrl-C and SIGTERM interrupt the turn; the run then ends by itself. A second one, or a turn that does not end within
 * five seconds, ends the process at once.
 */
function listenForInterrupt(interrupt: AbortController): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    if (interrupt.signal.aborted) process.exit(signal === "SIGTERM" ? 143 : 130);
    interrupt.abort(new Error(signal));
    setTimeout(() => process.exit(1), 5000).unref();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}
