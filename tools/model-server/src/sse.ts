import type { ServerResponse } from "node:http";
import { eventsOf } from "./events.ts";
import { earlyEnd, playEvents, sleep } from "./pace.ts";
import type { Reply, ReplyEvent } from "./script.ts";

/** Writes a reply as an HTTP answer: a status with a body, or a stream of server-sent events. */
export async function answerHttp(reply: Reply, n: number, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  if (reply.delayMs !== undefined) await sleep(reply.delayMs, gone.signal);
  if (gone.signal.aborted) return;
  if ((reply.status !== undefined && reply.status !== 200) || reply.body !== undefined) {
    return answerBody(reply, response);
  }
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache", ...reply.headers });
  if (isImmediate(reply)) {
    response.end(eventsOf(reply, n).map(frame).join(""));
    return;
  }
  response.flushHeaders();
  const budget = earlyEnd(reply)?.bytes;
  let written = 0;
  const ending = await playEvents(reply, n, {
    signal: gone.signal,
    send: async event => {
      if (response.writableEnded || response.destroyed) return;
      let bytes = Buffer.from(frame(event));
      if (budget !== undefined) bytes = bytes.subarray(0, Math.max(0, budget - written));
      written += bytes.length;
      await flushed(response, bytes);
      if (budget !== undefined && written >= budget) finish(response, earlyEnd(reply)?.how ?? "end");
    },
  });
  if (ending !== "open") finish(response, ending);
}

/** Nothing between the first byte and the last: one write will do. */
function isImmediate(reply: Reply): boolean {
  return (
    reply.events === undefined &&
    reply.eventDelayMs === undefined &&
    reply.hold === undefined &&
    reply.disconnectAfter === undefined &&
    !reply.hang &&
    !reply.keepOpen
  );
}

function answerBody(reply: Reply, response: ServerResponse): void {
  const { body, status = 200 } = reply;
  const asItStands = typeof body === "string" || body instanceof Uint8Array;
  response.writeHead(status, { "content-type": asItStands ? "text/plain" : "application/json", ...reply.headers });
  if (reply.hang) {
    response.flushHeaders();
    return;
  }
  response.end(body === undefined ? "" : asItStands ? body : JSON.stringify(body));
}

function finish(response: ServerResponse, how: "end" | "reset"): void {
  if (response.writableEnded || response.destroyed) return;
  if (how === "end") response.end();
  else response.destroy();
}

/** Resolves when the bytes have left this process, or never will. */
function flushed(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise(resolve => response.write(bytes, () => resolve()));
}

/** One event on the wire. Strings are data as they stand; bytes go out unframed. */
function frame(event: ReplyEvent): string | Uint8Array {
  if (event instanceof Uint8Array) return event;
  if (typeof event === "string")
    return `${event
      .split("\n")
      .map(line => `data: ${line}\n`)
      .join("")}\n`;
  return `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`;
}
