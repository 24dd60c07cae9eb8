import type Pg from "pg";
import { ThreadStoreError } from "../errors.ts";
import type { Row, SqlValue } from "../listing/page-query.ts";
import { LAYOUT, LAYOUT_LOCK, SCHEMA } from "./schema.ts";

export type Parameter = SqlValue | readonly string[];

/** What runs statements: the pool, or one connection within a transaction. */
export interface Queries {
  rows(sql: string, values?: readonly Parameter[]): Promise<Row[]>;
}

/** The database of a store: connected when first asked, its tables made then. */
export class Connection implements Queries {
  private pool: Promise<Pg.Pool> | null = null;
  private closed = false;

  constructor(private readonly config: Pg.PoolConfig) {}

  async rows(sql: string, values: readonly Parameter[] = []): Promise<Row[]> {
    const pool = await this.open();
    return answer(() => pool.query(sql, [...values]));
  }

  /** Runs statements that hold together. */
  async transaction<T>(run: (queries: Queries) => Promise<T>): Promise<T> {
    const pool = await this.open();
    const client = await answer(async () => ({ rows: [await pool.connect()] })).then(([first]) => first!);
    const queries: Queries = { rows: (sql, values = []) => answer(() => client.query(sql, [...values])) };
    let failure: Error | undefined;
    try {
      await queries.rows("BEGIN");
      const result = await run(queries);
      await queries.rows("COMMIT");
      return result;
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      await queries.rows("ROLLBACK").catch(() => {});
      throw error;
    } finally {
      // A connection on which something failed is not used again: nobody knows what state it is in.
      client.release(failure);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    const { pool } = this;
    this.pool = null;
    await (await pool?.catch(() => null))?.end();
  }

  private open(): Promise<Pg.Pool> {
    if (this.closed) throw new ThreadStoreError("closed", "the store of threads is closed");
    this.pool ??= this.connect().catch((error: unknown) => {
      this.pool = null;
      throw error;
    });
    return this.pool;
  }

  private async connect(): Promise<Pg.Pool> {
    const { default: pg } = await import("pg");
    const pool = new pg.Pool(this.config);
    // A connection that breaks while nobody uses it is replaced at the next question.
    pool.on("error", () => {});
    try {
      const [row] = await answer(async () => {
        const client = await pool.connect();
        try {
          await client.query("BEGIN");
          await client.query("SELECT pg_advisory_xact_lock($1)", [LAYOUT_LOCK]);
          await client.query(SCHEMA);
          const result = await client.query("SELECT version FROM layout");
          await client.query("COMMIT");
          return result;
        } finally {
          client.release();
        }
      });
      const version = Number(row?.["version"]);
      if (version !== LAYOUT) {
        throw new ThreadStoreError(
          "unreadable",
          `the database of threads has layout ${version}; this program knows ${LAYOUT}. Use a program of its version, or another database`,
        );
      }
      return pool;
    } catch (error) {
      await pool.end();
      throw error;
    }
  }
}

async function answer<R>(ask: () => Promise<{ rows: R[] }>): Promise<R[]> {
  try {
    return (await ask()).rows;
  } catch (error) {
    if (error instanceof ThreadStoreError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new ThreadStoreError("unreadable", `the database of threads does not answer: ${why}`, { cause: error });
  }
}
