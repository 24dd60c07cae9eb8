import { readableEvents, readableText } from "./readable-body.ts";

export type Fetch = (input: string | URL, init?: RequestInit) => Promise<Response>;

export interface WatchedFetchOptions {
  fetch: Fetch;
  /** Headers of every request. */
  headers: Readonly<Record<string, string>>;
  /** The headers of a login, as they are at this moment. */
  credentials: () => Promise<Readonly<Record<string, string>>>;
  /** The stream that was to bring the answer of this request ended without it, and cannot be resumed. */
  onCut: (id: string | number) => void;
  /** As `onCut`, but the stream said how to be resumed. */
  onResumableCut: (id: string | number) => void;
}

/** `fetch` for one server: its headers on everything, and an eye on streams that break off before the answer. */
export function watchedFetch(options: WatchedFetchOptions): Fetch {
  return async (input, init = {}) => {
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(options.headers)) headers.set(name, value);
    for (const [name, value] of Object.entries(await options.credentials())) headers.set(name, value);
    const response = await options.fetch(input, { ...init, headers });
    const id = init.method === "POST" ? requestId(init.body) : null;
    const type = response.headers.get("content-type")?.toLowerCase() ?? "";
    if (response.body === null || !response.ok) return response;
    const { status, statusText, headers: told } = response;
    if (id !== null && type.startsWith("application/json")) {
      return new Response(readableText(await response.text()), { status, statusText, headers: told });
    }
    if (!type.startsWith("text/event-stream")) return response;
    const events = response.body.pipeThrough(readableEvents());
    if (id === null) return new Response(events, { status, statusText, headers: told });
    return watched(response, events, resumable => {
      // The reader gets what came before the end first.
      setTimeout(() => (resumable ? options.onResumableCut(id) : options.onCut(id)), 50).unref();
    });
  };
}

function requestId(body: unknown): string | number | null {
  if (typeof body !== "string") return null;
  const message: unknown = JSON.parse(body);
  if (typeof message !== "object" || message === null || !("method" in message) || !("id" in message)) return null;
  const { id } = message;
  return typeof id === "string" || typeof id === "number" ? id : null;
}

function watched(response: Response, body: ReadableStream<Uint8Array>, onEnd: (resumable: boolean) => void): Response {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let resumable = false;
  let before = "\n";
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          controller.close();
          onEnd(resumable);
          return;
        }
        if (!resumable) {
          const text = before + decoder.decode(value.subarray(0, 4096), { stream: true });
          resumable = /[\r\n]id:/.test(text);
          before = text.slice(-4);
        }
        controller.enqueue(value);
      } catch (error) {
        controller.error(error);
        onEnd(resumable);
      }
    },
    cancel: reason => reader.cancel(reason),
  });
  return new Response(stream, { status: response.status, statusText: response.statusText, headers: response.headers });
}
