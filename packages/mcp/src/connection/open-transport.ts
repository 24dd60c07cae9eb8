import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { type Fetch, watchedFetch } from "./http-fetch.ts";
import { LOST_ANSWER, SdkClient, type SdkClientOptions, type ServerFacts } from "./sdk-client.ts";
import type { SpawnServer, StdioLaunch } from "./server-process.ts";
import { StdioTransport } from "./stdio-transport.ts";

/** How to reach a server. */
export type Reach =
  | { type: "stdio"; launch: StdioLaunch; spawn: SpawnServer }
  | {
      type: "http";
      url: string;
      headers: Readonly<Record<string, string>>;
      fetch: Fetch;
      credentials: () => Promise<Record<string, string>>;
    };

/** An open connection. */
export interface Opened {
  client: SdkClient;
  facts: ServerFacts;
  /** Of a stdio server. */
  pid: number | null;
  close(): Promise<void>;
}

export interface OpenOptions extends SdkClientOptions {
  timeoutMs: number;
  signal: AbortSignal;
  /** The connection is gone, not by us. */
  onClosed: () => void;
  /** Told the lines that a stdio server writes to its error output. */
  onStderr: (line: string) => void;
}

/** A server is told that its session is over; it gets this long, milliseconds. */
const GOODBYE_MS = 2000;

/** Opens a connection and shakes hands. Throws `McpError`; nothing is left behind then. */
export async function openConnection(reach: Reach, options: OpenOptions): Promise<Opened> {
  return reach.type === "stdio" ? openStdio(reach, options) : openHttp(reach, options);
}

async function openStdio({ launch, spawn }: Extract<Reach, { type: "stdio" }>, options: OpenOptions): Promise<Opened> {
  const transport = new StdioTransport(launch, spawn);
  transport.onstderr = options.onStderr;
  const client = new SdkClient(options);
  const facts = await shakeHands(client, transport, options, () => transport.close());
  return { client, facts, pid: transport.pid, close: () => transport.close() };
}

async function openHttp(reach: Extract<Reach, { type: "http" }>, options: OpenOptions): Promise<Opened> {
  const client = new SdkClient(options);
  const waiting = new Set<string | number>();
  const lose = (id: string | number): void => {
    const lost = { jsonrpc: "2.0", id, error: { code: LOST_ANSWER, message: "Transport closed" } };
    transport.onmessage?.(lost as JSONRPCMessage);
  };
  const transport = new StreamableHTTPClientTransport(new URL(reach.url), {
    fetch: watchedFetch({
      fetch: reach.fetch,
      headers: reach.headers,
      credentials: reach.credentials,
      onCut: lose,
      onResumableCut: id => waiting.add(id),
    }),
  });
  transport.onerror = error => {
    if (!error.message.startsWith("Maximum reconnection attempts")) return;
    for (const id of waiting) lose(id);
    waiting.clear();
  };
  const close = async (): Promise<void> => {
    const goodbye = transport.terminateSession().catch(() => {});
    await Promise.race([goodbye, options.clock.sleep(GOODBYE_MS)]);
    await transport.close();
  };
  const facts = await shakeHands(client, transport as unknown as StdioTransport, options, close);
  return { client, facts, pid: null, close };
}

async function shakeHands(
  client: SdkClient,
  transport: StdioTransport,
  options: OpenOptions,
  close: () => Promise<void>,
): Promise<ServerFacts> {
  const { timeoutMs, signal } = options;
  try {
    const facts = await client.open(transport, { timeoutMs, signal, what: "handshaking with MCP server" });
    client.onclose = options.onClosed;
    return facts;
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}
