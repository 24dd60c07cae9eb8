import { setMaxListeners } from "node:events";
import type { HookRunSummary } from "@codex-ts/protocol";
import { type EventOf, handlerInput, type HookEvent, matchInputs } from "../events/event.ts";
import type { HandlerResult } from "../events/judgement.ts";
import type { HookEventName } from "../events/names.ts";
import type { HookHandler } from "../handler.ts";
import { matches } from "../matcher.ts";
import { errorText } from "../text.ts";
import { runCommand } from "./command.ts";
import { runFunction } from "./function.ts";
import { type HookOutcomes, judgeRuns, quietOutcome } from "./outcome.ts";
import { type HookEnv, hookArgv, type HookShell } from "./shell.ts";
import { completedRun, startedRun } from "./summary.ts";

/** Time, as runs are stamped with it. */
export interface HookClock {
  /** Unix time, milliseconds. */
  now(): number;
  /** A clock that never goes back, milliseconds. */
  monotonic(): number;
}

export interface HookEngineOptions {
  /** In configuration order, as `discoverHooks` gives them. */
  readonly handlers: readonly HookHandler[];
  /** Environment of the runtime; commands get it unchanged. */
  readonly env: HookEnv;
  /** The user's shell; null: the one that the environment names, started as a login shell. */
  readonly shell?: HookShell | null;
  readonly platform?: NodeJS.Platform;
  readonly clock?: HookClock;
}

export interface RunOptions {
  /** Ends the commands that run; the outcome is then of no use. */
  readonly signal?: AbortSignal;
  /** Called for every handler before any of them runs, in configuration order. */
  readonly onStarted?: (run: HookRunSummary) => void;
  /** Called for every handler once all have ended, in configuration order. */
  readonly onCompleted?: (run: HookRunSummary) => void;
}

/** What one event came to. */
export interface HookRunResult<N extends HookEventName> {
  /** The runs at their end, in configuration order. */
  readonly runs: readonly HookRunSummary[];
  readonly outcome: HookOutcomes[N];
  /** What each handler said, beside its run. */
  readonly results: readonly HandlerResult[];
}

/** Runs the handlers of a session: all that match at once, each to its end, and judges what they said. */
export class HookEngine {
  readonly handlers: readonly HookHandler[];
  private readonly byEvent: ReadonlyMap<HookEventName, readonly HookHandler[]>;
  private readonly env: HookEnv;
  private readonly shell: HookShell | null;
  private readonly platform: NodeJS.Platform;
  private readonly clock: HookClock;

  constructor(options: HookEngineOptions) {
    const byEvent = new Map<HookEventName, HookHandler[]>();
    for (const handler of options.handlers) {
      const known = byEvent.get(handler.event);
      if (known === undefined) byEvent.set(handler.event, [handler]);
      else known.push(handler);
    }
    this.handlers = options.handlers;
    this.byEvent = byEvent;
    this.env = options.env;
    this.shell = options.shell ?? null;
    this.platform = options.platform ?? process.platform;
    this.clock = options.clock ?? { now: () => Date.now(), monotonic: () => performance.now() };
  }

  /** Whether anything is hooked into an event; where nothing is, there is no need to describe one. */
  has(event: HookEventName): boolean {
    return this.byEvent.has(event);
  }

  /** The handlers that an event selects, each once, in configuration order. */
  select(event: HookEvent): readonly HookHandler[] {
    const handlers = this.byEvent.get(event.event) ?? [];
    const inputs = matchInputs(event);
    return inputs === null ? handlers : handlers.filter(({ matcher }) => matches(matcher, inputs));
  }

  /**
   * Runs every handler that the event selects and resolves when all have ended. A handler that breaks contributes nothing but its failed
   * run: this never rejects. No handler: no run, and an outcome that changes nothing.
   */
  async run<E extends HookEvent>(event: E, options: RunOptions = {}): Promise<HookRunResult<E["event"]>> {
    return this.runFor(event as unknown as EventOf<E["event"]>, options);
  }

  private async runFor<N extends HookEventName>(event: EventOf<N>, options: RunOptions): Promise<HookRunResult<N>> {
    const selected = this.select(event);
    if (selected.length === 0) return { runs: [], outcome: quietOutcome(event), results: [] };
    const { clock } = this;
    const input = writtenInput(event);
    const started = selected.map(handler => startedRun(handler, event, clock.now()));
    if (options.onStarted !== undefined) for (const run of started) options.onStarted(run);
    const signal = signalFor(selected.length, options.signal);
    const ended = await Promise.all(
      selected.map(async handler => {
        const from = clock.monotonic();
        const result = "error" in input ? unwritable(input.error) : await this.runOne(handler, event, input, signal);
        return { result, durationMs: "error" in input ? 0 : clock.monotonic() - from, nowMs: clock.now() };
      }),
    );
    const results = ended.map(({ result }) => result);
    const { judgements, outcome } = judgeRuns(
      event,
      selected.map((handler, at) => ({
        handler,
        runId: started[at]?.id ?? "",
        result: results[at] ?? unwritable(""),
      })),
    );
    const runs = started.map((run, at) =>
      completedRun(run, judgements[at] ?? { status: "failed", entries: [] }, ended[at] ?? { nowMs: 0, durationMs: 0 }),
    );
    if (options.onCompleted !== undefined) for (const run of runs) options.onCompleted(run);
    return { runs, outcome, results };
  }

  private runOne(
    handler: HookHandler,
    event: HookEvent,
    input: WrittenInput,
    signal: AbortSignal | undefined,
  ): Promise<HandlerResult> {
    const { action, timeoutSec } = handler;
    if (action.type === "function") return runFunction(action, { input: input.value, timeoutSec, signal });
    return runCommand({
      argv: hookArgv(action.command, this.shell, this.env, this.platform),
      cwd: event.cwd,
      env: this.env,
      stdin: input.text,
      timeoutSec,
      signal,
    });
  }
}

/** A signal that all handlers of a run may listen to, however many there are. */
function signalFor(listeners: number, signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined || listeners === 1) return signal;
  const shared = AbortSignal.any([signal]);
  setMaxListeners(0, shared);
  return shared;
}

interface WrittenInput {
  readonly value: Readonly<Record<string, unknown>>;
  /** Compact JSON without a line break. */
  readonly text: string;
}

function writtenInput(event: HookEvent): WrittenInput | { readonly error: string } {
  const value = handlerInput(event);
  try {
    return { value, text: JSON.stringify(value) };
  } catch (error) {
    return { error: `failed to serialize hook input: ${errorText(error)}` };
  }
}

function unwritable(error: string): HandlerResult {
  return { exitCode: null, stdout: "", stderr: "", error, notes: [] };
}
