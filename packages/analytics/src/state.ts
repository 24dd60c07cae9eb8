import type { ConnectionFacts } from "./events/shared.ts";
import type { ThreadFacts } from "./events/thread.ts";
import type { ConnectionId, FactOf, ResolvedTurnConfig, TokenUsage, Workspace } from "./facts.ts";

/** A request whose answer is not known yet. */
export type PendingRequest =
  | { kind: "start"; threadId: string; numInputImages: number }
  | {
      kind: "steer";
      connectionId: ConnectionId;
      threadId: string;
      expectedTurnId: string;
      numInputImages: number;
      createdAt: number;
    };

/** What is known of a turn so far. */
export interface TurnState {
  connectionId: ConnectionId | null;
  threadId: string | null;
  numInputImages: number | null;
  config: ResolvedTurnConfig | null;
  workspaces: Readonly<Record<string, Workspace>> | null;
  startedAt: number | null;
  usage: TokenUsage | null;
  completed: FactOf<"turnCompleted"> | null;
  steerCount: number;
}

/** What the reducer remembers. */
export interface AnalyticsState {
  readonly connections: Map<ConnectionId, ConnectionFacts>;
  readonly threadConnections: Map<string, ConnectionId>;
  readonly threads: Map<string, ThreadFacts>;
  readonly requests: Map<string, PendingRequest>;
  readonly turns: Map<string, TurnState>;
}

export function initialState(): AnalyticsState {
  return {
    connections: new Map(),
    threadConnections: new Map(),
    threads: new Map(),
    requests: new Map(),
    turns: new Map(),
  };
}

/**
 * Threads, clients, requests and turns that are remembered at the most. What never becomes an event (turns of reviews, clients
 * long gone) would otherwise pile up in a server that runs for weeks; the oldest goes.
 */
const REMEMBERED = 4096;

/** Remembers a value as the newest of its kind; beyond the bound the oldest is forgotten. */
export function keepNewest<K, V>(known: Map<K, V>, key: K, value: V): void {
  known.delete(key);
  known.set(key, value);
  if (known.size <= REMEMBERED) return;
  for (const oldest of known.keys()) {
    known.delete(oldest);
    return;
  }
}

/** A turn's state, begun when it is first mentioned. */
export function turnOf(state: AnalyticsState, turnId: string): TurnState {
  let turn = state.turns.get(turnId);
  if (turn === undefined) {
    turn = {
      connectionId: null,
      threadId: null,
      numInputImages: null,
      config: null,
      workspaces: null,
      startedAt: null,
      usage: null,
      completed: null,
      steerCount: 0,
    };
    keepNewest(state.turns, turnId, turn);
  }
  return turn;
}
