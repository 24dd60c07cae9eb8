/**
 * Claim: decoding a stream of server-sent events into model events is not what a turn waits for: well over 100 MB/s on
 * one core, a small multiple of the bare `JSON.parse` of the same data. Run: `pnpm bench`.
 */
import { systemClock } from "../src/clock.ts";
import { decodeSse } from "../src/stream/sse.ts";

const MB = 1 << 20;
const SIZE = 50 * MB;

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull: controller => {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, (at += 64 * 1024)));
    },
  });
}

function build(event: (n: number) => object, ending: object): { bytes: Uint8Array; datas: string[] } {
  const frames: string[] = [];
  const datas: string[] = [];
  let size = 0;
  for (let n = 0; size < SIZE; n += 1) {
    const data = JSON.stringify(event(n));
    const frame = `event: x\ndata: ${data}\n\n`;
    datas.push(data);
    frames.push(frame);
    size += frame.length;
  }
  frames.push(`data: ${JSON.stringify(ending)}\n\n`);
  return { bytes: Buffer.from(frames.join("")), datas };
}

const completed = { type: "response.completed", response: { id: "r" } };
const text = "The quick brown fox jumps over the lazy dog, twice. ";
const item_id = "msg_0123456789abcdef0123456789abcdef";

const workloads: Record<string, (n: number) => object> = {
  "text deltas of 8 characters": n => ({
    type: "response.output_text.delta",
    sequence_number: n,
    item_id,
    output_index: 0,
    content_index: 0,
    delta: text.slice(0, 8),
    logprobs: [],
    obfuscation: "abcdefgh",
  }),
  "argument deltas (not used)": n => ({
    type: "response.function_call_arguments.delta",
    sequence_number: n,
    item_id,
    output_index: 0,
    delta: text.slice(0, 8),
    obfuscation: "abcdefgh",
  }),
  "items of 4 KB": () => ({
    type: "response.output_item.done",
    output_index: 0,
    item: {
      type: "message",
      id: item_id,
      role: "assistant",
      content: [{ type: "output_text", text: text.repeat(80) }],
    },
  }),
  "items of 1 MB": () => ({
    type: "response.output_item.done",
    output_index: 0,
    item: { type: "function_call", call_id: "c", name: "f", arguments: text.repeat(20_000) },
  }),
};

const rate = (bytes: number, ms: number) => bytes / MB / (ms / 1000);

for (const [name, event] of Object.entries(workloads)) {
  const { bytes, datas } = build(event, completed);
  let best = 0;
  let events = 0;
  for (let run = 0; run < 5; run += 1) {
    const start = performance.now();
    events = 0;
    const stream = decodeSse(streamOf(bytes), {
      clock: systemClock,
      idleTimeoutMs: 60_000,
      abort: () => {},
      readError: error => error,
    });
    for await (const batch of stream) for (const _event of batch) events += 1;
    best = Math.max(best, rate(bytes.length, performance.now() - start));
  }
  let parse = 0;
  for (let run = 0; run < 3; run += 1) {
    const start = performance.now();
    for (const data of datas) JSON.parse(data);
    parse = Math.max(parse, rate(bytes.length, performance.now() - start));
  }
  process.stdout.write(
    `${name}: ${best.toFixed(0)} MB/s, ${events} events; ${(parse / best).toFixed(1)}x the time of JSON.parse alone (${parse.toFixed(0)} MB/s)\n`,
  );
}
