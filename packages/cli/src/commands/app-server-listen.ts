import path from "node:path";
import { readFile } from "node:fs/promises";
import { type AppServer, createServer, drain } from "@codex-ts/app-server";
import {
  bearerAuthorizer,
  ControlSocketError,
  controlSocketPath,
  isLoopback,
  type ListenTarget,
  listenUnixSocket,
  ListenUrlError,
  listenWebSocket,
  type Listener,
  OpenDoorError,
  parseListenUrl,
  WsAuthError,
  wsAuthSettings,
} from "@codex-ts/app-server/listen";
import { osErrorText } from "@codex-ts/protocol/os-errors";
import { CliError, UsageError } from "../errors.ts";
import { type CommandIo, write } from "../io.ts";
import { type AppServerOptions, type ServerParts, serveStdio } from "./app-server.ts";

/** `codex-ts app-server --listen …`: serves any number of clients until a signal ends it. */
export async function listenCommand(
  flags: AppServerOptions,
  makeParts: () => Promise<ServerParts>,
  io: CommandIo,
): Promise<number> {
  const target = targetOf(flags.listen ?? "stdio://");
  const auth = await settings(() => wsAuthSettings(flags, file => readSecret(file)));
  const { runtime, options } = await makeParts();
  if (target.kind === "off") {
    throw new CliError("no transport configured; use --listen or enable remote control");
  }
  if (target.kind === "stdio") return await serveStdio(runtime, options, io);
  const server = createServer(runtime, options);
  const authorize = auth === null ? {} : { authorize: bearerAuthorizer(auth) };
  const log = options.log ?? (() => {});
  let listener: Listener;
  try {
    listener =
      target.kind === "websocket"
        ? await listenWebSocket(server, { ...target, ...authorize, log })
        : await listenUnixSocket(server, { path: socketPath(target, options.codexHome, io), log });
  } catch (error) {
    throw listenFailure(error, target);
  }
  if (target.kind === "websocket") write(io.stderr, banner(listener.address, target.host, auth !== null));
  await untilSignalled(server);
  await listener.close();
  return 0;
}

/** The first signal lets running turns end, the second does not wait for them. */
async function untilSignalled(server: AppServer): Promise<void> {
  const hurry = new AbortController();
  await new Promise<void>(resolve => {
    let signalled = false;
    const signal = () => {
      if (signalled) hurry.abort();
      signalled = true;
      resolve();
    };
    for (const name of ["SIGINT", "SIGTERM"]) process.on(name, signal);
  });
  await drain(server, hurry.signal);
}

function targetOf(url: string): ListenTarget {
  try {
    return parseListenUrl(url);
  } catch (error) {
    if (error instanceof ListenUrlError) {
      throw new UsageError(`invalid value '${url}' for '--listen <URL>': ${error.message}`, { showsUsage: false });
    }
    throw error;
  }
}

async function settings<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof WsAuthError)) throw error;
    if (!error.message.startsWith("invalid value")) throw new CliError(error.message);
    throw new UsageError(error.message, { showsUsage: false });
  }
}

async function readSecret(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new CliError(`failed to read websocket auth secret ${file}: ${osErrorText(error)}`);
  }
}

function socketPath(target: { path: string | null }, codexHome: string, io: CommandIo): string {
  return target.path === null ? controlSocketPath(codexHome) : path.resolve(io.cwd, target.path);
}

function listenFailure(error: unknown, target: ListenTarget): unknown {
  if (error instanceof ControlSocketError || error instanceof OpenDoorError) return new CliError(error.message);
  const where = target.kind === "websocket" ? `${target.host}:${target.port}` : "the control socket";
  return new CliError(`cannot listen on ${where}`, { cause: new Error(osErrorText(error)) });
}

/** Clients read the address from here when the port was left to the system. */
function banner(address: string, host: string, authenticated: boolean): string {
  const note = isLoopback(host)
    ? "bound to this machine only; reach it from another through an SSH tunnel"
    : authenticated
      ? "other machines can connect with a bearer token; put TLS in front of it"
      : "anybody can connect";
  return [
    "codex-ts app-server (WebSocket)",
    `  listening on: ws://${address}`,
    `  readyz: http://${address}/readyz`,
    `  healthz: http://${address}/healthz`,
    `  note: ${note}`,
    "",
  ].join("\n");
}
