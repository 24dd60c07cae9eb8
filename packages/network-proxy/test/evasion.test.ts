import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { closeAll, connectTo, get, origin, proxyWith, raw, socks, socksRequest, take } from "./support.ts";

afterEach(closeAll);

const local = { enabled: true, allowLocalBinding: true, domains: { "127.0.0.1": "allow" } } as const;

/** For the first answers on a busy machine, and for more than should come. */
const [PATIENCE_MS, QUIET_MS] = [20_000, 200];

/** Everything that comes back for some bytes: so many answers, and until the connection ends or has been silent for a while. */
async function conversation(port: number, text: string, answers = 1): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  const said = () => Buffer.concat(chunks).toString("latin1");
  await new Promise<void>(done => {
    let timer: NodeJS.Timeout;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(done, statuses(said()).length < answers ? PATIENCE_MS : QUIET_MS);
    };
    socket.on("data", (data: Buffer) => {
      chunks.push(data);
      wait();
    });
    socket.on("error", () => undefined).on("close", () => done());
    socket.write(text, "latin1");
    wait();
  });
  socket.destroy();
  return said();
}

const statuses = (answer: string) => [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));

describe("names that there cannot be", () => {
  const names = [
    "127.0.0.1\0.good.test",
    "evil.test\0.good.test",
    "evil.test#.good.test",
    "evil.test/.good.test",
    "evil.test?.good.test",
    "evil.test@x.good.test",
    "evil test.good.test",
    "evil.test\n.good.test",
    "\u001b[2Kfriendly.good.test",
    "%65vil.good.test",
    "b\u00fccher.good.test",
    "\uff11\uff12\uff17.0.0.1",
    "a..good.test",
    "x.good.test..",
    "-a.good.test",
    "127.0.0.1:80",
    "[::1]",
    "::1",
    "",
    `${"x".repeat(64)}.good.test`,
    // 255 bytes, the most that SOCKS carries.
    `${"x".repeat(245)}.good.test`,
    `${"x.".repeat(123)}good.test`,
  ];
  it.each(names)("are neither looked up nor asked about over SOCKS: %j", async name => {
    const asked: string[] = [];
    const proxy = await proxyWith(
      { enabled: true, domains: { "*.good.test": "allow", "*.0.0.1": "allow" } },
      {
        resolve: host => (asked.push(host), Promise.resolve(["8.8.8.8"])),
        decide: ({ host }) => (asked.push(host), { decision: "allow" }),
      },
    );
    const { code, socket } = await socks(proxy, name, 80);
    // As the connection ends without an answer, there is no code.
    expect(code).toBe(-1);
    if (!socket.closed) await once(socket, "close");
    expect(asked).toEqual([]);
  });

  it("are dropped from datagrams", async () => {
    const asked: string[] = [];
    const proxy = await proxyWith(
      { enabled: true, allowLocalBinding: true },
      { decide: ({ host }) => (asked.push(host), { decision: "deny" }) },
    );
    const { bound } = await socks(proxy, "0.0.0.0", 0, 3);
    const client = createSocket("udp4");
    const datagram = (name: string) => Buffer.concat([Buffer.alloc(3), socksRequest(name, 9).subarray(3)]);
    try {
      for (const name of [...names.filter(each => Buffer.byteLength(each) < 256), "plain.test"]) {
        client.send(datagram(name), bound, "127.0.0.1");
      }
      await expect.poll(() => asked).toEqual(["plain.test"]);
    } finally {
      client.close();
    }
  });

  it.each(names.filter(name => !/[\n /?#@]/.test(name)))("are no targets of requests: %j", async name => {
    const asked: string[] = [];
    const proxy = await proxyWith(
      { enabled: true, domains: { "*.good.test": "allow" } },
      {
        resolve: host => (asked.push(host), Promise.resolve(["127.0.0.1"])),
        decide: ({ host }) => (asked.push(host), { decision: "deny" }),
      },
    );
    for (const text of [`GET http://${name}/ HTTP/1.1\r\n\r\n`, `GET / HTTP/1.1\r\nHost: ${name}\r\n\r\n`]) {
      const [status = 400] = statuses(await conversation(proxy.http.port, text, 0));
      expect(status).toBeGreaterThanOrEqual(400);
    }
    // In brackets and with a port, addresses are what they are.
    expect(asked.filter(host => !/^[\d.:]+$/.test(host))).toEqual([]);
  });
});

describe("a request in disguise", () => {
  const smuggled = (host: string) => `GET /smuggled HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  const framings: [string, (host: string) => string][] = [
    [
      "a length and chunks",
      host => `Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled(host)}`,
    ],
    [
      "chunks and a length",
      host => `Transfer-Encoding: chunked\r\nContent-Length: 99\r\n\r\n0\r\n\r\n${smuggled(host)}`,
    ],
    ["two lengths", host => `Content-Length: 0\r\nContent-Length: 60\r\n\r\n${smuggled(host)}`],
    ["a list of lengths", host => `Content-Length: 0, 60\r\n\r\n${smuggled(host)}`],
    ["a signed length", host => `Content-Length: +0\r\n\r\n${smuggled(host)}`],
    ["a length in hexadecimal", host => `Content-Length: 0x0\r\n\r\n${smuggled(host)}`],
    ["an unknown coding", host => `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled(host)}`],
    ["chunks that are not last", host => `Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled(host)}`],
    ["a space before the colon", host => `Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled(host)}`],
    ["a control before the value", host => `Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n${smuggled(host)}`],
    ["a folded line", host => `X-A: a\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled(host)}`],
    ["a lone carriage return", host => `X-A: a\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled(host)}`],
    ["a chunk extension with a line feed", host => `Transfer-Encoding: chunked\r\n\r\n0;a\nb\r\n\r\n${smuggled(host)}`],
    ["lines that end in line feeds", host => `Content-Length: 0\n\n${smuggled(host)}`],
  ];
  it.each(framings.map(([name]) => name))("by %s is refused, with what comes after it", async name => {
    const { port, seen } = await origin();
    const proxy = await proxyWith(local);
    const host = `127.0.0.1:${port}`;
    const rest = framings.find(([other]) => other === name)?.[1](host) ?? "";
    const answer = await conversation(proxy.http.port, `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n${rest}`);
    expect(statuses(answer)).toEqual([400]);
    expect(seen).toEqual([]);
  });

  it("stays the body of another one", async () => {
    const { port, seen } = await origin();
    const proxy = await proxyWith(local);
    const host = `127.0.0.1:${port}`;
    const body = smuggled(host);
    for (const headers of [
      `Content-Length: ${body.length}\r\n\r\n${body}`,
      `Connection: content-length\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      `Connection: transfer-encoding\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    ]) {
      const text = `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n${headers}`;
      expect(statuses(await conversation(proxy.http.port, text))).toEqual([200]);
    }
    expect(seen.map(({ url, body: got }) => [url, got])).toEqual([1, 2, 3].map(() => ["/", body]));
  });

  it("loses the trailers that would become headers", async () => {
    const { port, seen } = await origin();
    const proxy = await proxyWith(local);
    const host = `127.0.0.1:${port}`;
    const text = `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nHost: evil.test\r\nX-Late: 1\r\n\r\n`;
    expect(statuses(await conversation(proxy.http.port, text))).toEqual([200]);
    expect(seen[0]?.headers.join(" ")).not.toMatch(/evil|X-Late/);
    expect(seen[0]?.body).toBe("hi");
  });

  it("that names no Host, or an empty one, arrives with the name it was judged by", async () => {
    const { port, seen } = await origin();
    const proxy = await proxyWith(local);
    const host = `127.0.0.1:${port}`;
    for (const line of ["", "Host:\r\n", "Host:  \r\n"]) {
      expect((await raw(proxy.http.port, `GET http://u:p@${host}/ HTTP/1.1\r\n${line}\r\n`)).status).toBe(200);
    }
    expect(seen.map(({ headers }) => headers.slice(0, 2))).toEqual([1, 2, 3].map(() => ["Host", host]));
  });
});

