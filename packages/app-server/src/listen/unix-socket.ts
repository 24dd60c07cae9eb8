import { chmod, lstat, rm } from "node:fs/promises";
import type { Server as HttpServer } from "node:http";
import { connect, createServer, type Socket } from "node:net";
import path from "node:path";
import { createFolders } from "@codex-ts/apply-patch/node";
import { WebSocket } from "ws";
import { SocketLink } from "../links/socket-link.ts";
import type { AppServer } from "../server.ts";
import { httpDoor, MAX_MESSAGE_BYTES } from "./http-door.ts";
import type { Listener } from "./listener.ts";

/** The socket cannot be made where it was asked for. */
export class ControlSocketError extends Error {
  override readonly name = "ControlSocketError";
  constructor(
    readonly code: "in_use" | "not_a_socket",
    message: string,
  ) {
    super(message);
  }
}

/** Where a server of this configuration folder listens for its own user's programs. */
export function controlSocketPath(codexHome: string): string {
  return path.join(codexHome, "app-server-control", "app-server-control.sock");
}

/** A client has to say something after this long, milliseconds. */
const FIRST_BYTES_MS = 10_000;

/**
 * Takes clients over a unix socket that only its owner may open. They speak WebSocket frames from the first byte, or ask
 * for an HTTP upgrade first: both are understood. Spec: app-server, "Unix socket".
 * @throws ControlSocketError when another process listens there, or something that is no socket is in the way
 */
export async function listenUnixSocket(
  server: AppServer,
  options: { path: string; log?: (text: string) => void },
): Promise<Listener> {
  const { path: file, log = () => {} } = options;
  await makeRoom(file);
  const door = httpDoor(server, { kind: "unix", log });
  const waiting = new Set<Socket>();
  const net = createServer({ noDelay: true }, socket => {
    waiting.add(socket);
    socket.setTimeout(FIRST_BYTES_MS, () => socket.destroy());
    socket.on("close", () => waiting.delete(socket));
    socket.on("error", error => log(`a client failed: ${error.message}`));
    socket.once("data", first => {
      waiting.delete(socket);
      socket.setTimeout(0);
      greet(server, door, socket, first as Buffer, log);
    });
  });
  await bindPrivately(net, file);
  return {
    address: file,
    close: async () => {
      for (const socket of waiting) socket.destroy();
      net.close();
      door.closeAllConnections();
      await rm(file, { force: true });
    },
  };
}

/** The first byte tells an HTTP request (`GET`) from a frame. */
function greet(server: AppServer, door: HttpServer, socket: Socket, first: Buffer, log: (text: string) => void): void {
  socket.pause();
  if (first[0] === "G".charCodeAt(0)) {
    socket.unshift(first);
    door.emit("connection", socket);
    socket.resume();
    return;
  }
  if (!startsFrame(first)) {
    log("a client spoke neither WebSocket nor HTTP: it is disconnected");
    socket.destroy();
    return;
  }
  server.attach(new SocketLink(serverSideSocket(socket, first), { kind: "unix", log }));
  socket.resume();
}

/** No reserved bits, the beginning of a message or a whole control frame, and a mask, as every client's first frame has. */
function startsFrame(bytes: Buffer): boolean {
  const [head = 0, length] = bytes;
  const opcode = head & 0x0f;
  const known = opcode === 1 || opcode === 2 || ((head & 0x80) !== 0 && opcode >= 8 && opcode <= 10);
  return (head & 0x70) === 0 && known && (length === undefined || (length & 0x80) !== 0);
}

/** What `ws` does at the end of an upgrade, for a connection that had none. */
interface Upgradable {
  setSocket(socket: Socket, head: Buffer, options: { maxPayload: number; skipUTF8Validation: boolean }): void;
}

/** Without an address, `ws` makes the server's side of a connection. */
const ServerSide = WebSocket as unknown as new (address: null, protocols: undefined, options: object) => WebSocket;

function serverSideSocket(socket: Socket, head: Buffer): WebSocket {
  const webSocket = new ServerSide(null, undefined, { perMessageDeflate: false, autoPong: true });
  (webSocket as unknown as Upgradable).setSocket(socket, head, {
    maxPayload: MAX_MESSAGE_BYTES,
    skipUTF8Validation: false,
  });
  return webSocket;
}

async function makeRoom(file: string): Promise<void> {
  await createFolders(path.dirname(file), 0o700);
  const stats = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (stats === null) return;
  if (!stats.isSocket()) {
    throw new ControlSocketError("not_a_socket", `app-server control socket path exists and is not a socket: ${file}`);
  }
  if (await answers(file)) {
    throw new ControlSocketError("in_use", `app-server control socket is already in use at ${file}`);
  }
  await rm(file, { force: true });
}

/** Somebody listens there. Only a refused connection says that nobody does. */
function answers(file: string): Promise<boolean> {
  return new Promise(resolve => {
    const probe = connect(file);
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code !== "ECONNREFUSED"));
  });
}

/** The socket is never open to others, not even between its making and the change of its mode. */
async function bindPrivately(net: ReturnType<typeof createServer>, file: string): Promise<void> {
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      net.once("error", reject);
      net.listen({ path: file, backlog: 1024 }, resolve);
      process.umask(mask);
    });
  } finally {
    process.umask(mask);
  }
  await chmod(file, 0o600);
}
