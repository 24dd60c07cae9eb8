import { type FileHandle, open } from "node:fs/promises";
import path from "node:path";
import { createFolders } from "@codex-ts/apply-patch/node";
import type { LineSink } from "./writer.ts";

const NEWLINE = 0x0a;

/**
 * A file that only grows, by whole lines. It is opened when first written to and after an error. A line that was cut off
 * (by this process or another one) is closed with a newline before anything is appended, so that it can never swallow
 * the line after it: readers skip the fragment.
 */
export class AppendFile implements LineSink {
  private handle: FileHandle | null = null;
  private knownSize = -1;

  constructor(readonly path: string) {}

  /**
   * Appends complete lines in one write.
   * @returns how many of them reached the file whole; less than all on a full disk
   */
  async append(lines: readonly string[]): Promise<number> {
    let written = await this.write(lines.join(""));
    let complete = 0;
    for (const line of lines) {
      written -= Buffer.byteLength(line);
      if (written < 0) break;
      complete++;
    }
    return complete;
  }

  /** The number of bytes of `text` that reached the file. */
  private async write(text: string): Promise<number> {
    const handle = (this.handle ??= await this.openFile());
    const repair = await this.endsTorn(handle);
    const bytes = Buffer.from(repair ? `\n${text}` : text);
    const { bytesWritten } = await handle.write(bytes, 0, bytes.length, null);
    this.knownSize += bytesWritten;
    if (bytesWritten < bytes.length) this.knownSize = -1;
    return Math.max(0, bytesWritten - (repair ? 1 : 0));
  }

  async close(): Promise<void> {
    const handle = this.handle;
    this.handle = null;
    this.knownSize = -1;
    await handle?.close().catch(() => {});
  }

  private async openFile(): Promise<FileHandle> {
    await createFolders(path.dirname(this.path));
    return open(this.path, "a+");
  }

  private async endsTorn(handle: FileHandle): Promise<boolean> {
    const { size } = await handle.stat();
    if (size === this.knownSize) return false;
    this.knownSize = size;
    if (size === 0) return false;
    const last = Buffer.alloc(1);
    const { bytesRead } = await handle.read(last, 0, 1, size - 1);
    const torn = bytesRead === 1 && last[0] !== NEWLINE;
    return torn;
  }
}
