import * as z from "zod/mini";
import { RequestId } from "../shared/ids.ts";
import {
  type AnySchema,
  int64,
  JsonValue,
  named,
  noParams,
  omittable,
  optional,
  type Out,
  type Schema,
  string,
  struct,
  untagged,
} from "../wire/index.ts";
import { clientNotifications } from "./client-notifications.ts";
import { clientRequests } from "./client-requests.ts";
import type * as dispatch from "./dispatch.ts";
import { serverNotifications } from "./server-notifications.ts";
import { serverRequests } from "./server-requests.ts";

type Member = readonly [method: string, params: AnySchema];

function byMethod(members: readonly Member[], common: Readonly<Record<string, AnySchema>>): AnySchema {
  const options = members.map(([method, params]) => z.object({ method: z.literal(method), ...common, params }));
  return z.discriminatedUnion("method", options as unknown as [z.ZodMiniObject, ...z.ZodMiniObject[]]);
}

function membersOf(table: Readonly<Record<string, { readonly params: AnySchema }>>): readonly Member[] {
  return Object.entries(table).map(([method, { params }]) => [
    method,
    params === noParams ? z.optional(params) : params,
  ]);
}

/** Any request a client can send, decoded by its method. */
export const ClientRequest: Schema<dispatch.ClientRequest> = named("tagged", "ClientRequest", () =>
  byMethod(membersOf(clientRequests), { id: RequestId }),
);
export type ClientRequest = dispatch.ClientRequest;

/** Any request a server can send, decoded by its method. */
export const ServerRequest: Schema<dispatch.ServerRequest> = named("tagged", "ServerRequest", () =>
  byMethod(membersOf(serverRequests), { id: RequestId }),
);
export type ServerRequest = dispatch.ServerRequest;

/** Any notification a server can send, decoded by its method. */
export const ServerNotification: Schema<dispatch.ServerNotification> = named("tagged", "ServerNotification", () =>
  byMethod(membersOf(serverNotifications), {}),
);
export type ServerNotification = dispatch.ServerNotification;

/** Any notification a client can send. */
export const ClientNotification: Schema<dispatch.ClientNotification> = named("tagged", "ClientNotification", () =>
  z.discriminatedUnion(
    "method",
    Object.keys(clientNotifications).map(method => z.object({ method: z.literal(method) })) as unknown as [
      z.ZodMiniObject,
    ],
  ),
);
export type ClientNotification = dispatch.ClientNotification;

/** Where a request comes from, as in the W3C's Trace Context. */
export const W3cTraceContext = struct("W3cTraceContext", () => ({
  traceparent: omittable(string),
  tracestate: omittable(string),
}));
export interface W3cTraceContext extends Out<typeof W3cTraceContext> {}

export const JSONRPCRequest = struct("JSONRPCRequest", () => ({
  id: RequestId,
  method: string,
  params: optional(JsonValue),
  trace: optional(W3cTraceContext),
}));
export interface JSONRPCRequest extends Out<typeof JSONRPCRequest> {}

export const JSONRPCNotification = struct("JSONRPCNotification", () => ({
  method: string,
  params: optional(JsonValue),
}));
export interface JSONRPCNotification extends Out<typeof JSONRPCNotification> {}

export const JSONRPCResponse = struct("JSONRPCResponse", () => ({ id: RequestId, result: JsonValue }));
export interface JSONRPCResponse extends Out<typeof JSONRPCResponse> {}

export const JSONRPCErrorError = struct("JSONRPCErrorError", () => ({
  code: int64,
  data: optional(JsonValue),
  message: string,
}));
export interface JSONRPCErrorError extends Out<typeof JSONRPCErrorError> {}

export const JSONRPCError = struct("JSONRPCError", () => ({ error: JSONRPCErrorError, id: RequestId }));
export interface JSONRPCError extends Out<typeof JSONRPCError> {}

/** Any message, whatever its method. */
export const JSONRPCMessage = untagged("JSONRPCMessage", () => [
  JSONRPCRequest,
  JSONRPCNotification,
  JSONRPCResponse,
  JSONRPCError,
]);
export type JSONRPCMessage = Out<typeof JSONRPCMessage>;
