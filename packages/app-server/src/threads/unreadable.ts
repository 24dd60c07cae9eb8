import { open } from "node:fs/promises";
import type { RpcError } from "@codex-ts/protocol/rpc";
import { internal } from "../errors.ts";
import type { AppServer } from "../server.ts";

/** What is looked at of a file that cannot be read, to say why. */
const LOOKED_AT = 1 << 20;

/** The error for a thread whose file is there and cannot be read; null when there is no file. */
export async function unreadableThread(
  server: AppServer,
  id: string,
  doing: "read" | "archive" = "read",
): Promise<RpcError | null> {
  const file = await (await server.runtime()).store.find(id);
  if (file === null) return null;
  const why = (await hasRecords(file)) ? "does not start with session metadata" : "is empty";
  return internal(
    `failed to ${doing} thread: thread-store internal error: failed to read thread ${file}: rollout at ${file} ${why}`,
  );
}

/** The error for a thread whose file is there and gives no turns; null when there is no file. */
export async function unreadableTurns(server: AppServer, id: string): Promise<RpcError | null> {
  const { store } = await server.runtime();
  const file = await store.find(id);
  if (file === null) return null;
  const why = await store.load({ id }).then(
    () => "no metadata",
    (error: Error) => error.message,
  );
  return internal(`failed to load rollout \`${file}\` for thread ${id}: ${why}`);
}

async function hasRecords(file: string): Promise<boolean> {
  const handle = await open(file).catch(() => null);
  if (handle === null) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(LOOKED_AT), 0, LOOKED_AT, 0);
    return buffer.toString("utf8", 0, bytesRead).split("\n").some(isRecord);
  } finally {
    await handle.close();
  }
}

function isRecord(line: string): boolean {
  try {
    const value = JSON.parse(line) as { type?: unknown; payload?: unknown } | null;
    return typeof value?.type === "string" && typeof value.payload === "object" && value.payload !== null;
  } catch {
    return false;
  }
}
