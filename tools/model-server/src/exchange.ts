import type { IncomingMessage } from "node:http";
import { inflate } from "./inflate.ts";
import type { Player } from "./player.ts";
import type { RecordedRequest } from "./request.ts";
import type { Reply } from "./script.ts";

/** Everything the two transports share. */
export interface Exchange {
  player: Player;
  requests: RecordedRequest[];
  handshakes: RecordedRequest[];
  record(request: RecordedRequest): void;
  /** Records a model request (before anything is awaited) and finds its reply; a failing script becomes HTTP 400. */
  reply(request: RecordedRequest): Promise<Reply>;
}

/** The whole body as text. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return inflate(Buffer.concat(pieces), request.headers["content-encoding"]);
}

/** Request headers with names in lower case, repeated ones joined. */
export function headersOf(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}
