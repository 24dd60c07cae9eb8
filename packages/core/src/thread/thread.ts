import type { UserInput } from "@codex-ts/protocol";
import type { ResponseItem } from "@codex-ts/protocol/models";
import { trackedCompaction } from "../analytics/turn-facts.ts";
import { CoreError, throwIfInterrupted } from "../errors.ts";
import type { McpCallToolResult } from "@codex-ts/mcp";
import type { McpSettings, SessionMcp } from "../mcp/session-mcp.ts";
import type { ThreadListener } from "../events/event-bus.ts";
import type { ThreadEvent } from "../events/thread-events.ts";
import { threadNameLine, threadRolledBackLine } from "../rollout/projection.ts";
import { reconstruct } from "../rollout/reconstruct.ts";
import { tellTask } from "../telemetry/turn-counts.ts";
import { connectionObserver, tellPrompt } from "../telemetry/turn-telemetry.ts";
import { buildTools } from "../tools/build-tools.ts";
import { serverCompacts } from "../turn/compaction.ts";
import { previewInput } from "../turn/preview.ts";
import { samplingRequest } from "../turn/request.ts";
import { runTurn } from "../turn/turn.ts";
import { undo, type UndoOutcome } from "../undo/undo.ts";
import { TurnScope } from "../turn/turn-scope.ts";
import { runUserShell } from "../turn/user-shell.ts";
import { injectItems } from "./inject.ts";
import { usableWindow } from "./model-profile.ts";
import type { Session } from "./session.ts";
import { applyOverrides, type SettingsOverrides, type ThreadSettings } from "./settings.ts";
import { startReview } from "./start-review.ts";
import type { Submission, UserTurn } from "./submission.ts";
import { TurnSeat } from "./turn-seat.ts";

const CLOSED = "internal error; agent loop died unexpectedly";

/** `idle` and `running` alternate; `closed` is for good. */
export type ThreadState = "idle" | "running" | "closed";

/** One conversation with the agent. Takes submissions, one after another, and runs at most one turn at a time. */
export class Thread {
  private readonly session: Session;
  private readonly onClose: () => void;
  private readonly seat: TurnSeat;
  private queue: Promise<void> = Promise.resolve();
  private closing: Promise<void> | null = null;
  private threadName: string | null;

  /** Made by the runtime (`startThread`, `resumeThread`). */
  constructor(session: Session, options: { name?: string | null; onClose?: () => void } = {}) {
    this.session = session;
    this.seat = new TurnSeat(session, {
      interruptLater: () => this.submitInternally({ type: "interrupt" }),
      resubmit: input => this.submitInternally({ type: "userTurn", input }),
    });
    this.threadName = options.name ?? null;
    this.onClose = options.onClose ?? (() => {});
    if (session.client.transport === "websocket") this.prewarm();
  }

  get id(): string {
    return this.session.id;
  }

  get state(): ThreadState {
    if (this.closing !== null) return "closed";
    return this.seat.scope === null ? "idle" : "running";
  }

  get activeTurnId(): string | null {
    return this.seat.scope?.id ?? null;
  }

  get name(): string | null {
    return this.threadName;
  }

  /** Settings of the next turn. */
  get settings(): Readonly<ThreadSettings> {
    return this.session.settings;
  }

  /** The session file; null for a thread that is not kept. */
  get rolloutPath(): string | null {
    return this.session.rollout.path;
  }

  /** Tokens that the model of the next turn can work with; null: not known. */
  get contextWindow(): number | null {
    return usableWindow(this.session.modelProfile(this.session.settings.model));
  }

  get tokenUsage() {
    const { info } = this.session.tokens;
    return info === null ? null : { total: info.total, last: info.last, modelContextWindow: info.contextWindow };
  }

  /** Everything from now on, in order. The first reader also gets what was said before it came. Ends when the thread is closed. */
  get events(): AsyncIterable<ThreadEvent> {
    return this.session.bus.iterate();
  }

  /** As `events`, by a call for each, at the moment it happens. Returns the way to stop. */
  subscribe(listener: ThreadListener, onClose?: () => void): () => void {
    return this.session.bus.subscribe(listener, onClose);
  }

  /**
   * Hands in a submission and returns its id at once; a user turn that starts has this id. It is handled after all earlier ones and not
   * before the caller's own task is over, so that an answer to a client goes out before the events it causes.
   * Throws `CoreError` (`thread_closed`) when the thread takes nothing any more.
   */
  submit(submission: Submission, id: string = this.session.services.ids.uuid7()): string {
    if (this.closing !== null) throw new CoreError("thread_closed", CLOSED);
    void this.enqueue(() => this.handle(id, submission));
    return id;
  }

