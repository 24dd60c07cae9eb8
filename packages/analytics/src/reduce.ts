import {
  appEvent,
  compactionEvent,
  guardianEvent,
  hookEvent,
  pluginStateEvent,
  pluginUsedEvent,
  skillEvents,
} from "./events/other.ts";
import type { AnalyticsEvent, ConnectionFacts } from "./events/shared.ts";
import { type InitializationMode, subagentInitialized, type ThreadFacts, threadInitialized } from "./events/thread.ts";
import { steerEvent, turnEvent } from "./events/turn.ts";
import type { ConnectionId, Fact, FactOf, ImageInput, RpcId, SteerRejection } from "./facts.ts";
import { originOf } from "./source.ts";
import { type AnalyticsState, keepNewest, type PendingRequest, type TurnState, turnOf } from "./state.ts";

/** What became of a fact. */
export interface Reduction {
  /** Sent together, in this order. */
  events: AnalyticsEvent[];
  /** Why something that should have been told is not. For the log; names ids and nothing else. */
  warning: string | null;
}

const NOTHING: Reduction = { events: [], warning: null };
const one = (event: AnalyticsEvent): Reduction => ({ events: [event], warning: null });
const warn = (warning: string): Reduction => ({ events: [], warning });

/**
 * Takes one fact into the state and gives the events that follow from it. Deterministic: no clock, no I/O. The state is
 * brought up to date in place, so that a fact costs the same however much came before it. Spec: analytics, A4.
 */
export function reduce(state: AnalyticsState, fact: Fact): Reduction {
  switch (fact.kind) {
    case "initialize":
      keepNewest(state.connections, fact.connectionId, connectionFacts(fact));
      return NOTHING;
    case "request":
      return request(state, fact);
    case "response":
      return response(state, fact);
    case "errorResponse": {
      const pending = takePending(state, fact.connectionId, fact.requestId);
      return pending?.kind === "steer" ? steered(state, pending, { rejected: fact.reason }) : NOTHING;
    }
    case "turnStarted": {
      const turn = turnOf(state, fact.turnId);
      turn.startedAt = fact.startedAt !== null && fact.startedAt >= 0 ? fact.startedAt : null;
      return NOTHING;
    }
    case "turnCompleted":
      turnOf(state, fact.turnId).completed = fact;
      return tryTurn(state, fact.turnId);
    case "turnResolvedConfig": {
      const turn = turnOf(state, fact.turnId);
      turn.threadId = fact.threadId;
      turn.numInputImages = fact.numInputImages;
      turn.config = fact;
      return tryTurn(state, fact.turnId);
    }
    case "turnTokenUsage": {
      const turn = turnOf(state, fact.turnId);
      turn.threadId = fact.threadId;
      turn.usage = fact.usage;
      return tryTurn(state, fact.turnId);
    }
    case "turnWorkspaceMetadata": {
      const turn = turnOf(state, fact.turnId);
      turn.threadId = fact.threadId;
      turn.workspaces = fact.workspaces;
      return tryTurn(state, fact.turnId);
    }
    case "subagentThreadStarted":
      return one(subagentInitialized(fact));
    case "compaction": {
      const known = threadOf(state, fact.threadId);
      if (known === null) return warn(`dropping compaction analytics of thread ${fact.threadId}: not initialized`);
      return one(compactionEvent(known.connection, known.thread, fact));
    }
    case "guardianReview": {
      const { threadId } = fact.review;
      const connection = connectionOf(state, threadId);
      if (connection === null) return warn(`dropping guardian analytics of thread ${threadId}: not initialized`);
      return one(guardianEvent(connection, fact.review));
    }
    case "hookRun":
      return one(hookEvent(fact));
    case "skillsInvoked":
      return { events: skillEvents(fact), warning: null };
    case "appsMentioned": {
      const { tracking, productClientId, apps } = fact;
      const events = apps.map(app => appEvent("codex_app_mentioned", tracking, productClientId, app));
      return { events, warning: null };
    }
    case "appUsed":
      return one(appEvent("codex_app_used", fact.tracking, fact.productClientId, fact.app));
    case "pluginUsed":
      return one(pluginUsedEvent(fact));
    case "pluginState":
      return one(pluginStateEvent(fact));
  }
}

function connectionFacts(fact: FactOf<"initialize">): ConnectionFacts {
  return {
    app_server_client: {
      product_client_id: fact.productClientId,
      client_name: fact.clientInfo.name,
      client_version: fact.clientInfo.version,
      rpc_transport: fact.transport,
      experimental_api_enabled: fact.experimentalApi,
    },
    runtime: fact.runtime,
  };
}

