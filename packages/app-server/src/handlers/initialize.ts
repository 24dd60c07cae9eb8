import type { InitializeParams, InitializeResponse } from "@codex-ts/protocol";
import { type RequestMessage, RpcError } from "@codex-ts/protocol/rpc";
import type { Connection } from "../connection.ts";
import { invalidRequest } from "../errors.ts";
import { platformFacts, userAgent } from "../platform.ts";
import type { AppServer } from "../server.ts";

/** A handshake was answered: what else is told before anything else is done, null when there is nothing. */
export type Answered = { greeting: Promise<void> | null };

/**
 * Answers a well-formed first `initialize` at once, without the protocol's schemas. Null when it takes a closer look: a second
 * one, or params that are not plainly right.
 */
export function answerInitialize(server: AppServer, connection: Connection, request: RequestMessage): Answered | null {
  if (connection.client !== null || !isPlain(request.params)) return null;
  try {
    const result = initialize(server, connection, request.params);
    connection.send({ kind: "response", id: request.id, result });
    return { greeting: server.greet(connection) };
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    connection.refuse(request.id, error.toObject());
    return { greeting: null };
  }
}

/** The handshake. The first client gives the process its originator. @throws RpcError */
export function initialize(server: AppServer, connection: Connection, params: InitializeParams): InitializeResponse {
  const { clientInfo, capabilities } = params;
  if (!isHeaderValue(clientInfo.name)) {
    throw invalidRequest(`Invalid clientInfo.name: '${clientInfo.name}'. Must be a valid HTTP header value.`);
  }
  connection.client = {
    info: clientInfo,
    experimentalApi: capabilities?.experimentalApi ?? false,
    saidCapabilities: capabilities !== undefined && capabilities !== null,
    optOut: new Set(capabilities?.optOutNotificationMethods ?? []),
  };
  const { options } = server;
  const originator = server.adoptOriginator(clientInfo.name);
  const platform = platformFacts();
  const agent = userAgent(platform, { ...options, originator, client: clientInfo });
  server.adoptUserAgent(agent);
  server.introduce(connection);
  return { userAgent: agent, codexHome: options.codexHome, platformFamily: platform.family, platformOs: platform.os };
}

/** No control characters but the tab. */
function isHeaderValue(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return false;
  }
  return true;
}

function isPlain(params: unknown): params is InitializeParams {
  if (!isObject(params) || !isObject(params["clientInfo"])) return false;
  const { name, title, version } = params["clientInfo"];
  if (typeof name !== "string" || typeof version !== "string" || !isOptional(title, "string")) return false;
  const { capabilities } = params;
  if (capabilities === undefined || capabilities === null) return true;
  if (!isObject(capabilities)) return false;
  const { experimentalApi, optOutNotificationMethods: optOut } = capabilities;
  if (experimentalApi !== undefined && typeof experimentalApi !== "boolean") return false;
  return (
    optOut === undefined || optOut === null || (Array.isArray(optOut) && optOut.every(name => typeof name === "string"))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOptional(value: unknown, type: "string"): boolean {
  return value === undefined || value === null || typeof value === type;
}
