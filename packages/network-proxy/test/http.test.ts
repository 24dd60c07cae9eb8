import { once } from "node:events";
import { createServer as createUnixServer } from "node:http";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { AuditEvent, BlockedRequest } from "../src/index.ts";
import { closeAll, connectTo, deadPort, echo, get, origin, proxyWith, raw, take } from "./support.ts";

afterEach(closeAll);

const local = { enabled: true, allowLocalBinding: true, domains: { "127.0.0.1": "allow", "*.test": "allow" } } as const;

describe("a plain request", () => {
  it("reaches its origin without the headers of the connection", async () => {
    const { port, seen } = await origin({ "X-Answer": "1", "Keep-Alive": "x" });
    const proxy = await proxyWith(local);
    const answer = await raw(
      proxy.http.port,
      `GET http://127.0.0.1:${port}/a/../b?q=1 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Keep: yes\r\nX-Drop: no\r\nConnection: keep-alive, X-Drop, Host\r\nKeep-Alive: 5\r\nProxy-Connection: keep-alive\r\nProxy-Authorization: Basic eDp5\r\nTE: trailers\r\nTrailer: X\r\nUpgrade: h2c\r\n\r\n`,
    );
    expect(answer).toMatchObject({ status: 200, body: "hello GET" });
    expect(answer.headers["x-answer"]).toBe("1");
    const [request] = seen;
    expect(request?.url).toBe("/a/../b?q=1");
    const names = request?.headers.filter((_value, index) => index % 2 === 0).map(name => name.toLowerCase());
    expect(names).toEqual(["host", "x-keep", "connection"]);
    expect(request?.headers.slice(0, 4)).toEqual(["Host", `127.0.0.1:${port}`, "X-Keep", "yes"]);
  });

  it.each([
    ["with its length", "POST", "Content-Length: 5\r\n\r\nhello", "hello"],
    ["in chunks", "POST", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "hello"],
    ["in chunks, by DELETE", "DELETE", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "hello"],
    ["with none", "POST", "\r\n", ""],
  ])("carries its body %s", async (_name, method, rest, body) => {
    const { port, seen } = await origin();
    const proxy = await proxyWith(local);
    const answer = await raw(
      proxy.http.port,
      `${method} http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${rest}`,
    );
    expect(answer.status).toBe(200);
    expect(seen[0]).toMatchObject({ method, body });
  });

  it("may come in origin form, by its Host header, or in absolute form without one", async () => {
    const { port, seen } = await origin();
    const proxy = await proxyWith(local);
    expect((await raw(proxy.http.port, `GET /o HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)).status).toBe(200);
    expect((await raw(proxy.http.port, `GET http://127.0.0.1:${port}/n HTTP/1.1\r\n\r\n`)).status).toBe(200);
    expect(seen.map(({ url }) => url)).toEqual(["/o", "/n"]);
  });

  it.each([
    [
      "another host",
      "GET http://a.test/ HTTP/1.1\r\nHost: b.test\r\n\r\n",
      400,
      "Host header does not match request target",
    ],
    [
      "another port",
      "GET http://a.test:8080/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
      400,
      "Host header does not match request target",
    ],
    [
      "the default port spelled out",
      "GET http://a.test/ HTTP/1.1\r\nHost: a.test:81\r\n\r\n",
      400,
      "Host header does not match request target",
    ],
    ["an unreadable Host", "GET http://a.test/ HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "invalid Host header"],
    ["two Hosts", "GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n", 400, "invalid Host header"],
    ["no authority", "GET / HTTP/1.1\r\n\r\n", 400, "missing host"],
    ["an empty authority", "GET http:///x HTTP/1.1\r\n\r\n", 400, "invalid host"],
    ["an empty tunnel target", "CONNECT :443 HTTP/1.1\r\n\r\n", 400, "missing authority"],
    ["a tunnel to nothing but a dot", "CONNECT . HTTP/1.1\r\n\r\n", 400, "missing authority"],
    ["nothing but a dot", "GET http://./ HTTP/1.1\r\nHost: .\r\n\r\n", 400, "missing host"],
    ["an empty label", "GET http://a..io/ HTTP/1.1\r\nHost: a..io\r\n\r\n", 400, "missing host"],
    ["a label that begins with a dash", "GET http://-a.io/ HTTP/1.1\r\nHost: -a.io\r\n\r\n", 400, "missing host"],
    ["a label that ends with one", "GET /x HTTP/1.1\r\nHost: a-.io\r\n\r\n", 400, "missing host"],
    ["two dots at the end", "CONNECT a.io..:443 HTTP/1.1\r\n\r\n", 400, "missing authority"],
    ["a star inside a label", "CONNECT a*b.io:443 HTTP/1.1\r\n\r\n", 400, "missing authority"],
    ["a label of 64 letters", `CONNECT ${"x".repeat(64)}.io:443 HTTP/1.1\r\n\r\n`, 400, "missing authority"],
    [
      "a name of 257 letters",
      `CONNECT ${`${"x".repeat(50)}.`.repeat(5)}io:443 HTTP/1.1\r\n\r\n`,
      400,
      "missing authority",
    ],
    ["an escaped letter", "CONNECT %61.io:443 HTTP/1.1\r\n\r\n", 400, "missing authority"],
    [
      "a Host without the dot",
      "GET http://a.test./ HTTP/1.1\r\nHost: a.test\r\n\r\n",
      400,
      "Host header does not match request target",
    ],
  ])("is refused with %s", async (_name, text, status, body) => {
    const proxy = await proxyWith(local);
    expect(await raw(proxy.http.port, text)).toMatchObject({ status, body, headers: { "content-type": "text/plain" } });
  });

  it("accepts a Host that names the default port, and a bracketed address", async () => {
    const proxy = await proxyWith({ enabled: true, allowLocalBinding: true });
    expect((await raw(proxy.http.port, "GET http://a.test/ HTTP/1.1\r\nHost: A.test:80\r\n\r\n")).status).toBe(403);
    expect(
      JSON.parse((await raw(proxy.http.port, "GET http://[::1]/ HTTP/1.1\r\nHost: [::1]\r\n\r\n")).body),
    ).toMatchObject({ host: "::1", port: 80 });
  });

  it.each([".acme.io", "a_.io", "_a.io", `${"x".repeat(63)}.io`, "*.io", "1.2.3", "acme.io."])(
    "asks the rules about %s, which can be a name",
    async host => {
      const proxy = await proxyWith({ enabled: true, allowLocalBinding: true });
      expect((await raw(proxy.http.port, `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).status).toBe(403);
    },
  );

  it("to https is judged as http on port 443", async () => {
    const proxy = await proxyWith({ enabled: true, allowLocalBinding: true });
    expect(JSON.parse((await get(proxy, "https://a.test/")).body)).toMatchObject({
      protocol: "http",
      port: 443,
      host: "a.test",
    });
  });

  it("is answered 502 when the origin does not listen", async () => {
    const proxy = await proxyWith(local);
    expect(await get(proxy, `http://127.0.0.1:${await deadPort()}/`)).toMatchObject({
      status: 502,
      body: "upstream failure",
    });
  });

  it.each(["get", "PUT", "DELETE", "PATCH"])("is not let through in limited mode by %s", async method => {
    const { port, seen } = await origin();
    const proxy = await proxyWith({ ...local, mode: "limited" });
    const answer = await get(proxy, `http://127.0.0.1:${port}/`, method);
    expect([400, 403]).toContain(answer.status);
    expect(seen).toEqual([]);
  });

  it.each(["GET", "HEAD", "OPTIONS"])("is let through in limited mode by %s", async method => {
    const { port } = await origin();
    const proxy = await proxyWith({ ...local, mode: "limited" });
    expect(
      (
        await raw(
          proxy.http.port,
          `${method} http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`,
        )
      ).status,
    ).toBe(200);
  });
});

describe("a tunnel", () => {
  it("carries bytes both ways, also those sent with the request", async () => {
    const { port } = await echo();
    const proxy = await proxyWith(local);
    const socket = connect(proxy.http.port, "127.0.0.1");
    socket.write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: x\r\n\r\nearly`);
    const granted = "HTTP/1.1 200 OK\r\n\r\n";
    expect((await take(socket, granted.length)).toString()).toBe(granted);
    expect((await take(socket, 5)).toString()).toBe("early");
    socket.end("late");
    expect((await take(socket, 4)).toString()).toBe("late");
    await once(socket.resume(), "end");
  });

  it("is granted before the target answers, and closes when it does not", async () => {
    const proxy = await proxyWith(local);
    const answer = await connectTo(proxy, `127.0.0.1:${await deadPort()}`);
    expect(answer).toMatchObject({ status: 200, body: "" });
    expect(answer.headers).toEqual({});
  });

  it("through another proxy carries its login", async () => {
    const upstream = await origin();
    const proxy = await proxyWith(local, {
      parentEnv: () => ({
        https_proxy: `http://me:se%20cret@127.0.0.1:${upstream.port}`,
        HTTPS_PROXY: "socks5://127.0.0.1:1",
      }),
    });
    expect((await connectTo(proxy, "a.test:443")).status).toBe(200);
    await expect.poll(() => upstream.seen.length).toBe(1);
    const [seen] = upstream.seen;
    expect(seen?.url).toBe("a.test:443");
    expect(seen?.headers).toContain(`Basic ${Buffer.from("me:se cret").toString("base64")}`);
  });

  it("does not go through another proxy when the policy says so", async () => {
    const upstream = await origin();
    const { port, seen } = await origin();
    const proxy = await proxyWith(
      { ...local, allowUpstreamProxy: false },
      { parentEnv: () => ({ HTTP_PROXY: `http://127.0.0.1:${upstream.port}` }) },
    );
    expect((await get(proxy, `http://127.0.0.1:${port}/`)).status).toBe(200);
    expect([seen.length, upstream.seen.length]).toEqual([1, 0]);
  });
});

describe("a proxy that is off", () => {
  it("answers nobody", async () => {
    const proxy = await proxyWith({ ...local, enabled: false });
    const socket = connect(proxy.http.port, "127.0.0.1");
    socket.write("GET http://127.0.0.1/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    const silence = await Promise.race([
      once(socket, "data"),
      new Promise(resolve => setTimeout(resolve, 300, "nothing")),
    ]);
    expect(silence).toBe("nothing");
    socket.destroy();
    expect(proxy.environment({})["HTTP_PROXY"]).toBe(`http://127.0.0.1:${proxy.http.port}`);
  });
});

