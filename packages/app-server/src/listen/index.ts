export { bearerAuthorizer, type Authorize, type BearerAuth } from "./bearer-auth.ts";
export { WsAuthError, wsAuthSettings, type WsAuthFlags } from "./auth-settings.ts";
export { isLoopback, type ListenTarget, ListenUrlError, parseListenUrl } from "./listen-url.ts";
export type { Listener } from "./listener.ts";
export { ControlSocketError, controlSocketPath, listenUnixSocket } from "./unix-socket.ts";
export { listenWebSocket, OpenDoorError, type WebSocketListenOptions } from "./websocket.ts";
