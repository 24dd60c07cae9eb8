import { errorChain } from "@codex-ts/mcp";
import type { JsonValue } from "@codex-ts/protocol";
import { throwIfInterrupted } from "../errors.ts";
import { parseJson } from "../tools/json-arguments.ts";
import { ArgumentError, object, optional, type Parameter, string } from "../tools/parameters.ts";
import {
  functionArguments,
  functionSpec,
  RespondToModel,
  type Tool,
  type ToolCall,
  type ToolContext,
  type ToolResult,
} from "../tools/tool.ts";
import { endCall, startedItem } from "./call-item.ts";
import type { SessionMcp } from "./session-mcp.ts";

const listing = object({
  server: optional(string("The MCP server to ask. Without it, all servers are asked.")),
  cursor: optional(string("Where to go on: what an earlier call for the same server returned.")),
});
const reading = object({
  server: string("The MCP server that has the resource, as listed."),
  uri: string("The resource, as listed."),
});

/** The tools that look at servers' resources (spec mcp.md 8). */
export function resourceTools(mcp: SessionMcp): Tool[] {
  return [
    listTool(
      mcp,
      "list_mcp_resources",
      "Lists resources that MCP servers offer: files, database schemas, other context. Prefer them over a web search where they fit.",
      "resources",
    ),
    listTool(
      mcp,
      "list_mcp_resource_templates",
      "Lists templates of resources that MCP servers offer: URIs with parameters to fill in.",
      "resourceTemplates",
    ),
    {
      ...shared("read_mcp_resource", "Reads one resource of an MCP server.", reading.schema),
      run: (call, context) => runRead(mcp, call, context),
    },
  ];
}

function shared(name: string, description: string, schema: typeof listing.schema): Omit<Tool, "run"> {
  return {
    names: [name],
    group: "mcp_resources",
    accepts: ["function"],
    parallel: true,
    readOnly: true,
    spec: functionSpec(name, description, schema),
  };
}

type Kind = "resources" | "resourceTemplates";

function listTool(mcp: SessionMcp, name: string, description: string, kind: Kind): Tool {
  return {
    ...shared(name, description, listing.schema),
    run: (call, context) => runList(mcp, name, kind, call, context),
  };
}

const given = (text: string | undefined): string | undefined => (text?.trim() === "" ? undefined : text?.trim());

function runList(mcp: SessionMcp, name: string, kind: Kind, call: ToolCall, context: ToolContext): Promise<ToolResult> {
  const text = functionArguments(call);
  const read = ["", "null"].includes(text.trim()) ? {} : readArguments(listing, text);
  const [server, cursor] = [given(read.server), given(read.cursor)];
  return asItem(call, context, { server: server ?? "codex", tool: name, args: text }, async () => {
    if (server === undefined) {
      if (cursor !== undefined) throw new RespondToModel("cursor can only be used when a server is specified");
      return listEverywhere(mcp, kind, context.signal);
    }
    return listOne(mcp, kind, server, cursor, context.signal);
  });
}

async function listOne(
  mcp: SessionMcp,
  kind: Kind,
  server: string,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<object> {
  const { connections } = mcp;
  const method = kind === "resources" ? "resources/list" : "resources/templates/list";
  return reported(method, async () => {
    const page: { nextCursor: string | null; resources?: object[]; resourceTemplates?: object[] } =
      kind === "resources"
        ? await connections.listResources(server, cursor, signal)
        : await connections.listResourceTemplates(server, cursor, signal);
    const items = (page[kind] ?? []).map(item => ({ server, ...item }));
    return { server, [kind]: items, ...(page.nextCursor === null ? {} : { nextCursor: page.nextCursor }) };
  });
}

async function listEverywhere(mcp: SessionMcp, kind: Kind, signal: AbortSignal): Promise<object> {
  const all: Record<string, object[]> =
    kind === "resources"
      ? await mcp.connections.listAllResources(signal)
      : await mcp.connections.listAllResourceTemplates(signal);
  return { [kind]: Object.entries(all).flatMap(([server, items]) => items.map(item => ({ server, ...item }))) };
}

function runRead(mcp: SessionMcp, call: ToolCall, context: ToolContext): Promise<ToolResult> {
  const text = functionArguments(call);
  if (text.trim() === "") throw new RespondToModel("failed to parse function arguments: expected value");
  const read = readArguments(reading, text);
  const [server, uri] = [given(read.server), given(read.uri)];
  if (server === undefined) throw new RespondToModel("server must be provided");
  if (uri === undefined) throw new RespondToModel("uri must be provided");
  return asItem(call, context, { server, tool: "read_mcp_resource", args: text }, () =>
    reported("resources/read", async () => ({
      server,
      uri,
      ...(await mcp.connections.readResource(server, uri, context.signal)),
    })),
  );
}

/** Arguments of these tools are read as JSON first and as a shape then: only mistakes of the first kind have a place. */
function readArguments<T>(shape: Parameter<T>, text: string): T {
  const value = parseJson(text);
  try {
    return shape.read(value);
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    throw new RespondToModel(`failed to parse function arguments: ${error.message}`);
  }
}

async function reported<T>(method: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new RespondToModel(`${method} failed: ${errorChain(error).join(": ")}`);
  }
}

/** Shows the call to clients as that of a server's tool. */
async function asItem(
  call: ToolCall,
  { turn, session, signal }: ToolContext,
  { server, tool, args }: { server: string; tool: string; args: string },
  work: () => Promise<object>,
): Promise<ToolResult> {
  const facts = {
    id: call.callId,
    server,
    tool,
    arguments: args.trim() === "" ? undefined : (JSON.parse(args) as JsonValue),
  };
  const { clock } = session.services;
  const startedAt = clock.monotonic();
  turn.itemStarted(startedItem(facts));
  try {
    const text = JSON.stringify(await work());
    throwIfInterrupted(signal);
    endCall(
      turn,
      facts,
      { result: { content: [{ type: "text", text }], isError: false } },
      clock.monotonic() - startedAt,
    );
    return { body: text, hookResponse: text };
  } catch (error) {
    if (error instanceof RespondToModel) {
      endCall(turn, facts, { error: error.message }, clock.monotonic() - startedAt);
    }
    throw error;
  }
}
