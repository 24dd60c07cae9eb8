/** Messages and errors of the wire without any schema: what a handshake needs, and no zod behind it. */
export { errorCodes, RpcError, type RpcErrorObject } from "./errors.ts";
export {
  encodeMessage,
  type ErrorMessage,
  type Message,
  type MessageId,
  type NotificationMessage,
  type OutgoingMessage,
  parseMessage,
  parseTrustedMessage,
  type RequestMessage,
  type ResponseMessage,
  type TraceContext,
} from "./message.ts";
export { quoted } from "../wire/quoted.ts";
