import type { McpCallToolResult } from "@codex-ts/mcp";
import type { JsonValue, ThreadItem } from "@codex-ts/protocol";
import { mcpToolCallEndLine } from "../rollout/mcp-lines.ts";
import type { TurnScope } from "../turn/turn-scope.ts";

type CallItem = Extract<ThreadItem, { type: "mcpToolCall" }>;

/** A call as clients see it from its start. */
export interface CallFacts {
  id: string;
  server: string;
  tool: string;
  arguments: unknown;
  /** Where an app shows the result. */
  appResourceUri?: string | undefined;
}

/** How a call ended: with a result, or with words about why there is none. */
export type CallEnd = { result: McpCallToolResult } | { error: string };

export function startedItem(facts: CallFacts): CallItem {
  return item(facts, { status: "inProgress", result: null, error: null, durationMs: null });
}

function completedItem(facts: CallFacts, end: CallEnd, durationMs: number): CallItem {
  if ("error" in end) return item(facts, { status: "failed", result: null, error: { message: end.error }, durationMs });
  const { content, structuredContent, isError, _meta } = end.result;
  return item(facts, {
    status: isError === true ? "failed" : "completed",
    result: {
      content: content as JsonValue[],
      structuredContent: (structuredContent ?? null) as JsonValue,
      _meta: (_meta ?? null) as JsonValue,
    },
    error: null,
    durationMs,
  });
}

type Changing = Pick<CallItem, "status" | "result" | "error" | "durationMs">;

function item(facts: CallFacts, { status, result, error, durationMs }: Changing): CallItem {
  return {
    type: "mcpToolCall",
    id: facts.id,
    server: facts.server,
    tool: facts.tool,
    status,
    arguments: (facts.arguments ?? null) as JsonValue,
    ...(facts.appResourceUri === undefined ? {} : { mcpAppResourceUri: facts.appResourceUri }),
    result,
    error,
    durationMs: durationMs === null ? null : Math.round(durationMs),
  };
}

/** Tells the end of a call to clients and to the session file. */
export function endCall(turn: TurnScope, facts: CallFacts, end: CallEnd, durationMs: number): void {
  const completed = completedItem(facts, end, durationMs);
  turn.itemCompleted(completed, [mcpToolCallEndLine(completed, end)]);
}

/** The resource that a tool's app is shown by, if it names one in a place we know. */
export function appResourceUri(meta: unknown): string | undefined {
  if (typeof meta !== "object" || meta === null) return undefined;
  const ui: unknown = Reflect.get(meta, "ui");
  const nested: unknown = typeof ui === "object" && ui !== null ? Reflect.get(ui, "resourceUri") : undefined;
  const found = [nested, Reflect.get(meta, "ui/resourceUri"), Reflect.get(meta, "openai/outputTemplate")];
  return found.find(uri => typeof uri === "string");
}
