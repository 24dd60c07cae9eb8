import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { LineLink } from "../src/links/line-link.ts";
import { type Json, TestClient, World } from "./harness.ts";

const MIB = 1024 * 1024;

/** `count` pieces of one MiB without a line feed, with what stands before and after them. */
function* longLine(count: number, before: string, after: string): Generator<Buffer> {
  yield Buffer.from(before);
  const piece = Buffer.alloc(MIB, "x");
  for (let n = 0; n < count; n++) yield piece;
  yield Buffer.from(after);
}

describe("a line of a gigabyte", () => {
  it("is dropped while it comes, takes no memory of its size, and the next line is read", async () => {
    const lines: Json[] = [];
    const logged: string[] = [];
    let peak = 0;
    const start = process.memoryUsage();
    const base = start.heapUsed + start.arrayBuffers;
    function* watched() {
      for (const piece of longLine(1024, '{"id":1,"method":"a"}\n{"id":2,"method":"', '"}\n{"id":3,"method":"b"}\n')) {
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        peak = Math.max(peak, heapUsed + arrayBuffers - base);
        yield piece;
      }
    }
    const { output } = new TestClient((await World.create()).server);
    const link = new LineLink(Readable.from(watched()), output, text => logged.push(text));
    await new Promise<void>(resolve =>
      link.start({ message: message => void lines.push(message as Json), close: resolve } as Parameters<
        LineLink["start"]
      >[0]),
    );
    expect(lines.map(message => message["id"])).toEqual([1, 3]);
    expect(logged).toEqual(["dropped a line of more than 134217728 characters"]);
    expect(peak / MIB).toBeLessThan(512);
  });

  it("does not end the connection it came over", async () => {
    const world = await World.create();
    const client = await world.client();
    for (const piece of longLine(130, '{"id":"long","method":"', "\n")) {
      if (!client.input.write(piece)) await new Promise(resolve => client.input.once("drain", resolve));
    }
    await client.caughtUp();
    expect(client.messages.some(message => message["id"] === "long")).toBe(false);
  });
});

describe("a client that does not read", () => {
  it("does not hold up the end of the server", async () => {
    const world = await World.create();
    const client = await world.client();
    client.output.pause();
    for (let n = 0; n < 10; n++) {
      client.send({ id: n, method: "mock/experimentalMethod", params: { value: "x".repeat(MIB) } });
    }
    await expect.poll(() => client.output.readableLength, { timeout: 60_000 }).toBeGreaterThan(0);
    await world.server.close();
    expect(client.output.readableLength).toBeGreaterThan(0);
  });
});
