import { PatchFsError, type RealPathFs } from "../src/index.ts";

const decoder = new TextDecoder();
const NOT_FOUND = "No such file or directory (os error 2)";

/** A file system of texts in memory. Folders exist when something lies below them, or when they were made. */
export class MemoryFs implements RealPathFs {
  readonly files = new Map<string, Uint8Array>();
  readonly folders = new Set<string>(["/"]);
  readonly writes: string[] = [];

  constructor(files: Record<string, string | Uint8Array> = {}) {
    for (const [path, content] of Object.entries(files)) {
      this.#addFolders(path.slice(0, path.lastIndexOf("/")));
      this.files.set(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
    }
  }

  /** All files as texts. */
  texts(): Record<string, string> {
    const sorted = [...this.files].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(sorted.map(([path, bytes]) => [path, decoder.decode(bytes)]));
  }

  async readFile(path: string): Promise<Uint8Array> {
    if (this.folders.has(path)) throw new PatchFsError("other", "Is a directory (os error 21)");
    const bytes = this.files.get(path);
    if (bytes === undefined) throw new PatchFsError("not-found", NOT_FOUND);
    return bytes;
  }

  async writeFile(path: string, bytes: Uint8Array): Promise<void> {
    if (this.folders.has(path)) throw new PatchFsError("other", "Is a directory (os error 21)");
    if (!this.folders.has(path.slice(0, path.lastIndexOf("/")) || "/")) throw new PatchFsError("not-found", NOT_FOUND);
    this.files.set(path, bytes);
    this.writes.push(path);
  }

  async createDirectories(path: string): Promise<void> {
    this.#addFolders(path);
  }

  async removeFile(path: string): Promise<void> {
    if (!this.files.delete(path)) throw new PatchFsError("not-found", NOT_FOUND);
  }

  async kind(path: string): Promise<"file" | "directory" | null> {
    if (this.folders.has(path)) return "directory";
    return this.files.has(path) ? "file" : null;
  }

  async realpath(path: string): Promise<string | null> {
    return (await this.kind(path)) === null ? null : path;
  }

  async isLink(): Promise<boolean> {
    return false;
  }

  #addFolders(path: string): void {
    const parts = path.split("/");
    for (let count = 2; count <= parts.length; count += 1) this.folders.add(parts.slice(0, count).join("/"));
  }
}
