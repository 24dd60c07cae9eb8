import { systemIds, type Thread as CoreThread, type ThreadEvent, type ThreadRequest, WITHDRAWN } from "@codex-ts/core";
import type { GitInfo, OutgoingMessage, ThreadItem, ThreadStatus, Turn } from "@codex-ts/protocol";
import { previewOf } from "@codex-ts/thread-store";
import type { Connection } from "../connection.ts";
import type { Answer, PendingRequest } from "../server-requests.ts";
import type { AppServer } from "../server.ts";
import { ActiveTurn } from "./active-turn.ts";
import { seconds, type ThreadFacts } from "./facts.ts";
import { idle, nextFacts, sameStatus, type StatusEvent, type StatusFacts, statusOf, type Waiting } from "./status.ts";

/** Notifications of a thread that every client hears, subscribed or not. */
const BROADCAST = new Set(["thread/name/updated", "account/rateLimits/updated"]);

/** Questions that somebody is told the end of, and what they make the thread wait for. */
const WAITING: Readonly<Record<string, Waiting>> = {
  "item/commandExecution/requestApproval": "approvals",
  "item/fileChange/requestApproval": "approvals",
  "item/permissions/requestApproval": "approvals",
  "mcpServer/elicitation/request": "approvals",
  "item/tool/requestUserInput": "userInputs",
};

/** A loaded thread between the core and its clients: who listens, what its status is, which questions are open. */
export class ThreadHub {
  readonly thread: CoreThread;
  readonly facts: ThreadFacts;
  /** When something last happened, unix seconds; null before the first turn. */
  updatedAt: number | null = null;
  /** A rollback is at work. */
  rollingBack = false;
  /** The turn that the thread's token usage was last told in. */
  usageTurnId: string | null = null;
  private active: ActiveTurn | null = null;
  private readonly server: AppServer;
  /** Who listens, and the way to forget what the connection would do at its end. */
  private readonly subscribers = new Map<Connection, () => void>();
  private readonly open = new Map<number, PendingRequest>();
  private state: StatusFacts = idle;
  private shown: ThreadStatus = statusOf(idle);
  private readonly turnEnds: { turnId: string | null; step: () => void }[] = [];
  private withdrawn: number[] = [];
  /** What the thread said while it started, before anybody could listen. */
  private early: { method: string; params: unknown }[] | null = [];
  private starting = true;
  private readonly stop: () => void;
  /** Called when nobody listens and nothing happens any more, or again when somebody does. */
  onRest: (resting: boolean) => void = () => {};

  constructor(server: AppServer, thread: CoreThread, facts: ThreadFacts, onClose: () => void) {
    this.server = server;
    this.thread = thread;
    this.facts = facts;
    this.stop = thread.subscribe(
      event => this.receive(event),
      () => {
        this.stop();
        // A connection outlives its threads: it must not hold on to them.
        for (const forget of this.subscribers.values()) forget();
        this.subscribers.clear();
        onClose();
      },
    );
    this.starting = false;
  }

  /** Says what the thread said while it started. Comes after it was introduced to its clients; only the first time counts. */
  tellEarly(): void {
    const early = this.early ?? [];
    this.early = null;
    for (const { method, params } of early) this.notify(method, params);
  }

  get id(): string {
    return this.thread.id;
  }

  get status(): ThreadStatus {
    return this.shown;
  }

  /** The turn that runs now; null between turns. */
  get activeTurn(): Turn | null {
    return this.active?.turn ?? null;
  }

  get hasSubscribers(): boolean {
    return this.subscribers.size > 0;
  }

  /** From now on this client hears the thread. False when it already did. */
  subscribe(connection: Connection): boolean {
    if (this.subscribers.has(connection) || !connection.isOpen) return false;
    this.subscribers.set(
      connection,
      connection.onClose(() => this.unsubscribe(connection)),
    );
    this.onRest(false);
    return true;
  }

  unsubscribe(connection: Connection): boolean {
    const forget = this.subscribers.get(connection);
    if (forget === undefined) return false;
    forget();
    this.subscribers.delete(connection);
    this.rest();
    return true;
  }

  /** Asks this client everything that is still open, in order. */
  replay(connection: Connection): void {
    for (const request of this.open.values()) connection.send(visibleTo(connection, request));
  }

  /** Runs just before the end of the turn is told (of any turn when `turnId` is null). */
  beforeTurnEnd(turnId: string | null, step: () => void): void {
    this.turnEnds.push({ turnId, step });
  }

  /** Says something to the thread's listeners. */
  notify(method: string, params: unknown): void {
    const message: OutgoingMessage = { kind: "notification", method, params };
    for (const connection of this.subscribers.keys()) connection.forward(method, message);
  }

