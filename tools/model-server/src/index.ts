export { customToolCall, functionCall, fullItem, message, reasoning } from "./items.ts";
export type { Json } from "./json.ts";
export { RecordedRequest } from "./request.ts";
export type {
  Answer,
  Handshake,
  Match,
  Reply,
  ReplyEvent,
  ReplyItem,
  ReplyUsage,
  RespondFunction,
  Rule,
  Script,
  ScriptContext,
  ScriptObject,
} from "./script.ts";
export { errorReply, type ModelServer, type ModelServerOptions, startModelServer } from "./server.ts";
