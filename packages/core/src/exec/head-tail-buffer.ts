/** Keeps the first and the last bytes of a long output; what is between them is dropped and counted. */
export class HeadTailBuffer {
  private readonly headLimit: number;
  private readonly tailLimit: number;
  private head: Uint8Array[] = [];
  private headBytes = 0;
  private tail: Uint8Array[] = [];
  private tailBytes = 0;
  private dropped = 0;

  constructor(limit: number) {
    this.headLimit = Math.floor(limit / 2);
    this.tailLimit = limit - this.headLimit;
  }

  /** Bytes that were dropped between head and tail. */
  get droppedBytes(): number {
    return this.dropped;
  }

  push(chunk: Uint8Array): void {
    const room = this.headLimit - this.headBytes;
    if (room > 0) {
      const part = chunk.subarray(0, room);
      this.head.push(part);
      this.headBytes += part.length;
      if (part.length === chunk.length) return;
      chunk = chunk.subarray(room);
    }
    this.tail.push(chunk);
    this.tailBytes += chunk.length;
    while (this.tailBytes > this.tailLimit) {
      const first = this.tail[0]!;
      const excess = this.tailBytes - this.tailLimit;
      if (first.length <= excess) this.tail.shift();
      else this.tail[0] = first.subarray(excess);
      const removed = Math.min(first.length, excess);
      this.tailBytes -= removed;
      this.dropped += removed;
    }
  }

  bytes(): Buffer {
    return Buffer.concat([...this.head, ...this.tail]);
  }

  /** The kept bytes as text; the buffer is empty afterwards. */
  take(): string {
    const text = this.bytes().toString("utf8");
    this.head = [];
    this.headBytes = 0;
    this.tail = [];
    this.tailBytes = 0;
    this.dropped = 0;
    return text;
  }
}