describe("a second request on one connection", () => {
  it("is judged by itself, in one packet or in two", async () => {
    const { port, seen } = await origin();
    const proxy = await proxyWith(local);
    const request = (host: string, line = `http://${host}:${port}/`) =>
      `GET ${line} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`;
    const pipelined = request("127.0.0.1") + request("127.0.0.2") + request("127.0.0.1") + request("127.0.0.2", "/");
    expect(statuses(await conversation(proxy.http.port, pipelined, 4))).toEqual([200, 403, 200, 403]);

    const socket = connect(proxy.http.port, "127.0.0.1");
    for (const [host, status] of [
      ["127.0.0.1", "200"],
      ["127.0.0.2", "403"],
      ["127.0.0.1", "200"],
    ] as const) {
      socket.write(request(host));
      const [data] = (await once(socket, "data")) as [Buffer];
      expect(data.toString()).toContain(`HTTP/1.1 ${status}`);
    }
    socket.destroy();
    expect(seen).toHaveLength(4);
  });

  it("gets no tunnel that it would not get alone, nor one in its body", async () => {
    const { port, seen } = await origin();
    const proxy = await proxyWith(local);
    const first = `GET http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
    const tunnel = `CONNECT 127.0.0.2:${port} HTTP/1.1\r\nHost: 127.0.0.2:${port}\r\n\r\n`;
    expect(statuses(await conversation(proxy.http.port, first + tunnel, 2))).toContain(403);
    expect(statuses(await conversation(proxy.http.port, tunnel + first))).toEqual([403]);
    expect(seen.filter(({ method }) => method === "CONNECT")).toEqual([]);
  });

  it("of a tunnel goes where the tunnel goes", async () => {
    const { port, seen } = await origin();
    const other = await origin();
    const proxy = await proxyWith(local);
    const inner = `GET http://127.0.0.2:${other.port}/ HTTP/1.1\r\nHost: 127.0.0.2:${other.port}\r\n\r\n`;
    const text = `CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: x\r\n\r\n${inner}`;
    expect(statuses(await conversation(proxy.http.port, text, 2))).toEqual([200, 200]);
    expect([seen.length, other.seen.length]).toEqual([1, 0]);
  });

  it("does not come by an upgrade, asked for by the client or offered by the origin", async () => {
    const { port, seen } = await origin();
    const proxy = await proxyWith(local);
    const request = (to: number) =>
      `GET http://127.0.0.1:${to}/ HTTP/1.1\r\nHost: 127.0.0.1:${to}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: websocket, h2c\r\nHTTP2-Settings: AAM\r\n\r\nraw`;
    expect(statuses(await conversation(proxy.http.port, request(port)))[0]).toBe(200);
    expect(seen[0]?.headers.join(" ")).not.toMatch(/upgrade|settings/i);

    const eager = createServer();
    const got: string[] = [];
    eager.on("connection", socket => {
      socket.on("error", () => undefined);
      socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\nhello");
      socket.on("data", (data: Buffer) => got.push(data.toString()));
    });
    eager.listen(0, "127.0.0.1");
    await once(eager, "listening");
    const answer = await conversation(proxy.http.port, request((eager.address() as AddressInfo).port), 0);
    expect(statuses(answer)).not.toContain(101);
    expect(answer).not.toContain("hello");
    expect(got.join("")).not.toContain("raw");
    eager.closeAllConnections();
    eager.close();
  });

  it("does not come by another protocol on the same port", async () => {
    const proxy = await proxyWith(local);
    for (const hello of [
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "\u0016\u0003\u0001\u0000\u0005hello",
      "GET /\r\n\r\n",
      "\u0005\u0001\u0000",
    ]) {
      expect(statuses(await conversation(proxy.http.port, hello, 0)).filter(status => status < 400)).toEqual([]);
    }
  });
});

