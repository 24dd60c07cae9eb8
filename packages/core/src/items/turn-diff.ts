import type { PatchChange, TurnDiffTracker } from "@codex-ts/apply-patch";

/** The diff of everything that a turn's patches changed. Costs nothing in a turn without patches. */
export class TurnDiff {
  private tracker: TurnDiffTracker | null = null;

  /**
   * Takes note of what the files of a patch are that somebody is asked about. Clients know the diff with the files of patches that were
   * declined among its files; that one was to be moved counts only when it is.
   */
  async patchIsShown(changes: ReadonlyMap<string, PatchChange>): Promise<void> {
    const inPlace = [...changes].map(([path, change]): [string, PatchChange] => [
      path,
      change.type === "update" ? { ...change, movePath: null } : change,
    ]);
    await this.patchBegins(new Map(inPlace));
  }

  /** Takes note of what the files of a patch are now; call it before the patch is applied. */
  async patchBegins(changes: ReadonlyMap<string, PatchChange>): Promise<void> {
    this.tracker ??= await newTracker();
    await this.tracker.patchBegins(changes);
  }

  /** The diff so far; null when nothing differs. */
  async unifiedDiff(): Promise<string | null> {
    return this.tracker === null ? null : this.tracker.unifiedDiff();
  }
}

async function newTracker(): Promise<TurnDiffTracker> {
  const [{ TurnDiffTracker }, { nodeTurnDiffFs }] = await Promise.all([
    import("@codex-ts/apply-patch"),
    import("@codex-ts/apply-patch/node"),
  ]);
  return new TurnDiffTracker(nodeTurnDiffFs);
}
