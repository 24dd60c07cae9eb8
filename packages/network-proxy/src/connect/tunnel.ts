import type { Duplex } from "node:stream";

/** Joins two ends until both are done; when one breaks, the other is closed too. */
export function joinEnds(left: Duplex, right: Duplex): void {
  const close = () => {
    left.destroy();
    right.destroy();
  };
  for (const [from, to] of [
    [left, right],
    [right, left],
  ] as const) {
    from.on("error", close);
    // A clean end is passed on by the pipe; anything else ends the other side as well.
    from.once("close", () => {
      if (!from.readableEnded) close();
    });
    from.pipe(to);
  }
}
