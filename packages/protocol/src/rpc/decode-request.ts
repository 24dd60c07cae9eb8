import { decode, noParams, type Out } from "../wire/index.ts";
import { missingField, unknownVariant } from "../wire/expectations.ts";
import type { WrittenNumbers } from "../wire/written-numbers.ts";
import { clientRequests } from "./client-requests.ts";
import type { ClientRequest, ClientRequestMethod, ServerNotification, ServerNotificationMethod } from "./dispatch.ts";
import { serverNotifications } from "./server-notifications.ts";

/** Whether a name is a method that a client can request. */
export function isClientRequestMethod(method: string): method is ClientRequestMethod {
  return Object.hasOwn(clientRequests, method);
}

/** Whether a name is a notification that a server can send. */
export function isServerNotificationMethod(method: string): method is ServerNotificationMethod {
  return Object.hasOwn(serverNotifications, method);
}

/** A method with its decoded params. */
export type DecodedRequest = {
  [M in ClientRequestMethod]: { readonly method: M; readonly params: Extract<ClientRequest, { method: M }>["params"] };
}[ClientRequestMethod];

/**
 * Decodes a client's request. The error's text stands after `Invalid request: ` in the refusal.
 *
 * @throws DecodeError for an unknown method, missing params, or params of the wrong shape
 */
export function decodeClientRequest(method: string, params: unknown, numbers?: WrittenNumbers): DecodedRequest {
  if (!isClientRequestMethod(method)) {
    throw unknownVariant(method, Object.keys(clientRequests), ["method"]);
  }
  const schema = clientRequests[method].params;
  if (schema !== noParams && (params === undefined || params === null)) {
    throw missingField("params", []);
  }
  return { method, params: decode(schema, params, numbers) } as DecodedRequest;
}

/**
 * Decodes a server's notification; null when the method is unknown (newer servers may send more).
 *
 * @throws DecodeError when the payload has not the shape it should have
 */
export function decodeServerNotification(method: string, params: unknown): ServerNotification | null {
  if (!isServerNotificationMethod(method)) {
    return null;
  }
  const schema = serverNotifications[method].params;
  return { method, params: decode(schema, params) as Out<typeof schema> } as ServerNotification;
}
