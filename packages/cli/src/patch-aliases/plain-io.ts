import { readSync, writeSync } from "node:fs";

/**
 * Standard streams by the calls that every file allows: inside a sandbox Node may not ask what kind of socket a stream
 * is, and takes it for one without a reader.
 */
export const plainIo = {
  read(fd: number): Uint8Array {
    const chunks: Buffer[] = [];
    for (;;) {
      const chunk = Buffer.allocUnsafe(65_536);
      const count = retried(() => readSync(fd, chunk));
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, count));
    }
  },

  /** A reader that went away is not an error: the exit code still tells how it ended. */
  write(fd: number, text: string): void {
    let rest: Uint8Array = Buffer.from(text);
    try {
      while (rest.length > 0) rest = rest.subarray(retried(() => writeSync(fd, rest)));
    } catch (error) {
      if (codeOf(error) !== "EPIPE") throw error;
    }
  },
};

const BETWEEN_TRIES_MS = 2;

/** Streams that do not block are asked again. */
function retried(call: () => number): number {
  for (;;) {
    try {
      return call();
    } catch (error) {
      if (codeOf(error) === "EOF") return 0;
      if (codeOf(error) !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BETWEEN_TRIES_MS);
    }
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
