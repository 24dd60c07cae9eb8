import { HeadScan, isHeadRecord, MAX_HEAD_RECORDS } from "../listing/facts.ts";
import { HIDDEN, threadColumns } from "../listing/page-query.ts";
import { decodeLine } from "../rollout/line.ts";
import { lastName } from "../rollout/last-name.ts";
import { uuidTime } from "../rollout/name.ts";
import type { LineSink } from "../rollout/writer.ts";
import type { Connection, Queries } from "./connection.ts";

export interface RecordSinkOptions {
  id: string;
  path: string;
  root: string;
  now: () => number;
}

/** Puts a thread's lines into the database, each batch whole or not at all, and keeps what lists show of it up to date. */
export class RecordSink implements LineSink {
  private visible = false;

  constructor(
    private readonly connection: Connection,
    private readonly options: RecordSinkOptions,
  ) {}

  async append(lines: readonly string[]): Promise<number> {
    const { id, now } = this.options;
    await this.connection.transaction(async queries => {
      // The thread's row is held until the end, so batches of two writers come one after the other.
      const updated = await queries.rows("UPDATE threads SET updated_at = $2 WHERE id = $1 RETURNING visible", [
        id,
        now(),
      ]);
      if (updated.length === 0) await this.insertThread(queries);
      await queries.rows(
        "INSERT INTO records (thread_id, line) SELECT $1, line FROM unnest($2::text[]) WITH ORDINALITY AS t (line, n) ORDER BY n",
        [id, lines],
      );
      const seen = this.visible || Number(updated[0]?.["visible"]) === 1;
      this.visible = seen || (lines.some(isHeadRecord) && (await this.describe(queries)));
      const name = lastName(lines.join(""));
      if (name !== null) await this.rename(queries, name);
    });
    return lines.length;
  }

  async close(): Promise<void> {}

  private async insertThread(queries: Queries): Promise<void> {
    const { id, path, root, now } = this.options;
    const time = now();
    const { visible, interactive, kinds, provider, cwd, preview, facts } = HIDDEN;
    await queries.rows(
      `INSERT INTO threads (id, path, root, started_at, updated_at, visible, interactive, kinds, provider, cwd, preview, facts)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [id, path, root, uuidTime(id) ?? time, time, visible, interactive, kinds, provider, cwd, preview, facts],
    );
  }

  /** Takes over what the head of the record tells, once it tells enough. */
  private async describe(queries: Queries): Promise<boolean> {
    const { id } = this.options;
    const head = await queries.rows("SELECT line FROM records WHERE thread_id = $1 ORDER BY seq LIMIT $2", [
      id,
      MAX_HEAD_RECORDS,
    ]);
    const scan = new HeadScan();
    for (const row of head) {
      const line = String(row["line"]);
      const facts = scan.take(isHeadRecord(line) ? decodeLine(line) : null);
      if (facts === undefined) continue;
      if (facts === null) return false;
      const { visible, interactive, kinds, provider, cwd, preview, facts: text } = threadColumns(facts);
      await queries.rows(
        `UPDATE threads SET visible = $2, interactive = $3, kinds = $4, provider = $5, cwd = $6, preview = $7, facts = $8 WHERE id = $1`,
        [id, visible, interactive, kinds, provider, cwd, withoutNul(preview), text],
      );
      return true;
    }
    return false;
  }

  /** A fork carries its source's naming records; only forks are named by their records. */
  private async rename(queries: Queries, name: string): Promise<void> {
    const { id } = this.options;
    const [first] = await queries.rows("SELECT line FROM records WHERE thread_id = $1 ORDER BY seq LIMIT 1", [id]);
    const line = decodeLine(String(first?.["line"]));
    if (line?.item.type !== "session_meta" || typeof line.item.payload.forked_from_id !== "string") return;
    await queries.rows("UPDATE threads SET copied_name = $2 WHERE id = $1", [id, withoutNul(name)]);
  }
}

/** PostgreSQL's texts cannot hold the character 0. */
export const withoutNul = (text: string): string => text.replaceAll("\0", "");
