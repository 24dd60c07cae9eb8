/**
 * Tools that may run beside each other share the lock, the others have it alone. Whoever asks first is served first, so that a
 * stream of shared holders cannot starve an exclusive one.
 */
export class ToolLock {
  private sharedHolders: Promise<unknown>[] = [];
  private gate: Promise<unknown> = Promise.resolve();

  run<T>(exclusive: boolean, work: () => Promise<T>): Promise<T> {
    return exclusive ? this.runExclusive(work) : this.runShared(work);
  }

  private runShared<T>(work: () => Promise<T>): Promise<T> {
    const running = this.gate.then(work);
    this.sharedHolders.push(quiet(running));
    return running;
  }

  private runExclusive<T>(work: () => Promise<T>): Promise<T> {
    const before = Promise.all([this.gate, ...this.sharedHolders]);
    const running = before.then(work);
    this.gate = quiet(running);
    this.sharedHolders = [];
    return running;
  }
}

function quiet(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    () => undefined,
  );
}
