import type { ListQuery, ThreadPage } from "../thread-store.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import type { HeadFacts } from "./facts.ts";
import { folderOf } from "./meta.ts";
import { isInteractive, sourceKinds } from "./sources.ts";

/**
 * A page of threads as a question to a database: the rules of `listThreads`, for rows in place of files. The table it asks is
 * `threads` (columns below) beside `names` (`id`, `name`).
 */
export interface Dialect {
  /** The n-th value of a statement, from 1. */
  value(n: number): string;
  /** Whether one text holds another; case matters. */
  contains(text: string, part: string): string;
}

export type SqlValue = string | number | null;

/** Runs a statement and gives its rows. */
export type Ask = (sql: string, values: readonly SqlValue[]) => Row[] | Promise<Row[]>;

export type Row = Record<string, unknown>;

/** What a row of `threads` says beside `id`, `path`, `root` (the place it is listed in), `started_at` and `updated_at` (ms). */
export interface ThreadColumns {
  /** 1: somebody spoke in it. */
  visible: number;
  /** 1: its source is one that a person talks to. */
  interactive: number;
  /** Every kind of source it answers to, each between bars. */
  kinds: string;
  provider: string | null;
  cwd: string;
  preview: string;
  /** The thread's meta record as JSON. */
  facts: string;
}

export const HIDDEN: ThreadColumns = {
  visible: 0,
  interactive: 0,
  kinds: "",
  provider: null,
  cwd: "",
  preview: "",
  facts: "",
};

export function threadColumns({ meta, preview }: HeadFacts): ThreadColumns {
  const source = meta.source ?? "vscode";
  return {
    visible: 1,
    interactive: isInteractive(source) ? 1 : 0,
    kinds: `|${sourceKinds(source).join("|")}|`,
    provider: meta.model_provider ?? null,
    cwd: folderOf(meta),
    preview,
    facts: JSON.stringify(meta),
  };
}

export interface RowPage extends Omit<ThreadPage, "threads" | "scanCapReached"> {
  rows: Row[];
}

const DEFAULT_LIMIT = 25;

/** @throws ThreadStoreError `invalid_cursor` */
export async function queryPage(query: ListQuery, root: string, ask: Ask, dialect: Dialect): Promise<RowPage> {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const cursor = query.cursor === undefined || query.cursor === null ? null : decodeCursor(query.cursor);
  if (query.cwds?.length === 0 || limit <= 0) return { rows: [], nextCursor: null, backwardsCursor: null };

  const key = query.sortKey === "updated_at" ? "t.updated_at" : "t.started_at";
  const descending = (query.direction ?? "desc") === "desc";
  const order = descending ? "DESC" : "ASC";
  const beyond = descending ? "<" : ">";
  const statement = new Statement(dialect);
  statement.where(`t.root = ${statement.add(root)}`);
  statement.where("t.visible = 1");
  filter(statement, query);
  if (cursor !== null) {
    const last = cursor.delivered === null ? null : await lastDelivered(cursor.time, cursor.delivered);
    const strictly = `${key} ${beyond} ${statement.add(cursor.time)}`;
    statement.where(
      last === null
        ? strictly
        : `(${strictly} OR (${key} = ${statement.add(cursor.time)} AND t.id ${beyond} ${statement.add(last)}))`,
    );
  }
  const found = await ask(
    `SELECT t.id, t.path, t.started_at, t.updated_at, t.preview, t.facts, coalesce(n.name, t.copied_name) AS name
     FROM threads t LEFT JOIN names n ON n.id = t.id WHERE ${statement.conditions}
     ORDER BY ${key} ${order}, t.id ${order} LIMIT ${statement.add(limit + 1)}`,
    statement.values,
  );
  const rows = found.slice(0, limit);
  const keyOf = (row: Row) => Number(row[key === "t.updated_at" ? "updated_at" : "started_at"]);
  const [first, last] = [rows[0], rows.at(-1)];
  return {
    rows,
    nextCursor: last !== undefined && found.length > limit ? await cursorAfter(last) : null,
    backwardsCursor:
      first === undefined ? null : encodeCursor({ time: keyOf(first) + (descending ? -1 : 1), delivered: null }),
  };

  /** The id up to which threads of one moment were delivered; null: all of them were. */
  async function lastDelivered(time: number, delivered: number): Promise<string | null> {
    const [row] = await ask(
      `SELECT t.id FROM threads t WHERE t.root = ${dialect.value(1)} AND ${key} = ${dialect.value(2)}
       ORDER BY t.id ${order} LIMIT 1 OFFSET ${dialect.value(3)}`,
      [root, time, Math.max(0, delivered - 1)],
    );
    return row === undefined ? null : String(row["id"]);
  }

  async function cursorAfter(row: Row): Promise<string> {
    const time = keyOf(row);
    const [counts] = await ask(
      `SELECT count(*) AS every, count(CASE WHEN t.id ${descending ? ">=" : "<="} ${dialect.value(1)} THEN 1 END) AS delivered
       FROM threads t WHERE t.root = ${dialect.value(2)} AND ${key} = ${dialect.value(3)}`,
      [String(row["id"]), root, time],
    );
    const delivered = Number(counts?.["delivered"]);
    return encodeCursor({ time, delivered: delivered < Number(counts?.["every"]) ? delivered : null });
  }
}

class Statement {
  readonly values: SqlValue[] = [];
  private readonly parts: string[] = [];

  constructor(readonly dialect: Dialect) {}

  get conditions(): string {
    return this.parts.join(" AND ");
  }

  add(value: SqlValue): string {
    this.values.push(value);
    return this.dialect.value(this.values.length);
  }

  where(condition: string): void {
    this.parts.push(condition);
  }

  oneOf(column: string, values: readonly string[]): string {
    return `${column} IN (${values.map(value => this.add(value)).join(", ")})`;
  }
}

function filter(statement: Statement, query: ListQuery): void {
  const { sources, modelProviders, defaultProvider, cwds, searchTerm } = query;
  if (sources === undefined) statement.where("t.interactive = 1");
  else if (sources.length > 0) {
    const kinds = sources.map(kind => statement.dialect.contains("t.kinds", statement.add(`|${kind}|`)));
    statement.where(`(${kinds.join(" OR ")})`);
  }
  if (modelProviders !== undefined && modelProviders.length > 0) {
    const provider =
      defaultProvider === undefined ? "t.provider" : `coalesce(t.provider, ${statement.add(defaultProvider)})`;
    statement.where(statement.oneOf(provider, modelProviders));
  }
  if (cwds !== undefined) statement.where(statement.oneOf("t.cwd", cwds));
  if (searchTerm !== undefined && searchTerm !== "") {
    statement.where(
      statement.dialect.contains("coalesce(n.name, t.copied_name, t.preview)", statement.add(searchTerm)),
    );
  }
}

/** The head that a row remembers. */
export function headOf(row: Row): HeadFacts {
  return { meta: JSON.parse(String(row["facts"])) as HeadFacts["meta"], preview: String(row["preview"]) };
}
