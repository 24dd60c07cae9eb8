import type { Clock } from "../clock.ts";
import type { HttpFetch, HttpInit, HttpResponse } from "../transport/http-client.ts";

/** A local model server that cannot be used; the text says what to do. */
export class OssError extends Error {
  override readonly name = "OssError";
  readonly code: "server_down" | "pull_failed" | "unexpected_answer";

  constructor(code: OssError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

export interface OssServices {
  /** Base URL of the provider, with its `/v1`. */
  baseUrl: string;
  fetch: HttpFetch;
  clock: Clock;
  signal?: AbortSignal;
}

/** How far a download is. */
export interface PullProgress {
  status: string;
  /** Bytes over all parts; 0 while unknown. */
  total: number;
  completed: number;
}

/** The server's root: its own API stands beside the OpenAI one. */
export function rootOf(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, "").replace(/\/v1$/, "");
}

const TIMEOUT_MS = 5000;

/** Asks a local server; null when nothing answers in time. */
export async function ask(
  { fetch, clock, signal }: OssServices,
  url: string,
  init: HttpInit = {},
): Promise<HttpResponse | null> {
  const cut = new AbortController();
  const onAbort = () => cut.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer = clock.timer(TIMEOUT_MS, () => cut.abort());
  try {
    return await fetch(url, { ...init, signal: cut.signal });
  } catch {
    if (signal?.aborted) throw signal.reason;
    return null;
  } finally {
    timer.cancel();
    signal?.removeEventListener("abort", onAbort);
  }
}
