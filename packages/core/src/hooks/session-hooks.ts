import type { EventOf, HookContext, HookEngine, HookEventName, HookOutcomes } from "@codex-ts/hooks";
import { trackHookRun } from "../analytics/turn-facts.ts";
import { throwIfInterrupted } from "../errors.ts";
import { tellHookRun } from "../telemetry/turn-telemetry.ts";
import type { HookRunLog } from "./run-log.ts";
import type { TurnScope } from "../turn/turn-scope.ts";

/** How a session came about, as SessionStart hooks are told. */
export type SessionStartSource = "startup" | "resume" | "clear";

/** What an event is made of beside the facts of its turn. */
type OwnFacts<N extends HookEventName> = Omit<EventOf<N>, keyof HookContext | "event">;

/** The hooks of one session, run for its turns: tells clients of every run, and remembers what must happen only once. */
export class SessionHooks {
  private readonly engine: HookEngine;
  private readonly log: HookRunLog | null;
  private pendingStart: SessionStartSource | null;

  /** `log`: where ended runs are kept; null: nowhere. */
  constructor(engine: HookEngine, start: SessionStartSource, log: HookRunLog | null) {
    this.engine = engine;
    this.log = log;
    this.pendingStart = start;
  }

  has(event: HookEventName): boolean {
    return this.engine.has(event);
  }

  /** How the session came about, once; null from then on. */
  takeStart(): SessionStartSource | null {
    const source = this.pendingStart;
    this.pendingStart = null;
    return source;
  }

  /**
   * Runs what is hooked into an event of a turn and waits for its end. The session file is on disk first, since handlers are told its
   * path. Throws `TurnInterrupted` when the turn was stopped meanwhile.
   */
  async run<N extends HookEventName>(turn: TurnScope, event: N, facts: OwnFacts<N>): Promise<HookOutcomes[N]> {
    const { session, context } = turn;
    const { settings } = context;
    await session.rollout.materialize();
    await session.rollout.flush();
    throwIfInterrupted(turn.signal);
    const told: HookContext = {
      sessionId: session.id,
      turnId: turn.id,
      transcriptPath: session.rollout.path,
      cwd: settings.cwd,
      model: context.model.slug,
      permissionMode: settings.approvalPolicy === "never" ? "bypassPermissions" : "default",
    };
    // The parts belong together by the type of this method, which the compiler cannot see through the generic.
    const whole = { ...told, event, ...facts } as unknown as EventOf<N>;
    const { outcome, runs } = await this.engine.run(whole, {
      signal: turn.signal,
      onStarted: run => turn.emit("hook/started", { run }),
      onCompleted: run => {
        trackHookRun(turn, event, run);
        tellHookRun(turn, event, run);
        if (!turn.signal.aborted) turn.emit("hook/completed", { run });
      },
    });
    throwIfInterrupted(turn.signal);
    await this.log?.add(turn.id, runs);
    return outcome as HookOutcomes[N];
  }
}
