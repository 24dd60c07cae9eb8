import { open } from "node:fs/promises";

const CHUNK = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * The folder of a session's latest turn, read from the end of its file; null when the file tells of none. A session that went on in
 * another folder than it began in belongs to the new one.
 */
export async function latestFolder(file: string): Promise<string | null> {
  const handle = await open(file, "r").catch(() => null);
  if (handle === null) return null;
  try {
    let rest = Buffer.alloc(0);
    for (let end = (await handle.stat()).size; end > 0; ) {
      const start = Math.max(0, end - CHUNK);
      const chunk = Buffer.alloc(end - start);
      await handle.read(chunk, 0, chunk.length, start);
      const bytes = Buffer.concat([chunk, rest]);
      // The first line of a piece may have begun before it.
      const whole = start === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
      if (whole > 0 || start === 0) {
        for (const line of bytes.toString("utf8", whole).split("\n").reverse()) {
          const folder = folderOf(line);
          if (folder !== null) return folder;
        }
        rest = bytes.subarray(0, whole);
      } else {
        rest = bytes;
      }
      end = start;
    }
    return null;
  } finally {
    await handle.close();
  }
}

function folderOf(line: string): string | null {
  if (!line.slice(0, 100).includes('"turn_context"')) return null;
  try {
    const { type, payload } = JSON.parse(line) as { type?: unknown; payload?: { cwd?: unknown } };
    return type === "turn_context" && typeof payload?.cwd === "string" ? payload.cwd : null;
  } catch {
    return null;
  }
}
