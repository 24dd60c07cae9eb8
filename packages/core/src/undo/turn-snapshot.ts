import { type Snapshot, type SnapshotLimits, takeSnapshot } from "./ghost-commit.ts";
import type { TurnScope } from "../turn/turn-scope.ts";

/** A snapshot that takes longer than this is told about, milliseconds. */
const SLOW_MS = 240_000;

/**
 * Begins to keep the working folder as it is before the turn changes anything, where the feature `undo` is on; tools that change something
 * wait for `turn.snapshot`. A turn without a snapshot goes on all the same.
 */
export function startSnapshot(turn: TurnScope): void {
  const { session } = turn;
  const { features, snapshots } = session.config;
  if (features["undo"] !== true || typeof session.source === "object") return;
  const over = new AbortController();
  void session.services.clock.sleep(SLOW_MS, over.signal).then(
    () => {
      if (!over.signal.aborted && snapshots.warnings) turn.warn(SLOW);
    },
    () => {},
  );
  turn.snapshot = record(turn, snapshots).finally(() => over.abort());
}

async function record(turn: TurnScope, settings: SnapshotLimits & { warnings: boolean }): Promise<void> {
  const { services } = turn.session;
  const run = { cwd: turn.context.settings.cwd, env: services.env, signal: turn.signal };
  try {
    const snapshot = await takeSnapshot(run, settings);
    if (snapshot === null || turn.signal.aborted) return;
    turn.record([{ type: "ghost_snapshot", ghost_commit: snapshot.commit }]);
    for (const warning of settings.warnings ? leftOutWarnings(snapshot.leftOut) : []) turn.warn(warning);
  } catch (error) {
    if (turn.signal.aborted) return;
    const why = error instanceof Error ? error.message : String(error);
    if (settings.warnings) turn.warn(`No snapshot for undo could be taken: ${why}`);
  }
}

const SLOW =
  "The snapshot for undo takes unusually long. Large untracked files and folders slow it down: name them in .gitignore, or switch the feature `undo` off.";

function leftOutWarnings({ files, folders }: Snapshot["leftOut"]): string[] {
  const large = folders.filter(folder => folder.files > 0).map(folder => `${folder.path} (${folder.files} files)`);
  return [
    ...(large.length === 0 ? [] : [leftOutWarning("folders", large)]),
    ...(files.length === 0 ? [] : [leftOutWarning("files", files)]),
  ];
}

function leftOutWarning(what: string, names: readonly string[]): string {
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  return `Too large for the snapshot that undo goes back to are the untracked ${what} ${names.slice(0, 3).join(", ")}${more}: undo will not restore them. The limits stand under \`ghost_snapshot\` in config.toml.`;
}
