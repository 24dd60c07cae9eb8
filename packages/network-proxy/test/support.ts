import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from "node:net";
import {
  startProxy,
  type NetworkDecider,
  type NetworkPolicyInput,
  type NetworkProxy,
  type ProxyOptions,
} from "../src/index.ts";

const open: (() => Promise<void>)[] = [];

/** Ends everything that a test opened. */
export async function closeAll(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close();
}

export async function proxyWith(
  policy: NetworkPolicyInput,
  options: ProxyOptions & { decide?: NetworkDecider } = {},
): Promise<NetworkProxy> {
  const { decide, ...rest } = options;
  const proxy = await startProxy(policy, decide ?? null, rest);
  open.push(() => proxy.close());
  return proxy;
}

export interface Origin {
  port: number;
  seen: { method: string; url: string; headers: IncomingMessage["rawHeaders"]; body: string }[];
}

function track(server: Server | ReturnType<typeof createTcpServer>): void {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
  });
  open.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
}

/** An HTTP server on loopback that answers 200 and remembers what it was asked. CONNECT is granted and echoes. */
export async function origin(answer: Readonly<Record<string, string>> = {}): Promise<Origin> {
  const seen: Origin["seen"] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      seen.push({ method: request.method ?? "", url: request.url ?? "", headers: request.rawHeaders, body });
      const text = `hello ${request.method}`;
      response.writeHead(200, { "content-type": "text/plain", "content-length": text.length, ...answer });
      response.end(text);
    });
  });
  server.on("connect", (request, socket) => {
    seen.push({ method: "CONNECT", url: request.url ?? "", headers: request.rawHeaders, body: "" });
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    socket.pipe(socket);
    socket.on("error", () => undefined);
  });
  track(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, seen };
}

/** A TCP server that sends back what it gets. */
export async function echo(): Promise<{ port: number; connections: () => number }> {
  let count = 0;
  const server = createTcpServer(socket => {
    count++;
    socket.pipe(socket);
  });
  track(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, connections: () => count };
}

/** A port of loopback on which nobody listens. */
export async function deadPort(): Promise<number> {
  const server = createTcpServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

export interface Answer {
  status: number;
  statusText: string;
  headers: Record<string, string>;
  body: string;
}

/** Sends bytes to a port as they are, and reads the answer to its end. */
export async function raw(port: number, text: string): Promise<Answer> {
  const socket = connect(port, "127.0.0.1");
  socket.write(text);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) {
    chunks.push(chunk as Buffer);
    const complete = parseAnswer(Buffer.concat(chunks));
    if (complete !== null) {
      socket.destroy();
      return complete;
    }
  }
  return parseAnswer(Buffer.concat(chunks), true) ?? { status: 0, statusText: "", headers: {}, body: "" };
}

function parseAnswer(bytes: Buffer, ended = false): Answer | null {
  const text = bytes.toString("latin1");
  const split = text.indexOf("\r\n\r\n");
  if (split === -1) return null;
  const [line = "", ...rest] = text.slice(0, split).split("\r\n");
  const headers = Object.fromEntries(
    rest.map(header => [
      header.slice(0, header.indexOf(":")).toLowerCase(),
      header.slice(header.indexOf(":") + 1).trim(),
    ]),
  );
  const body = text.slice(split + 4);
  const [, status = "0", statusText = ""] = /^HTTP\/1\.1 (\d+) ?(.*)$/.exec(line) ?? [];
  const length = headers["content-length"];
  if (!ended && length !== undefined && body.length < Number(length)) return null;
  if (!ended && length === undefined && headers["transfer-encoding"] !== undefined && !body.endsWith("0\r\n\r\n"))
    return null;
  return { status: Number(status), statusText, headers, body };
}

/** A plain request through a proxy. */
export function get(proxy: NetworkProxy, url: string, method = "GET", more = ""): Promise<Answer> {
  const { host } = new URL(url);
  return raw(proxy.http.port, `${method} ${url} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`);
}

export function connectTo(proxy: NetworkProxy, authority: string): Promise<Answer> {
  return raw(proxy.http.port, `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
}

/** Reads a number of bytes, waiting for them; fewer when the socket ends before. What comes after them stays. */
export async function take(socket: Socket, count: number): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  while (bytes.length < count && !socket.readableEnded && !socket.destroyed) {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) {
      await new Promise<void>(resolve => {
        for (const event of ["readable", "end", "close"]) socket.once(event, () => resolve());
      });
    } else bytes = Buffer.concat([bytes, chunk]);
  }
  if (bytes.length > count) socket.unshift(bytes.subarray(count));
  return bytes.subarray(0, count);
}

export function socksRequest(host: string, port: number, command = 1): Buffer {
  const name = Buffer.from(host);
  return Buffer.concat([Buffer.from([5, command, 0, 3, name.length]), name, Buffer.from([port >> 8, port & 255])]);
}

/** A SOCKS5 request; gives the reply code and the connection. */
export async function socks(
  proxy: NetworkProxy,
  host: string,
  port: number,
  command = 1,
): Promise<{ code: number; socket: Socket; bound: number }> {
  const socket = connect(proxy.socks?.port ?? 0, "127.0.0.1");
  socket.on("error", () => undefined);
  open.push(async () => void socket.destroy());
  socket.write(Buffer.from([5, 1, 0]));
  await take(socket, 2);
  socket.write(socksRequest(host, port, command));
  const reply = await take(socket, 10);
  return { code: reply[1] ?? -1, socket, bound: reply.length === 10 ? reply.readUInt16BE(8) : 0 };
}
