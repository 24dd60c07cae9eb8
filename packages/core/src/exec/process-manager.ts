import type { Clock } from "../clock.ts";
import type { Ids } from "../ids.ts";
import type { LiveProcess } from "./live-process.ts";

const MAX_PROCESSES = 64;
/** From this many on, the model is told to close some. */
export const PROCESS_WARNING_FROM = 60;
const PROTECTED_RECENT = 8;
const FIRST_ID = 1000;
const LAST_ID = 100_000;
const SHUTDOWN_GRACE_MS = 1000;

/** The live processes of a thread, by the session id that the model uses for them. They survive turns; the thread's end kills them. */
export class ProcessManager {
  private readonly processes = new Map<number, LiveProcess>();
  private readonly reserved = new Set<number>();
  private readonly ids: Ids;
  private readonly clock: Clock;

  constructor(ids: Ids, clock: Clock) {
    this.ids = ids;
    this.clock = clock;
  }

  get size(): number {
    return this.processes.size;
  }

  reserveId(): number {
    for (;;) {
      const id = this.ids.integer(FIRST_ID, LAST_ID);
      if (this.processes.has(id) || this.reserved.has(id)) continue;
      this.reserved.add(id);
      return id;
    }
  }

  releaseId(id: number): void {
    this.reserved.delete(id);
  }

  /** Keeps a process beyond its call; when there are too many, one that nobody uses is ended first. */
  store(process: LiveProcess): void {
    if (this.processes.size >= MAX_PROCESSES) this.prune();
    this.reserved.delete(process.id);
    this.processes.set(process.id, process);
    // The id answers until somebody has collected the end; an exited process is only dropped by a poll or by pruning.
  }

  get(id: number): LiveProcess | undefined {
    return this.processes.get(id);
  }

  remove(id: number): void {
    this.processes.delete(id);
    this.reserved.delete(id);
  }

  /** Ends every process; the watchers report their ends. */
  killAll(): void {
    for (const process of this.processes.values()) process.kill();
    this.processes.clear();
  }

  /** Ends every process and waits (not for ever) until their ends have been reported. */
  async shutdown(): Promise<void> {
    const ending = [...this.processes.values()].map(process => process.ended);
    this.killAll();
    await Promise.race([Promise.all(ending), this.clock.sleep(SHUTDOWN_GRACE_MS)]);
  }

  private prune(): void {
    const byUse = [...this.processes.values()].sort((a, b) => b.lastUsed - a.lastUsed);
    const candidates = byUse.slice(PROTECTED_RECENT).reverse();
    const victim = candidates.find(process => process.exit !== null) ?? candidates[0];
    if (victim === undefined) return;
    this.processes.delete(victim.id);
    victim.kill();
  }
}

export function tooManyProcessesWarning(open: number): string {
  return `The maximum number of unified exec processes you can keep open is ${PROCESS_WARNING_FROM} and you currently have ${open} processes open. Reuse older processes or close them to prevent automatic pruning of old processes`;
}
