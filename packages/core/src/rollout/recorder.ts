import type { RolloutItem, ThreadWriter } from "@codex-ts/thread-store";

/** A thread's session file as the turns see it; without a writer (an ephemeral thread) nothing is kept. */
export class RolloutRecorder {
  private readonly writer: ThreadWriter | null;
  private readonly onFailure: (message: string) => void;
  /** The file could not be written when that was last tried: said once, and again only after it went well in between. */
  private failing = false;

  constructor(writer: ThreadWriter | null, onFailure: (message: string) => void) {
    this.writer = writer;
    this.onFailure = onFailure;
  }

  get persistent(): boolean {
    return this.writer !== null;
  }

  get path(): string | null {
    return this.writer?.path ?? null;
  }

  append(items: readonly RolloutItem[]): void {
    if (items.length > 0) this.writer?.append([...items]);
  }

  /** From now on there is a file. Until then lines wait in memory, so that a thread nobody used leaves nothing behind. */
  async materialize(): Promise<void> {
    await this.guard(() => this.writer?.materialize());
  }

  /** Resolves when every line so far is on disk, or after a warning when the disk refuses. A turn never fails for it, and one outage is one warning. */
  async flush(): Promise<void> {
    await this.guard(() => this.writer?.flush());
  }

  async close(): Promise<void> {
    await this.guard(() => this.writer?.close());
  }

  private async guard(step: () => Promise<unknown> | undefined | void): Promise<void> {
    try {
      await step();
      this.failing = false;
    } catch (error) {
      if (this.failing) return;
      this.failing = true;
      const why = error instanceof Error ? error.message : String(error);
      this.onFailure(`Failed to save the conversation transcript; Codex will continue retrying. Error: ${why}`);
    }
  }
}
