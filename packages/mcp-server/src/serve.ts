import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { isObject } from "./json.ts";
import { AgentMcpServer, type McpServerOptions } from "./server.ts";

/**
 * Serves one MCP client over byte streams, one JSON message a line, until it closes its end or the signal is aborted. Resolves when every
 * conversation is closed.
 */
export async function serveMcp(
  input: Readable,
  output: Writable,
  options: McpServerOptions & { signal?: AbortSignal },
): Promise<void> {
  const server = new AgentMcpServer(options, message => {
    if (output.writable) output.write(`${JSON.stringify(message)}\n`);
  });
  output.on("error", () => {});
  const lines = createInterface({ input, crlfDelay: Infinity });
  options.signal?.addEventListener("abort", () => lines.close(), { once: true });
  lines.on("line", line => {
    if (line.trim() === "") return;
    try {
      const message: unknown = JSON.parse(line);
      if (isObject(message)) server.receive(message);
    } catch {
      options.log?.(`not a JSON-RPC message: ${line.slice(0, 200)}`);
    }
  });
  await new Promise<void>(resolve => lines.once("close", () => resolve()));
  await server.close();
}
