import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, existsSync } from "node:fs";
import { connect, createServer as createNetServer, type Socket } from "node:net";
import { request } from "node:http";
import os from "node:os";
import path from "node:path";
import { SignJWT } from "jose";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import {
  bearerAuthorizer,
  type BearerAuth,
  isLoopback,
  listenUnixSocket,
  listenWebSocket,
  type Listener,
  parseListenUrl,
  wsAuthSettings,
} from "../src/listen/index.ts";
import { drain } from "../src/index.ts";
import { type Json, World, type WorldOptions } from "./harness.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A client on a socket: its messages in order. */
class SocketClient {
  readonly messages: Json[] = [];
  private wake = () => {};
  private nextId = 1;

  constructor(readonly socket: WebSocket) {
    socket.on("message", data => {
      this.messages.push(JSON.parse(String(data)) as Json);
      this.wake();
    });
    cleanups.push(() => socket.terminate());
  }

  async until(test: (message: Json) => boolean): Promise<Json> {
    for (;;) {
      const found = this.messages.find(test);
      if (found !== undefined) return found;
      await new Promise<void>(resolve => (this.wake = resolve));
    }
  }

  async request(method: string, params: Json = {}): Promise<Json> {
    const id = this.nextId++;
    this.socket.send(JSON.stringify({ id, method, params }));
    return this.until(message => message["id"] === id && message["method"] === undefined);
  }

  async hello(): Promise<this> {
    const params = { clientInfo: { name: "test", version: "1" }, capabilities: { experimentalApi: true } };
    const reply = await this.request("initialize", params);
    if (reply["result"] === undefined) throw new Error(`no handshake: ${JSON.stringify(reply)}`);
    return this;
  }
}

async function open(url: string, options: object = {}): Promise<SocketClient> {
  const socket = new WebSocket(url, options);
  const client = new SocketClient(socket);
  await once(socket, "open");
  return client;
}

async function listening(options: WorldOptions & { auth?: BearerAuth; now?: () => number } = {}) {
  const world = await World.create(options);
  const { auth, now } = options;
  const listener = await listenWebSocket(world.server, {
    host: "127.0.0.1",
    port: 0,
    ...(auth === undefined ? {} : { authorize: bearerAuthorizer(auth, now) }),
  });
  cleanups.push(() => listener.close());
  return { world, listener, url: `ws://${listener.address}` };
}

/** A request as `curl` would send it; status and body. */
function http(listener: Listener, file: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const [host, port] = listener.address.split(":");
    const sent = request({ host, port, path: file, headers }, response => {
      let body = "";
      response.setEncoding("utf8").on("data", text => (body += text));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on("error", reject).end();
  });
}

const UPGRADE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

