export {
  Client,
  connect,
  type ConnectOptions,
  type RequestArgs,
  type ServerRequestContext,
  type ServerRequestHandler,
} from "./client.ts";
export { RpcError } from "@codex-ts/protocol/rpc";
export { ClientError, type ClientErrorCode } from "./errors.ts";
export type { RequestOptions } from "./pending.ts";
export { createPair } from "./transport/pair.ts";
export type { Message, Transport, TransportEvents } from "./transport/transport.ts";
export { opened, WebSocketTransport, type WebSocketLike } from "./transport/websocket.ts";
