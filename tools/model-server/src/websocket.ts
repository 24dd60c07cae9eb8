import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { type Exchange, headersOf } from "./exchange.ts";
import { isObject } from "./json.ts";
import { playEvents, sleep } from "./pace.ts";
import { RecordedRequest } from "./request.ts";
import type { Handshake, Reply, ReplyEvent } from "./script.ts";

/** Answers a WebSocket handshake as the script says, then each `response.create` message with the script's reply. */
export async function answerUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  exchange: Exchange,
): Promise<void> {
  const connection = exchange.handshakes.length;
  const handshake = new RecordedRequest(
    -1,
    "GET",
    request.url ?? "/",
    headersOf(request),
    "",
    Date.now(),
    "http",
    connection,
  );
  exchange.handshakes.push(handshake);
  exchange.record(handshake);
  const answer = await handshakeAnswer(handshake, connection, exchange);
  if (answer.delayMs !== undefined) await sleep(answer.delayMs, new AbortController().signal);
  if (answer.hang) return;
  if (answer.status !== undefined && answer.status !== 101) return refuse(socket, answer);
  const acceptor = new WebSocketServer({ noServer: true, perMessageDeflate: true, maxPayload: 1 << 28 });
  if (answer.headers !== undefined) {
    const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`);
    acceptor.once("headers", (list: string[]) => list.push(...lines));
  }
  acceptor.handleUpgrade(request, socket, head, client => serve(client, handshake, exchange));
}

async function handshakeAnswer(request: RecordedRequest, n: number, { player }: Exchange): Promise<Handshake> {
  const { handshakes } = player.script;
  if (typeof handshakes === "function") return handshakes(request, n);
  return handshakes?.[n] ?? {};
}

function refuse(socket: Duplex, { status = 500, body, headers = {} }: Handshake): void {
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  const all = { "content-length": String(Buffer.byteLength(text)), connection: "close", ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${status === 426 ? "Upgrade Required" : "Refused"}\r\n${lines.join("")}\r\n${text}`);
}

function serve(client: WebSocket, handshake: RecordedRequest, exchange: Exchange): void {
  const gone = new AbortController();
  client.on("close", () => gone.abort());
  client.on("error", () => client.terminate());
  let turn = Promise.resolve();
  client.on("message", data => {
    turn = turn
      .then(() => answerMessage(String(data), client, handshake, exchange, gone.signal))
      .catch(() => client.terminate());
  });
}

async function answerMessage(
  text: string,
  client: WebSocket,
  handshake: RecordedRequest,
  exchange: Exchange,
  signal: AbortSignal,
): Promise<void> {
  const { url, headers, connection } = handshake;
  const n = exchange.requests.length;
  const request = new RecordedRequest(n, "WS", url, headers, text, Date.now(), "websocket", connection);
  const reply = await exchange.reply(request);
  if (reply.delayMs !== undefined) await sleep(reply.delayMs, signal);
  if (signal.aborted) return;
  if (reply.status !== undefined && reply.status !== 200) {
    client.send(JSON.stringify(wrappedError(reply)));
    return;
  }
  const ending = await playEvents(reply, n, { signal, send: event => sendEvent(client, event) });
  // A finished response leaves the connection open for the next one; only an early end closes it.
  if (ending === "reset") client.terminate();
  else if (ending === "end" && reply.disconnectAfter !== undefined) client.close();
}

function sendEvent(client: WebSocket, event: ReplyEvent): Promise<void> {
  const data = typeof event === "string" || event instanceof Uint8Array ? event : JSON.stringify(event);
  return new Promise(resolve => client.send(data, () => resolve()));
}

function wrappedError({ status, body, headers }: Reply): object {
  const error = errorOf(body);
  return {
    type: "error",
    status,
    ...(error === undefined ? {} : { error }),
    ...(headers === undefined ? {} : { headers }),
  };
}

/** The error in a body; a text that is none becomes its message, as no server sends a bare text. */
function errorOf(body: unknown): unknown {
  if (isObject(body)) return "error" in body ? body.error : body;
  if (typeof body !== "string" || body === "") return undefined;
  try {
    const json: unknown = JSON.parse(body);
    if (isObject(json)) return errorOf(json);
  } catch {
    // A plain text.
  }
  return { message: body };
}
