import type { RpcError } from "@codex-ts/protocol";
import { ClientError } from "./errors.ts";

export interface RequestOptions {
  /** Stops waiting; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Milliseconds; overrides the connection's. 0 means no limit. */
  timeoutMs?: number;
}

interface Entry {
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
  cleanup: (() => void) | null;
}

/** Requests that wait for their answers, by id. */
export class PendingRequests {
  private readonly entries = new Map<number, Entry>();
  private nextId = 1;
  private closed: ClientError | null = null;

  constructor(private readonly defaultTimeoutMs: number | undefined) {}

  /** Gives the request an id, lets `send` send it, and waits. */
  add(method: string, options: RequestOptions | undefined, send: (id: number) => void): Promise<unknown> {
    if (this.closed !== null) return Promise.reject(this.closed);
    const signal = options?.signal;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const id = this.nextId++;
    const timeoutMs = options?.timeoutMs ?? this.defaultTimeoutMs ?? 0;
    return new Promise((resolve, reject) => {
      const entry: Entry = { resolve, reject, cleanup: null };
      this.entries.set(id, entry);
      if (signal !== undefined || timeoutMs > 0) entry.cleanup = this.guard(id, method, signal, timeoutMs);
      send(id);
    });
  }

  resolve(id: number, result: unknown): void {
    this.take(id)?.resolve(result);
  }

  reject(id: number, error: RpcError): void {
    this.take(id)?.reject(error);
  }

  /** Fails everything that waits, and everything to come. */
  close(error: ClientError): void {
    if (this.closed !== null) return;
    this.closed = error;
    for (const id of this.entries.keys()) this.take(id)?.reject(error);
  }

  private guard(id: number, method: string, signal: AbortSignal | undefined, timeoutMs: number): () => void {
    const onAbort = () => this.take(id)?.reject(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    const timer =
      timeoutMs > 0
        ? setTimeout(() => {
            this.take(id)?.reject(new ClientError("timeout", `no answer to ${method} within ${timeoutMs} ms`));
          }, timeoutMs)
        : undefined;
    return () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
  }

  private take(id: number): Entry | undefined {
    const entry = this.entries.get(id);
    this.entries.delete(id);
    entry?.cleanup?.();
    return entry;
  }
}
