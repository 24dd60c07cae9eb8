import { setMaxListeners } from "node:events";
import type { ThreadItem, TurnError, UserInput } from "@codex-ts/protocol";
import type { ResponseItem } from "@codex-ts/protocol/models";
import type { RolloutItem } from "@codex-ts/thread-store";
import {
  type NotificationMethod,
  type NotificationParams,
  type RequestMethod,
  type RequestParams,
  type ThreadRequest,
  WITHDRAWN,
} from "../events/thread-events.ts";
import { CallInputs } from "../approvals/call-inputs.ts";
import { TurnGrants } from "../approvals/grants.ts";
import { gatherWorkspaces, type Workspace } from "../context/workspaces.ts";
import { NO_USAGE, type TokenUsage } from "../history/tokens.ts";
import type { Skill } from "../skills/skill.ts";
import type { TurnTelemetry } from "../telemetry/turn-telemetry.ts";
import type { Session } from "../thread/session.ts";
import type { TurnContext } from "./turn-context.ts";
import { TurnEmitter } from "./turn-emitter.ts";
import { TurnDiff } from "../items/turn-diff.ts";

export type TurnKind = "regular" | "compact" | "review";

/** What a question says beside its thread and turn. */
type WithoutIds<Params> = Params extends unknown ? Omit<Params, "threadId" | "turnId"> : never;

/** How a question to the client ended. */
export type Answer = { type: "result"; value: unknown } | { type: "error" } | { type: "closed" };

/**
 * One turn while it runs: its snapshot of the settings, its cancellation, its queued input, and the only way in which it may say or
 * record anything. Once closed, a straggler's words go nowhere.
 */
export class TurnScope {
  readonly session: Session;
  readonly context: TurnContext;
  readonly kind: TurnKind;
  /** The voice of this turn for what may outlive it: processes left running speak through it. */
  readonly lasting: TurnEmitter;
  readonly startedAtMs: number;
  private readonly startedMonotonic: number;
  private readonly controller = turnController();
  private open = true;
  private readonly questions = new Set<() => void>();
  /** Input that came while the turn was running; it joins the history at the next sampling boundary. */
  readonly pendingInput: UserInput[][] = [];
  /** Items that join the history at the next sampling boundary (the result of a user's own command). */
  readonly pendingItems: ResponseItem[] = [];
  firstTokenMs: number | null = null;
  lastAgentMessage: string | null = null;
  error: TurnError | null = null;
  /** Sticky routing of the model server, for this turn only; the client fills it in. */
  readonly routing: { turnState?: string } = {};
  /** The kept connection to the model is this turn's: it was prepared for it, or the turn has asked over it. */
  holdsConnection = false;
  /** A model other than the one asked for answered; said once a turn. */
  rerouted = false;
  /** The account should be verified; said once a turn. */
  verificationTold = false;
  /** The skills that hold for the turn's folder. */
  skills: readonly Skill[] = [];
  /** Paths of the skills that commands of this turn made use of unasked. */
  readonly usedSkills = new Set<string>();
  /** Apps that its prompts name, by id. */
  readonly namedApps = new Set<string>();
  /** Repository facts for the metadata header, once known. */
  workspaces: Record<string, Workspace> | null = null;
  /** Settles when they are known, or will not be. */
  enrichment: Promise<void> | null = null;
  /** Settles when the working folder is kept for undo, or will not be; null: it is not kept. */
  snapshot: Promise<void> | null = null;
  /** What the thread had used before this turn. */
  readonly usageBefore: TokenUsage;
  /** What the turn's patches changed. */
  readonly diff = new TurnDiff();
  /** Permissions that were granted for this turn. */
  readonly grants = new TurnGrants();
  /** Calls whose input hooks may replace. */
  readonly callInputs = new CallInputs();
  /** What the turn tells its owner; null: nothing is exported. */
  telemetry: TurnTelemetry | null = null;
  /** Its end is being told; it is too late to interrupt it. */
  finishing = false;
  /** Set by the thread: the person chose to stop the turn when asked for an approval. */
  requestAbort: () => void = () => {};

