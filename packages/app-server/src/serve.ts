import type { Readable, Writable } from "node:stream";
import { LineLink } from "./links/line-link.ts";
import type { Transport } from "./links/link.ts";
import { ObjectLink } from "./links/object-link.ts";
import { AppServer, type RuntimeSource, type ServerOptions } from "./server.ts";

export interface ServeOptions extends ServerOptions {
  /**
   * The client is part of this program and typed by the protocol: its params are taken as they are (only after it opted
   * in to the experimental API, so that no gate is passed by). Default false.
   */
  trusted?: boolean;
}

/** A server to which clients are attached one by one. */
export function createServer(runtime: RuntimeSource, options: ServerOptions): AppServer {
  return new AppServer(runtime, options);
}

/** Serves one client of the same program over a transport (see `createPair` of `@codex-ts/client`). */
export function serve(transport: Transport, runtime: RuntimeSource, options: ServeOptions): AppServer {
  const server = new AppServer(runtime, options);
  server.attach(new ObjectLink(transport, options.trusted === undefined ? {} : { trusted: options.trusted }));
  return server;
}

/** How long running work may take after the client closed its end, milliseconds. */
const DRAIN_MS = 10_000;

/**
 * Serves the one client at the other end of a pair of streams (stdin and stdout), one JSON message a line.
 * Resolves when the client closed its end and all threads are shut down and saved.
 */
export async function serveLines(
  input: Readable,
  output: Writable,
  runtime: RuntimeSource,
  options: ServerOptions,
): Promise<void> {
  const server = new AppServer(runtime, options);
  server.attach(new LineLink(input, output, options.log));
  await server.withoutClients();
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    server.close(),
    new Promise(resolve => {
      timer = setTimeout(resolve, DRAIN_MS);
    }),
  ]);
  clearTimeout(timer);
}
