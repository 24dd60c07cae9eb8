import { type ClientRequest, type IncomingMessage, request as httpRequest } from "node:http";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { blockedMessage } from "./decision/model.ts";
import { NetworkProxyError } from "./errors.ts";
import type { ListenAddress } from "./listen/address.ts";

const MAX_REDIRECTS = 20;
/** Kept from a redirect to another origin. */
const CREDENTIALS = ["authorization", "cookie", "proxy-authorization"];
/** Belong to one connection, or to a body that a redirect may drop. */
const OF_THE_BODY = ["content-type", "content-length", "content-encoding", "content-language"];

interface Outgoing {
  url: URL;
  method: string;
  headers: Headers;
  body: Buffer | null;
  signal: AbortSignal;
}

/**
 * `fetch` for this process itself, with a proxy as its only way out: what its policy refuses is not reached, and neither is a redirect to
 * it. Answers come as they were sent; none is decompressed, and none is asked for.
 * @param proxy where the proxy listens now; asked for each request
 * @throws NetworkProxyError `refused` when the policy says no
 */
export function proxyFetch(proxy: () => ListenAddress): (input: string | URL, init?: RequestInit) => Promise<Response> {
  return async (input, init) => {
    const request = new Request(input, init);
    const headers = new Headers(request.headers);
    if (!headers.has("accept")) headers.set("accept", "*/*");
    let next: Outgoing = {
      url: new URL(request.url),
      method: request.method,
      headers,
      body: request.body === null ? null : Buffer.from(await request.arrayBuffer()),
      signal: request.signal,
    };
    for (let redirects = 0; ; redirects++) {
      next.signal.throwIfAborted();
      const answer = await exchange(proxy(), next);
      const to = request.redirect === "follow" ? redirect(next, answer) : null;
      if (to === null) return response(answer);
      answer.destroy();
      if (redirects === MAX_REDIRECTS) throw new TypeError("fetch failed: too many redirects");
      next = to;
    }
  };
}

/** One request and the head of its answer. */
async function exchange(
  proxy: ListenAddress,
  { url, method, headers, body, signal }: Outgoing,
): Promise<IncomingMessage> {
  const secure = url.protocol === "https:";
  const socket = secure ? await tunnel(proxy, url, signal) : null;
  const sent = Object.fromEntries(headers);
  sent["host"] = url.host;
  if (body !== null) sent["content-length"] = String(body.length);
  const own = { method, headers: sent, signal };
  const answer = await answered(
    socket === null
      ? httpRequest({ ...own, agent: false, host: proxy.host, port: proxy.port, path: url.href })
      : // Any agent, also none (`false`), would not ask for this connection but make one.
        httpRequest({ ...own, path: `${url.pathname}${url.search}`, createConnection: () => socket }),
    body,
  );
  if (!secure) throwIfRefused(answer, url);
  return answer;
}

/** An encrypted connection through the proxy. */
async function tunnel(proxy: ListenAddress, url: URL, signal: AbortSignal): Promise<Socket> {
  const target = `${url.hostname}:${url.port === "" ? 443 : url.port}`;
  const connecting = httpRequest({
    host: proxy.host,
    port: proxy.port,
    method: "CONNECT",
    path: target,
    headers: { host: target },
    agent: false,
    signal,
  });
  const plain = await new Promise<Socket>((resolve, reject) => {
    connecting.once("connect", (answer: IncomingMessage, socket: Socket) => {
      try {
        throwIfRefused(answer, url);
        if (answer.statusCode !== 200) throw new TypeError(`fetch failed: the proxy answered ${answer.statusCode}`);
        resolve(socket);
      } catch (error) {
        socket.destroy();
        reject(error);
      }
    });
    connecting.once("error", reject);
    connecting.end();
  });
  const { connect } = await import("node:tls");
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return await new Promise((resolve, reject) => {
    const secure = connect({ socket: plain, host, servername: /^[\d.:]+$/.test(host) ? "" : host }, () =>
      resolve(secure),
    );
    secure.once("error", reject);
  });
}

function answered(sent: ClientRequest, body: Buffer | null): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once("response", resolve);
    sent.on("error", reject);
    sent.setNoDelay(true);
    sent.end(body ?? undefined);
  });
}

function throwIfRefused({ headers }: IncomingMessage, { hostname }: URL): void {
  const kind = headers["x-proxy-error"];
  if (typeof kind !== "string") return;
  const why = REFUSALS[kind] ?? kind;
  throw new NetworkProxyError("refused", `the network policy refuses ${hostname}: ${why}`);
}

const REFUSALS: Readonly<Record<string, string>> = {
  "blocked-by-allowlist": "no rule allows it (a local address needs a rule that names it)",
  "blocked-by-denylist": blockedMessage("denied"),
  "blocked-by-method-policy": blockedMessage("method_not_allowed"),
  "blocked-by-mitm-required": blockedMessage("mitm_required"),
};

/** What to ask next when an answer points elsewhere. */
function redirect(from: Outgoing, { statusCode = 0, headers: answered }: IncomingMessage): Outgoing | null {
  if (![301, 302, 303, 307, 308].includes(statusCode) || answered.location === undefined) return null;
  const url = new URL(answered.location, from.url);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw new TypeError(`fetch failed: ${url.protocol}`);
  const headers = new Headers(from.headers);
  if (url.origin !== from.url.origin) for (const name of CREDENTIALS) headers.delete(name);
  const asGet = (statusCode === 303 && from.method !== "HEAD") || (statusCode < 303 && from.method === "POST");
  if (!asGet) return { ...from, url, headers };
  for (const name of OF_THE_BODY) headers.delete(name);
  return { ...from, url, headers, method: "GET", body: null };
}

function response(answer: IncomingMessage): Response {
  const { statusCode = 502, statusMessage = "" } = answer;
  const headers = new Headers();
  for (let at = 0; at + 1 < answer.rawHeaders.length; at += 2) {
    headers.append(answer.rawHeaders[at]!, answer.rawHeaders[at + 1]!);
  }
  const empty = [204, 205, 304].includes(statusCode);
  if (empty) answer.resume();
  const body = empty ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>);
  return new Response(body, { status: statusCode, statusText: statusMessage, headers });
}
