import { eventsOf } from "./events.ts";
import type { Reply, ReplyEvent } from "./script.ts";

/** Where the events of a reply go: an SSE response or a WebSocket. */
export interface EventSink {
  /** Resolves when more may be sent. */
  send(event: ReplyEvent): Promise<void> | void;
  /** Aborted when the client has left. */
  signal: AbortSignal;
}

/** How an answer ended: `open` leaves the connection to the client. */
export type Ending = "end" | "reset" | "open";

/** Plays the events of a reply into a sink, with its delays, its hold and its early end. */
export async function playEvents(reply: Reply, n: number, sink: EventSink): Promise<Ending> {
  const { signal } = sink;
  const limit = earlyEnd(reply);
  let sent = 0;
  for await (const { event, last } of withLast(reply.events ?? eventsOf(reply, n))) {
    if (signal.aborted) return "open";
    if (limit?.events !== undefined && sent >= limit.events) return limit.how;
    if (sent > 0 && reply.eventDelayMs !== undefined) await sleep(reply.eventDelayMs, signal);
    if (last && reply.hang && reply.events === undefined) break;
    if (last && reply.hold !== undefined) await Promise.race([reply.hold, left(signal)]);
    if (signal.aborted) return "open";
    await sink.send(event);
    sent += 1;
  }
  if (reply.hang) {
    await left(signal);
    return "open";
  }
  return limit?.events !== undefined && sent >= limit.events ? limit.how : reply.keepOpen ? "open" : "end";
}

/** The early end of a reply in its long form. */
export function earlyEnd(reply: Reply): { events?: number; bytes?: number; how: "end" | "reset" } | undefined {
  const given = reply.disconnectAfter;
  if (given === undefined) return undefined;
  return typeof given === "number" ? { events: given, how: "end" } : { how: "end", ...given };
}

async function* withLast(
  events: Iterable<ReplyEvent> | AsyncIterable<ReplyEvent>,
): AsyncGenerator<{ event: ReplyEvent; last: boolean }> {
  if (Array.isArray(events)) {
    const list: ReplyEvent[] = events;
    for (const [index, event] of list.entries()) yield { event, last: index === list.length - 1 };
    return;
  }
  for await (const event of events) yield { event, last: false };
}

/** Resolves after so many milliseconds, or when the signal fires. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}

/** Resolves when the signal fires. */
function left(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
