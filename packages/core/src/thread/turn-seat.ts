import type { Turn, TurnError, UserInput } from "@codex-ts/protocol";
import { trackTurnEnd } from "../analytics/turn-facts.ts";
import { localDates } from "../context/environment.ts";
import { TurnFailure, TurnInterrupted } from "../errors.ts";
import { TURN_ABORTED_FRAGMENT } from "../prompts/fragments.ts";
import { beginTurnTelemetry, endTurnTelemetry } from "../telemetry/turn-telemetry.ts";
import { errorLine, taskCompleteLine, taskStartedLine, turnAbortedLine, type TurnEnd } from "../rollout/projection.ts";
import { exitReview } from "../turn/review.ts";
import type { TurnContext } from "../turn/turn-context.ts";
import { type TurnKind, TurnScope } from "../turn/turn-scope.ts";
import { usableWindow } from "./model-profile.ts";
import type { Session } from "./session.ts";
import type { UserTurn } from "./submission.ts";

/** An interrupted turn gets this long to put its affairs in order, milliseconds. */
const INTERRUPT_GRACE_MS = 100;

/** Why a turn ended before its end. */
export type AbortReason = "interrupted" | "replaced";

export type TurnOptions = Pick<UserTurn, "outputSchema" | "clientMetadata" | "trace">;

interface ActiveTurn {
  scope: TurnScope;
  /** Settles when the turn's work has ended, in whatever way. */
  work: Promise<void>;
  /** Settles when the turn's end has been told. */
  ended: Promise<void>;
}

/** What the thread does when a turn asks it to. */
export interface SeatOwner {
  /** A person chose to stop the turn: an interrupt is to be handed in. */
  interruptLater(): void;
  /** Input that came too late for the turn. */
  resubmit(input: UserInput[]): void;
}

/** The place of a thread's one turn: begins it, tells its end, and stops it. */
export class TurnSeat {
  private readonly session: Session;
  private readonly owner: SeatOwner;
  private active: ActiveTurn | null = null;
  private readonly dateOf: (now: number) => string;

  constructor(session: Session, owner: SeatOwner) {
    this.session = session;
    this.owner = owner;
    this.dateOf = localDates(session.services.timezone);
  }

  /** The running turn. */
  get scope(): TurnScope | null {
    return this.active?.scope ?? null;
  }

  /** Begins a turn; the seat must be free. `before` is told ahead of the turn's start. */
  start(
    id: string,
    kind: TurnKind,
    options: TurnOptions,
    work: (scope: TurnScope) => Promise<void>,
    before: (scope: TurnScope) => void = () => {},
  ): void {
    const scope = new TurnScope(this.session, this.context(id, options), kind);
    scope.requestAbort = () => {
      scope.abort();
      this.owner.interruptLater();
    };
    this.session.network?.enter(scope);
    beginTurnTelemetry(scope, options.trace ?? null);
    if (kind !== "review") this.warnAboutModel(scope.context);
    before(scope);
    this.emitStarted(scope);
    let told = () => {};
    const ended = new Promise<void>(resolve => (told = resolve));
    const running = this.run(scope, work);
    this.active = { scope, work: running, ended };
    void running.then(async () => {
      // An interrupted turn is ended by whoever interrupted it.
      if (!scope.signal.aborted) await this.complete(scope);
      told();
    });
  }

