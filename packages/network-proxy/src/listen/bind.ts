import type { Server } from "node:net";
import { NetworkProxyError } from "../errors.ts";
import type { ListenAddress } from "./address.ts";

/**
 * Binds a server to the first address that is free and says which one it got.
 * @throws NetworkProxyError `listen`
 */
export async function bindFirst(server: Server, addresses: readonly ListenAddress[]): Promise<ListenAddress> {
  let failure: unknown;
  for (const { host, port } of addresses) {
    try {
      return await bind(server, host, port);
    } catch (error) {
      failure = error;
    }
  }
  const tried = addresses.map(({ host, port }) => `${host}:${port}`).join(", ");
  const why = failure instanceof Error ? failure.message : "no address given";
  throw new NetworkProxyError("listen", `the proxy cannot listen on ${tried}: ${why}`, { cause: failure });
}

function bind(server: Server, host: string, port: number): Promise<ListenAddress> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("no address"));
      else resolve({ host: address.address, port: address.port });
    });
  });
}
