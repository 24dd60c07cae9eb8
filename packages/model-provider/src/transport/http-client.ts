import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";

/** The headers of an answer: the part of the platform's `Headers` that is used here. */
export interface HttpHeaders {
  get(name: string): string | null;
  has(name: string): boolean;
  keys(): IterableIterator<string>;
}

/** An answer: the part of the platform's `Response` that is used here. */
export interface HttpResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly body: AsyncIterable<Uint8Array> | null;
  text(): Promise<string>;
  json(): Promise<unknown>;
}

export interface HttpInit {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  signal?: AbortSignal;
}

/** Sends a request; the platform's `fetch` is one. Rejects when there is no answer. */
export type HttpFetch = (url: string, init?: HttpInit) => Promise<HttpResponse>;

const MAX_REDIRECTS = 20;
/** Kept from a redirect to another origin. */
const CREDENTIALS = /^(authorization|cookie|proxy-authorization|chatgpt-account-id)$/i;

/**
 * `fetch` over Node's own HTTP client. The platform's `fetch` costs a process 40 MB and a tenth of a second when it is
 * first used, more than all the rest of a short run. Answers come as the server sent them: nothing is decompressed, so
 * none is asked for.
 */
export const nodeFetch: HttpFetch = async (url, init = {}) => {
  let target = new URL(url);
  let { method = "GET", body, headers = {} } = init;
  for (let redirects = 0; ; redirects += 1) {
    const answer = await exchange(target, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      ...(init.signal === undefined ? {} : { signal: init.signal }),
    });
    const { statusCode = 0 } = answer;
    const location = isRedirect(statusCode) ? answer.headers.location : undefined;
    if (location === undefined) return new NodeResponse(answer);
    answer.destroy();
    if (redirects === MAX_REDIRECTS) throw Object.assign(new Error("too many redirects"), { code: "ERR_REDIRECTS" });
    const next = new URL(location, target);
    if (next.origin !== target.origin) headers = without(headers, name => CREDENTIALS.test(name));
    if (statusCode === 303 || (statusCode < 303 && method === "POST")) {
      method = "GET";
      body = undefined;
      headers = without(headers, name => /^content-/i.test(name));
    }
    target = next;
  }
};

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function without(headers: Record<string, string>, drop: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !drop(name)));
}

/** One request and the head of its answer. Connections are kept for the next one. */
async function exchange(url: URL, init: HttpInit): Promise<IncomingMessage> {
  const { method = "GET", headers = {}, body, signal } = init;
  signal?.throwIfAborted();
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw Object.assign(new Error(`unsupported protocol ${url.protocol}`), { code: "ERR_INVALID_URL" });
  }
  const { request } = url.protocol === "https:" ? await import("node:https") : await import("node:http");
  const length = body === undefined ? (method === "POST" ? 0 : undefined) : Buffer.byteLength(body);
  const options: RequestOptions = {
    method,
    headers: { accept: "*/*", ...headers, ...(length === undefined ? {} : { "content-length": length }) },
    ...(signal === undefined ? {} : { signal }),
  };
  return await new Promise((resolve, reject) => {
    const sent: ClientRequest = request(url, options, resolve);
    sent.on("error", reject);
    sent.setNoDelay(true);
    sent.end(body);
  });
}

class NodeResponse implements HttpResponse {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: HttpHeaders;
  readonly body: IncomingMessage;

  constructor(message: IncomingMessage) {
    this.status = message.statusCode ?? 0;
    this.ok = this.status >= 200 && this.status < 300;
    this.headers = new NodeHeaders(message.headers);
    this.body = message;
  }

  async text(): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.body) chunks.push(chunk as Buffer);
    return new TextDecoder().decode(Buffer.concat(chunks));
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
}

class NodeHeaders implements HttpHeaders {
  readonly #values: IncomingMessage["headers"];

  constructor(values: IncomingMessage["headers"]) {
    this.#values = values;
  }

  get(name: string): string | null {
    const value = this.#values[name.toLowerCase()];
    return value === undefined ? null : Array.isArray(value) ? value.join(", ") : value;
  }

  has(name: string): boolean {
    return this.#values[name.toLowerCase()] !== undefined;
  }

  keys(): IterableIterator<string> {
    return Object.keys(this.#values).values();
  }
}