  constructor(session: Session, context: TurnContext, kind: TurnKind) {
    this.session = session;
    this.context = context;
    this.kind = kind;
    this.lasting = new TurnEmitter(session, context.turnId);
    this.usageBefore = session.tokens.info?.total ?? NO_USAGE;
    this.startedAtMs = session.services.clock.now();
    this.startedMonotonic = session.services.clock.monotonic();
  }

  get id(): string {
    return this.context.turnId;
  }

  get turnId(): string {
    return this.id;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get hasPendingInput(): boolean {
    return this.pendingInput.length > 0 || this.pendingItems.length > 0;
  }

  get durationMs(): number {
    return Math.round(this.session.services.clock.monotonic() - this.startedMonotonic);
  }

  abort(): void {
    this.controller.abort();
  }

  /** From here on the turn has nothing more to say. */
  mute(): void {
    this.open = false;
  }

  /** Nothing that still runs for this turn is heard from here on. Questions that nobody answered are closed. */
  close(): void {
    this.mute();
    this.controller.abort();
    for (const closeQuestion of this.questions) closeQuestion();
  }

  /** Begins to find out about the repository; requests that go out before it is known do without. */
  enrich(): void {
    const { env } = this.session.services;
    this.enrichment = gatherWorkspaces(this.context.settings.cwd, env, this.signal).then(
      workspaces => void (this.workspaces = workspaces),
      () => {},
    );
  }

  markFirstToken(): void {
    this.firstTokenMs ??= this.durationMs;
  }

  /** Emits a notification of this turn; `threadId` and `turnId` are added. */
  emit<M extends NotificationMethod>(method: M, params: Omit<NotificationParams[M], "threadId" | "turnId">): void {
    if (this.open) this.lasting.emit(method, params);
  }

  itemStarted(item: ThreadItem): void {
    if (this.open) this.lasting.itemStarted(item);
  }

  itemCompleted(item: ThreadItem, more: readonly RolloutItem[] = []): void {
    if (this.open) this.lasting.itemCompleted(item, more);
  }

  /** Tells the diff of everything that the turn's patches changed, if there is any. */
  async emitDiff(): Promise<void> {
    const diff = await this.diff.unifiedDiff();
    if (diff !== null) this.emit("turn/diff/updated", { diff });
  }

  warn(message: string): void {
    if (this.open) this.session.warn(message);
  }

  /** Adds items to the conversation and to the session file. */
  record(items: readonly ResponseItem[]): void {
    if (!this.open) return;
    this.session.record(items, this.context.outputPolicy);
    if (this.session.rawEvents) for (const item of items) this.emit("rawResponseItem/completed", { item });
  }

  /** Adds an item at the next sampling boundary; when the turn is over, to the conversation as it is. */
  inject(item: ResponseItem): void {
    if (this.open) this.pendingItems.push(item);
    else this.session.record([item], this.context.outputPolicy);
  }

  /**
   * Asks the client and waits; ends as `closed` when the turn does.
   * @param withdrawn aborted: whoever wants to know is gone, and the question with it
   */
  ask<M extends RequestMethod>(
    method: M,
    params: WithoutIds<RequestParams[M]>,
    withdrawn?: AbortSignal,
  ): Promise<Answer> {
    if (!this.open || this.signal.aborted || withdrawn?.aborted === true) return Promise.resolve({ type: "closed" });
    return new Promise(resolve => {
      const settled = new AbortController();
      const settle = (answer: Answer, why?: typeof WITHDRAWN) => {
        if (settled.signal.aborted) return;
        this.questions.delete(closeQuestion);
        withdrawn?.removeEventListener("abort", withdraw);
        resolve(answer);
        settled.abort(why);
      };
      const closeQuestion = () => settle({ type: "closed" });
      const withdraw = () => settle({ type: "closed" }, WITHDRAWN);
      this.questions.add(closeQuestion);
      withdrawn?.addEventListener("abort", withdraw, { once: true });
      const request = {
        kind: "request",
        method,
        params: { threadId: this.session.id, turnId: this.id, ...params },
        respond: (value: unknown) => settle({ type: "result", value }),
        fail: () => settle({ type: "error" }),
        settled: settled.signal,
      };
      this.session.bus.emit(request as unknown as ThreadRequest);
    });
  }
}

/** Every tool call of a turn listens to its signal, however many there are. */
function turnController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
