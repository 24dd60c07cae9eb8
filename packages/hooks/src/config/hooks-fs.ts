import { open, stat } from "node:fs/promises";
import { osErrorText } from "@codex-ts/protocol/os-errors";

/** The largest hooks.json that is read, bytes. */
export const MAX_HOOKS_FILE_BYTES = 1024 * 1024;

/** What discovery asks of the disk. */
export interface HooksFs {
  /** Follows links; null when there is nothing. */
  kind(path: string): Promise<"file" | "directory" | "other" | null>;
  /** The whole text. @throws Error with a message for people */
  readText(path: string): Promise<string>;
}

/** The real file system. */
export const nodeHooksFs: HooksFs = {
  async kind(path) {
    const stats = await stat(path).catch(() => null);
    if (stats === null) return null;
    return stats.isFile() ? "file" : stats.isDirectory() ? "directory" : "other";
  },
  async readText(path) {
    const bytes = await readBounded(path);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (cause) {
      throw new Error("stream did not contain valid UTF-8", { cause });
    }
  },
};

async function readBounded(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      if (size > MAX_HOOKS_FILE_BYTES) {
        throw new Error(`the file has ${size} bytes, and at most ${MAX_HOOKS_FILE_BYTES} are read`);
      }
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new Error(osErrorText(cause), { cause });
  }
}
