export type { ClientFacts, Connection } from "./connection.ts";
export type { Link, LinkEvents, LinkKind, Transport } from "./links/link.ts";
export { SocketLink } from "./links/socket-link.ts";
export { createServer, drain, serve, serveLines, type ServeLinesOptions, type ServeOptions } from "./serve.ts";
export {
  AppServer,
  type RuntimeSource,
  type ServerOptions,
  type SessionIdentity,
  type StartupWarning,
} from "./server.ts";
export { type PlatformFacts, platformFacts, userAgent } from "./platform.ts";
