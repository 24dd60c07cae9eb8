import type { Place } from "./drive.ts";

type Value = null | boolean | number | string | readonly Value[] | { readonly [name: string]: Value };

/** Values that are different in every run wherever they stand under one of these names. */
const TIMES = new Set([
  "startedAt",
  "completedAt",
  "durationMs",
  "createdAt",
  "updatedAt",
  "timestamp",
  "started_at",
  "completed_at",
  "duration_ms",
  "time_to_first_token_ms",
  "duration",
  "resets_at",
  "resetsAt",
  "duration_seconds",
  "startedAtMs",
  "completedAtMs",
]);

/** Names of random numbers of live processes. */
const PROCESSES = new Set(["processId", "process_id"]);

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;

/** Texts with a number or a date in them that no two runs share. */
const PATTERNS: readonly [RegExp, string][] = [
  [/Chunk ID: [0-9a-f]{6}/g, "Chunk ID: <chunk>"],
  [/Wall time: [0-9.]+ seconds/g, "Wall time: <t> seconds"],
  [/aborted by user after [0-9.]+s/g, "aborted by user after <t>s"],
  [/timed out after \d+ milliseconds/g, "timed out after <t> milliseconds"],
  [/Duration: [0-9.]+ seconds/g, "Duration: <t> seconds"],
  [/session ID \d+/g, "session ID <session>"],
  [/"session_id":\d{4,5}\b/g, '"session_id":<session>'],
  [/Unknown process id \d{4,5}\b/g, "Unknown process id <session>"],
  [/"duration_seconds":[0-9.]+/g, '"duration_seconds":<t>'],
  [/<current_date>[0-9-]+<\/current_date>/g, "<current_date><date></current_date>"],
  [/rollout-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-/g, "rollout-<time>-"],
  [/\d{4}\/\d\d\/\d\d\/rollout/g, "<day>/rollout"],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?/g, "<time>"],
  [/\b[0-9a-f]{40}\b/g, "<commit>"],
  [/ghost-commit[^ "]*/g, "<ghost>"],
];

/**
 * Makes two runs comparable: folders, addresses, ids and times become names. Ids are numbered in the order in which they
 * first appear, so that two places that share an id still do afterwards. One instance serves one recording.
 */
export class Normaliser {
  private readonly ids = new Map<string, string>();
  private readonly places: readonly [string, string][];

  constructor(place: Place) {
    this.places = [
      [place.work, "<work>"],
      [place.home, "<home>"],
      [place.root, "<root>"],
      [new URL(place.baseUrl).host, "<model server>"],
    ];
  }

  value(value: unknown, name = ""): Value {
    if (value === undefined) return null;
    if (value === null || typeof value === "boolean") return value;
    if (typeof value === "number") return TIMES.has(name) ? "<time>" : value;
    if (typeof value === "string") {
      if (TIMES.has(name)) return "<time>";
      return PROCESSES.has(name) ? "<process>" : this.text(value);
    }
    if (Array.isArray(value)) return value.map(entry => this.value(entry, name));
    if (TIMES.has(name)) return "<time>";
    const entries = Object.entries(value as object)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, entry]) => [this.text(key), this.value(entry, key)]);
    return Object.fromEntries(entries) as Value;
  }

  text(text: string): string {
    let plain = text;
    for (const [folder, name] of this.places) plain = plain.replaceAll(folder, name);
    plain = plain.replace(UUID, id => this.id(id));
    for (const [pattern, name] of PATTERNS) plain = plain.replace(pattern, name);
    return plain;
  }

  private id(id: string): string {
    let name = this.ids.get(id);
    if (name === undefined) {
      name = `<id ${this.ids.size + 1}>`;
      this.ids.set(id, name);
    }
    return name;
  }
}
