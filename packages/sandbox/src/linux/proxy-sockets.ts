import { chmodSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createFoldersSync } from "@codex-ts/apply-patch/node";
import { SandboxError } from "../errors.ts";
import { type ProxyRoute, routeFolderName, routeFolderOwner } from "./proxy-routes.ts";

/** Unix sockets through which an isolated network reaches proxies of this machine, for one command. */
export interface ProxySockets {
  /** Path of the socket for each route, by variable. */
  paths: ReadonlyMap<string, string>;
  /** Closes what no other command uses. */
  release(): Promise<void>;
}

interface OpenSocket {
  file: string;
  server: Server;
  users: number;
}

/** Longest socket path the kernel takes, with room for the name of a socket. */
const MAX_FOLDER_LENGTH = 80;
const MAX_FOLDERS = 128;

/** All sockets of this process, in one folder; there is one socket an endpoint, however many commands run. */
const open = new Map<string, Promise<OpenSocket>>();
let folder: string | null = null;
let count = 0;

/**
 * Opens a socket for each endpoint of the routes.
 * @param parent where the folder of the sockets goes; the system's temporary folder where that would be too long
 * @throws SandboxError `spawn_failed` when no socket can be made
 */
export async function openProxySockets(routes: readonly ProxyRoute[], parent?: string): Promise<ProxySockets> {
  const held: string[] = [];
  const release = async () => {
    await Promise.all(held.splice(0).map(close));
  };
  const paths = new Map<string, string>();
  try {
    for (const { variable, host, port } of routes) {
      const endpoint = `${host} ${port}`;
      if (!held.includes(endpoint)) {
        held.push(endpoint);
        paths.set(variable, (await use(endpoint, host, port, parent)).file);
      } else paths.set(variable, (await use(endpoint, host, port, parent, 0)).file);
    }
    return { paths, release };
  } catch (error) {
    await release();
    const why = error instanceof Error ? error.message : String(error);
    throw new SandboxError("spawn_failed", `cannot open a way to the network proxy: ${why}`, { cause: error });
  }
}

async function use(endpoint: string, host: string, port: number, parent?: string, users = 1): Promise<OpenSocket> {
  let socket = open.get(endpoint);
  if (socket === undefined) {
    socket = listen(host, port, parent);
    open.set(endpoint, socket);
    socket.catch(() => open.delete(endpoint));
  }
  const opened = await socket;
  opened.users += users;
  return opened;
}

async function close(endpoint: string): Promise<void> {
  const socket = await open.get(endpoint)?.catch(() => undefined);
  if (socket === undefined || --socket.users > 0) return;
  open.delete(endpoint);
  socket.server.close();
  if (open.size === 0 && folder !== null) {
    rmSync(folder, { recursive: true, force: true });
    folder = null;
  }
}

function listen(host: string, port: number, parent?: string): Promise<OpenSocket> {
  folder ??= makeFolder(parent);
  const file = path.join(folder, `proxy-route-${count++}.sock`);
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, inside => join(inside, host, port));
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(file, () => {
      server.off("error", reject);
      server.on("error", () => undefined);
      // A proxy alone keeps no program alive.
      server.unref();
      resolve({ file, server, users: 0 });
    });
  });
}

function join(inside: Socket, host: string, port: number): void {
  const outside = connect({ host, port, allowHalfOpen: true, noDelay: true });
  for (const [from, to] of [
    [inside, outside],
    [outside, inside],
  ] as const) {
    from.on("error", () => to.destroy());
    from.once("close", () => {
      if (!from.readableEnded) to.destroy();
    });
    from.pipe(to);
  }
}

function makeFolder(parent?: string): string {
  const name = (number: number) => routeFolderName(process.pid, number);
  const fits = parent !== undefined && Buffer.byteLength(path.join(parent, name(MAX_FOLDERS))) <= MAX_FOLDER_LENGTH;
  const place = fits ? parent : tmpdir();
  if (fits) {
    createFoldersSync(place);
    chmodSync(place, 0o700);
  }
  removeStale(place);
  for (let number = 0; number < MAX_FOLDERS; number++) {
    const made = path.join(place, name(number));
    try {
      mkdirSync(made, { mode: 0o700 });
      return made;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
  throw new Error(`there are ${MAX_FOLDERS} folders of this process in ${place} already`);
}

/** Removes what processes left that are no more. */
function removeStale(place: string): void {
  for (const name of readdirSync(place)) {
    const owner = routeFolderOwner(name);
    if (owner === null || owner === process.pid || isAlive(owner)) continue;
    try {
      rmSync(path.join(place, name), { recursive: true, force: true });
    } catch {
      // Somebody else's.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
