import type { ModelObserver, WebSocketConnectFacts } from "@codex-ts/model-provider";
import type { HookRunSummary, UserInput } from "@codex-ts/protocol";
import type { FunctionCallOutputBody } from "@codex-ts/protocol/models";
import type { DecisionName, SessionTelemetry, Span, ToolDecision, TraceContext } from "@codex-ts/telemetry";
import type { Decision } from "../approvals/decision.ts";
import { legacyPolicy } from "../exec/permissions.ts";
import { sandboxTag } from "../exec/sandbox-choice.ts";
import type { ToolCall, ToolServer } from "../tools/tool.ts";
import type { TurnScope } from "../turn/turn-scope.ts";

/** What a turn tells its owner (spec: analytics, C). Everything here is skipped where `turn.telemetry` is null: nothing is exported. */

/** A turn's voice while it runs, and the span that it runs in. */
export interface TurnTelemetry {
  voice: SessionTelemetry;
  span: Span;
  /** Names of the calls so far, by id. */
  calls: Map<string, string>;
  firstMessageMs: number | null;
  /** It counts among the turns of the conversation: a command of the person's own does not. */
  counts: boolean;
}

/** A turn begins. `parent`: the trace it was asked for in. */
export function beginTurnTelemetry(turn: TurnScope, parent: TraceContext | null): void {
  const { telemetry } = turn.session;
  if (telemetry === null) return;
  const { voice: session, parent: started } = telemetry;
  const { slug } = turn.context.model;
  const kind = turn.kind === "regular" ? "turn" : turn.kind;
  const voice = session.withModel(turn.context.settings.model, slug);
  const span = voice.startSpan(`session_task.${kind}`, {
    attributes: { "turn.id": turn.id, "thread.id": turn.session.id, model: slug },
    parent: parent ?? started,
  });
  turn.telemetry = { voice: voice.within(span), span, calls: new Map(), firstMessageMs: null, counts: true };
}

/** A turn is over; `completed`: by itself. */
export function endTurnTelemetry(turn: TurnScope, completed: boolean): void {
  const { telemetry, session } = turn;
  if (telemetry === null) return;
  turn.telemetry = null;
  const { voice, span, calls, firstMessageMs, counts } = telemetry;
  const memory = { tmp_mem_enabled: "false" };
  voice.duration("codex.turn.e2e_duration_ms", turn.durationMs);
  if (counts) voice.count("codex.conversation.turn.count");
  if (turn.kind === "regular") {
    if (turn.firstTokenMs !== null) voice.duration("codex.turn.ttft.duration_ms", turn.firstTokenMs);
    if (firstMessageMs !== null) voice.duration("codex.turn.ttfm.duration_ms", firstMessageMs);
  }
  if (completed) {
    voice.count("codex.turn.network_proxy", 1, { active: String(session.network !== null), ...memory });
    voice.count("codex.turn.memory", 1, {
      read_allowed: "false",
      feature_enabled: String(turn.session.config.features["memories"] === true),
      config_use_memories: String(turn.session.config.useMemories),
      has_citations: "false",
    });
    voice.histogram("codex.turn.tool.call", calls.size, memory);
    for (const [type, tokens] of Object.entries(usageOf(turn))) {
      voice.histogram("codex.turn.token_usage", tokens, { token_type: type, ...memory });
    }
  }
  span.end();
}

function usageOf(turn: TurnScope): Record<string, number> {
  const { usageBefore: before, session } = turn;
  const total = session.tokens.info?.total ?? before;
  const since = (key: keyof typeof total) => Math.max(0, total[key] - before[key]);
  return {
    total: since("totalTokens"),
    input: since("inputTokens"),
    cached_input: since("cachedInputTokens"),
    output: since("outputTokens"),
    reasoning_output: since("reasoningOutputTokens"),
  };
}

/** A person's prompt, before anybody looks at it. */
export function tellPrompt({ telemetry }: TurnScope, input: readonly UserInput[]): void {
  telemetry?.voice.userPrompt({
    text: input.map(part => (part.type === "text" ? part.text : "")).join(""),
    texts: input.filter(({ type }) => type === "text").length,
    images: input.filter(({ type }) => type === "image").length,
    localImages: input.filter(({ type }) => type === "localImage").length,
  });
}

/** Tells of a connection that is made ahead of any request. */
export function connectionObserver({ session, context }: TurnScope): ModelObserver {
  const voice = session.telemetry?.voice.withModel(context.model.slug);
  if (voice === undefined) return {};
  return { webSocketConnect: facts => tellConnect(voice, facts), authRecovery: facts => voice.authRecovery(facts) };
}

function tellConnect(voice: SessionTelemetry, facts: WebSocketConnectFacts): void {
  voice.webSocketConnect({ ...facts, reused: false, headerName: facts.headerAttached ? "authorization" : null });
}

