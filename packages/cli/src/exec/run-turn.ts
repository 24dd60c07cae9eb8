import type { ServerNotification, ServerRequest, Turn } from "@codex-ts/protocol";
import { answerInExec, type RequestAnswer } from "./requests.ts";

/** What a run needs of a connection to the app-server; `@codex-ts/client` is one. */
export interface ExecConnection {
  interruptTurn(threadId: string, turnId: string): Promise<void>;
  /** The stored turn with its items, to recover what a run did not see; nothing when it is not stored. */
  readTurn(threadId: string, turnId: string): Promise<Turn | undefined>;
  onNotification(listener: (notification: ServerNotification) => void): void;
  onRequest(answer: (request: ServerRequest) => RequestAnswer): void;
  /** Resolves when the connection ends before the turn did. */
  readonly closed: Promise<void>;
}

/** How a run ended. */
export interface TurnOutcome {
  status: Turn["status"];
  /** Whether the exit code must be a failure: failed or interrupted turn, final error, or a refused request. */
  failed: boolean;
}

interface Addressed {
  threadId?: unknown;
  turnId?: unknown;
  turn?: { id?: unknown };
}

/**
 * Starts one turn and passes on every notification of this thread and turn, in order, until the turn has ended.
 * @param start asks the server for the turn
 * @param sink gets each notification; `turn/completed` carries the items of the stored turn when something was missed
 * @param interrupt aborts the turn: the run then waits for the server to say how it ended
 */
export async function runTurn(
  connection: ExecConnection,
  threadId: string,
  start: () => Promise<{ turn: Turn }>,
  sink: (notification: ServerNotification) => void,
  options: { interrupt: AbortSignal; needsStoredTurn: () => boolean; stored: boolean },
): Promise<TurnOutcome> {
  const own: { turn?: Turn } = {};
  let begun = false;
  let failed = false;
  let over = false;
  let finish: (turn: Turn | undefined) => void = () => {};
  const ended = new Promise<Turn | undefined>(resolve => {
    finish = resolve;
  });
  const early: ServerNotification[] = [];

  const deliver = (notification: ServerNotification): void => {
    const address = (notification.params ?? {}) as Addressed;
    if (address.threadId !== undefined && address.threadId !== null && address.threadId !== threadId) return;
    const about = address.turnId ?? address.turn?.id;
    if (about !== undefined && about !== null && about !== own.turn?.id) return;
    // What a turn left running may end while the session is being closed: that is no part of its story.
    if (over) return;
    if (notification.method === "turn/started") begun = true;
    if (notification.method === "error" && !notification.params.willRetry) failed = true;
    if (notification.method === "turn/completed") {
      over = true;
      finish(notification.params.turn);
      return;
    }
    if (notification.method === "error" && !notification.params.willRetry && !begun && own.turn !== undefined) {
      // What was asked for cannot be done: no turn begins, and none will end.
      over = true;
      sink({ method: "turn/started", params: { threadId, turn: own.turn } });
      sink(notification);
      finish({ ...own.turn, status: "failed", error: notification.params.error });
      return;
    }
    sink(notification);
  };

  connection.onNotification(notification => {
    if (own.turn === undefined) early.push(notification);
    else deliver(notification);
  });
  connection.onRequest(request => {
    const answer = answerInExec(request);
    if ("error" in answer) failed = true;
    return answer;
  });

  const { turn } = await start();
  own.turn = turn;
  for (const notification of early.splice(0)) deliver(notification);

  const onInterrupt = (): void => {
    connection.interruptTurn(threadId, turn.id).catch(() => finish(undefined));
  };
  if (options.interrupt.aborted) onInterrupt();
  else options.interrupt.addEventListener("abort", onInterrupt, { once: true });

  const last = await Promise.race([ended, connection.closed.then(() => undefined)]);
  options.interrupt.removeEventListener("abort", onInterrupt);
  if (last === undefined) return { status: "interrupted", failed: true };

  const missing = options.stored && last.items.length === 0 && options.needsStoredTurn();
  const stored = missing ? await connection.readTurn(threadId, turn.id).catch(() => undefined) : undefined;
  const items = stored?.items ?? last.items;
  sink({ method: "turn/completed", params: { threadId, turn: { ...last, items } } });
  return { status: last.status, failed: failed || last.status !== "completed" };
}
