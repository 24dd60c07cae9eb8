/** Keeps the first bytes of a stream; the rest is counted, not kept. */
export class HeadBuffer {
  private readonly chunks: Uint8Array[] = [];
  private kept = 0;
  /** Bytes seen altogether. */
  total = 0;

  constructor(private readonly cap: number) {}

  append(chunk: Uint8Array): void {
    this.total += chunk.byteLength;
    const room = this.cap - this.kept;
    if (room <= 0) return;
    const part = chunk.byteLength > room ? chunk.subarray(0, room) : chunk;
    this.chunks.push(part);
    this.kept += part.byteLength;
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.chunks);
  }
}

/**
 * Both streams in one text of at most `cap` bytes: stdout, then stderr. When they do not fit, stdout is sure of a third,
 * stderr gets the rest, and what stderr does not need goes back to stdout. Beginnings are kept (section 10.1).
 */
export function aggregate(stdout: Uint8Array, stderr: Uint8Array, cap: number): Uint8Array {
  if (stdout.byteLength + stderr.byteLength <= cap) return Buffer.concat([stdout, stderr]);
  const reserved = Math.min(stdout.byteLength, Math.floor(cap / 3));
  const forStderr = Math.min(stderr.byteLength, cap - reserved);
  const forStdout = Math.min(stdout.byteLength, cap - forStderr);
  return Buffer.concat([stdout.subarray(0, forStdout), stderr.subarray(0, forStderr)]);
}
