import type { ThreadEvent } from "./thread-events.ts";

export type ThreadListener = (event: ThreadEvent) => void;

/**
 * Carries a thread's events to whoever listens, in order and at once. Events from before the first listener are kept for it,
 * so that nothing is lost between starting a thread and listening to it.
 */
export class EventBus {
  private readonly listeners = new Set<ThreadListener>();
  private readonly closers = new Set<() => void>();
  private backlog: ThreadEvent[] | null = [];
  private closed = false;

  emit(event: ThreadEvent): void {
    if (this.closed) return;
    if (this.backlog !== null) {
      this.backlog.push(event);
      return;
    }
    for (const listener of this.listeners) listener(event);
  }

  /** Calls `listener` for every event from now on (the first listener also gets the backlog). Returns the way to stop. */
  subscribe(listener: ThreadListener, onClose: () => void = () => {}): () => void {
    this.listeners.add(listener);
    if (this.closed) onClose();
    else this.closers.add(onClose);
    const backlog = this.backlog;
    this.backlog = null;
    if (backlog !== null) for (const event of backlog) listener(event);
    return () => {
      this.listeners.delete(listener);
      this.closers.delete(onClose);
    };
  }

  /** No event comes after this one; every iterator ends once it has delivered what it holds. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const closer of this.closers) closer();
    this.closers.clear();
  }

  /** An iterator of its own over everything from now on. It holds what its consumer has not yet taken. */
  async *iterate(): AsyncGenerator<ThreadEvent, void, undefined> {
    const queue: ThreadEvent[] = [];
    let wake = () => {};
    let ended = false;
    const stop = this.subscribe(
      event => {
        queue.push(event);
        wake();
      },
      () => {
        ended = true;
        wake();
      },
    );
    try {
      for (;;) {
        const event = queue.shift();
        if (event !== undefined) yield event;
        else if (ended) return;
        else await new Promise<void>(resolve => (wake = resolve));
      }
    } finally {
      stop();
    }
  }
}