/** Tells of a model request and its events, in a span of its own. `end` is called when the stream is over. */
export function observedRequest(turn: TurnScope): { observer: ModelObserver; end: () => void } | null {
  const { telemetry } = turn;
  if (telemetry === null) return null;
  const { slug } = turn.context.model;
  const span = telemetry.voice.startSpan("run_sampling_request", { attributes: { turn_id: turn.id, model: slug } });
  const voice = telemetry.voice.within(span);
  const observer: ModelObserver = {
    apiRequest: facts => voice.apiRequest({ ...facts, headerName: facts.headerAttached ? "authorization" : null }),
    webSocketConnect: facts => tellConnect(voice, facts),
    authRecovery: facts => voice.authRecovery(facts),
    webSocketRequest: facts => voice.webSocketRequest(facts),
    streamEvent: ({ transport, ...facts }) =>
      transport === "sse" ? voice.sseEvent(facts) : voice.webSocketEvent(facts),
    streamFailed: error => voice.responseFailed(error),
  };
  return { observer, end: () => span.end() };
}

interface ModelUsage {
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens: number;
  reasoningOutputTokens: number;
  totalTokens: number;
}

export function tellUsage(turn: TurnScope, usage: ModelUsage | null): void {
  if (usage !== null) turn.telemetry?.voice.responseCompleted(usage);
}

/** The first message of the turn is whole. */
export function tellFirstMessage(turn: TurnScope): void {
  if (turn.telemetry !== null) turn.telemetry.firstMessageMs ??= turn.durationMs;
}

/** Runs a call inside a span of its own and tells how it ended. `answer` finds what the model reads; null: there was no run to tell of. */
export async function observedCall<T>(
  turn: TurnScope,
  { call, server }: { call: ToolCall; server: ToolServer | null },
  run: () => Promise<T>,
  answer: (result: T) => { output: string; success: boolean } | null,
): Promise<T> {
  const { telemetry } = turn;
  if (telemetry === null) return run();
  const { clock } = turn.session.services;
  telemetry.calls.set(call.callId, call.name);
  const span = telemetry.voice.startSpan(call.name, { attributes: { tool_name: call.name, call_id: call.callId } });
  const voice = telemetry.voice.within(span);
  const startedAt = clock.monotonic();
  const told = (output: string, success: boolean) => {
    const facts = { toolName: call.name, callId: call.callId, arguments: argumentsOf(call), mcpServer: server };
    const durationMs = clock.monotonic() - startedAt;
    voice.toolResult({ ...facts, durationMs, success, output }, sandboxTags(turn));
  };
  try {
    const result = await run();
    const ended = answer(result);
    if (ended !== null) told(ended.output, ended.success);
    return result;
  } catch (error) {
    told(error instanceof Error ? error.message : String(error), false);
    throw error;
  } finally {
    span.set({ aborted: turn.signal.aborted });
    span.end();
  }
}

/** The text of an output as the model reads it. */
export function outputText(body: FunctionCallOutputBody): string {
  if (typeof body === "string") return body;
  return body.map(part => (part.type === "input_text" ? part.text : "[image]")).join("\n");
}

function sandboxTags({ context: { settings }, session }: TurnScope): Record<string, string> {
  return {
    sandbox: sandboxTag(settings.permissions, session.services.platform),
    sandbox_policy: legacyPolicy(settings.permissions, settings.cwd, session.services).type,
  };
}

function argumentsOf({ payload }: ToolCall): string {
  switch (payload.kind) {
    case "function":
      return payload.arguments;
    case "custom":
      return payload.input;
    case "localShell":
      return payload.command.join(" ");
    case "toolSearch":
      return JSON.stringify(payload.arguments) ?? "";
  }
}

/** Who decided about a call; null: the settings and the rules let it run unasked. */
export function tellDecision(turn: TurnScope, callId: string, decision: Decision | null): void {
  const { telemetry } = turn;
  if (telemetry === null) return;
  const toolName = telemetry.calls.get(callId) ?? "unknown";
  telemetry.voice.toolDecision({ toolName, callId, decision: nameOf(decision), source: sourceOf(decision) });
}

const NAMES: Record<Decision["type"], DecisionName> = {
  approved: "approved",
  approvedForSession: "approvedforsession",
  approvedWithAmendment: "approvedexecpolicyamendment",
  networkAmendment: "networkpolicyamendment",
  denied: "denied",
  abort: "abort",
};

function nameOf(decision: Decision | null): DecisionName {
  if (decision === null) return "approved";
  return decision.type === "denied" && decision.timedOut === true ? "timedout" : NAMES[decision.type];
}

function sourceOf(decision: Decision | null): ToolDecision["source"] {
  if (decision === null) return "Config";
  const by = decision.type === "denied" || decision.type === "approved" ? decision.by : undefined;
  if (by === "hook") return "Config";
  return by === "reviewer" ? "AutomatedReviewer" : "User";
}

const HOOK_SOURCES: Partial<Record<HookRunSummary["source"], string>> = {
  sessionFlags: "session_flags",
  legacyManagedConfigFile: "legacy_managed_config_file",
  legacyManagedConfigMdm: "legacy_managed_config_mdm",
};

/** A run of a hook is over. */
export function tellHookRun(turn: TurnScope, event: string, run: HookRunSummary): void {
  const { telemetry } = turn;
  if (telemetry === null) return;
  const tags = { hook_name: event, source: HOOK_SOURCES[run.source] ?? run.source, status: run.status };
  telemetry.voice.count("codex.hooks.run", 1, tags);
  if (run.durationMs !== null) telemetry.voice.duration("codex.hooks.run.duration_ms", run.durationMs, tags);
}
