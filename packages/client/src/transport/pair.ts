import type { Message, Transport, TransportEvents } from "./transport.ts";

/**
 * Two connected ends in one process. Messages go over as they are, without being turned into text: neither side may
 * change a message that it sent or received. Delivery is asynchronous and in order.
 */
export function createPair(): [Transport, Transport] {
  const a = new PairEnd();
  const b = new PairEnd();
  a.other = b;
  b.other = a;
  return [a, b];
}

class PairEnd implements Transport {
  other!: PairEnd;
  private events: TransportEvents | null = null;
  private readonly inbox: Message[] = [];
  private scheduled = false;
  private ended = false;

  start(events: TransportEvents): void {
    this.events = events;
    this.schedule();
  }

  send(message: Message): void {
    if (!this.ended) this.other.receive(message);
  }

  async close(): Promise<void> {
    this.end();
    this.other.end();
  }

  private receive(message: Message): void {
    this.inbox.push(message);
    this.schedule();
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled || this.events === null) return;
    this.scheduled = true;
    queueMicrotask(() => this.deliver());
  }

  private deliver(): void {
    const events = this.events;
    this.scheduled = false;
    if (events === null) return;
    for (let message = this.inbox.shift(); message !== undefined; message = this.inbox.shift()) events.message(message);
    if (!this.ended) return;
    this.events = null;
    events.close();
  }
}
