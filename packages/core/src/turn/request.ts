import { buildRequest, sessionHeaders, type CompactRequest, type Prompt } from "@codex-ts/model-provider";
import type { ResponseItem } from "@codex-ts/protocol/models";
import { normalizeHistory } from "../history/normalize.ts";
import type { SessionSourceRecord } from "@codex-ts/thread-store";
import type { ToolRegistry } from "../tools/registry.ts";
import type { ToolSpec } from "../tools/tool.ts";
import type { TurnContext } from "./turn-context.ts";
import { turnMetadataHeader } from "./turn-metadata.ts";
import type { TurnScope } from "./turn-scope.ts";

/** The request of a turn's next sampling: the conversation so far and the tools. */
export function samplingRequest(turn: TurnScope, tools: ToolRegistry): Prompt {
  const { session, context } = turn;
  const input = normalizeHistory(session.history.items, {
    images: context.model.images,
    freeformPatch: tools.offersFreeformPatch,
  });
  return request(turn, context, input, tools.specs, context.model.parallelToolCalls);
}

/** How the model server knows a thread that another one started. */
function subagentLabel(source: SessionSourceRecord): string | null {
  if (typeof source !== "object" || !("subagent" in source)) return null;
  const { subagent } = source;
  if (typeof subagent === "string") return subagent;
  if (typeof subagent !== "object" || subagent === null) return null;
  if ("thread_spawn" in subagent) return "collab_spawn";
  return "other" in subagent && typeof subagent.other === "string" ? subagent.other : null;
}

/** The request that asks for a summary: no tools, nothing parallel, and not in the shape that the turn's answer is to have. */
export function compactionRequest(turn: TurnScope, context: TurnContext, items: readonly ResponseItem[]): Prompt {
  const input = normalizeHistory(items, { images: context.model.images, freeformPatch: false });
  return request(turn, { ...context, outputSchema: null }, input, [], false);
}

/** What a server that compacts by itself is sent: the conversation and the tools, as for a sampling, but for the shape of the answer; its headers name no turn and no request. */
export function serverCompactionRequest(
  turn: TurnScope,
  context: TurnContext,
  items: readonly ResponseItem[],
  tools: ToolRegistry,
): { request: CompactRequest; headers: Record<string, string> } {
  const shape = { images: context.model.images, freeformPatch: tools.offersFreeformPatch };
  const { body, headers } = request(
    turn,
    { ...context, outputSchema: null },
    normalizeHistory(items, shape),
    tools.specs,
    context.model.parallelToolCalls,
  );
  const { "x-codex-turn-metadata": _metadata, "x-client-request-id": _request, ...own } = headers;
  const { model, input, instructions, tools: specs, parallel_tool_calls, reasoning, text } = body;
  return {
    request: {
      model,
      input,
      ...(instructions === undefined ? {} : { instructions }),
      tools: specs,
      parallel_tool_calls,
      ...(reasoning === null ? {} : { reasoning }),
      ...(text === undefined ? {} : { text }),
    },
    headers: { ...own, "x-codex-installation-id": turn.session.services.installationId },
  };
}

function request(
  turn: TurnScope,
  context: TurnContext,
  input: ResponseItem[],
  tools: ToolSpec[],
  parallelToolCalls: boolean,
): Prompt {
  const { session } = turn;
  const { model, settings, outputSchema } = context;
  const body = buildRequest(session.client.provider, {
    model: model.slug,
    instructions: session.baseInstructions,
    input,
    tools,
    parallelToolCalls,
    reasoning: model.reasoningSummaries
      ? { effort: settings.effort ?? model.defaultEffort, summary: settings.summary ?? model.defaultSummary }
      : null,
    serviceTier: settings.serviceTier,
    promptCacheKey: session.id,
    verbosity: model.verbosity ? (session.config.verbosity ?? model.defaultVerbosity) : null,
    outputSchema: outputSchema === null ? null : { schema: outputSchema },
    clientMetadata: { "x-codex-installation-id": session.services.installationId },
  });
  const headers = sessionHeaders({
    threadId: session.id,
    windowGeneration: session.windowGeneration,
    betaFeatures: session.betaFeatures,
    subagent: subagentLabel(session.source),
    turnMetadata: turnMetadataHeader(turn),
  });
  return { body, headers };
}