  /** Something that was asked of the thread outside of a turn went wrong after it was answered. */
  fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.noteFailure();
    this.notify("error", {
      error: { message, codexErrorInfo: "other", additionalDetails: null },
      willRetry: false,
      threadId: this.id,
      turnId: systemIds().uuid7(),
    });
  }

  /** The thread could not do what it was told to: its status shows that until its next turn. */
  noteFailure(): void {
    this.change({ type: "failed" });
  }

  /** A client knows better where the thread's repository stands: absent keeps, null clears. */
  correctGitInfo(git: { [field in keyof GitInfo]?: GitInfo[field] | undefined }): void {
    const known = this.facts.gitInfo ?? { sha: null, branch: null, originUrl: null };
    const pick = (field: keyof GitInfo) => (git[field] === undefined ? known[field] : git[field]);
    this.facts.gitInfo = { sha: pick("sha"), branch: pick("branch"), originUrl: pick("originUrl") };
  }

  private receive(event: ThreadEvent): void {
    if (event.kind === "request") {
      this.ask(event);
      return;
    }
    switch (event.method) {
      case "turn/started":
        this.server.analytics?.track({
          kind: "turnStarted",
          threadId: this.id,
          turnId: event.params.turn.id,
          startedAt: event.params.turn.startedAt,
        });
        this.active = new ActiveTurn(event.params.turn);
        this.change({ type: "turnStarted" });
        break;
      case "item/started":
        this.active?.started(event.params.item);
        break;
      case "item/completed":
        this.active?.completed(event.params.item);
        this.rememberPreview(event.params.item);
        break;
      case "thread/tokenUsage/updated":
        this.usageTurnId = event.params.turnId;
        break;
      case "error":
        if (!event.params.willRetry) this.change({ type: "failed" });
        break;
      case "turn/completed":
        this.active = null;
        this.trackEnd(event.params.turn);
        this.endTurn(event.params.turn.id);
        break;
    }
    if (event.method === "warning" && this.starting && this.server.wasToldAtStart(event.params.message)) return;
    if (this.starting) this.early?.push(event);
    else if (BROADCAST.has(event.method)) this.server.broadcast(event.method, event.params);
    else this.notify(event.method, event.params);
    if (event.method === "turn/completed") {
      for (const id of this.withdrawn.splice(0)) this.resolved(id);
      this.rest();
      this.server.threads.turnEnded();
    }
  }

  private trackEnd(turn: Turn): void {
    this.server.analytics?.track({
      kind: "turnCompleted",
      threadId: this.id,
      turnId: turn.id,
      status: turn.status,
      error: turn.error?.codexErrorInfo ?? null,
      completedAt: turn.completedAt,
      durationMs: turn.durationMs,
    });
  }

  private rememberPreview(item: ThreadItem): void {
    if (this.facts.preview !== "" || item.type !== "userMessage") return;
    const text = item.content.flatMap(part => (part.type === "text" ? [part.text] : [])).join("");
    this.facts.preview = previewOf(text);
  }

  private endTurn(turnId: string): void {
    this.updatedAt = seconds(Date.now());
    for (let index = 0; index < this.turnEnds.length; ) {
      const entry = this.turnEnds[index]!;
      if (entry.turnId !== null && entry.turnId !== turnId) {
        index++;
        continue;
      }
      this.turnEnds.splice(index, 1);
      entry.step();
    }
    this.change({ type: "turnEnded" });
  }

  private ask(event: ThreadRequest): void {
    const waiting = WAITING[event.method];
    const id = this.server.serverRequests.add(answer => this.answered(id, event, answer));
    const request: PendingRequest = { id, method: event.method, params: event.params };
    this.open.set(id, request);
    if (waiting !== undefined) this.change({ type: "asked", what: waiting });
    for (const connection of this.subscribers.keys()) connection.send(visibleTo(connection, request));
    event.settled.addEventListener("abort", () => this.withdraw(id, event.settled.reason === WITHDRAWN), {
      once: true,
    });
  }

  private answered(id: number, event: ThreadRequest, answer: Answer): void {
    const waiting = WAITING[event.method];
    this.open.delete(id);
    if (waiting !== undefined) {
      this.resolved(id);
      this.change({ type: "answered", what: waiting });
    }
    if (answer.type === "result") event.respond(answer.result);
    else event.fail();
  }

  /**
   * The core does not wait any more, and nobody answered. Either the turn is over, and clients hear of it after the turn's end; or it goes on
   * without an answer, and they hear of it at once.
   */
  private withdraw(id: number, early: boolean): void {
    const request = this.open.get(id);
    if (request === undefined) return;
    this.open.delete(id);
    this.server.serverRequests.drop(id);
    const waiting = WAITING[request.method];
    if (waiting === undefined) return;
    if (early) {
      this.resolved(id);
      this.change({ type: "answered", what: waiting });
    } else if (this.state.running) this.withdrawn.push(id);
    else this.resolved(id);
  }

  private resolved(id: number): void {
    this.notify("serverRequest/resolved", { threadId: this.id, requestId: id });
  }

  private change(event: StatusEvent): void {
    this.state = nextFacts(this.state, event);
    const status = statusOf(this.state);
    if (sameStatus(status, this.shown)) return;
    this.shown = status;
    this.server.broadcast("thread/status/changed", { threadId: this.id, status });
  }

  private rest(): void {
    this.onRest(this.subscribers.size === 0 && this.thread.state !== "running");
  }
}

/** Clients without the experimental API do not see what they cannot grant. */
function visibleTo(connection: Connection, request: PendingRequest): OutgoingMessage {
  const { id, method } = request;
  let { params } = request;
  const hide = method === "item/commandExecution/requestApproval" && connection.client?.experimentalApi !== true;
  if (hide && typeof params === "object" && params !== null && "additionalPermissions" in params) {
    const { additionalPermissions: _, ...rest } = params;
    params = rest;
  }
  return { kind: "request", id, method, params };
}
