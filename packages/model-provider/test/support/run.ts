import { type ModelServer, type Script, startModelServer } from "@codex-ts-tools/model-server";
import {
  buildRequest,
  createModelClient,
  defineProvider,
  type ModelClient,
  type ModelClientOptions,
  ModelError,
  type ModelEvent,
  noAuth,
  type ProviderConfig,
  type StreamedItem,
} from "../../src/index.ts";

const servers: ModelServer[] = [];

/** A server that `closeServers` stops. */
export async function serve(script: Script): Promise<ModelServer> {
  const server = await startModelServer(script);
  servers.push(server);
  return server;
}

export async function closeServers(): Promise<void> {
  await Promise.all(servers.splice(0).map(server => server.close()));
}

export function clientFor(
  server: Pick<ModelServer, "baseUrl">,
  provider: ProviderConfig = {},
  options: Partial<ModelClientOptions> = {},
): ModelClient {
  const config = { name: "mock", base_url: server.baseUrl, stream_max_retries: 1, request_max_retries: 1, ...provider };
  return createModelClient({
    provider: defineProvider("mock", config, "/"),
    auth: noAuth,
    env: {},
    originator: "codex_exec",
    userAgent: "codex_exec/0.125.0 (test)",
    random: () => 0.5,
    ...options,
  });
}

export function promptFor(client: ModelClient, text = "hi") {
  const input: StreamedItem[] = [{ type: "message", role: "user", content: [{ type: "input_text", text }] }];
  const body = buildRequest(client.provider, {
    model: "m",
    instructions: "be brief",
    input,
    tools: [],
    parallelToolCalls: false,
    reasoning: null,
  });
  return { body, headers: {} };
}

export async function collect(stream: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** Samples as the turn loop does: `stream_max_retries` more attempts after retryable errors. */
export async function sample(client: ModelClient): Promise<{ events: ModelEvent[]; errors: ModelError[] }> {
  const errors: ModelError[] = [];
  for (;;) {
    try {
      return { events: await collect(client.stream(promptFor(client))), errors };
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      errors.push(error);
      if (!error.retryable || errors.length > client.provider.streamMaxRetries) return { events: [], errors };
    }
  }
}
