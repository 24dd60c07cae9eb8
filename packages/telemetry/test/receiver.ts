import { readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { Server as GrpcServer, ServerCredentials } from "@grpc/grpc-js";

/** A request of an exporter. */
export interface Received {
  path: string;
  headers: IncomingHttpHeaders | Record<string, unknown>;
  body: Buffer;
}

export interface Receiver {
  /** `http://…` or `https://…`, without a slash at its end. */
  readonly url: string;
  readonly received: Received[];
  /** The first request for this path, waiting for it. */
  waitFor(path: string): Promise<Received>;
  close(): Promise<void>;
}

const data = (name: string) => readFileSync(`${import.meta.dirname}/data/${name}`);

/** How a receiver answers: a status, or never. */
export type Answer = number | "never";

class Inbox {
  readonly received: Received[] = [];
  private readonly waiting = new Set<() => void>();

  add(request: Received): void {
    this.received.push(request);
    for (const wake of this.waiting) wake();
  }

  async waitFor(path: string): Promise<Received> {
    for (;;) {
      const found = this.received.find(request => request.path === path);
      if (found !== undefined) return found;
      await new Promise<void>(resolve => {
        const wake = () => {
          this.waiting.delete(wake);
          resolve();
        };
        this.waiting.add(wake);
      });
    }
  }
}

/** A collector over HTTP that keeps what it gets. With TLS it asks for the client's certificate. */
export async function httpReceiver(answer: Answer = 200, tls = false): Promise<Receiver> {
  const inbox = new Inbox();
  const handle: RequestListener = (request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      inbox.add({ path: request.url ?? "", headers: request.headers, body: Buffer.concat(pieces) });
      if (answer === "never") return;
      response.writeHead(answer, { "content-type": request.headers["content-type"] ?? "text/plain" });
      response.end(request.headers["content-type"] === "application/json" ? "{}" : "");
    });
  };
  const secure = {
    key: tls ? data("server-key.pem") : undefined,
    cert: tls ? data("server.pem") : undefined,
    ca: tls ? data("ca.pem") : undefined,
    requestCert: true,
    rejectUnauthorized: true,
  };
  const server: Server = tls ? createTlsServer(secure as object, handle) : createServer(handle);
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    received: inbox.received,
    waitFor: path => inbox.waitFor(path),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A collector over gRPC that keeps what it gets. */
export async function grpcReceiver(tls = false): Promise<Receiver> {
  const inbox = new Inbox();
  const server = new GrpcServer();
  for (const [signal, service] of [
    ["logs", "LogsService"],
    ["trace", "TraceService"],
    ["metrics", "MetricsService"],
  ]) {
    const path = `/opentelemetry.proto.collector.${signal}.v1.${service}/Export`;
    const identity = (bytes: Buffer) => bytes;
    server.addService(
      {
        Export: {
          path,
          requestStream: false,
          responseStream: false,
          requestSerialize: identity,
          requestDeserialize: identity,
          responseSerialize: identity,
          responseDeserialize: identity,
        },
      },
      {
        Export: (
          call: { request: Buffer; metadata: { getMap(): Record<string, unknown> } },
          done: (error: null, answer: Buffer) => void,
        ) => {
          inbox.add({ path, headers: call.metadata.getMap(), body: call.request });
          done(null, Buffer.alloc(0));
        },
      } as never,
    );
  }
  const credentials = tls
    ? ServerCredentials.createSsl(
        data("ca.pem"),
        [{ private_key: data("server-key.pem"), cert_chain: data("server.pem") }],
        true,
      )
    : ServerCredentials.createInsecure();
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error === null ? resolve(bound) : reject(error))),
  );
  return {
    url: `${tls ? "https" : "http"}://localhost:${port}`,
    received: inbox.received,
    waitFor: path => inbox.waitFor(path),
    close: async () => server.forceShutdown(),
  };
}
