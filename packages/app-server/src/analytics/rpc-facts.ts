import { type Fact, type RpcId, type RpcTransport, platformOf, type SteerRejection } from "@codex-ts/analytics";
import type { FactSink } from "@codex-ts/core";
import type { SessionSource, Thread, TurnStartParams, TurnSteerParams } from "@codex-ts/protocol";
import type { Connection } from "../connection.ts";
import type { LinkKind } from "../links/link.ts";
import { platformFacts } from "../platform.ts";

const TRANSPORTS: Record<LinkKind, RpcTransport> = {
  inProcess: "in_process",
  stdio: "stdio",
  websocket: "websocket",
  unix: "websocket",
};

/** A client's handshake, as analytics are told of it. Null before it. Spec: analytics, A2. */
export function initializeFact(
  connection: Connection,
  facts: { originator: string; version: string },
): Extract<Fact, { kind: "initialize" }> | null {
  const { client } = connection;
  if (client === null) return null;
  const { version: osVersion } = platformFacts();
  return {
    kind: "initialize",
    connectionId: connection.id,
    clientInfo: { name: client.info.name, version: client.info.version },
    experimentalApi: client.saidCapabilities ? client.experimentalApi : null,
    productClientId: facts.originator,
    transport: TRANSPORTS[connection.link.kind],
    runtime: {
      codex_rs_version: facts.version,
      ...platformOf(process.platform, process.arch, osVersion),
    },
  };
}

/** Methods whose requests or answers analytics want to hear of. */
export const TRACKED: ReadonlySet<string> = new Set([
  "thread/start",
  "thread/resume",
  "thread/fork",
  "turn/start",
  "turn/steer",
]);

interface Call {
  connectionId: number;
  requestId: RpcId;
  method: string;
}

export function trackRequest(analytics: FactSink, call: Call, params: unknown): void {
  if (!analytics.wants("request")) return;
  const { connectionId, requestId } = call;
  const createdAt = Math.floor(Date.now() / 1000);
  if (call.method === "turn/start") {
    const { threadId, input } = params as TurnStartParams;
    const request = { method: "turn/start" as const, threadId, input };
    analytics.track({ kind: "request", connectionId, requestId, createdAt, request });
  } else if (call.method === "turn/steer") {
    const { threadId, input, expectedTurnId } = params as TurnSteerParams;
    const request = { method: "turn/steer" as const, threadId, expectedTurnId, input };
    analytics.track({ kind: "request", connectionId, requestId, createdAt, request });
  }
}

export function trackResponse(analytics: FactSink, call: Call, result: unknown): void {
  if (!analytics.wants("response")) return;
  const { connectionId, requestId, method } = call;
  const common = { kind: "response" as const, connectionId, requestId };
  switch (method) {
    case "turn/start":
      analytics.track({ ...common, response: { method, turnId: (result as { turn: { id: string } }).turn.id } });
      return;
    case "turn/steer":
      analytics.track({ ...common, response: { method, turnId: (result as { turnId: string }).turnId } });
      return;
    case "thread/start":
    case "thread/resume":
    case "thread/fork": {
      const { thread, model } = result as { thread: Thread; model: string };
      const { id, ephemeral, createdAt } = thread;
      const source: SessionSource = thread.source;
      analytics.track({ ...common, response: { method, model, thread: { id, ephemeral, source, createdAt } } });
    }
  }
}

export function trackError(analytics: FactSink, call: Call, error: unknown): void {
  if (call.method !== "turn/start" && call.method !== "turn/steer") return;
  if (!analytics.wants("errorResponse")) return;
  const { connectionId, requestId } = call;
  analytics.track({ kind: "errorResponse", connectionId, requestId, reason: rejectionOf(error) });
}

/** Codes of errors that say why input was not taken. */
const REJECTIONS: Readonly<Record<string, SteerRejection>> = {
  no_active_turn: "no_active_turn",
  turn_mismatch: "expected_turn_mismatch",
  empty_input: "empty_input",
};

function rejectionOf(error: unknown): SteerRejection | null {
  if (typeof error !== "object" || error === null) return null;
  const { code, data } = error as { code?: unknown; data?: unknown };
  if (typeof code === "string") return REJECTIONS[code] ?? null;
  if (typeof data !== "object" || data === null) return null;
  if (Reflect.get(data, "input_error_code") === "input_too_large") return "input_too_large";
  const info: unknown = Reflect.get(data, "codexErrorInfo");
  if (typeof info !== "object" || info === null || !("activeTurnNotSteerable" in info)) return null;
  const { turnKind } = info.activeTurnNotSteerable as { turnKind?: unknown };
  return turnKind === "compact" ? "non_steerable_compact" : "non_steerable_review";
}
