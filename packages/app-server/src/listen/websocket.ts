import type { AddressInfo } from "node:net";
import type { AppServer } from "../server.ts";
import type { Authorize } from "./bearer-auth.ts";
import { httpDoor } from "./http-door.ts";
import type { Listener } from "./listener.ts";
import { formatAddress, isLoopback } from "./listen-url.ts";

export interface WebSocketListenOptions {
  /** An IP address. One that other machines reach takes clients only with `authorize`. */
  host: string;
  /** 0 takes any free port; see `Listener.address`. */
  port: number;
  /** Default: everybody on this machine is let in. */
  authorize?: Authorize;
  log?: (text: string) => void;
}

/** Refused to listen where strangers could walk in. */
export class OpenDoorError extends Error {
  override readonly name = "OpenDoorError";
  readonly code = "open_door";
}

/**
 * Takes clients over WebSocket: one JSON message a text frame, `GET /readyz` and `GET /healthz` beside it.
 * @returns when the port is bound; `address` is `IP:PORT`
 * @throws OpenDoorError for an address that other machines reach, without `authorize`
 */
export async function listenWebSocket(server: AppServer, options: WebSocketListenOptions): Promise<Listener> {
  const { host, port, authorize, log = () => {} } = options;
  if (authorize === undefined && !isLoopback(host)) {
    throw new OpenDoorError(
      `refusing to listen on ${host} without authentication: add \`--ws-auth capability-token\` or \`--ws-auth signed-bearer-token\`, or listen on 127.0.0.1`,
    );
  }
  const http = httpDoor(server, { kind: "websocket", log, ...(authorize === undefined ? {} : { authorize }) });
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen({ host, port, backlog: 1024 }, () => {
      http.off("error", reject);
      resolve();
    });
  });
  const bound = http.address() as AddressInfo;
  return {
    address: formatAddress({ host: bound.address, port: bound.port }),
    // Clients that are in do not keep the server from closing its door.
    close: async () => {
      http.close();
      http.closeAllConnections();
    },
  };
}