  /**
   * Adds input to the running turn. Returns the turn's id. Throws `CoreError` when there is no turn, another turn, or one that takes none.
   */
  steer(input: UserInput[], expectedTurnId?: string): string {
    if (input.length === 0) throw new CoreError("empty_input", "input must not be empty", "badRequest");
    const scope = this.seat.scope;
    if (scope === null || scope.signal.aborted) throw new CoreError("no_active_turn", "no active turn to steer");
    if (expectedTurnId !== undefined && expectedTurnId !== scope.id) {
      throw new CoreError("turn_mismatch", `expected active turn id \`${expectedTurnId}\` but found \`${scope.id}\``);
    }
    if (scope.kind !== "regular") {
      throw new CoreError("turn_not_steerable", `cannot steer a ${scope.kind} turn`, {
        activeTurnNotSteerable: { turnKind: scope.kind },
      });
    }
    scope.pendingInput.push(input);
    return scope.id;
  }

  /** Stops the running turn and resolves when its end has been told. Throws `CoreError` when there is none, or not the one meant. */
  async interrupt(turnId?: string): Promise<void> {
    await this.enqueue(async () => {
      const scope = this.seat.scope;
      if (scope === null) throw new CoreError("no_active_turn", "no active turn to interrupt");
      if (turnId !== undefined && turnId !== "" && turnId !== scope.id) {
        throw new CoreError("turn_mismatch", `expected active turn id ${turnId} but found ${scope.id}`);
      }
      await this.seat.abort("interrupted");
    });
  }

  /** Takes the last `turns` user turns back. The session file keeps them; files in the workspace are not touched. */
  async rollback(turns: number): Promise<void> {
    await this.enqueue(async () => {
      const { session } = this;
      if (!(turns >= 1)) throw new CoreError("bad_request", "num_turns must be >= 1");
      if (this.seat.scope !== null) {
        throw new CoreError("rollback_failed", "Cannot rollback while a turn is in progress.", "threadRollbackFailed");
      }
      const items = await session.loadRollout();
      if (items === null) throw new CoreError("not_persisted", "thread rollback requires persisted thread history");
      const state = reconstruct([...items, threadRolledBackLine(turns)], {
        policy: session.modelProfile(session.settings.model).truncation,
      });
      session.history.replace(state.history);
      session.baseline = state.baseline;
      session.previousModel = state.previousModel;
      const window = usableWindow(session.modelProfile(session.settings.model));
      session.tokens.replaceLast(session.history.estimateTokens(session.baseInstructions), window);
      session.emitTokenCount(session.services.ids.uuid7());
      session.rollout.append([threadRolledBackLine(turns)]);
      await session.rollout.flush();
    });
  }

  /**
   * Brings the files of the working folder back to how they were before the last turn that kept them (feature `undo`). A running turn gives
   * way. The conversation stays.
   */
  undo(): Promise<UndoOutcome> {
    if (this.closing !== null) return Promise.reject(new CoreError("thread_closed", CLOSED));
    const { rollout, services } = this.session;
    return new Promise((resolve, reject) => {
      const work = async (scope: TurnScope) => {
        const outcome = rollout.materialize().then(() => undo(scope));
        outcome.then(resolve, reject);
        await outcome;
      };
      this.enqueue(async () => {
        await this.seat.abort("replaced");
        this.seat.start(services.ids.uuid7(), "regular", {}, work);
      }).catch(reject);
    });
  }

  /** What the model would be sent if this prompt came now; empty: before any prompt. Nothing is recorded, and nobody is asked. */
  previewInput(prompt: readonly UserInput[]): Promise<ResponseItem[]> {
    return previewInput(new TurnScope(this.session, this.seat.context("", {}), "regular"), prompt);
  }

  /** Gives the thread a name. Throws `CoreError` when it is blank or the thread is not kept. */
  async setName(name: string): Promise<void> {
    const trimmed = name.trim();
    if (trimmed === "") throw new CoreError("bad_request", "Thread name cannot be empty.");
    await this.enqueue(async () => {
      const { session } = this;
      if (!session.rollout.persistent) {
        throw new CoreError("not_persisted", "Session persistence is disabled; cannot rename thread.");
      }
      await session.rollout.materialize();
      session.rollout.append([threadNameLine(this.id, trimmed)]);
      await session.rollout.flush();
      await session.saveName(trimmed);
      this.threadName = trimmed;
      session.telemetry?.voice.count("codex.thread.rename");
      session.bus.emit({
        kind: "notification",
        method: "thread/name/updated",
        params: { threadId: this.id, threadName: trimmed },
      });
    });
  }

  /** Adds model items to the conversation as they are. Throws `CoreError` when there are none. */
  async injectItems(items: readonly ResponseItem[]): Promise<void> {
    if (items.length === 0) throw new CoreError("bad_request", "items must not be empty");
    await this.enqueue(() => injectItems(this.session, id => this.seat.context(id, {}), items));
  }

  /**
   * A person is being asked something outside of the thread: until the last such question is over, the waits of running commands stand
   * still. Returns the number of questions that are open.
   */
  holdTime(): number {
    return this.session.stopwatch.hold();
  }