describe("unix sockets", () => {
  const withHeader = (value: string, method = "GET") =>
    `${method} http://localhost/x HTTP/1.1\r\nHost: localhost\r\nx-unix-socket: ${value}\r\n\r\n`;

  it("are not supported on Linux, whatever the allowlist says", async () => {
    const proxy = await proxyWith({ ...local, unixSockets: { "/run/a.sock": "allow" } }, { platform: "linux" });
    expect(await raw(proxy.http.port, withHeader("/run/a.sock"))).toMatchObject({
      status: 501,
      body: "unix sockets unsupported",
    });
  });

  it("are judged by method first, on every platform", async () => {
    const proxy = await proxyWith({ ...local, mode: "limited" }, { platform: "linux" });
    const answer = await raw(proxy.http.port, withHeader("/run/a.sock", "POST"));
    expect(answer).toMatchObject({
      status: 403,
      body: '{"status":"blocked","host":"unix-socket","reason":"method_not_allowed"}',
    });
    expect(answer.headers["x-proxy-error"]).toBe("blocked-by-method-policy");
  });

  it("are reached where the platform and the allowlist agree", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "proxy-"));
    const [socket, link, dead] = ["s.sock", "l.sock", "d.sock"].map(name => path.join(folder, name)) as [
      string,
      string,
      string,
    ];
    let seen: unknown;
    const server = createUnixServer((request, response) => {
      seen = { url: request.url, header: request.headers["x-unix-socket"] };
      response.end("from the socket");
    });
    server.listen(socket);
    await once(server, "listening");
    try {
      await symlink(socket, link);
      const proxy = await proxyWith(
        { ...local, unixSockets: { [socket]: "allow", [dead]: "allow", "/none": "none" } },
        { platform: "darwin" },
      );
      expect(await raw(proxy.http.port, withHeader(socket))).toMatchObject({ status: 200 });
      expect(seen).toEqual({ url: "/x", header: undefined });
      expect((await raw(proxy.http.port, withHeader(link))).status).toBe(200);
      expect(await raw(proxy.http.port, withHeader(dead))).toMatchObject({
        status: 502,
        body: "unix socket proxy failed",
      });
      for (const refused of ["/none", `${folder}/other`, "relative"]) {
        expect(await raw(proxy.http.port, withHeader(refused))).toMatchObject({
          status: 403,
          body: '{"status":"blocked","host":"unix-socket","reason":"not_allowed"}',
        });
      }
      expect(await raw(proxy.http.port, withHeader("/caf\u00e9"))).toMatchObject({
        status: 400,
        body: "invalid x-unix-socket header",
      });
    } finally {
      server.close();
      await rm(folder, { recursive: true });
    }
  });
});

