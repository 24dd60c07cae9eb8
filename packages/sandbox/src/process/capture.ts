import { isUtf8 } from "node:buffer";

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
    const bytes = Buffer.concat(this.chunks);
    return this.total > this.kept ? wholeCharacters(bytes) : bytes;
  }
}

/** Leaves out what a limit left of the last character of UTF-8; other bytes stay as they are. */
export function wholeCharacters(bytes: Uint8Array): Uint8Array {
  if (isUtf8(bytes)) return bytes;
  for (let length = bytes.byteLength - 1; length >= Math.max(0, bytes.byteLength - 3); length--) {
    const lead = bytes[length]!;
    if (lead < 0x80) return bytes;
    if (lead < 0xc0) continue;
    const whole = bytes.subarray(0, length);
    const needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    return bytes.byteLength - length < needed && isUtf8(whole) ? whole : bytes;
  }
  return bytes;
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
  return Buffer.concat([share(stdout, forStdout), share(stderr, forStderr)]);
}

function share(bytes: Uint8Array, length: number): Uint8Array {
  return length < bytes.byteLength ? wholeCharacters(bytes.subarray(0, length)) : bytes;
}
