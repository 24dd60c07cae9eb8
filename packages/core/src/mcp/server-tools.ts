import {
  canonicalToolName,
  errorReport,
  type McpCallToolResult,
  type NamespaceFunction,
  type ToolInfo,
  toolNamespaces,
  toolSearchText,
} from "@codex-ts/mcp";
import type { JsonValue } from "@codex-ts/protocol";
import { trackAppUse } from "../analytics/app-facts.ts";
import { throwIfInterrupted } from "../errors.ts";
import { searchesTools } from "../tools/build-tools.ts";
import { parseJson } from "../tools/json-arguments.ts";
import {
  functionArguments,
  functionSpec,
  RespondToModel,
  type Tool,
  type ToolCall,
  type ToolContext,
  type ToolProvider,
  type ToolResult,
} from "../tools/tool.ts";
import type { JsonSchema } from "../tools/parameters.ts";
import { tellMcpCall } from "../telemetry/turn-counts.ts";
import { turnMetadataHeader } from "../turn/turn-metadata.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import { approveCall } from "./approval.ts";
import { appResourceUri, type CallEnd, type CallFacts, endCall, startedItem } from "./call-item.ts";
import { errorResult, modelOutput, withoutImages } from "./output.ts";
import { resourceTools } from "./resource-tools.ts";
import { sandboxStateMeta } from "./sandbox-state.ts";
import type { SessionMcp } from "./session-mcp.ts";

/** From so many tools on the model looks for them instead of being shown all. */
const DEFER_FROM = 100;
/** A server whose tools belong together: a search gives more of them. */
const WIDE_SERVERS: Readonly<Record<string, number>> = { "computer-use": 20 };

const BLOCKED_APP = "MCP tool call blocked by app configuration";

/** The tools of a session's servers, for each turn. */
export function mcpToolProvider(mcp: SessionMcp): ToolProvider {
  let built: { from: readonly ToolInfo[]; deferred: boolean; mentioned: number; tools: readonly Tool[] } | null = null;
  return {
    tools(turn) {
      if (!mcp.hasServers) return [];
      const from = mcp.currentTools();
      const deferred = defers(turn, from.length);
      const mentioned = mcp.mentionedApps.size;
      if (built?.from !== from || built.deferred !== deferred || built.mentioned !== mentioned) {
        built = { from, deferred, mentioned, tools: [...resourceTools(mcp), ...serverTools(mcp, from, deferred)] };
      }
      return built.tools;
    },
  };
}

function defers(turn: TurnScope, count: number): boolean {
  const always = turn.session.config.features["tool_search_always_defer_mcp_tools"] === true;
  return searchesTools(turn) && count > 0 && (always || count >= DEFER_FROM);
}

function serverTools(mcp: SessionMcp, infos: readonly ToolInfo[], deferred: boolean): Tool[] {
  return toolNamespaces(infos).flatMap(namespace =>
    namespace.tools.map(tool => serverTool(mcp, namespace, tool, deferred && !isMentioned(mcp, tool.info))),
  );
}

/** The tools of an app that the person named are shown at once. */
function isMentioned(mcp: SessionMcp, { connectorId }: ToolInfo): boolean {
  return connectorId !== null && mcp.mentionedApps.has(connectorId);
}

function serverTool(
  mcp: SessionMcp,
  { name, description }: { name: string; description: string },
  tool: NamespaceFunction,
  deferred: boolean,
): Tool {
  const { info } = tool;
  return {
    names: [tool.name],
    namespace: { name, description },
    group: "mcp",
    server: { name: info.serverName, origin: originOf(mcp.servers[info.serverName]) },
    accepts: ["function"],
    parallel: mcp.servers[info.serverName]?.supportsParallelToolCalls ?? false,
    spec: functionSpec(tool.name, tool.description, tool.parameters as JsonSchema),
    ...(deferred
      ? {
          deferred: {
            text: toolSearchText(info),
            bucket: info.serverName,
            ...(WIDE_SERVERS[info.serverName] === undefined ? {} : { bucketLimit: WIDE_SERVERS[info.serverName]! }),
          },
        }
      : {}),
    hookUse: call => {
      const args = readArguments(call);
      return "error" in args ? null : { toolName: canonicalToolName(info), toolInput: (args.value ?? {}) as JsonValue };
    },
    replaceInput: (call, input) =>
      typeof input === "object" && input !== null && !Array.isArray(input)
        ? { ...call, payload: { kind: "function", arguments: JSON.stringify(input) } }
        : "expected an object of arguments",
    abortedBody: text => JSON.stringify([{ type: "text", text }]),
    run: (call, context) => runServerTool(mcp, info, call, context),
  };
}

