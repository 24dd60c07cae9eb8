import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { AppendFile } from "./rollout/append-file.ts";
import { isRecord } from "./rollout/legacy.ts";

interface NameEntry {
  id: string;
  name: string;
}

/** `session_index.jsonl`: one line for every name given to a thread; the last line of a thread counts. */
export class NameIndex {
  private readonly file: AppendFile;
  /** What was read last, as long as the file stays as it was. */
  private known: { stamp: string; entries: NameEntry[] } | null = null;

  constructor(
    codexHome: string,
    private readonly now: () => number,
  ) {
    this.file = new AppendFile(path.join(codexHome, "session_index.jsonl"));
  }

  async add(id: string, name: string): Promise<void> {
    const line = JSON.stringify({ id, thread_name: name, updated_at: new Date(this.now()).toISOString() });
    try {
      await this.file.append([`${line}\n`]);
    } finally {
      await this.file.close();
    }
  }

  /** The current name of every named thread. */
  async all(): Promise<Map<string, string>> {
    return new Map((await this.entries()).map(entry => [entry.id, entry.name]));
  }

  /** Threads whose current name is `name`, newest naming first. */
  async idsNamed(name: string): Promise<string[]> {
    const seen = new Set<string>();
    const ids: string[] = [];
    for (const entry of (await this.entries()).reverse()) {
      if (seen.has(entry.id)) continue;
      seen.add(entry.id);
      if (entry.name === name) ids.push(entry.id);
    }
    return ids;
  }

  get path(): string {
    return this.file.path;
  }

  /** What tells one state of the index from the next: it only grows. "" when there is none. */
  async stamp(): Promise<string> {
    const stats = await stat(this.path, { bigint: true }).catch(() => null);
    return stats === null ? "" : `${stats.size}:${stats.mtimeNs}:${stats.ino}`;
  }

  private async entries(): Promise<NameEntry[]> {
    const stamp = await this.stamp();
    if (stamp === "" || this.known?.stamp !== stamp) this.known = { stamp, entries: await this.read() };
    return [...this.known.entries];
  }

  private async read(): Promise<NameEntry[]> {
    const text = await readFile(this.file.path, "utf8").catch(() => "");
    const entries: NameEntry[] = [];
    for (const line of text.split("\n")) {
      const entry = line.trim() === "" ? null : parseEntry(line);
      if (entry !== null) entries.push(entry);
    }
    return entries;
  }
}

function parseEntry(line: string): NameEntry | null {
  try {
    const value: unknown = JSON.parse(line);
    if (!isRecord(value) || typeof value["id"] !== "string" || typeof value["thread_name"] !== "string") return null;
    return { id: value["id"], name: value["thread_name"] };
  } catch {
    return null;
  }
}