describe("an answer that leads elsewhere", () => {
  it("is passed on as it is: the proxy follows no redirect", async () => {
    const inside = await origin();
    const from = createServer((_, response) => {
      response.writeHead(302, { location: `http://127.0.0.2:${inside.port}/`, refresh: "0; url=x" }).end();
    }).listen(0, "127.0.0.1");
    await once(from, "listening");
    const proxy = await proxyWith(local);
    const answer = await get(proxy, `http://127.0.0.1:${(from.address() as AddressInfo).port}/`);
    expect([answer.status, answer.headers["location"]]).toEqual([302, `http://127.0.0.2:${inside.port}/`]);
    expect((await get(proxy, answer.headers["location"] ?? "")).status).toBe(403);
    expect(inside.seen).toEqual([]);
    from.close();
  });
});

describe("a tunnel to another port", () => {
  it("is not of the rules' making: they never depend on ports, and a decider hears of each", async () => {
    const asked: number[] = [];
    const proxy = await proxyWith(
      { enabled: true, allowLocalBinding: true, domains: { "named.test:443": "deny" } },
      { decide: ({ port }) => (asked.push(port), { decision: "deny" }) },
    );
    expect((await connectTo(proxy, "named.test:22")).body).toBe("Domain denied by the sandbox policy.");
    for (const port of [443, 8443, 22]) expect((await connectTo(proxy, `other.test:${port}`)).status).toBe(403);
    expect(asked).toEqual([443, 8443, 22]);
    for (const port of ["65536", "-1", "+80", "8o", "443:80", "443/x"]) {
      expect((await connectTo(proxy, `other.test:${port}`)).status).toBe(400);
    }
  });
});