/** Where a server is, as telemetry tells it: not what its address says behind the port. */
function originOf(server: McpServers[string] | undefined): string | null {
  if (server === undefined) return null;
  const { transport } = server;
  if (transport.type === "stdio") return "stdio";
  return URL.canParse(transport.url) ? new URL(transport.url).origin : null;
}

type McpServers = SessionMcp["servers"];

type Arguments = { value: unknown } | { error: string };

/** A blank text is no arguments at all. */
function readArguments(call: ToolCall): Arguments {
  const text = functionArguments(call);
  if (text.trim() === "") return { value: undefined };
  try {
    return { value: parseJson(text) };
  } catch (error) {
    if (!(error instanceof RespondToModel)) throw error;
    return { error: error.message.replace("failed to parse function arguments: ", "") };
  }
}

async function runServerTool(
  mcp: SessionMcp,
  info: ToolInfo,
  call: ToolCall,
  context: ToolContext,
): Promise<ToolResult> {
  const { turn, session, signal } = context;
  const { clock } = session.services;
  const startedAt = clock.monotonic();
  const answer = (result: McpCallToolResult): ToolResult => ({
    body: modelOutput(result, (clock.monotonic() - startedAt) / 1000),
    ...(result.isError === true ? {} : { hookResponse: result as unknown as JsonValue }),
  });
  const args = readArguments(call);
  if ("error" in args) return answer(errorResult(`err: ${args.error}`));

  const uri = appResourceUri(info.tool._meta);
  const facts: CallFacts = {
    id: call.callId,
    server: info.serverName,
    tool: info.tool.name,
    arguments: args.value,
    appResourceUri: uri,
  };
  turn.itemStarted(startedItem(facts));
  if (!mcp.allowsApp(info)) {
    endCall(turn, facts, { error: BLOCKED_APP }, 0);
    return answer(errorResult(BLOCKED_APP));
  }
  const verdict = await approveCall(turn, mcp, { callId: call.callId, info, arguments: args.value });
  if (verdict.type === "refused") {
    endCall(turn, facts, { error: verdict.message }, 0);
    return answer(errorResult(verdict.message));
  }
  const calledAt = clock.monotonic();
  const end = await callServer(mcp, info, args.value, context);
  throwIfInterrupted(signal);
  const durationMs = clock.monotonic() - calledAt;
  endCall(turn, facts, end, durationMs);
  trackAppUse(turn, info);
  tellMcpCall(turn, info.tool.name, "result" in end && end.result.isError !== true, durationMs);
  return answer("error" in end ? errorResult(end.error) : end.result);
}

async function callServer(
  mcp: SessionMcp,
  info: ToolInfo,
  args: unknown,
  { turn, session, signal }: ToolContext,
): Promise<CallEnd> {
  const { serverName, tool } = info;
  const meta = {
    "x-codex-turn-metadata": JSON.parse(turnMetadataHeader(turn)) as unknown,
    ...codexAppsMeta(info),
    threadId: session.id,
    ...sandboxStateMeta(mcp, serverName, turn),
  };
  try {
    const result = await mcp.connections.callTool(serverName, tool.name, args, meta, signal);
    return { result: turn.context.model.images ? result : withoutImages(result) };
  } catch (error) {
    return { error: `tool call error: ${errorReport(error)}` };
  }
}

function codexAppsMeta({ serverName, tool }: ToolInfo): Record<string, unknown> {
  const meta: unknown = tool._meta;
  const own: unknown = typeof meta === "object" && meta !== null ? Reflect.get(meta, "_codex_apps") : undefined;
  return serverName === "codex_apps" && own !== undefined ? { _codex_apps: own } : {};
}