  /** Calls a tool of the thread's MCP servers: nobody is asked, and no turn hears of it. Throws `McpError`. */
  async callMcpTool(server: string, tool: string, args: unknown, meta: unknown): Promise<McpCallToolResult> {
    const given = meta ?? {};
    const isObject = typeof given === "object" && !Array.isArray(given);
    // What is no object is refused by the connection, in its words.
    const own = isObject ? { ...given, threadId: this.id } : (given as Record<string, unknown>);
    return this.mcp.connections.callTool(server, tool, args, own);
  }

  /** Reads a resource of the thread's MCP servers. Throws `McpError`. */
  async readMcpResource(server: string, uri: string): Promise<{ contents: unknown[] }> {
    return this.mcp.connections.readResource(server, uri);
  }

  /** From its next turn on the thread works with these MCP servers. */
  refreshMcpServers(settings: McpSettings): void {
    this.mcp.refreshLater(settings);
  }

  /** Follows what the person's own file says now about servers that run: how their tools are approved. */
  reloadUserConfig(settings: McpSettings): void {
    this.session.mcp?.followApprovals(settings);
  }

  private get mcp(): SessionMcp {
    const { mcp } = this.session;
    if (mcp === null) throw new CoreError("unsupported", "this thread has no MCP servers");
    return mcp;
  }

  /** One such question is over. Throws `CoreError` when none was open. */
  releaseTime(): number {
    const open = this.session.stopwatch.release();
    if (open === null) throw new CoreError("bad_request", "out-of-band elicitation count is already zero");
    return open;
  }

  /** Ends everything: the turn as interrupted, the live processes, the session file. Resolves when all of it is done. */
  shutdown(): Promise<void> {
    this.closing ??= this.enqueue(async () => {
      await this.seat.abort("interrupted");
      this.session.prewarm?.abort();
      this.session.client.close();
      await Promise.all([this.session.processes.shutdown(), this.session.mcp?.close()]);
      await this.session.network?.close();
      await this.session.rollout.flush();
      await this.session.rollout.close();
      this.session.bus.close();
      this.onClose();
    });
    return this.closing;
  }

  private enqueue<T>(step: () => Promise<T>): Promise<T> {
    const result = this.queue.then(nextTask).then(step);
    this.queue = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  private async handle(id: string, submission: Submission): Promise<void> {
    switch (submission.type) {
      case "userTurn":
        return this.userTurn(id, submission);
      case "overrideSettings":
        this.applyOverrides(submission.overrides);
        return;
      case "interrupt":
        if (this.seat.scope === null) await this.session.mcp?.cancelStartup();
        return this.seat.abort("interrupted");
      case "compact":
        await this.seat.abort("replaced");
        this.seat.start(id, "compact", {}, async scope => {
          tellTask(scope, "compact", { type: serverCompacts(scope.session) ? "remote" : "local" });
          await this.session.rollout.materialize();
          await trackedCompaction(scope, "manual");
        });
        return;
      case "review":
        return startReview(this.session, this.seat, id, submission.target);
      case "userShell":
        this.userShell(id, submission.command);
        return;
      case "cleanBackgroundTerminals":
        this.session.processes.killAll();
        return;
    }
  }

  private async userTurn(id: string, submission: UserTurn): Promise<void> {
    this.applyOverrides(submission.overrides ?? {});
    if (submission.input.length === 0) {
      this.seat.emitError(id, {
        message: "input must not be empty",
        codexErrorInfo: "badRequest",
        additionalDetails: null,
      });
      return;
    }
    const scope = this.seat.scope;
    if (scope !== null && scope.kind === "regular" && !scope.signal.aborted) {
      scope.pendingInput.push(submission.input);
      tellPrompt(scope, submission.input);
      return;
    }
    // A turn of another kind gives way.
    await this.seat.abort("replaced");
    this.seat.start(
      id,
      "regular",
      submission,
      turn => runTurn(turn, submission.input),
      turn => tellPrompt(turn, submission.input),
    );
  }

  private userShell(id: string, command: string): void {
    const scope = this.seat.scope;
    if (scope !== null && !scope.signal.aborted && !scope.finishing) {
      void runUserShell(scope, command).then(message => scope.inject(message));
      return;
    }
    this.seat.start(id, "regular", {}, async turn => {
      tellTask(turn, "user_shell");
      await this.session.rollout.materialize();
      const message = await runUserShell(turn, command);
      throwIfInterrupted(turn.signal);
      turn.record([message]);
    });
  }

  private applyOverrides(overrides: SettingsOverrides): void {
    this.session.settings = applyOverrides(this.session.settings, overrides);
  }

  private submitInternally(submission: Submission): void {
    if (this.closing === null) this.submit(submission);
  }

  /** Connects ahead of the first turn; that turn takes over what has come of it. */
  private prewarm(): void {
    const scope = new TurnScope(this.session, this.seat.context("", {}), "regular");
    const request = samplingRequest(scope, buildTools(scope));
    this.session.prewarm = this.session.client.startPrewarm(request, connectionObserver(scope));
  }
}

/** Lets everything that is already due happen first. */
function nextTask(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
