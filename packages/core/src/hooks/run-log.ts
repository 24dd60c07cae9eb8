import { appendFile, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createFolders } from "@codex-ts/apply-patch/node";
import { HookRunSummary } from "@codex-ts/protocol";

/** Texts of entries are kept up to this length, characters. */
const KEPT_TEXT = 4096;
/** Of a long record the end counts, bytes. */
const READ_BYTES = 4 * 1024 * 1024;

/** Where the runs of a thread's hooks are kept: beside its session file's folder, for the session file itself has no line for them. */
export function hookRunsFile(codexHome: string, threadId: string): string {
  return join(codexHome, "hook-runs", `${threadId}.jsonl`);
}

/** Keeps the ended runs of a thread's hooks on disk, so that clients can be shown them again. */
export class HookRunLog {
  private readonly file: string;
  private readonly onFailure: (message: string) => void;
  private writing: Promise<void> = Promise.resolve();
  private failed = false;

  constructor(file: string, onFailure: (message: string) => void) {
    this.file = file;
    this.onFailure = onFailure;
  }

  /** Resolves when the runs are on disk, or after one warning when the disk refuses: a turn never fails for it. */
  add(turnId: string, runs: readonly HookRunSummary[]): Promise<void> {
    if (this.failed || runs.length === 0) return Promise.resolve();
    const lines = runs.map(run => `${JSON.stringify({ turnId, run: shortened(run) })}\n`).join("");
    this.writing = this.writing.then(() => this.append(lines));
    return this.writing;
  }

  private async append(lines: string): Promise<void> {
    try {
      await createFolders(dirname(this.file), 0o700);
      await appendFile(this.file, lines, { mode: 0o600 });
    } catch (error) {
      this.failed = true;
      this.onFailure(`Hook runs are not kept: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function shortened(run: HookRunSummary): HookRunSummary {
  const entries = run.entries.map(({ kind, text }) => ({
    kind,
    text: text.length <= KEPT_TEXT ? text : `${text.slice(0, KEPT_TEXT)}…`,
  }));
  return { ...run, entries };
}

/** The kept runs of a thread's hooks, by turn; none where there is no record. Lines that cannot be read are passed over. */
export async function readHookRuns(
  codexHome: string,
  threadId: string,
): Promise<ReadonlyMap<string, readonly HookRunSummary[]>> {
  const runs = new Map<string, HookRunSummary[]>();
  const text = await readEnd(hookRunsFile(codexHome, threadId)).catch(() => "");
  for (const line of text.split("\n")) {
    const entry = readLine(line);
    if (entry === null) continue;
    const known = runs.get(entry.turnId);
    if (known === undefined) runs.set(entry.turnId, [entry.run]);
    else known.push(entry.run);
  }
  return runs;
}

function readLine(line: string): { turnId: string; run: HookRunSummary } | null {
  if (line === "") return null;
  try {
    const { turnId, run } = JSON.parse(line) as { turnId: unknown; run: unknown };
    return typeof turnId === "string" ? { turnId, run: HookRunSummary.parse(run) } : null;
  } catch {
    return null;
  }
}

async function readEnd(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const length = Math.min(size, READ_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}
