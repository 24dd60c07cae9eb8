import type { Transport } from "../src/index.ts";

type Json = Record<string, unknown>;

/** The other end of a connection, played by the test. */
export class Peer {
  readonly received: Json[] = [];
  readonly ended: Promise<Error | undefined>;
  private wake = () => {};

  constructor(private readonly transport: Transport) {
    this.ended = new Promise(resolve => {
      transport.start({
        message: message => {
          this.received.push(message as Json);
          this.wake();
        },
        close: resolve,
      });
    });
  }

  send(message: Json): void {
    void this.transport.send(message);
  }

  close(): Promise<void> {
    return this.transport.close();
  }

  /** The next message that was not taken yet. */
  async next(): Promise<Json> {
    while (this.received.length === 0) {
      await new Promise<void>(resolve => {
        this.wake = resolve;
      });
    }
    return this.received.shift()!;
  }
}
