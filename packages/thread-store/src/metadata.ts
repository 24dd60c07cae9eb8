import { readFile } from "node:fs/promises";
import path from "node:path";
import { AppendFile } from "./rollout/append-file.ts";
import type { GitRecord } from "./rollout/item.ts";
import { isRecord } from "./rollout/legacy.ts";

/** Facts about a thread that were corrected after its record was begun. */
export interface ThreadMetadata {
  /** Absent members stay as recorded, null ones are unknown. */
  git?: GitRecord;
  memoryMode?: string;
}

/** `thread_metadata.jsonl`: one line for every correction; later ones win, member by member. Records themselves are never edited. */
export class MetadataIndex {
  private readonly file: AppendFile;

  constructor(
    codexHome: string,
    private readonly now: () => number,
  ) {
    this.file = new AppendFile(path.join(codexHome, "thread_metadata.jsonl"));
  }

  async add(id: string, { git, memoryMode }: ThreadMetadata): Promise<void> {
    const updated_at = new Date(this.now()).toISOString();
    const line = JSON.stringify({ id, updated_at, git, memory_mode: memoryMode });
    try {
      await this.file.append([`${line}\n`]);
    } finally {
      await this.file.close();
    }
  }

  /** What holds now, for every thread that was corrected. */
  async all(): Promise<Map<string, ThreadMetadata>> {
    const found = new Map<string, ThreadMetadata>();
    const text = await readFile(this.file.path, "utf8").catch(() => "");
    for (const line of text.split("\n")) {
      const entry = line.trim() === "" ? null : parse(line);
      if (entry === null) continue;
      const { id, git, memoryMode } = entry;
      const before = found.get(id) ?? {};
      found.set(id, {
        ...before,
        ...(git === undefined ? {} : { git: { ...before.git, ...git } }),
        ...(memoryMode === undefined ? {} : { memoryMode }),
      });
    }
    return found;
  }
}

function parse(line: string): (ThreadMetadata & { id: string }) | null {
  try {
    const value: unknown = JSON.parse(line);
    if (!isRecord(value) || typeof value["id"] !== "string") return null;
    const { id, git, memory_mode: memoryMode } = value;
    return {
      id: id as string,
      ...(isRecord(git) ? { git: git as GitRecord } : {}),
      ...(typeof memoryMode === "string" ? { memoryMode } : {}),
    };
  } catch {
    return null;
  }
}
