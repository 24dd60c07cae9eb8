import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostgresThreadStore } from "../src/postgres/index.ts";
import { PostgresServer, postgresPrograms } from "./postgres-server.ts";
import { type OpenBackend, threadStoreContract } from "./store-contract.ts";
import { meta, said, threadId } from "./support.ts";

const programs = postgresPrograms();
let server: PostgresServer | null = null;
let schemas = 0;

/** A schema of its own for each test. */
async function freshSchema(): Promise<{
  connection: pg.PoolConfig;
  run: (sql: string, values?: unknown[]) => Promise<void>;
}> {
  const schema = `t${++schemas}`;
  const connection = server!.connection(schema);
  const run = async (sql: string, values: unknown[] = []) => {
    const client = new pg.Client(connection);
    await client.connect();
    await client.query(sql, values);
    await client.end();
  };
  await run(`CREATE SCHEMA ${schema}`);
  return { connection, run };
}

const openPostgres: OpenBackend = async now => {
  const { connection, run } = await freshSchema();
  const open = () => new PostgresThreadStore({ connection, now });
  return {
    store: open(),
    other: open(),
    touch: (id, time) => run("UPDATE threads SET updated_at = $2 WHERE id = $1", [id, time]),
  };
};

const missing =
  "PostgreSQL is not installed here: `apt-get install postgresql` brings it; these tests start a server of their own";

it(programs === null ? missing : "a server of the tests' own is used", context => {
  if (programs === null) context.skip(missing);
  expect(server).not.toBeNull();
});

if (programs !== null) {
  beforeAll(async () => {
    server = await PostgresServer.start(programs);
  }, 120_000);
  afterAll(() => server?.stop());

  threadStoreContract("PostgreSQL", openPostgres);

  describe("PostgreSQL: faults", () => {
    it("records wait while the database is away, and none is lost or written twice", async () => {
      const { connection, run } = await freshSchema();
      const store = new PostgresThreadStore({ connection });
      const writer = store.create(meta(threadId()));
      writer.append([said("one")]);
      await writer.materialize();
      await run("ALTER TABLE records RENAME TO elsewhere");
      writer.append([said("two")]);
      await expect(writer.flush()).rejects.toMatchObject({ code: "write_failed" });
      writer.append([said("three")]);
      await run("ALTER TABLE elsewhere RENAME TO records");
      await writer.close();
      const { items } = await store.load({ id: writer.threadId });
      expect(items.slice(1)).toEqual([said("one"), said("two"), said("three")]);
      await store.close();
    });

    it("connections that the server cut are replaced", async () => {
      const { connection, run } = await freshSchema();
      const store = new PostgresThreadStore({ connection: { ...connection, application_name: "cut me" } });
      const writer = store.create(meta(threadId()));
      writer.append([said("one")]);
      await writer.materialize();
      await run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cut me'");
      writer.append([said("two")]);
      await writer.close();
      expect((await store.load({ id: writer.threadId })).items.slice(1)).toEqual([said("one"), said("two")]);
      await store.close();
    });

    it("a database that is not there is told with its reason", async () => {
      const connection = { ...server!.connection("x"), database: "nowhere" };
      const store = new PostgresThreadStore({ connection });
      await expect(store.list({})).rejects.toThrow(/the database of threads does not answer: .*nowhere/);
      await store.close();
      await expect(store.list({})).rejects.toMatchObject({ code: "closed" });
    });

    it("a layout of another version is left alone", async () => {
      const { connection, run } = await freshSchema();
      const first = new PostgresThreadStore({ connection });
      await first.list({});
      await first.close();
      await run("UPDATE layout SET version = 9");
      const store = new PostgresThreadStore({ connection });
      await expect(store.list({})).rejects.toThrow("layout 9; this program knows 1");
      await store.close();
    });

    it("stores that open an empty database together do not trip over each other", async () => {
      const { connection } = await freshSchema();
      const stores = Array.from({ length: 5 }, () => new PostgresThreadStore({ connection }));
      const pages = await Promise.all(stores.map(store => store.list({})));
      expect(pages.map(page => page.threads.length)).toEqual([0, 0, 0, 0, 0]);
      await Promise.all(stores.map(store => store.close()));
    });
  });
}
