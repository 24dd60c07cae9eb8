/**
 * Claims: the first delta reaches the caller less than a millisecond after its bytes reach the process, and a thousand
 * streams at once fit into 400 MB. Run: `pnpm bench`.
 */
import { systemClock } from "../src/clock.ts";
import { decodeSse } from "../src/stream/sse.ts";

const encoder = new TextEncoder();
const frame = (event: object) => encoder.encode(`data: ${JSON.stringify(event)}\n\n`);
const delta = frame({ type: "response.output_text.delta", item_id: "m", delta: "hello" });
const completed = frame({ type: "response.completed", response: { id: "r" } });
const options = { clock: systemClock, idleTimeoutMs: 60_000, abort: () => {}, readError: (error: unknown) => error };

function stream(): { body: ReadableStream<Uint8Array>; push: (bytes: Uint8Array) => void } {
  let control: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: controller => {
      control = controller;
    },
  });
  return { body, push: bytes => control?.enqueue(bytes) };
}

const waits: number[] = [];
for (let n = 0; n < 500; n += 1) {
  const { body, push } = stream();
  const reading = (async () => {
    for await (const batch of decodeSse(body, options)) {
      if (batch[0]?.type === "text_delta") return performance.now();
    }
    return 0;
  })();
  await new Promise(resolve => setImmediate(resolve));
  const start = performance.now();
  push(delta);
  waits.push((await reading) - start);
}
waits.sort((a, b) => a - b);
const at = (share: number) => (waits[Math.floor(waits.length * share)] ?? 0).toFixed(3);
process.stdout.write(`first delta after its bytes: median ${at(0.5)} ms, 99th percentile ${at(0.99)} ms\n`);

const COUNT = 1000;
const before = process.memoryUsage().rss;
const open = Array.from({ length: COUNT }, stream);
let deltas = 0;
const readers = open.map(async ({ body }) => {
  for await (const batch of decodeSse(body, options)) deltas += batch.length;
});
const start = performance.now();
for (let round = 0; round < 100; round += 1) {
  for (const { push } of open) push(delta);
  await new Promise(resolve => setImmediate(resolve));
}
for (const { push } of open) push(completed);
await Promise.all(readers);
const rss = process.memoryUsage().rss;
process.stdout.write(
  `${COUNT} streams at once: ${deltas} events in ${(performance.now() - start).toFixed(0)} ms, ${(rss / 1e6).toFixed(0)} MB in all (+${((rss - before) / 1e6).toFixed(0)} MB)\n`,
);
