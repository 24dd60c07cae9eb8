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

/** How long running work may take after the client closed its end, or after the first signal to end, milliseconds. */
const DRAIN_MS = 10_000;

export interface ServeLinesOptions extends ServerOptions {
  /** Ends the service as if the client had closed its end. */
  signal?: AbortSignal;
}

/**
 * Serves the one client at the other end of a pair of streams (stdin and stdout), one JSON message a line.
 * Resolves when the client closed its end and all threads are shut down and saved.
 */
export async function serveLines(
  input: Readable,
  output: Writable,
  runtime: RuntimeSource,
  options: ServeLinesOptions,
): Promise<void> {
  const server = new AppServer(runtime, options);
  server.attach(new LineLink(input, output, options.log));
  await Promise.race([server.withoutClients(), aborted(options.signal)]);
  await closeInTime(server);
}

/**
 * Ends a server that clients come to: running turns may go on for a while (and clients are still served), then what is
 * left is interrupted and recorded. `hurry` ends the wait. Spec: app-server, "WebSocket listener", point 6.
 */
export async function drain(server: AppServer, hurry?: AbortSignal): Promise<void> {
  await within(DRAIN_MS, Promise.race([server.threads.withoutTurns(), aborted(hurry)]));
  await closeInTime(server);
}

/** Shuts all threads down, and gives up on one that does not end. */
async function closeInTime(server: AppServer): Promise<void> {
  await within(DRAIN_MS, server.close());
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    work,
    new Promise(resolve => {
      timer = setTimeout(resolve, ms);
    }),
  ]);
  clearTimeout(timer);
}

/** Settles when the signal is aborted; never without one. */
async function aborted(signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return;
  await new Promise<void>(resolve => signal?.addEventListener("abort", () => resolve(), { once: true }));
}
