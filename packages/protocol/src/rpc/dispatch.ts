import type { RequestId } from "../shared/ids.ts";
import type { clientNotifications } from "./client-notifications.ts";
import type { clientRequests } from "./client-requests.ts";
import type { ParamsInputOf, ParamsOf, ResultInputOf, ResultOf } from "./entries.ts";
import type { serverNotifications } from "./server-notifications.ts";
import type { serverRequests } from "./server-requests.ts";

type ClientRequests = typeof clientRequests;
type ServerRequests = typeof serverRequests;
type ServerNotifications = typeof serverNotifications;
type ClientNotifications = typeof clientNotifications;

/** The methods a client can request. */
export type ClientRequestMethod = keyof ClientRequests;
/** Decoded params, as the server's handler sees them. */
export type ClientRequestParams<M extends ClientRequestMethod> = ParamsOf<ClientRequests[M]>;
/** Params as a client writes them: fields with a default may be left out. */
export type ClientRequestInput<M extends ClientRequestMethod> = ParamsInputOf<ClientRequests[M]>;
/** The result, as the server writes and the client reads it. */
export type ClientRequestResult<M extends ClientRequestMethod> = ResultOf<ClientRequests[M]>;
/** The client methods that take no params. */
export type ClientRequestMethodWithoutParams = {
  [M in ClientRequestMethod]: ClientRequestParams<M> extends undefined ? M : never;
}[ClientRequestMethod];

/** The methods a server can request. */
export type ServerRequestMethod = keyof ServerRequests;
export type ServerRequestParams<M extends ServerRequestMethod> = ParamsOf<ServerRequests[M]>;
/** A client's answer; fields with a default may be left out. */
export type ServerRequestReply<M extends ServerRequestMethod> = ResultInputOf<ServerRequests[M]>;
/** A client's answer, decoded. */
export type ServerRequestResult<M extends ServerRequestMethod> = ResultOf<ServerRequests[M]>;

export type ServerNotificationMethod = keyof ServerNotifications;
export type ServerNotificationParams<M extends ServerNotificationMethod> = ParamsOf<ServerNotifications[M]>;

export type ClientNotificationMethod = keyof ClientNotifications;

/** Any request a client can send. */
export type ClientRequest = {
  [M in ClientRequestMethod]: { method: M; id: RequestId; params: ClientRequestParams<M> };
}[ClientRequestMethod];
/** Any request a server can send. */
export type ServerRequest = {
  [M in ServerRequestMethod]: { method: M; id: RequestId; params: ServerRequestParams<M> };
}[ServerRequestMethod];
/** Any notification a server can send. */
export type ServerNotification = {
  [M in ServerNotificationMethod]: { method: M; params: ServerNotificationParams<M> };
}[ServerNotificationMethod];
/** Any notification a client can send. */
export type ClientNotification = { method: "initialized" };