const requestKey = (connectionId: ConnectionId, id: RpcId) => `${connectionId} ${typeof id} ${id}`;

function takePending(state: AnalyticsState, connectionId: ConnectionId, id: RpcId): PendingRequest | undefined {
  const key = requestKey(connectionId, id);
  const pending = state.requests.get(key);
  state.requests.delete(key);
  return pending;
}

function request(state: AnalyticsState, fact: FactOf<"request">): Reduction {
  const { request: asked, connectionId, createdAt } = fact;
  const { threadId } = asked;
  const numInputImages = countImages(asked.input);
  const pending: PendingRequest =
    asked.method === "turn/start"
      ? { kind: "start", threadId, numInputImages }
      : { kind: "steer", connectionId, threadId, expectedTurnId: asked.expectedTurnId, numInputImages, createdAt };
  keepNewest(state.requests, requestKey(connectionId, fact.requestId), pending);
  return NOTHING;
}

const countImages = (input: readonly ImageInput[]) =>
  input.filter(({ type }) => type === "image" || type === "localImage").length;

const MODES = { "thread/start": "new", "thread/resume": "resumed", "thread/fork": "forked" } as const satisfies Record<
  string,
  InitializationMode
>;

function response(state: AnalyticsState, fact: FactOf<"response">): Reduction {
  const { response: answer, connectionId } = fact;
  if (answer.method === "turn/start" || answer.method === "turn/steer") {
    const pending = takePending(state, connectionId, fact.requestId);
    if (answer.method === "turn/start") {
      if (pending?.kind !== "start") return NOTHING;
      const turn = turnOf(state, answer.turnId);
      turn.connectionId = connectionId;
      turn.threadId = pending.threadId;
      turn.numInputImages = pending.numInputImages;
      return tryTurn(state, answer.turnId);
    }
    if (pending?.kind !== "steer") return NOTHING;
    const turn = state.turns.get(answer.turnId);
    if (turn !== undefined) turn.steerCount++;
    return steered(state, pending, { accepted: answer.turnId });
  }
  const connection = state.connections.get(connectionId);
  if (connection === undefined) return NOTHING;
  const { thread } = answer;
  const facts: ThreadFacts = { ...originOf(thread.source), initialization_mode: MODES[answer.method] };
  keepNewest(state.threadConnections, thread.id, connectionId);
  keepNewest(state.threads, thread.id, facts);
  return one(threadInitialized(connection, thread, facts, answer.model));
}

function steered(
  state: AnalyticsState,
  pending: Extract<PendingRequest, { kind: "steer" }>,
  result: { accepted: string } | { rejected: SteerRejection | null },
): Reduction {
  const connection = state.connections.get(pending.connectionId);
  const thread = state.threads.get(pending.threadId);
  if (connection === undefined || thread === undefined) return NOTHING;
  return one(steerEvent(connection, thread, { ...pending, result }));
}

function connectionOf(state: AnalyticsState, threadId: string): ConnectionFacts | null {
  const id = state.threadConnections.get(threadId);
  return (id === undefined ? undefined : state.connections.get(id)) ?? null;
}

function threadOf(
  state: AnalyticsState,
  threadId: string,
): { connection: ConnectionFacts; thread: ThreadFacts } | null {
  const connection = connectionOf(state, threadId);
  const thread = state.threads.get(threadId);
  return connection === null || thread === undefined ? null : { connection, thread };
}

/** A turn is told of once, when everything that its event needs is there. */
function tryTurn(state: AnalyticsState, turnId: string): Reduction {
  const turn = turnOf(state, turnId);
  const { threadId, numInputImages, config, completed, connectionId } = turn;
  if (threadId === null || numInputImages === null || config === null || completed === null || connectionId === null)
    return NOTHING;
  const connection = state.connections.get(connectionId);
  if (connection === undefined) return warn(`dropping the turn event of turn ${turnId}: connection not initialized`);
  const thread = state.threads.get(threadId);
  if (thread === undefined) return warn(`dropping the turn event of turn ${turnId}: thread not initialized`);
  state.turns.delete(turnId);
  return one(turnEvent(connection, thread, finished(turn, turnId, { threadId, numInputImages, config, completed })));
}

type Known = Pick<Parameters<typeof turnEvent>[2], "threadId" | "numInputImages" | "config" | "completed">;

function finished(turn: TurnState, turnId: string, known: Known) {
  const { startedAt, usage, workspaces, steerCount } = turn;
  return { turnId, ...known, startedAt, usage, workspaces, steerCount };
}
