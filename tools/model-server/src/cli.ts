#!/usr/bin/env node
import { Command, InvalidArgumentError } from "commander";
import { loadScript } from "./load.ts";
import type { RecordedRequest } from "./request.ts";
import { startModelServer } from "./server.ts";

const program = new Command("codex-ts-model-server")
  .description("Serves the Responses API from a script, for tests and demonstrations.")
  .argument("<script>", "a JSON file or a JavaScript/TypeScript module")
  .option("--port <n>", "TCP port, 0 for a free one", parsePort, 0)
  .option("--host <address>", "address to listen on", "127.0.0.1")
  .option("--json", "print one JSON line for the address and one for each request")
  .action(async (file: string, options: { port: number; host: string; json?: boolean }) => {
    const print = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);
    const server = await startModelServer(await loadScript(file), {
      port: options.port,
      host: options.host,
      onRequest: request => {
        if (options.json) print(requestLine(request));
        else process.stderr.write(`${request.method} ${request.url}\n`);
      },
    });
    if (options.json) print({ type: "listening", url: server.url, base_url: server.baseUrl, port: server.port });
    else process.stdout.write(`${server.baseUrl}\n`);
    const stop = () => {
      void server.close().then(() => process.exit(0));
    };
    process.once("SIGINT", stop).once("SIGTERM", stop);
  });

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new InvalidArgumentError("expected 0 to 65535");
  return port;
}

function requestLine(request: RecordedRequest): object {
  const { n, method, url, headers, body, at, transport, connection } = request;
  const { authorization, ...others } = headers;
  const shown = authorization === undefined ? others : { ...others, authorization: "[hidden]" };
  return { type: "request", n, method, url, transport, connection, at, headers: shown, body };
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`codex-ts-model-server: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