describe("a --listen value", () => {
  it.each([
    ["stdio://", { kind: "stdio" }],
    ["off", { kind: "off" }],
    ["unix://", { kind: "unix", path: null }],
    ["unix:///run/a.sock", { kind: "unix", path: "/run/a.sock" }],
    ["unix://a b.sock", { kind: "unix", path: "a b.sock" }],
    ["ws://127.0.0.1:0", { kind: "websocket", host: "127.0.0.1", port: 0 }],
    ["ws://[::1]:65535", { kind: "websocket", host: "::1", port: 65_535 }],
    ["ws://0.0.0.0:80", { kind: "websocket", host: "0.0.0.0", port: 80 }],
  ])("%s is read", (url, target) => {
    expect(parseListenUrl(url)).toEqual(target);
  });

  it.each([
    "ws://localhost:1",
    "ws://127.0.0.1",
    "ws://127.0.0.1:",
    "ws://127.0.0.1:65536",
    "ws://127.0.0.1:1/",
    "ws://::1:1",
    "ws://[127.0.0.1]:1",
    "ws://1.2.3:1",
    "ws://127.0.0.1:-1",
    "ws://",
    "ws:// 127.0.0.1:1",
  ])("%s is refused", url => {
    expect(() => parseListenUrl(url)).toThrow(`invalid websocket --listen URL \`${url}\`; expected \`ws://IP:PORT\``);
  });

  it.each(["http://x", "", "stdio", "STDIO://", "wss://127.0.0.1:1", "unix:/x", "off "])("%j names nothing", url => {
    expect(() => parseListenUrl(url)).toThrow(
      `unsupported --listen URL \`${url}\`; expected \`stdio://\`, \`unix://\`, \`unix://PATH\`, \`ws://IP:PORT\`, or \`off\``,
    );
  });

  it("is for this machine alone only where the address says so", () => {
    expect(["127.0.0.1", "127.255.255.255", "::1", "0:0:0:0:0:0:0:1"].map(isLoopback)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(["0.0.0.0", "128.0.0.1", "::", "10.0.0.1", "::ffff:10.0.0.1", "fe80::1"].map(isLoopback)).not.toContain(
      true,
    );
  });
});

describe("the flags of authentication", () => {
  const files: Record<string, string> = {
    token: " secret-token \n",
    empty: " \n",
    short: "x".repeat(31),
    secret: `${"s".repeat(32)}\n`,
  };
  const read = async (file: string) => files[file] ?? "";
  const sha256 = createHash("sha256").update("secret-token").digest();

  it("ask for nothing by default", async () => {
    expect(await wsAuthSettings({}, read)).toBeNull();
  });

  it("take a token from a file, trimmed, or its digest", async () => {
    const wsAuth = "capability-token";
    expect(await wsAuthSettings({ wsAuth, wsTokenFile: "token" }, read)).toEqual({ mode: wsAuth, sha256 });
    const digest = sha256.toString("hex").toUpperCase();
    expect(await wsAuthSettings({ wsAuth, wsTokenSha256: digest }, read)).toEqual({ mode: wsAuth, sha256 });
  });

  it("take a shared secret, and blank names for none", async () => {
    const given = { wsAuth: "signed-bearer-token", wsSharedSecretFile: "secret", wsIssuer: " ", wsAudience: " a " };
    const common = { mode: "signed-bearer-token", secret: Buffer.from("s".repeat(32)), issuer: null, audience: "a" };
    expect(await wsAuthSettings(given, read)).toEqual({ ...common, maxClockSkewSeconds: 30 });
    expect(await wsAuthSettings({ ...given, wsMaxClockSkewSeconds: "5" }, read)).toEqual({
      ...common,
      maxClockSkewSeconds: 5,
    });
  });

  it.each([
    [
      { wsTokenFile: "token" },
      "websocket auth flags require `--ws-auth capability-token` or `--ws-auth signed-bearer-token`",
    ],
    [{ wsIssuer: "i" }, "websocket auth flags require `--ws-auth capability-token` or `--ws-auth signed-bearer-token`"],
    [
      { wsAuth: "capability-token" },
      "`--ws-token-file` or `--ws-token-sha256` is required when `--ws-auth capability-token` is set",
    ],
    [
      { wsAuth: "capability-token", wsTokenFile: "token", wsTokenSha256: "ab" },
      "`--ws-token-file` and `--ws-token-sha256` are mutually exclusive",
    ],
    [
      { wsAuth: "capability-token", wsTokenSha256: "ab" },
      "--ws-token-sha256 must be a 64-character hex SHA-256 digest",
    ],
    [{ wsAuth: "capability-token", wsTokenFile: "empty" }, "websocket auth secret empty must not be empty"],
    [
      { wsAuth: "capability-token", wsTokenFile: "token", wsAudience: "a" },
      "`--ws-shared-secret-file`, `--ws-issuer`, `--ws-audience`, and `--ws-max-clock-skew-seconds` require `--ws-auth signed-bearer-token`",
    ],
    [
      { wsAuth: "signed-bearer-token" },
      "`--ws-shared-secret-file` is required when `--ws-auth signed-bearer-token` is set",
    ],
    [
      { wsAuth: "signed-bearer-token", wsSharedSecretFile: "short" },
      "signed websocket bearer secret short must be at least 32 bytes",
    ],
  ])("are refused: %j", async (flags, message) => {
    await expect(wsAuthSettings(flags, read)).rejects.toThrow(message);
  });
});

describe("a capability token", () => {
  const authorize = bearerAuthorizer({
    mode: "capability-token",
    sha256: createHash("sha256").update("secret").digest(),
  });

  it.each([
    ["Bearer secret", null],
    ["bearer   secret  ", null],
    [undefined, "missing websocket bearer token"],
    ["secret", "invalid authorization header"],
    ["Bearer", "invalid authorization header"],
    ["Bearer  ", "invalid authorization header"],
    ["Basic secret", "invalid authorization header"],
    ["Bearer Secret", "invalid websocket bearer token"],
    ["Bearer secret secret", "invalid websocket bearer token"],
  ])("%j is answered %j", async (header, answer) => {
    expect(await authorize(header)).toBe(answer);
  });
});

describe("a signed token", () => {
  const secret = Buffer.from("k".repeat(32));
  const now = 1_800_000_000;
  const auth = { mode: "signed-bearer-token", secret, issuer: "me", audience: "you", maxClockSkewSeconds: 30 } as const;
  const check = async (token: string, change: object = {}) =>
    bearerAuthorizer({ ...auth, ...change }, () => now * 1000)(`Bearer ${token}`);
  const sign = (claims: Json, alg = "HS256", key: Uint8Array = secret) =>
    new SignJWT(claims).setProtectedHeader({ alg }).sign(key);
  const good = { iss: "me", aud: "you", exp: now + 60 };

  it.each([
    ["a good one", good, null],
    ["V29, one that ended within the tolerance", { ...good, exp: now - 20 }, null],
    ["V29, one that ended before", { ...good, exp: now - 60 }, "expired websocket jwt"],
    ["one that never ends", { iss: "me", aud: "you" }, "invalid websocket jwt"],
    ["one whose end is no time", { ...good, exp: "soon" }, "invalid websocket jwt"],
    ["one that begins within the tolerance", { ...good, nbf: now + 20 }, null],
    ["one that begins later", { ...good, nbf: now + 60 }, "websocket jwt is not valid yet"],
    ["one of somebody else", { ...good, iss: "them" }, "websocket jwt issuer mismatch"],
    ["one of nobody", { aud: "you", exp: now + 60 }, "websocket jwt issuer mismatch"],
    ["one for somebody else", { ...good, aud: "them" }, "websocket jwt audience mismatch"],
    ["one for several", { ...good, aud: ["them", "you"] }, null],
    ["one for nobody", { iss: "me", exp: now + 60 }, "websocket jwt audience mismatch"],
  ])("%s is checked", async (_what, claims, answer) => {
    expect(await check(await sign(claims as Json))).toBe(answer);
  });

  it("of another key, another algorithm, no algorithm, or no form at all, is refused", async () => {
    const invalid = "invalid websocket jwt";
    expect(await check(await sign(good, "HS256", Buffer.from("z".repeat(32))))).toBe(invalid);
    expect(await check(await sign(good, "HS512", Buffer.alloc(64, "k")))).toBe(invalid);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    expect(await check(`${part({ alg: "none" })}.${part(good)}.`)).toBe(invalid);
    expect(await check("nonsense")).toBe(invalid);
  });

  it("need not name whom nobody asked for", async () => {
    expect(await check(await sign({ exp: now + 60 }), { issuer: null, audience: null })).toBeNull();
  });
});

describe("a WebSocket listener", () => {
  it("V28: answers health checks, refuses browsers before everything else, and knows nothing else over HTTP", async () => {
    const { listener } = await listening({
      auth: { mode: "capability-token", sha256: createHash("sha256").update("t").digest() },
    });
    for (const file of ["/readyz", "/healthz"]) {
      expect(await http(listener, file)).toEqual({ status: 200, body: "" });
      expect(await http(listener, file, { origin: "http://evil.example" })).toEqual({ status: 403, body: "" });
      expect(await http(listener, file, { ...UPGRADE, origin: "null" })).toEqual({ status: 403, body: "" });
    }
    expect(await http(listener, "/")).toEqual({ status: 400, body: "" });
    expect(await http(listener, "/", { ...UPGRADE, origin: "http://127.0.0.1" })).toEqual({ status: 403, body: "" });
    expect(await http(listener, "/", { ...UPGRADE, origin: "x", authorization: "Bearer t" })).toEqual({
      status: 403,
      body: "",
    });
    expect(await http(listener, "/", UPGRADE)).toEqual({ status: 401, body: "missing websocket bearer token" });
    expect(await http(listener, "/", { ...UPGRADE, authorization: "Bearer no" })).toEqual({
      status: 401,
      body: "invalid websocket bearer token",
    });
  });

  it("V26: serves two clients: news of threads to both, the turn to the one that listens", async () => {
    const { url } = await listening({ script: ["hello"] });
    const one = await (await open(url)).hello();
    const two = await (await open(`${url}/any/path`)).hello();
    const started = await one.request("thread/start");
    const threadId = started["result"].thread.id;
    await two.until(message => message["method"] === "thread/started");
    await one.request("turn/start", { threadId, input: [{ type: "text", text: "hi" }] });
    await one.until(message => message["method"] === "turn/completed");
    await two.request("thread/loaded/list");
    const heard = new Set(two.messages.map(message => message["method"]));
    expect(heard).toContain("thread/status/changed");
    expect(heard).not.toContain("turn/started");
    expect(heard).not.toContain("item/completed");
  });

  it("drops binary frames and what is no message, answers pings, and stays open", async () => {
    const { url } = await listening();
    const client = await open(url);
    client.socket.send(Buffer.from(JSON.stringify({ id: 9, method: "initialize", params: {} })), { binary: true });
    client.socket.send("{");
    client.socket.send("[]");
    client.socket.ping("same");
    const [payload] = (await once(client.socket, "pong")) as [Buffer];
    expect(String(payload)).toBe("same");
    await client.hello();
    expect(client.messages.some(message => message["id"] === 9)).toBe(false);
  });

  it("lets a client go whose message is too long or is no UTF-8, and others stay", async () => {
    const { url } = await listening();
    const other = await (await open(url)).hello();
    const long = await open(url);
    long.socket.send(Buffer.alloc(65 * 1024 * 1024, 32), { binary: false });
    expect((await once(long.socket, "close"))[0]).toBe(1009);
    const bad = await open(url);
    bad.socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect((await once(bad.socket, "close"))[0]).toBe(1007);
    expect((await other.request("thread/loaded/list"))["result"].data).toEqual([]);
  });

  it("refuses to be open to other machines without authentication", async () => {
    const world = await World.create();
    await expect(listenWebSocket(world.server, { host: "0.0.0.0", port: 0 })).rejects.toMatchObject({
      code: "open_door",
    });
    await expect(listenWebSocket(world.server, { host: "::", port: 0 })).rejects.toMatchObject({ code: "open_door" });
  });

  it("ends a connection whose request comes drop by drop", async () => {
    const { listener } = await listening();
    const [host, port] = listener.address.split(":");
    const socket = connect(Number(port), host);
    cleanups.push(() => socket.destroy());
    socket.on("error", () => {});
    socket.write("GET / HTTP/1.1\r\n");
    const drip = setInterval(() => socket.write("x: y\r\n"), 500);
    cleanups.push(() => clearInterval(drip));
    socket.resume();
    await once(socket, "close");
  });

  it("V27: answers every one of 400 requests in a burst", async () => {
    const { url } = await listening();
    const client = await (await open(url)).hello();
    for (let id = 100; id < 500; id++) {
      client.socket.send(JSON.stringify({ id, method: "config/read", params: {} }));
    }
    const refused: unknown[] = [];
    for (let id = 100; id < 500; id++) {
      const { error } = await client.until(message => message["id"] === id);
      if (error !== undefined) refused.push(error);
    }
    const overloaded = { code: -32001, message: "Server overloaded; retry later." };
    expect(refused).toEqual(refused.map(() => overloaded));
    expect(refused.length).toBeLessThan(400);
  });

  it("serves a thousand sockets, and forgets those that vanish without a word", async () => {
    const { url, world } = await listening();
    const clients = await Promise.all(Array.from({ length: 1_000 }, async () => (await open(url)).hello()));
    const answers = await Promise.all(clients.map(client => client.request("thread/loaded/list")));
    expect(answers.every(answer => answer["result"].data.length === 0)).toBe(true);
    expect(world.server.clientCount).toBe(1_000);
    for (const client of clients) (client.socket as unknown as { _socket: Socket })._socket.resetAndDestroy();
    await world.server.withoutClients();
  });

  it("keeps nothing of a client that closes one half of its connection", async () => {
    const { url, world } = await listening();
    const client = await (await open(url)).hello();
    const closed = once(client.socket, "close");
    (client.socket as unknown as { _socket: Socket })._socket.end();
    await closed;
    await world.server.withoutClients();
  });

  it("disconnects a client that does not read, and nobody waits for it", async () => {
    const { url, world } = await listening();
    const deaf = await (await open(url)).hello();
    const other = await (await open(url)).hello();
    // Nothing is read any more: the kernel's buffers fill, then ours.
    (deaf.socket as unknown as { _socket: Socket })._socket.pause();
    const filler = "x".repeat(64 * 1024);
    while (world.server.clientCount === 2) {
      for (let i = 0; i < 20; i++) world.server.broadcast("warning", { message: filler });
      expect((await other.request("thread/loaded/list"))["result"].data).toEqual([]);
      other.messages.length = 0;
    }
    expect((await other.request("thread/loaded/list"))["result"].data).toEqual([]);
  });
});

describe("a drained server", () => {
  it("lets the running turn end and serves meanwhile", async () => {
    let release = () => {};
    const hold = new Promise<void>(resolve => (release = resolve));
    const { url, world } = await listening({ script: [{ text: "done", hold }] });
    const client = await (await open(url)).hello();
    const threadId = (await client.request("thread/start"))["result"].thread.id;
    await client.request("turn/start", { threadId, input: [{ type: "text", text: "hi" }] });
    await client.until(message => message["method"] === "turn/started");
    const drained = drain(world.server);
    expect((await client.request("thread/loaded/list"))["result"].data).toEqual([threadId]);
    release();
    await drained;
    const end = client.messages.find(message => message["method"] === "turn/completed");
    expect(end?.["params"].turn.status).toBe("completed");
  });

  it("interrupts and records the turn when it is told to hurry", async () => {
    const { url, world } = await listening({ script: [{ delayMs: 60_000, text: "late" }] });
    const client = await (await open(url)).hello();
    const { id, path: rollout } = (await client.request("thread/start"))["result"].thread;
    await client.request("turn/start", { threadId: id, input: [{ type: "text", text: "hi" }] });
    await client.until(message => message["method"] === "item/completed");
    const hurry = new AbortController();
    const drained = drain(world.server, hurry.signal);
    hurry.abort();
    await drained;
    expect(readFileSync(rollout, "utf8").trimEnd().split("\n").at(-1)).toContain("turn_aborted");
  });
});

describe("a unix socket", () => {
  async function socketWorld() {
    const world = await World.create();
    const folder = mkdtempSync(path.join(os.tmpdir(), "codex-ts-socket-"));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
    return { world, folder, file: path.join(folder, "control", "a.sock") };
  }

  /** A client's text frame, as it goes over the wire. */
  function frame(text: string): Buffer {
    const mask = Buffer.from([7, 1, 9, 3]);
    const body = Buffer.from(text);
    const length = body.length < 126 ? [0x80 | body.length] : [0x80 | 126, body.length >> 8, body.length & 0xff];
    const masked = body.map((byte, index) => byte ^ mask[index % 4]!);
    return Buffer.concat([Buffer.from([0x81, ...length]), mask, masked]);
  }

  const INITIALIZE = JSON.stringify({
    id: 1,
    method: "initialize",
    params: { clientInfo: { name: "a", version: "1" } },
  });

  it("is its owner's alone, is taken away at the end, and takes clients with and without an upgrade", async () => {
    const { world, file } = await socketWorld();
    const listener = await listenUnixSocket(world.server, { path: file });
    cleanups.push(() => listener.close());
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);

    const upgraded = new SocketClient(new WebSocket("ws://localhost/", { createConnection: () => connect(file) }));
    await once(upgraded.socket, "open");
    await upgraded.hello();

    for (const pieces of [[frame(INITIALIZE)], [...frame(INITIALIZE)].map(byte => Buffer.from([byte]))]) {
      const raw = connect(file);
      cleanups.push(() => raw.destroy());
      let got = Buffer.alloc(0);
      raw.on("data", chunk => (got = Buffer.concat([got, chunk])));
      for (const piece of pieces) {
        raw.write(piece);
        if (pieces.length > 1) await new Promise(resolve => setImmediate(resolve));
      }
      await expect.poll(() => got.length, { timeout: 60_000 }).toBeGreaterThan(50);
      expect(got[0]).toBe(0x81);
      expect(got[1]! & 0x80).toBe(0);
      expect(got.toString()).toContain('"userAgent"');
    }

    await listener.close();
    expect(existsSync(file)).toBe(false);
  });

  it("is closed to those who speak neither HTTP nor frames", async () => {
    const { world, file } = await socketWorld();
    const listener = await listenUnixSocket(world.server, { path: file });
    cleanups.push(() => listener.close());
    for (const text of [`${INITIALIZE}\n`, "\x81\x05hello", "\xff\xff", "\n"]) {
      const raw = connect(file);
      let got = "";
      raw.on("data", chunk => (got += chunk)).on("error", () => {});
      raw.write(Buffer.from(text, "latin1"));
      await once(raw, "close");
      expect(got).toBe("");
    }
  });

  it("is not made where another server listens or another file is, and takes a dead server's place", async () => {
    const { world, folder } = await socketWorld();
    const busy = path.join(folder, "busy.sock");
    const other = createNetServer().listen(busy);
    await once(other, "listening");
    await expect(listenUnixSocket(world.server, { path: busy })).rejects.toThrow(
      `app-server control socket is already in use at ${busy}`,
    );
    other.close();
    const plain = path.join(folder, "plain");
    writeFileSync(plain, "kept");
    mkdirSync(path.join(folder, "dir"));
    for (const taken of [plain, path.join(folder, "dir")]) {
      await expect(listenUnixSocket(world.server, { path: taken })).rejects.toThrow(
        `app-server control socket path exists and is not a socket: ${taken}`,
      );
    }
    expect(readFileSync(plain, "utf8")).toBe("kept");
    const stale = path.join(folder, "stale.sock");
    await leaveStaleSocket(stale);
    const listener = await listenUnixSocket(world.server, { path: stale });
    await listener.close();
  });

  /** What a server that was killed leaves behind. */
  async function leaveStaleSocket(file: string): Promise<void> {
    const { spawn } = await import("node:child_process");
    const code = `require("net").createServer().listen(${JSON.stringify(file)}, () => console.log("up"))`;
    const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(existsSync(file)).toBe(true);
  }
});