describe("what a proxy remembers", () => {
  it("is the last 200 refusals, and how many there were", async () => {
    const observed: BlockedRequest[] = [];
    const log: string[] = [];
    const proxy = await proxyWith(
      { enabled: true, allowLocalBinding: true },
      {
        onBlocked: entry => observed.push(entry),
        log: line => log.push(line),
        now: () => new Date(1_700_000_000_500),
      },
    );
    for (let count = 0; count < 205; count++) await get(proxy, `http://h${count}.io/`);
    expect(proxy.blocked.total).toBe(205);
    expect(proxy.blocked.snapshot()).toHaveLength(200);
    expect(observed[0]).toEqual({
      host: "h0.io",
      reason: "not_allowed",
      client: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
      method: "GET",
      mode: null,
      protocol: "http",
      decision: "deny",
      source: "baseline_policy",
      port: 80,
      timestamp: 1_700_000_000,
    });
    expect(log[0]).toBe(`CODEX_NETWORK_POLICY_VIOLATION ${JSON.stringify(observed[0])}`);
    expect(proxy.blocked.drain()).toHaveLength(200);
    expect(proxy.blocked.snapshot()).toEqual([]);
    proxy.replaceState({ ...proxy.state.policy, domains: { "x.io": "allow" } });
    expect(proxy.blocked.total).toBe(205);
  });

  it("is told to the audit, one event a decision", async () => {
    const events: AuditEvent[] = [];
    const { port } = await origin();
    const proxy = await proxyWith(
      { ...local, domains: { "127.0.0.1": "allow" } },
      {
        onAudit: event => events.push(event),
        identity: { conversationId: "c1", model: "m" },
        decide: ({ host }) => (host === "yes.io" ? { decision: "allow" } : { decision: "ask", reason: " " }),
        parentEnv: () => ({ HTTP_PROXY: `http://127.0.0.1:${port}` }),
      },
    );
    await get(proxy, `http://127.0.0.1:${port}/`);
    await get(proxy, "http://yes.io/");
    await get(proxy, "http://no.io/");
    expect(
      events.map(({ attributes: a }) => [
        a["network.policy.decision"],
        a["network.policy.source"],
        a["network.policy.reason"],
        a["network.policy.override"],
      ]),
    ).toEqual([
      ["allow", "baseline_policy", "allow", false],
      ["allow", "decider", "not_allowed", true],
      ["ask", "decider", "policy_denied", false],
    ]);
    expect(events[0]).toMatchObject({
      target: "codex_otel.network_proxy",
      name: "codex.network_proxy.policy_decision",
      attributes: {
        "event.timestamp": expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
        "conversation.id": "c1",
        model: "m",
        "network.policy.scope": "domain",
        "network.transport.protocol": "http",
        "server.address": "127.0.0.1",
        "server.port": port,
        "http.request.method": "GET",
      },
    });
  });

  it("never takes a decider that fails for a yes", async () => {
    const proxy = await proxyWith(
      { enabled: true, allowLocalBinding: true },
      {
        decide: () => Promise.reject(new Error("broken")),
      },
    );
    expect(JSON.parse((await get(proxy, "http://a.io/")).body)).toMatchObject({
      reason: "policy_denied",
      source: "decider",
      decision: "deny",
    });
  });
});
