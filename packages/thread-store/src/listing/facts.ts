import { stat } from "node:fs/promises";
import type { SessionMetaRecord } from "../rollout/item.ts";
import type { RolloutLine } from "../rollout/line.ts";
import { headLines } from "../rollout/reader.ts";

/** Records looked at before and after the first `session_meta`. */
const HEAD_RECORDS = 10;
const HEAD_RECORDS_AFTER_META = 200;
const REQUEST_MARKER = "## My request for Codex:";

/** What the head of a rollout tells about its thread. It never changes once it is there. */
export interface HeadFacts {
  meta: SessionMetaRecord;
  preview: string;
}

/** The most records that belong to a head. */
export const MAX_HEAD_RECORDS = HEAD_RECORDS + HEAD_RECORDS_AFTER_META;

/** Finds the facts of a head in its records, one after the other. */
export class HeadScan {
  private meta: SessionMetaRecord | null = null;
  private preview: string | null = null;
  private records = 0;

  /** The facts when they are complete, null when the head does not have them, undefined as long as it goes on. */
  take(line: RolloutLine | null): HeadFacts | null | undefined {
    if (line?.item.type === "session_meta") this.meta ??= line.item.payload;
    else if (line?.item.type === "event_msg" && line.item.payload.type === "user_message") {
      this.preview ??= previewOf(line.item.payload["message"] as string);
    }
    const { meta, preview } = this;
    if (meta !== null && preview !== null) return { meta: shownOf(meta), preview };
    this.records++;
    return this.records >= HEAD_RECORDS + (meta === null ? 0 : HEAD_RECORDS_AFTER_META) ? null : undefined;
  }
}

/** Reads the head of a rollout: null when it has no meta or nobody has spoken yet. */
export async function readHead(path: string): Promise<HeadFacts | null> {
  const scan = new HeadScan();
  for await (const line of headLines(path, isHeadRecord)) {
    const facts = scan.take(line);
    if (facts !== undefined) return facts;
  }
  return null;
}

/** What a rollout tells of a thread in which nobody has spoken yet: lists hide it, but it can be read. */
export async function readSilentHead(path: string): Promise<HeadFacts | null> {
  let records = 0;
  for await (const line of headLines(path, isHeadRecord)) {
    if (line?.item.type === "session_meta") return silentHead(line.item.payload);
    if (++records >= MAX_HEAD_RECORDS) return null;
  }
  return null;
}

export function silentHead(meta: SessionMetaRecord): HeadFacts {
  return { meta: shownOf(meta), preview: "" };
}

/** Without the long members that lists do not show: heads are kept by the thousand. */
function shownOf(meta: SessionMetaRecord): SessionMetaRecord {
  const { base_instructions: _instructions, dynamic_tools: _tools, ...shown } = meta;
  return shown;
}

/** The line's head (time, type, the payload's own type) decides without parsing the whole line. */
export function isHeadRecord(text: string): boolean {
  const head = text.slice(0, 160);
  return head.includes('"session_meta"') || head.includes('"user_message"');
}

/** The part of a prompt that its writer typed: editors put context above a marker. */
export function previewOf(message: string): string {
  const marker = message.indexOf(REQUEST_MARKER);
  return (marker === -1 ? message : message.slice(marker + REQUEST_MARKER.length)).trim();
}

/** Heads that were read before. A file's head stays the same, so the path is key enough. */
export class HeadCache {
  private readonly heads = new Map<string, HeadFacts>();

  constructor(private readonly limit = 20_000) {}

  async get(path: string): Promise<HeadFacts | null> {
    const known = this.heads.get(path);
    if (known !== undefined) return known;
    const facts = await readHead(path).catch(() => null);
    if (facts === null) return null;
    if (this.heads.size >= this.limit) this.heads.clear();
    this.heads.set(path, facts);
    return facts;
  }

  forget(path: string): void {
    this.heads.delete(path);
  }
}

/** When the file was last written, milliseconds; null when it is gone. */
export async function modifiedAt(path: string): Promise<number | null> {
  const stats = await stat(path).catch(() => null);
  return stats === null ? null : Math.trunc(stats.mtimeMs);
}
