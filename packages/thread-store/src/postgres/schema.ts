/** Version of the layout; a database of another one is refused. */
export const LAYOUT = 1;

/** Whoever makes the tables holds this lock, so that programs that start together do not trip over each other. */
export const LAYOUT_LOCK = 7_301_240_125;

/**
 * The tables. A record is the line that a rollout file would hold: JSON of PostgreSQL cannot hold every text that JSON can.
 * Times are milliseconds of the writers' clocks.
 */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS layout (version integer NOT NULL);
  INSERT INTO layout SELECT ${LAYOUT} WHERE NOT EXISTS (SELECT FROM layout);
  CREATE TABLE IF NOT EXISTS threads (
    id text COLLATE "C" PRIMARY KEY,
    path text NOT NULL,
    root text NOT NULL,
    started_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    visible integer NOT NULL,
    interactive integer NOT NULL,
    kinds text NOT NULL,
    provider text,
    cwd text NOT NULL,
    preview text NOT NULL,
    copied_name text,
    facts text NOT NULL
  );
  CREATE INDEX IF NOT EXISTS threads_by_start ON threads (root, started_at, id);
  CREATE INDEX IF NOT EXISTS threads_by_update ON threads (root, updated_at, id);
  CREATE TABLE IF NOT EXISTS records (
    thread_id text COLLATE "C" NOT NULL REFERENCES threads (id),
    seq bigint GENERATED ALWAYS AS IDENTITY,
    line text NOT NULL,
    PRIMARY KEY (thread_id, seq)
  );
  CREATE TABLE IF NOT EXISTS names (id text COLLATE "C" PRIMARY KEY, name text NOT NULL, seq bigserial);
  CREATE INDEX IF NOT EXISTS names_by_name ON names (name);
  CREATE TABLE IF NOT EXISTS corrections (id text COLLATE "C" PRIMARY KEY, git text, memory_mode text);
`;
