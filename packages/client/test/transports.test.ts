import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { connect } from "../src/index.ts";
import { StdioTransport } from "../src/stdio.ts";
import { connectUnixSocket, connectWebSocket } from "../src/websocket.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

function folder(): string {
  const dir = mkdtempSync(path.join(os.tmpdir(), "codex-ts-client-"));
  cleanups.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A program that answers every request with its params; some methods make it misbehave. */
const ECHO = `
  const readline = require("node:readline");
  readline.createInterface({ input: process.stdin }).on("line", line => {
    const { id, method, params } = JSON.parse(line);
    if (params?.threadId === "die") process.exit(3);
    if (params?.threadId === "noise") process.stdout.write("not json\\n\\n[1]\\n");
    const text = JSON.stringify({ id, result: { params, env: process.env.MARK ?? null } });
    if (params?.threadId === "pieces") for (const byte of Buffer.from(text)) process.stdout.write(Buffer.from([byte]));
    else process.stdout.write(text);
    process.stdout.write("\\n");
  }).on("close", () => console.error("input closed"));
`;

function echoServer(env?: Record<string, string>) {
  const file = path.join(folder(), "echo.cjs");
  writeFileSync(file, ECHO);
  let log = "";
  const transport = new StdioTransport({
    command: process.execPath,
    args: [file],
    onStderr: chunk => (log += chunk),
    ...(env === undefined ? {} : { env }),
  });
  const client = connect(transport);
  cleanups.push(() => client.close());
  return { client, transport, log: () => log };
}

describe("over stdio", () => {
  it("speaks one message a line, whatever the pieces they come in", async () => {
    const { client } = echoServer({ MARK: "m" });
    for (const threadId of ["plain", "noise", "pieces", "ä€😀".repeat(20_000)]) {
      expect(await client.request("thread/read", { threadId })).toEqual({ params: { threadId }, env: "m" });
    }
  });

  it("ends the server by closing its input", async () => {
    const { client, log } = echoServer();
    await client.request("thread/read", { threadId: "plain" });
    await client.close();
    expect(await client.closed).toBeNull();
    expect(log()).toContain("input closed");
  });

  it("fails what waits when the server dies, and says how it died", async () => {
    const { client } = echoServer();
    await expect(client.request("thread/read", { threadId: "die" })).rejects.toThrow(/ended with exit code 3/);
    expect(String(await client.closed)).toContain("exit code 3");
  });

  it("says which program could not be started", async () => {
    const client = connect(new StdioTransport({ command: path.join(folder(), "nothing-here"), args: [] }));
    await expect(client.request("account/logout")).rejects.toMatchObject({ code: "closed" });
    expect(await client.closed).toMatchObject({
      code: "spawn_failed",
      message: expect.stringContaining("nothing-here"),
    });
  });

  it("kills a server that does not end in time", async () => {
    const transport = new StdioTransport({
      command: process.execPath,
      args: ["-e", "process.stdin.on('data', () => {}); setInterval(() => {}, 1000)"],
      exitGraceMs: 100,
    });
    const client = connect(transport);
    await client.close();
    expect(String(await client.closed.then(() => transport.pid))).toMatch(/\d+/);
  });
});

/** A WebSocket server that answers every request with its params. */
async function socketServer(where: number | string, authorization?: string): Promise<Server> {
  const http = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  http.on("upgrade", (request, socket, head) => {
    if (authorization !== undefined && request.headers.authorization !== authorization) {
      socket.end("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, ws => {
      ws.on("message", data => {
        const { id, params } = JSON.parse(String(data));
        if (params?.threadId === "die") ws.terminate();
        ws.send("not json");
        ws.send(Buffer.from("binary"));
        ws.send(JSON.stringify({ id, result: { params } }));
      });
    });
  });
  await new Promise<void>(resolve =>
    typeof where === "number" ? http.listen(where, "127.0.0.1", resolve) : http.listen(where, resolve),
  );
  cleanups.push(() => {
    for (const socket of sockets.clients) socket.terminate();
    return new Promise(resolve => http.close(resolve));
  });
  return http;
}

describe("over a WebSocket", () => {
  it("speaks one message a frame and sends the token", async () => {
    const server = await socketServer(0, "Bearer secret");
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = connect(await connectWebSocket(url, { token: "secret" }));
    expect(await client.request("thread/read", { threadId: "t" })).toEqual({ params: { threadId: "t" } });
    await client.close();
    expect(await client.closed).toBeNull();
    await expect(connectWebSocket(url)).rejects.toMatchObject({
      code: "connect_failed",
      message: expect.stringContaining("401"),
    });
  });

  it("fails what waits when the server drops the connection", async () => {
    const server = await socketServer(0);
    const client = connect(await connectWebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`));
    await expect(client.request("thread/read", { threadId: "die" })).rejects.toMatchObject({ code: "closed" });
    expect(String(await client.closed)).toContain("1006");
  });

  it("says where it could not connect", async () => {
    await expect(connectWebSocket("ws://127.0.0.1:1")).rejects.toThrow(/cannot connect to ws:\/\/127\.0\.0\.1:1/);
  });
});

describe("over a unix socket", () => {
  it("speaks the same frames", async () => {
    const file = path.join(folder(), "server.sock");
    await socketServer(file);
    const client = connect(await connectUnixSocket(file));
    expect(await client.request("thread/read", { threadId: "t" })).toEqual({ params: { threadId: "t" } });
    await client.close();
    await expect(connectUnixSocket(`${file}.none`)).rejects.toThrow(/cannot connect to unix socket .*\.none/);
  });
});