  /** Runs the work of a turn; a failure becomes the turn's error, and nothing is thrown. */
  private async run(scope: TurnScope, work: (scope: TurnScope) => Promise<void>): Promise<void> {
    try {
      await work(scope);
    } catch (error) {
      if (error instanceof TurnInterrupted || scope.signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      const info = error instanceof TurnFailure ? error.info : "other";
      scope.error = { message, codexErrorInfo: info, additionalDetails: null };
      scope.lastAgentMessage = null;
      this.emitError(scope.id, scope.error);
      this.session.rollout.append([errorLine(message, info)]);
    }
  }

  private async complete(scope: TurnScope): Promise<void> {
    // What is known about the repository belongs to the facts of the turn; an interrupt ends the wait.
    await scope.enrichment;
    if (scope.signal.aborted) return;
    scope.finishing = true;
    const end = this.endOf(scope);
    this.session.rollout.append([taskCompleteLine(end, scope.lastAgentMessage, scope.firstTokenMs)]);
    await this.session.rollout.flush();
    // An interrupt that came while the file was written came too late; input that came then starts a turn of its own.
    const leftover = [...scope.pendingInput];
    scope.close();
    this.active = null;
    trackTurnEnd(scope);
    endTurnTelemetry(scope, true);
    this.emitCompleted(scope, scope.error === null ? "completed" : "failed", end);
    for (const input of leftover) this.owner.resubmit(input);
  }

  /** Stops the running turn, if there is one: cancel, a short grace, the marker for the model, the file, and then the end. */
  async abort(reason: AbortReason): Promise<void> {
    const { active, session } = this;
    if (active === null) return;
    const { scope, work } = active;
    if (scope.finishing) return active.ended;
    scope.abort();
    const grace = new AbortController();
    await Promise.race([work, session.services.clock.sleep(INTERRUPT_GRACE_MS, grace.signal)]);
    grace.abort();
    if (scope.kind === "review") exitReview(scope, null);
    if (reason === "interrupted" && session.config.interruptMarker) {
      scope.record([{ type: "message", role: "user", content: [{ type: "input_text", text: TURN_ABORTED_FRAGMENT }] }]);
    }
    const end = this.endOf(scope);
    session.rollout.append([turnAbortedLine(end, reason)]);
    await session.rollout.flush();
    this.active = null;
    scope.mute();
    endTurnTelemetry(scope, false);
    this.emitCompleted(scope, "interrupted", end);
    scope.close();
  }

  /** The settings and what follows from them, as a turn that begins now takes them. */
  context(id: string, options: TurnOptions): TurnContext {
    const { session } = this;
    const { settings, services } = session;
    const model = session.modelProfile(settings.model);
    return {
      turnId: id,
      settings,
      model,
      contextWindow: usableWindow(model),
      outputPolicy: model.truncation,
      currentDate: this.dateOf(services.clock.now()),
      timezone: services.timezone,
      outputSchema: options.outputSchema ?? null,
      clientMetadata: options.clientMetadata ?? {},
    };
  }

  private warnAboutModel({ model }: TurnContext): void {
    if (model.warning !== null) this.session.warn(model.warning);
  }

  private emitStarted(scope: TurnScope): void {
    const startedAt = Math.floor(scope.startedAtMs / 1000);
    const turn = turnObject(scope, { status: "inProgress", startedAt });
    this.session.bus.emit({
      kind: "notification",
      method: "turn/started",
      params: { threadId: this.session.id, turn },
    });
    const mode = scope.context.settings.collaborationMode;
    this.session.rollout.append([taskStartedLine(scope.id, startedAt, scope.context.contextWindow, mode)]);
  }

  private emitCompleted(scope: TurnScope, status: "completed" | "failed" | "interrupted", end: TurnEnd): void {
    const turn = turnObject(scope, {
      status,
      error: scope.error,
      startedAt: Math.floor(scope.startedAtMs / 1000),
      completedAt: end.completedAt,
      durationMs: end.durationMs,
    });
    this.session.bus.emit({
      kind: "notification",
      method: "turn/completed",
      params: { threadId: this.session.id, turn },
    });
  }

  /** Tells an error that ends a turn, or keeps one from beginning. */
  emitError(turnId: string, error: TurnError): void {
    this.session.bus.emit({
      kind: "notification",
      method: "error",
      params: { error, willRetry: false, threadId: this.session.id, turnId },
    });
  }

  private endOf(scope: TurnScope): TurnEnd {
    return {
      turnId: scope.id,
      completedAt: Math.floor(this.session.services.clock.now() / 1000),
      durationMs: scope.durationMs,
    };
  }
}

function turnObject(scope: TurnScope, facts: Partial<Turn> & Pick<Turn, "status">): Turn {
  const { status, error = null, startedAt = null, completedAt = null, durationMs = null } = facts;
  return { id: scope.id, items: [], status, error, startedAt, completedAt, durationMs };
}