describe("SOCKS in pieces", () => {
  it("is judged when all of it is there, and never before", async () => {
    const proxy = await proxyWith({ enabled: true, allowLocalBinding: true });
    const socket = connect(proxy.socks?.port ?? 0, "127.0.0.1");
    for (const byte of Buffer.concat([Buffer.from([5, 1, 0]), socksRequest("127.0.0.1", 80)])) {
      socket.write(Buffer.from([byte]));
      await new Promise(resolve => setTimeout(resolve, 2));
    }
    const answer = await take(socket, 12);
    expect([...answer.subarray(0, 4)]).toEqual([5, 0, 5, 2]);
    socket.destroy();
    expect(proxy.blocked.snapshot()).toMatchObject([{ host: "127.0.0.1", port: 80, reason: "not_allowed" }]);
  });

  it("carries IPv4 addresses inside of IPv6 ones no further than the addresses themselves", async () => {
    const { port, seen } = await origin();
    const guarded = await proxyWith({ enabled: true, domains: { "*": "allow" } });
    const denied = await proxyWith({
      enabled: true,
      allowLocalBinding: true,
      domains: { "*": "allow", "127.0.0.1": "deny" },
    });
    for (const proxy of [guarded, denied]) {
      for (const bytes of [
        [...Array<number>(10).fill(0), 255, 255, 127, 0, 0, 1],
        [...Array<number>(12).fill(0), 127, 0, 0, 1],
        [0, 0x64, 0xff, 0x9b, ...Array<number>(8).fill(0), 127, 0, 0, 1],
        [0x20, 2, 127, 0, 0, 1, ...Array<number>(10).fill(0)],
      ]) {
        const socket = connect(proxy.socks?.port ?? 0, "127.0.0.1");
        socket.write(Buffer.from([5, 1, 0, 5, 1, 0, 4, ...bytes, port >> 8, port & 255]));
        expect((await take(socket, 12))[3]).toBe(2);
        socket.destroy();
      }
    }
    expect(seen).toEqual([]);
  });
});
