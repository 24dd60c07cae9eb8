import { stat } from "node:fs/promises";
import { skillFolders, type SkillPlaces } from "@codex-ts/core";
import type { FSWatcher } from "chokidar";

/** Clients are told at once, and then no more often than this, milliseconds. */
const QUIET_MS = 10_000;
/** Levels of folders below a folder of skills in which skills are looked for. */
const DEPTH = 6;

/** Bundled skills: the program itself writes them. */
const isBundled = (path: string): boolean => /[\\/]skills[\\/]\.system(?:[\\/]|$)/.test(path);

interface WatchedFolder {
  /** The threads that want to know. */
  threads: Set<string>;
  /** Null where it cannot be watched. */
  watcher: Promise<FSWatcher | null>;
}

async function existing(places: SkillPlaces): Promise<string[]> {
  const folders = await skillFolders(places);
  const facts = await Promise.all(folders.map(folder => stat(folder).catch(() => null)));
  return folders.filter((_, index) => facts[index]?.isDirectory() ?? false);
}

/**
 * Says when skills of loaded threads change on the disk. A folder of skills that is made later is seen from the next thread
 * on.
 */
export class SkillWatch {
  private closed = false;
  private readonly folders = new Map<string, WatchedFolder>();
  private lastTold = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | null = null;

  /**
   * @param tell skills have changed
   * @param log a line for whoever runs the server
   * @param quietMs how long nothing is told after something was told
   */
  constructor(
    private readonly tell: () => void,
    private readonly log: (text: string) => void,
    private readonly quietMs = QUIET_MS,
  ) {}

  /** Watches the skills of a thread's folder until the thread is forgotten. Waits for nothing. */
  follow(threadId: string, places: SkillPlaces, isLoaded: () => boolean): void {
    existing(places).then(
      folders => {
        if (this.closed || !isLoaded()) return;
        for (const folder of folders) {
          const watched = this.folders.get(folder) ?? { threads: new Set(), watcher: this.start(folder) };
          watched.threads.add(threadId);
          this.folders.set(folder, watched);
        }
      },
      (error: unknown) => this.fail(error),
    );
  }

  forget(threadId: string): void {
    for (const [folder, { threads, watcher }] of this.folders) {
      if (!threads.delete(threadId) || threads.size > 0) continue;
      this.folders.delete(folder);
      void watcher.then(watching => watching?.close());
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    const watchers = await Promise.all([...this.folders.values()].map(({ watcher }) => watcher));
    await Promise.all(watchers.map(watcher => watcher?.close()));
  }

  private async start(folder: string): Promise<FSWatcher | null> {
    try {
      const { watch } = await import("chokidar");
      const options = { ignoreInitial: true, depth: DEPTH, ignorePermissionErrors: true, ignored: isBundled };
      return watch(folder, options)
        .on("all", () => this.changed())
        .on("error", error => this.fail(error));
    } catch (error) {
      this.fail(error);
      return null;
    }
  }

  private fail(error: unknown): void {
    this.log(`skills cannot be watched: ${String(error)}`);
  }

  private changed(): void {
    if (this.timer !== null || this.closed) return;
    const wait = this.lastTold + this.quietMs - performance.now();
    if (wait <= 0) this.now();
    else this.timer = setTimeout(() => this.now(), wait).unref();
  }

  private now(): void {
    this.timer = null;
    this.lastTold = performance.now();
    this.tell();
  }
}
