import { open, readFile } from "node:fs/promises";
import { osErrorCode, ThreadStoreError } from "../errors.ts";
import type { StoredThread } from "../thread-store.ts";
import type { RolloutItem, SessionMetaRecord } from "./item.ts";
import { decodeLine, type RolloutLine } from "./line.ts";

const NEWLINE = 0x0a;
const CHUNK = 64 * 1024;

/**
 * Reads a whole rollout. Lines that cannot be used are skipped and counted.
 * @throws ThreadStoreError `not_found`, `unreadable`, `empty_session`, `no_thread_id`
 */
export async function loadRollout(path: string): Promise<StoredThread> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if (osErrorCode(error) === "ENOENT")
      throw new ThreadStoreError("not_found", `no rollout at ${path}`, { cause: error });
    throw new ThreadStoreError("unreadable", `cannot read ${path}: ${String(error)}`, { cause: error });
  });
  return gatherLines(path, linesOf(bytes));
}

/** The thread that these lines tell of. @throws ThreadStoreError `empty_session`, `no_thread_id` */
export async function gatherLines(
  path: string,
  texts: Iterable<string> | AsyncIterable<string>,
): Promise<StoredThread> {
  const gathering = new Gathering();
  if (Symbol.iterator in texts) for (const text of texts) gathering.take(text);
  else for await (const text of texts) gathering.take(text);
  return gathering.thread(path);
}

class Gathering {
  private readonly items: RolloutItem[] = [];
  private readonly timestamps: string[] = [];
  private skipped = 0;
  private lines = 0;
  private meta: SessionMetaRecord | null = null;

  take(text: string): void {
    this.lines++;
    const line = decodeLine(text);
    if (line === null) {
      this.skipped++;
      return;
    }
    if (this.meta === null && line.item.type === "session_meta") this.meta = line.item.payload;
    this.items.push(line.item);
    this.timestamps.push(line.timestamp);
  }

  thread(path: string): StoredThread {
    const { items, timestamps, skipped, meta } = this;
    if (this.lines === 0) throw new ThreadStoreError("empty_session", "empty session file");
    if (meta === null) throw new ThreadStoreError("no_thread_id", "failed to parse thread ID from rollout file");
    return { id: meta.id.toLowerCase(), path, meta, items, timestamps, skipped };
  }
}

function* linesOf(bytes: Buffer): Generator<string> {
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline;
    const text = bytes.toString("utf8", start, end).trim();
    if (text !== "") yield text;
    start = end + 1;
  }
}

/**
 * The first lines of a rollout, read piece by piece until the consumer has seen enough. Unusable lines come as null.
 * `wanted` may turn lines away by their text, before they are parsed.
 */
export async function* headLines(path: string, wanted: (text: string) => boolean): AsyncGenerator<RolloutLine | null> {
  const handle = await open(path, "r");
  try {
    let rest = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const { bytesRead } = await handle.read(chunk, 0, CHUNK);
      const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
      const end = bytesRead === 0 ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1;
      for (const text of linesOf(bytes.subarray(0, end))) yield wanted(text) ? decodeLine(text) : null;
      if (bytesRead === 0) return;
      rest = bytes.subarray(end);
    }
  } finally {
    await handle.close();
  }
}
