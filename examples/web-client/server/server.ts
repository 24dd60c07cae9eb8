import { readFile } from "node:fs/promises";
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import path from "node:path";
import { createServer, type RuntimeSource, type ServerOptions, SocketLink } from "@codex-ts/app-server";
import { WebSocketServer } from "ws";

/** A server of the page, and the way to end it with all its threads. */
export interface WebServer {
  http: Server;
  close(): Promise<void>;
}

/** The built page and, over WebSocket, an app-server for it. To be bound to this machine alone. */
export function webServer(runtime: RuntimeSource, options: ServerOptions, folder: string): WebServer {
  const server = createServer(runtime, options);
  const sockets = new WebSocketServer({ noServer: true });
  const http = createHttpServer((request, response) => void page(folder, request, response));
  http.on("upgrade", (request, socket, head) => {
    if (fromOwnPage(request))
      sockets.handleUpgrade(request, socket, head, webSocket => server.attach(new SocketLink(webSocket)));
    else socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
  });
  return {
    http,
    close: async () => {
      http.close();
      http.closeAllConnections();
      await server.close();
    },
  };
}

/**
 * Another site's page may open a WebSocket to this machine, and a name that it owns may point here. So the origin has to be
 * ours, and our name has to be an address of this machine.
 */
function fromOwnPage({ headers }: IncomingMessage): boolean {
  const { host = "", origin } = headers;
  return origin === `http://${host}` && /^(?:127\.0\.0\.1|localhost|\[::1\]):\d+$/.test(host);
}

const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

async function page(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const wanted = new URL(request.url ?? "/", "http://localhost").pathname;
  const file = path.join(folder, wanted === "/" ? "index.html" : path.posix.normalize(wanted));
  const type = TYPES[path.extname(file)];
  const content = type === undefined ? null : await readFile(file).catch(() => null);
  if (content === null) response.writeHead(404).end();
  else response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(content);
}
