import { StringDecoder } from "node:string_decoder";

const MAX_DELTA_BYTES = 8192;
const MAX_DELTAS = 10_000;

/** Turns raw output into text deltas, bounded in size and in number a stream, never cutting a character in two. */
export class OutputDeltas {
  private readonly decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
  private readonly emit: (delta: string) => void;
  private readonly sent = { stdout: 0, stderr: 0 };

  constructor(emit: (delta: string) => void) {
    this.emit = emit;
  }

  push(stream: "stdout" | "stderr", chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && this.sent[stream] < MAX_DELTAS; at += MAX_DELTA_BYTES) {
      const part = chunk.subarray(at, at + MAX_DELTA_BYTES);
      const text = this.decoders[stream].write(Buffer.from(part.buffer, part.byteOffset, part.byteLength));
      if (text === "") continue;
      this.sent[stream]++;
      this.emit(text);
    }
  }
}
