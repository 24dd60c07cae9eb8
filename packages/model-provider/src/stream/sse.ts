import { createParser } from "eventsource-parser";
import type { Clock } from "../clock.ts";
import { ModelError, streamError } from "../errors.ts";
import type { ModelEvent } from "../wire.ts";
import { kindOf, type ModelObserver } from "../transport/observer.ts";
import { endedEarly, ResponseReader } from "./events.ts";

export interface SseOptions {
  clock: Clock;
  /** Longest silence between two events, in milliseconds. */
  idleTimeoutMs: number;
  /** Model named by the response's headers: only another one is told. */
  serverModel?: string | null;
  /** Called when the silence was too long; must make the next read of `body` fail or end. */
  abort: () => void;
  /** Kind of content that the server says it sends. */
  contentType?: string | null;
  /** Turns the failure of a read into the error to throw. */
  readError: (error: unknown) => unknown;
  observer?: ModelObserver | undefined;
}

/**
 * Decodes a response of server-sent events, one batch of events for each piece that arrives: handing them on one by one
 * through several generators would cost more than reading them. Ends after `completed`.
 * @throws {ModelError} the response failed, ended early, was silent for too long, or could not be read
 */
export async function* decodeSse(body: AsyncIterable<Uint8Array>, options: SseOptions): AsyncGenerator<ModelEvent[]> {
  let queue: ModelEvent[] = [];
  const reader = new ResponseReader(event => void queue.push(event), "sse");
  if (options.serverModel) reader.expectModel(options.serverModel);
  let silent = true;
  let waitingSince = options.clock.now();
  const take = () => {
    const batch = queue;
    queue = [];
    return batch;
  };
  const parser = createParser({
    onEvent: ({ data, event }) => {
      silent = false;
      if (reader.ended) return;
      const before = reader.error;
      reader.readText(data);
      if (options.observer?.streamEvent === undefined || data === "[DONE]") return;
      const durationMs = options.clock.now() - waitingSince;
      waitingSince = options.clock.now();
      const kind = event || kindOf(data);
      const told = reader.error === before ? undefined : reader.error?.message;
      const error = kind === "response.failed" ? data : (told ?? null);
      options.observer.streamEvent({ transport: "sse", kind, durationMs, error });
    },
  });
  const text = new TextDecoder("utf-8", { fatal: true });
  let timedOut = false;
  const watchdog = options.clock.timer(options.idleTimeoutMs, () => {
    timedOut = true;
    options.abort();
  });
  const input = body[Symbol.asyncIterator]();
  try {
    if (queue.length > 0) yield take();
    for (;;) {
      const { done, value } = await input.next();
      if (done) break;
      silent = true;
      parser.feed(decoded(text, value));
      if (!silent) watchdog.refresh();
      if (queue.length > 0) yield take();
      if (reader.ended) break;
    }
  } catch (error) {
    if (timedOut) throw streamError("idle timeout waiting for SSE", { hint: SILENT });
    throw error instanceof ModelError ? error : options.readError(error);
  } finally {
    watchdog.cancel();
    finishReading(input, reader.completed, options.clock);
  }
  if (timedOut) throw streamError("idle timeout waiting for SSE", { hint: SILENT });
  if (!reader.completed) throw endedEarly(reader, hintOf(options.contentType));
}

/** @throws {ModelError} bytes that are no UTF-8: what a model said is not guessed at */
function decoded(text: InstanceType<typeof TextDecoder>, bytes: Uint8Array): string {
  try {
    return text.decode(bytes, { stream: true });
  } catch {
    throw streamError("UTF8 error: invalid utf-8 sequence");
  }
}

/** A sign-in page or a proxy's error in place of the stream. */
function hintOf(contentType: string | null | undefined): string | undefined {
  if (!contentType || /^text\/event-stream\b/i.test(contentType)) return undefined;
  return `The server answers with ${contentType} in place of an event stream. Check the provider's \`base_url\`, and whether a proxy stands in between.`;
}

const SILENT = "The provider went silent. Try again; `stream_idle_timeout_ms` of the provider sets how long to wait.";

const DRAIN_MS = 200;

/**
 * Gives the connection back. After a complete response the few bytes that follow are read for a moment, so that the
 * connection can serve the next request; anything else is cut off.
 */
function finishReading(input: AsyncIterator<Uint8Array>, completed: boolean, clock: Clock): void {
  const cancel = () => void input.return?.().catch(() => {});
  if (!completed) return cancel();
  const timer = clock.timer(DRAIN_MS, cancel);
  const rest = async () => {
    for (let chunks = 0; chunks < 16; chunks += 1) {
      if ((await input.next()).done) return;
    }
    cancel();
  };
  rest()
    .catch(() => {})
    .finally(() => timer.cancel());
}
