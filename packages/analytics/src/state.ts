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
 * Turns that are kept at the most. Turns that never become an event (reviews, compactions, sub-agents) would otherwise
 * pile up in a server that runs for weeks; the oldest of them goes.
 */
const MAX_TURNS = 4096;

/** A turn's state, begun when it is first mentioned. */
export function turnOf(state: AnalyticsState, turnId: string): TurnState {
  let turn = state.turns.get(turnId);
  if (turn === undefined) {
    if (state.turns.size >= MAX_TURNS) {
      for (const oldest of state.turns.keys()) {
        state.turns.delete(oldest);
        break;
      }
    }
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
    state.turns.set(turnId, turn);
  }
  return turn;
}
